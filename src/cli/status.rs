//! What is recorded, as a table, as plain sentences, or as the JSON of the contract.

use std::process::ExitCode;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::clock::Clock;
use crate::domain::address::{Address, Correspondent};
use crate::domain::draft::AttemptNumber;
use crate::domain::event::{Author, Channel, ClosedReason};
use crate::domain::follow_up::Turn;
use crate::domain::ids::{MessageId, ReadableId};
use crate::domain::reason::plain_day;
use crate::mail::wording;
use crate::service::Record;
use crate::service::view::{AccountHealth, ApplicationView, Health, Local, SendingView, State};

use super::failure::Failure;
use super::{audit, history, old_texts, output};

/// The longest a look may lie back while all is well: polling is at most every hour.
const LATELY: TimeDelta = TimeDelta::minutes(90);

/// One line and an exit code, for whoever watches over the service.
pub async fn is_healthy(record: &Record) -> Result<ExitCode, Failure> {
    let health = record.overview().await?.health;
    let now = Clock::System.now();
    let several = health.accounts.len() > 1;
    let troubles: Vec<String> = health
        .accounts
        .iter()
        .filter_map(|account| {
            let trouble = trouble(account, now)?;
            Some(if several { format!("{}: {trouble}", account.address) } else { trouble })
        })
        .collect();
    let healthy = troubles.is_empty();
    output::line(&if healthy { "healthy".to_owned() } else { troubles.join("; ") });
    Ok(ExitCode::from(u8::from(!healthy)))
}

/// What is wrong with the reading of an account.
fn trouble(account: &AccountHealth, now: DateTime<Utc>) -> Option<String> {
    match (account.blind_since, account.last_read_at) {
        (Some(since), _) => Some(format!("blind since {}", clock(since))),
        (None, None) => Some("the mailbox was never read".to_owned()),
        (None, Some(last)) if now.signed_duration_since(last) > LATELY => {
            Some(format!("the last look was {}", clock(last)))
        }
        (None, Some(_)) => None,
    }
}

/// `status`.
pub async fn status(record: &Record, as_json: bool) -> Result<(), Failure> {
    let overview = record.overview().await?;
    if as_json {
        let applications: Vec<Value> = overview.applications.iter().map(application).collect();
        let value = json!({ "applications": applications, "health": health(&overview.health) });
        output::raw(&value.to_string());
        return Ok(());
    }
    if overview.applications.is_empty() {
        output::line("No applications are known yet.");
    } else {
        let mut table = comfy_table::Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        table.set_header(["ID", "EMPLOYER", "POSITION", "TURN", "SENT", "STATE", "NEXT"]);
        for view in &overview.applications {
            table.add_row([
                view.id.to_string(),
                output::plain(&view.employer),
                output::plain(view.position.as_deref().unwrap_or("-")),
                whose_turn(view).to_owned(),
                format!("{} of 2", view.sent_now),
                in_words(view),
                next(view),
            ]);
        }
        output::raw(&table.trim_fmt());
    }
    health_lines(&overview.health);
    Ok(())
}

/// `Tue 8 Dec 09:10`
fn clock(at: Local) -> String {
    at.format("%a %-d %b %H:%M").to_string()
}

/// What keeps the service from doing all it does.
fn health_lines(health: &Health) {
    if let Some(line) = sending(health) {
        output::line(&line);
    }
    let several = health.accounts.len() > 1;
    for account in &health.accounts {
        let of = if several { format!(" of {}", account.address) } else { String::new() };
        if let Some(until) = account.login_left_alone_until {
            let (until, remedy) = (clock(until), account.remedy);
            output::line(&format!(
                "The mail server{of} refused the login. To keep the account from being locked it \
                 is not tried again before {until}, or {remedy}."
            ));
        }
        if let Some(since) = account.blind_since {
            let since = clock(since);
            output::line(&format!(
                "Not all mailboxes{of} could be read since {since}; nothing is sent."
            ));
        }
    }
    if let Some(returned) = health.returned {
        output::line(&wording::came_back(returned.count, &clock(returned.last_at)));
    }
    if let Some(line) = old_texts::of_all(health) {
        output::line(&line);
    }
    if let Some(until) = health.look_back_rests_until {
        let until = clock(until);
        output::line(&format!(
            "Gmail lets programs read only so much in a day: older mail is read on from {until}. \
             New mail is read as always."
        ));
    }
    for mailbox in &health.mailboxes {
        if let Some(error) = &mailbox.error {
            let of = if several { format!(" of {}", mailbox.account) } else { String::new() };
            output::line(&format!("{}{of} cannot be read: {error}", mailbox.name));
        }
    }
}

