//! By what a message is known again when it turns up in another mailbox, in another account, or
//! under another number.
//!
//! A Message-ID alone is no identity: its sender chooses it. It counts together with sender,
//! date and subject. Numbers that a server gives count only where there is no Message-ID: a copy
//! in another account has others.

use sha2::{Digest as _, Sha256};

use crate::domain::message::Message;
use crate::imap::FetchedHeaders;

/// The content identity of a message.
#[must_use]
pub fn content_identity(message: &Message, fetched: &FetchedHeaders) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut field = |name: &str, text: &str| {
        hash.update(name.as_bytes());
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    };
    match (&message.message_id, fetched.gmail_message_id, &fetched.email_id) {
        (Some(id), _, _) => field("message-id", id.as_str()),
        (None, Some(id), _) => field("gmail", &id.to_string()),
        (None, None, Some(id)) => field("email-id", id),
        (None, None, None) => {
            field("size", &fetched.size.to_string());
            field("headers", &String::from_utf8_lossy(&fetched.headers));
        }
    }
    for person in &message.from {
        field("from", person.address.as_str());
    }
    field("date", &message.date.map(|date| date.timestamp().to_string()).unwrap_or_default());
    field("subject", &message.subject);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::read::read_fields;

    const HEADERS: &str = "From: Anna <anna@acme.example>\r\nDate: Fri, 20 Nov 2026 10:00:00 +0100\r\n\
        Subject: Interview\r\nMessage-ID: <1@acme.example>\r\n\r\n";

    fn identity(headers: &str, gmail: Option<u64>, email_id: Option<&str>) -> [u8; 32] {
        let fetched = FetchedHeaders {
            uid: 1,
            arrived_at: None,
            size: 900,
            draft: false,
            sent: false,
            gmail_message_id: gmail,
            gmail_thread_id: None,
            email_id: email_id.map(str::to_owned),
            thread_id: None,
            headers: headers.as_bytes().to_vec(),
        };
        content_identity(&read_fields(headers.as_bytes()), &fetched)
    }

    #[test]
    fn the_same_message_is_known_again_and_another_under_its_id_is_another() {
        let plain = |headers: &str| identity(headers, None, None);
        let first = plain(HEADERS);
        assert_eq!(plain(&format!("X-Moved: yes\r\n{HEADERS}")), first, "other lines do not count");
        for (from, to) in [
            ("anna@acme.example>", "eve@acme.example>"),
            ("10:00:00", "10:00:01"),
            ("Interview", "Interview?"),
            ("<1@", "<2@"),
        ] {
            assert_ne!(plain(&HEADERS.replace(from, to)), first, "{to}");
        }
    }

    #[test]
    fn a_number_of_the_servers_own_counts_only_where_there_is_no_id() {
        // A copy in another account has another number there.
        assert_eq!(identity(HEADERS, Some(7), None), identity(HEADERS, Some(8), None));
        assert_eq!(identity(HEADERS, None, Some("M1")), identity(HEADERS, None, Some("M2")));
        let nameless = HEADERS.replace("Message-ID: <1@acme.example>\r\n", "");
        let by_gmail = |number: u64| identity(&nameless, Some(number), None);
        assert_eq!(by_gmail(7), by_gmail(7));
        assert_ne!(by_gmail(7), by_gmail(8));
        let by = |email_id: &str| identity(&nameless, None, Some(email_id));
        assert_eq!(by("M1"), by("M1"));
        assert_ne!(by("M1"), by("M2"));
        assert_ne!(identity(&nameless, None, None), identity(HEADERS, None, None));
        let other = nameless.replace("Interview", "Rejection");
        assert_ne!(identity(&nameless, None, None), identity(&other, None, None));
    }
}
