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