/// What keeps messages to employers from leaving.
fn sending(health: &Health) -> Option<String> {
    match health.sending {
        SendingView::On => None,
        SendingView::Off => Some("Sending is switched off.".to_owned()),
        SendingView::Paused(Some(until)) => {
            Some(format!("Everything is paused until {}.", clock(until)))
        }
        SendingView::Paused(None) => Some("Everything is paused until you resume.".to_owned()),
        SendingView::Quota(until) => {
            let until = clock(until);
            Some(format!(
                "Your provider takes no more mail for now; nothing is sent before {until}."
            ))
        }
    }
}

/// In every text "I" is the program, so what is `me` to programs is `you` to a person.
fn whose_turn(view: &ApplicationView) -> &'static str {
    match view.turn {
        Turn::Me => "you",
        Turn::Them | Turn::Nobody => turn(view.turn),
    }
}

fn in_words(view: &ApplicationView) -> String {
    state(view.state).replace('_', " ")
}

fn next(view: &ApplicationView) -> String {
    let when = view.next.at.map(|at| format!(" {}", clock(at)));
    format!("{}{}", view.next.action, when.unwrap_or_default())
}

/// `show ID`, and with `with_audit` every attempt to send in full.
pub async fn show(
    record: &Record,
    id: &ReadableId,
    as_json: bool,
    with_audit: bool,
) -> Result<(), Failure> {
    let Some((view, timeline)) = record.application(id).await? else { return Err(unknown(id)) };
    let attempts =
        if with_audit { record.audit(id).await?.unwrap_or_default() } else { Vec::new() };
    if as_json {
        let mut value = application(&view);
        if let Value::Object(fields) = &mut value {
            if with_audit {
                fields.insert("audit".to_owned(), attempts.iter().map(audit::json).collect());
            }
            fields.insert("timeline".to_owned(), timeline.iter().map(history::json).collect());
            fields.insert("notes".to_owned(), json!(view.notes));
        }
        output::raw(&value.to_string());
        return Ok(());
    }
    let position = view.position.as_deref().unwrap_or("position unknown");
    output::line(&format!("{}  {}, {position}", view.id, view.employer));
    if let Some(contact) = &view.contact {
        output::line(&format!("Contact: {contact}"));
    }
    output::line(&format!("State: {}; turn: {}", in_words(&view), whose_turn(&view)));
    if let Some(line) = old_texts::of_one(&view) {
        output::line(&line);
    }
    history::print(&timeline, view.texts_removed_at.is_some());
    output::line("Next:");
    why_lines(&view);
    for attempt in &attempts {
        audit::print(attempt);
    }
    if with_audit && attempts.is_empty() {
        output::line("Nothing was sent, and nothing tried.");
    }
    Ok(())
}

/// `why ID`.
pub async fn why(record: &Record, id: &ReadableId) -> Result<(), Failure> {
    let Some((view, _)) = record.application(id).await? else { return Err(unknown(id)) };
    why_lines(&view);
    if let Some(line) = old_texts::of_one(&view) {
        output::line(&line);
    }
    Ok(())
}

fn why_lines(view: &ApplicationView) {
    for reason in &view.next.why {
        output::line(&format!("  {:3}  {reason}", reason.rule()));
    }
    output::line(&format!("So: {}", view.next.so));
}

/// `plan`.
pub async fn plan(record: &Record, until: &str) -> Result<(), Failure> {
    let day = super::record::day(record, until)?;
    if day < record.today() {
        let day = plain_day(day);
        return Err(Failure::Usage(format!("{day} is past; a plan is about what is ahead")));
    }
    let steps = record.ahead(day).await?;
    if steps.is_empty() {
        output::line(&format!("Nothing happens by {} if nobody writes.", plain_day(day)));
    }
    for step in steps {
        let at = step.at.format("%a %-d %b %Y %H:%M");
        output::line(&format!("{at}  {}  {}", step.id, output::plain(&step.what)));
        for reason in &step.why {
            output::line(&format!("    {:3}  {reason}", reason.rule()));
        }
    }
    Ok(())
}

/// There is no such application.
pub fn unknown(id: &ReadableId) -> Failure {
    Failure::Usage(format!("there is no application {id}; see `afterword status`"))
}

