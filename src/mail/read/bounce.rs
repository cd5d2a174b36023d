//! Delivery reports: proper ones by their parts (RFC 3464), and the free text of servers that
//! write their own. A report is only as good as its tie to a message: the ids are collected
//! from every place where servers put them, and whoever uses a report checks them.

mod phrases;
mod report;
mod words;

use super::body::Body;
use super::headers::Headers;
use super::ids;
use crate::domain::address::Address;
use crate::domain::ids::MessageId;
use crate::domain::message::{Bounce, Message};

use self::report::Report;
use self::words::Sender;

/// How much of the text is searched for the reason.
const MAX_REASON: usize = 8 * 1024;
const MAX_IDS: usize = 20;

/// The report a message carries, if it is one.
#[must_use]
pub fn of(headers: &Headers<'_>, message: &Message, body: &Body) -> Option<Bounce> {
    let text = if body.rest.trim().is_empty() { &body.text } else { &body.rest };
    let reason = text.get(..text.floor_char_boundary(MAX_REASON)).unwrap_or_default();
    let reason = words::own_words(reason).to_lowercase();
    let machine = is_machine(headers, message);
    let null = super::automatic::has_null_sender(headers);
    let report = body
        .delivery
        .iter()
        .find_map(|part| Report::of(part))
        .or_else(|| (machine || null).then(|| Report::of(text)).flatten());
    let quiet = null || message.author().is_some_and(|author| author.address.is_no_reply());
    let free = || {
        let sender = if machine {
            Sender::Daemon
        } else if quiet {
            Sender::Quiet
        } else {
            Sender::Other
        };
        words::is_failure(&message.subject, &reason, sender, !body.inner_headers.is_empty())
    };
    let known = report.is_some() || headers.has("x-failed-recipients") || free();
    if !known {
        return None;
    }
    let report = report.unwrap_or_default();
    let action = report.action.clone().unwrap_or_else(|| {
        words::action(&message.subject, &reason, report.status.as_deref()).to_owned()
    });
    // The server's answer says more than the letter around it.
    let diagnostic = report.diagnostic.to_lowercase();
    let explained = if diagnostic.is_empty() { reason.as_str() } else { diagnostic.as_str() };
    let status = report.status.clone().or_else(|| words::status_in(explained));
    let hard = action == "failed" && words::is_hard(status.as_deref(), explained);
    let recipient = recipient(headers, message, &report, &reason);
    let original_message_ids = original_ids(message, body, text);
    Some(Bounce { action, status, hard, recipient, original_message_ids })
}

/// Whether a mail system sent this: it has no one to answer to.
fn is_machine(headers: &Headers<'_>, message: &Message) -> bool {
    const LOCALS: [&str; 9] = [
        "mailerdaemon",
        "postmaster",
        "maildaemon",
        "mdaemon",
        "bounce",
        "bounces",
        "maildeliverysystem",
        "maildeliverysubsystem",
        "microsoftexchange",
    ];
    const NAMES: [&str; 8] = [
        "mail delivery",
        "mailer-daemon",
        "mailer daemon",
        "postmaster",
        "mail system",
        "internet mail delivery",
        "system administrator",
        "ndr administrator",
    ];
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let by_address = message.from.iter().any(|one| {
        let local = plain(one.address.local());
        LOCALS.iter().any(|known| local.starts_with(known))
    });
    let raw = headers.lower("from");
    by_address || NAMES.iter().any(|name| raw.contains(name)) || raw.contains("<>")
}

/// Whom the message did not reach.
fn recipient(
    headers: &Headers<'_>,
    message: &Message,
    report: &Report,
    reason: &str,
) -> Option<Address> {
    let named = || {
        ["x-failed-recipients", "x-bounced-address"]
            .into_iter()
            .find_map(|name| headers.addresses(name).into_iter().next())
            .map(|one| one.address)
    };
    let known = |address: &Address| {
        message.recipients().chain(&message.from).any(|one| one.address == *address)
    };
    let written = || {
        reason
            .split(|c: char| {
                c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | ',' | ';' | '"')
            })
            .map(|word| word.trim_matches([':', '.', '\'', '[', ']', '*']))
            .filter(|word| word.contains('@'))
            .filter_map(Address::parse)
            .find(|address| address.is_sendable() && !known(address) && !address.is_no_reply())
    };
    report.recipient.clone().or_else(named).or_else(written)
}