fn application(view: &ApplicationView) -> Value {
    json!({
        "id": view.id.as_str(),
        "employer": view.employer,
        "position": view.position,
        "contact": view.contact.as_ref().map(person),
        "state": state(view.state),
        "turn": turn(view.turn),
        "turn_since": view.turn_since.map(time),
        "interviews": view.interviews.iter().map(|it| json!({
            "starts_at": time(it.starts_at),
            "ends_at": time(it.ends_at),
            "round": it.round,
            "source": if it.by_hand { "by_hand" } else { "invitation" },
            "cancelled": it.cancelled,
        })).collect::<Vec<_>>(),
        "promise": view.promise.as_ref().map(|it| json!({
            "by": it.reading.not_before.map(|day| day.to_string()),
            "sentence": it.reading.sentence,
            "said_in": id_text(it.said_in.as_ref()),
            "reading": it.reading.reading,
        })),
        "attempts": view.attempts.iter().map(|it| json!({
            "number": it.number.map(AttemptNumber::as_i64),
            "by": match it.by { Author::Service => "service", Author::User => "user" },
            "channel": channel(it.channel),
            "sent_at": time(it.sent_at),
            "to": it.to.as_ref().map(Address::as_str),
            "message_id": id_text(it.message_id.as_ref()),
            "answered_by": id_text(it.answered_by.as_ref()),
        })).collect::<Vec<_>>(),
        "replies": view.replies.iter().map(|it| json!({
            "at": time(it.at),
            "from": it.from.as_str(),
            "kind": it.kind.as_str(),
            "message_id": id_text(it.message_id.as_ref()),
        })).collect::<Vec<_>>(),
        "draft": view.draft.as_ref().map(|it| json!({
            "version": it.version,
            "kind": it.kind.as_str(),
            "number": it.kind.number().map(AttemptNumber::as_i64),
            "to": it.to.as_str(),
            "subject": it.subject,
            "state": it.state.as_str(),
            "send_at": time(it.send_at),
        })),
        "next": {
            "action": view.next.action,
            "at": view.next.at.map(time),
            "why": view.next.why.iter()
                .map(|reason| format!("{}: {reason}", reason.rule()))
                .collect::<Vec<_>>(),
        },
        "closed": view.closed.map(|(at, reason)| json!({
            "at": time(at),
            "reason": closed(reason),
        })),
        "texts_removed_at": view.texts_removed_at.map(time),
    })
}

fn health(health: &Health) -> Value {
    json!({
        "accounts": health.accounts.iter().map(|it| json!({
            "address": it.address,
            "last_read_at": it.last_read_at.map(time),
            "blind_since": it.blind_since.map(time),
            "login_left_alone_until": it.login_left_alone_until.map(time),
        })).collect::<Vec<_>>(),
        "mailboxes": health.mailboxes.iter().map(|it| json!({
            "account": it.account,
            "name": it.name,
            "role": it.role.as_str(),
            "last_read_at": it.last_read_at.map(time),
            "messages": it.messages,
            "error": it.error,
        })).collect::<Vec<_>>(),
        "blind_since": health.blind_since().map(time),
        "login_left_alone_until": health.login_left_alone_until().map(time),
        "look_back_rests_until": health.look_back_rests_until.map(time),
        "sending": match health.sending {
            SendingView::On => "on",
            SendingView::Off => "off",
            SendingView::Paused(_) => "paused",
            SendingView::Quota(_) => "quota",
        },
        "mails_returned": health.returned.map_or(0, |it| it.count),
        "texts_removed": health.texts_removed.map(|it| json!({
            "applications": it.applications,
            "last_at": time(it.last_at),
        })),
        "in_doubt": health.in_doubt,
        "pending_approvals": health.pending_approvals,
        "version": env!("CARGO_PKG_VERSION"),
    })
}

pub(super) fn person(contact: &Correspondent) -> Value {
    json!({ "name": contact.name, "address": contact.address.as_str() })
}

pub(super) fn time(at: Local) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
}

pub(super) fn id_text(id: Option<&MessageId>) -> Option<&str> {
    id.map(MessageId::as_str)
}

fn state(state: State) -> &'static str {
    match state {
        State::Applied => "applied",
        State::Interviewing => "interviewing",
        State::Waiting => "waiting",
        State::YourTurn => "your_turn",
        State::Asked => "asked",
        State::Approved => "approved",
        State::InDoubt => "in_doubt",
        State::MovedOn => "moved_on",
        State::Closed => "closed",
        State::Offer => "offer",
    }
}

fn turn(turn: Turn) -> &'static str {
    match turn {
        Turn::Them => "them",
        Turn::Me => "me",
        Turn::Nobody => "nobody",
    }
}

fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Mail => "mail",
        Channel::Call => "call",
        Channel::Voicemail => "voicemail",
        Channel::LinkedIn => "linkedin",
        Channel::InPerson => "in_person",
    }
}

fn closed(reason: ClosedReason) -> &'static str {
    match reason {
        ClosedReason::MovedOn => "moved_on",
        ClosedReason::Rejected => "rejected",
        ClosedReason::Withdrawn => "withdrawn",
        ClosedReason::Filled => "filled",
        ClosedReason::AcceptedElsewhere => "accepted_elsewhere",
        ClosedReason::Accepted => "accepted",
        ClosedReason::DoNotContact => "do_not_contact",
        ClosedReason::History => "history",
        ClosedReason::ByUser => "by_user",
    }
}