/// The ids of the message that was not delivered, most certain first.
fn original_ids(message: &Message, body: &Body, text: &str) -> Vec<MessageId> {
    let mut found: Vec<MessageId> = Vec::new();
    let mut keep = |id: MessageId| {
        if !found.contains(&id) && found.len() < MAX_IDS {
            found.push(id);
        }
    };
    for part in &body.delivery {
        report::ids_in(part).into_iter().for_each(&mut keep);
    }
    for part in &body.inner_headers {
        let inner = Headers::split(part.trim_start().as_bytes());
        inner.all("message-id").filter_map(ids::single).for_each(&mut keep);
        ids::of_field(&inner, "x-microsoft-original-message-id").into_iter().for_each(&mut keep);
    }
    report::ids_in(text).into_iter().for_each(&mut keep);
    report::ids_in(&body.text).into_iter().for_each(&mut keep);
    message.in_reply_to.iter().chain(&message.references).cloned().for_each(&mut keep);
    found
}

#[cfg(test)]
mod tests {
    use super::super::{ReadContext, read};
    use crate::domain::address::OwnAddresses;
    use crate::domain::message::Bounce;

    fn bounce(text: &str) -> Option<Bounce> {
        let own = OwnAddresses::none();
        let context = ReadContext { own: &own, received: None, zone: chrono_tz::UTC };
        read(text.as_bytes(), &context).bounce
    }

    fn tied(bounce: &Bounce, id: &str) -> bool {
        bounce.original_message_ids.iter().any(|one| one.as_str() == id)
    }

    #[test]
    fn a_proper_report_is_read_by_its_parts() {
        let report = bounce(
            "From: MAILER-DAEMON@mx.example\nTo: jane@mail.example\nSubject: Undelivered\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
             --b\n\nnot delivered\n--b\nContent-Type: message/delivery-status\n\n\
             Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; anna@acme.example\n\
             Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no such user\n\n\
             Final-Recipient: rfc822; tom@acme.example\nAction: delayed\nStatus: 4.0.0\n\
             --b\nContent-Type: message/rfc822\n\nMessage-ID: <ours@mail.example>\nFrom: j@m.example\n\nHi\n--b--\n",
        )
        .unwrap();
        assert_eq!((report.action.as_str(), report.status.as_deref()), ("failed", Some("5.1.1")));
        assert_eq!(report.recipient.as_ref().unwrap().as_str(), "anna@acme.example");
        assert!(report.hard && tied(&report, "ours@mail.example"));
    }

    #[test]
    fn servers_that_write_their_own_are_understood() {
        let qmail = bounce(
            "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: jane@mail.example\n\
             Subject: failure notice\n\nHi. This is the qmail-send program at mx.example.\n\
             I'm afraid I wasn't able to deliver your message to the following addresses.\n\n\
             <anna@acme.example>:\n192.0.2.1 does not like recipient.\n\
             Remote host said: 550 5.1.1 User unknown\n\n--- Below this line is a copy.\n\n\
             Message-ID: <ours@mail.example>\n",
        )
        .unwrap();
        assert!(qmail.hard && tied(&qmail, "ours@mail.example"));
        assert_eq!(qmail.recipient.as_ref().unwrap().as_str(), "anna@acme.example");
        let full = bounce(
            "From: Mail Delivery System <mailer-daemon@mx.example>\n\
             Subject: Mail delivery failed: returning message to sender\nTo: jane@mail.example\n\
             X-Failed-Recipients: anna@acme.example\n\n552 5.2.2 mailbox full\n",
        )
        .unwrap();
        assert_eq!((full.action.as_str(), full.hard), ("failed", false));
        let later = bounce(
            "From: Mail Delivery System <mailer-daemon@mx.example>\nTo: jane@mail.example\n\
             Subject: Warning: message delayed 24 hours\n\nThis message has not been delivered yet. \
             Delivery attempts will continue.\n",
        )
        .unwrap();
        assert_eq!((later.action.as_str(), later.hard), ("delayed", false));
    }

    #[test]
    fn people_who_write_about_bounces_are_no_bounces() {
        for text in [
            "From: anna@acme.example\nSubject: Fwd: Undeliverable: Re\n\nsee below, 550 5.1.1 unknown",
            "From: anna@acme.example\nSubject: Re: Mail delivery failed\n\nYour mail came back.",
            "From: anna@acme.example\nSubject: Delivery\n\nWe could not deliver the parcel.",
            "Return-Path: <>\nFrom: anna@acme.example\nSubject: Automatic reply: Hi\n\nI am away.",
            "From: no-reply@acme.example\nSubject: Your application\n\nOut of 450 applications yours \
             could not be considered. It was rejected.",
        ] {
            assert_eq!(bounce(text), None, "{text}");
        }
    }
}
