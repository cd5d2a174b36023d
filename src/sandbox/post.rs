//! Messages and the mailboxes they lie in. It knows no protocol.
//!
//! | style | a message | a copy in another mailbox |
//! |---|---|---|
//! | plain | lies in one mailbox | is another message |
//! | Gmail | lies in All Mail and in one mailbox for each label | is one more label |
//!
//! Surprising: in Gmail style a mail to oneself is one message with the labels of INBOX and of
//! Sent, and unsent drafts lie in All Mail beside what was sent.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, Offset as _, Utc};

use super::Style;
use header::{header, ids};

pub(super) mod header;

/// Gmail's ids are large numbers; these begin where a mistake for a UID would show.
const FIRST_ID: u64 = 1_780_000_000_000_000_001;
const ALL_MAIL: &str = "[Gmail]/All Mail";
const GMAIL_SENT: &str = "[Gmail]/Sent Mail";

/// Name and special use (RFC 6154).
const PLAIN: [(&str, &str); 6] = [
    ("INBOX", ""),
    ("Drafts", "\\Drafts"),
    ("Sent", "\\Sent"),
    ("Junk", "\\Junk"),
    ("Trash", "\\Trash"),
    ("Archive", "\\Archive"),
];
const GMAIL: [(&str, &str); 6] = [
    ("INBOX", ""),
    (ALL_MAIL, "\\All"),
    (GMAIL_SENT, "\\Sent"),
    ("[Gmail]/Drafts", "\\Drafts"),
    ("[Gmail]/Spam", "\\Junk"),
    ("[Gmail]/Trash", "\\Trash"),
];

/// Mail that was handed in for somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    pub from: String,
    pub to: String,
    /// Exactly as handed in.
    pub bytes: Vec<u8>,
    pub at: DateTime<Utc>,
}

#[derive(Debug)]
pub(super) struct Message {
    pub id: u64,
    pub thread: u64,
    pub bytes: Arc<[u8]>,
    pub arrived_at: DateTime<Utc>,
    pub flags: BTreeSet<String>,
    /// Only in Gmail style; Gmail's own begin with a backslash.
    pub labels: BTreeSet<String>,
}

/// A message in a mailbox.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub uid: u32,
    /// Place in [`Post::messages`].
    message: usize,
}

#[derive(Debug)]
pub(super) struct Mailbox {
    pub name: String,
    /// Empty if it has none.
    pub special_use: &'static str,
    pub uid_validity: u32,
    pub uid_next: u32,
    pub entries: Vec<Entry>,
    /// Sequence numbers of messages that were removed, in order; each as it was then.
    pub removals: Vec<usize>,
    /// Not shown to clients, as the user can have it at Gmail.
    pub hidden: bool,
}

#[derive(Debug)]
pub(super) struct Post {
    pub style: Style,
    address: String,
    messages: Vec<Message>,
    pub mailboxes: Vec<Mailbox>,
    pub outbox: Vec<Delivered>,
    /// The server's own, by which it dates mail and searches for days.
    pub calendar: FixedOffset,
    /// A UIDVALIDITY is never given twice.
    last_validity: u32,
}

impl Post {
    pub(super) fn new(style: Style, address: &str) -> Self {
        let mut post = Self {
            style,
            address: address.to_owned(),
            messages: Vec::new(),
            mailboxes: Vec::new(),
            outbox: Vec::new(),
            calendar: Utc.fix(),
            last_validity: 1_000,
        };
        let names = match style {
            Style::Plain => PLAIN,
            Style::Gmail => GMAIL,
        };
        for (name, special_use) in names {
            post.make(name, special_use);
        }
        post
    }

    fn make(&mut self, name: &str, special_use: &'static str) {
        self.last_validity += 1;
        self.mailboxes.push(Mailbox {
            name: name.to_owned(),
            special_use,
            uid_validity: self.last_validity,
            uid_next: 1,
            entries: Vec::new(),
            removals: Vec::new(),
            hidden: false,
        });
    }

    pub(super) fn mailbox(&self, name: &str) -> Option<&Mailbox> {
        self.mailboxes.iter().find(|mailbox| is_name(&mailbox.name, name))
    }

    fn mailbox_mut(&mut self, name: &str) -> Option<&mut Mailbox> {
        self.mailboxes.iter_mut().find(|mailbox| is_name(&mailbox.name, name))
    }

    pub(super) fn message(&self, entry: Entry) -> Option<&Message> {
        self.messages.get(entry.message)
    }

    pub(super) fn set_flag(&mut self, entry: Entry, flag: &str) {
        if let Some(message) = self.messages.get_mut(entry.message) {
            message.flags.insert(flag.to_owned());
        }
    }

    pub(super) fn contents<T>(&self, mailbox: &str, what: impl Fn(&Message) -> T) -> Vec<T> {
        let entries = self.mailbox(mailbox).map(|it| it.entries.as_slice()).unwrap_or_default();
        entries.iter().filter_map(|entry| self.message(*entry)).map(what).collect()
    }

    /// Puts a message into a mailbox and gives its UID there.
    pub(super) fn put(
        &mut self,
        mailbox: &str,
        bytes: &[u8],
        arrived_at: DateTime<Utc>,
        flags: &[String],
    ) -> u32 {
        if self.mailbox(mailbox).is_none() {
            self.make(mailbox, "");
        }
        match self.style {
            Style::Plain => {
                let message = self.store(bytes, arrived_at, flags);
                self.enter(mailbox, message)
            }
            Style::Gmail => {
                let known = self.known(bytes);
                let message = known.unwrap_or_else(|| self.store(bytes, arrived_at, flags));
                self.label(message, mailbox);
                self.enter_all_mail(message);
                self.enter(mailbox, message)
            }
        }
    }

    /// Takes in what was handed in over SMTP: to the account, to others, or both.
    pub(super) fn submit(&mut self, from: &str, to: &[String], bytes: &[u8], now: DateTime<Utc>) {
        let (own, others): (Vec<&String>, Vec<&String>) =
            to.iter().partition(|address| address.eq_ignore_ascii_case(&self.address));
        for to in others {
            let (from, to) = (from.to_owned(), to.clone());
            self.outbox.push(Delivered { from, to, bytes: bytes.to_vec(), at: now });
        }
        match self.style {
            Style::Plain => {
                for _ in own {
                    self.put("INBOX", &traced(from, bytes, now), now, &[]);
                }
            }
            Style::Gmail => {
                self.put(GMAIL_SENT, bytes, now, &["\\Seen".to_owned()]);
                if !own.is_empty() {
                    self.put("INBOX", bytes, now, &[]);
                }
            }
        }
    }

    pub(super) fn renumber(&mut self, mailbox: &str) {
        self.last_validity += 1;
        let validity = self.last_validity;
        if let Some(mailbox) = self.mailbox_mut(mailbox) {
            mailbox.uid_validity = validity;
            for (uid, entry) in (1..).zip(&mut mailbox.entries) {
                entry.uid = uid;
                mailbox.uid_next = uid + 1;
            }
        }
    }

    pub(super) fn hide(&mut self, mailbox: &str) {
        if let Some(mailbox) = self.mailbox_mut(mailbox) {
            mailbox.hidden = true;
        }
    }

    /// Takes a message out of a mailbox; `false` if it is not there. In Gmail style it loses a
    /// label and stays in All Mail.
    pub(super) fn remove(&mut self, mailbox: &str, message_id: &str) -> bool {
        let has_id = |entry: &Entry| {
            let id = self.message(*entry).and_then(|it| header(&it.bytes, "Message-ID"));
            id.is_some_and(|value| ids(&value).iter().any(|id| id == message_id))
        };
        let place = self.mailbox(mailbox).and_then(|it| it.entries.iter().position(has_id));
        let (Some(place), Some(mailbox)) = (place, self.mailbox_mut(mailbox)) else {
            return false;
        };
        let entry = mailbox.entries.remove(place);
        mailbox.removals.push(place + 1);
        let label = label_of(&mailbox.name).map(str::to_owned);
        if let (Some(label), Some(message)) = (label, self.messages.get_mut(entry.message)) {
            message.labels.remove(&label);
        }
        true
    }

    fn store(&mut self, bytes: &[u8], arrived_at: DateTime<Utc>, flags: &[String]) -> usize {
        let place = self.messages.len();
        let id = FIRST_ID + place as u64;
        let thread = self.thread_of(bytes).unwrap_or(id);
        self.messages.push(Message {
            id,
            thread,
            bytes: bytes.into(),
            arrived_at,
            flags: flags.iter().cloned().collect(),
            labels: BTreeSet::new(),
        });
        place
    }

    fn enter(&mut self, mailbox: &str, message: usize) -> u32 {
        let Some(mailbox) = self.mailbox_mut(mailbox) else { return 0 };
        if let Some(there) = mailbox.entries.iter().find(|entry| entry.message == message) {
            return there.uid;
        }
        let uid = mailbox.uid_next;
        mailbox.uid_next += 1;
        mailbox.entries.push(Entry { uid, message });
        uid
    }

    fn enter_all_mail(&mut self, message: usize) {
        let hidden = self.messages.get(message).is_some_and(|message| {
            message.labels.iter().any(|label| label == "\\Spam" || label == "\\Trash")
        });
        if !hidden {
            self.enter(ALL_MAIL, message);
        }
    }

    fn label(&mut self, message: usize, mailbox: &str) {
        let Some(label) = label_of(mailbox) else { return };
        if let Some(message) = self.messages.get_mut(message) {
            message.labels.insert(label.to_owned());
            if label == "\\Draft" {
                message.flags.insert("\\Draft".to_owned());
            }
        }
    }

    /// A message of the same Message-ID: Gmail keeps one.
    fn known(&self, bytes: &[u8]) -> Option<usize> {
        let id = header(bytes, "Message-ID")?;
        self.messages
            .iter()
            .position(|message| header(&message.bytes, "Message-ID").as_ref() == Some(&id))
    }

    /// The thread of the newest message it refers to.
    fn thread_of(&self, bytes: &[u8]) -> Option<u64> {
        let named: Vec<String> = ["References", "In-Reply-To"]
            .iter()
            .filter_map(|name| header(bytes, name))
            .flat_map(|value| ids(&value))
            .collect();
        if named.is_empty() {
            return None;
        }
        self.messages
            .iter()
            .rev()
            .find(|message| {
                let id = header(&message.bytes, "Message-ID").map(|value| ids(&value));
                id.unwrap_or_default().iter().any(|id| named.contains(id))
            })
            .map(|message| message.thread)
    }
}

/// Gmail's label for what lies in a mailbox; All Mail has none.
fn label_of(mailbox: &str) -> Option<&str> {
    Some(match mailbox {
        "INBOX" => "\\Inbox",
        GMAIL_SENT => "\\Sent",
        "[Gmail]/Drafts" => "\\Draft",
        "[Gmail]/Spam" => "\\Spam",
        "[Gmail]/Trash" => "\\Trash",
        ALL_MAIL => return None,
        other => other,
    })
}

/// INBOX is one name in any case; other names are as they are.
fn is_name(name: &str, asked: &str) -> bool {
    name == asked || (name == "INBOX" && asked.eq_ignore_ascii_case(name))
}

/// With the lines a server adds on top when mail arrives.
fn traced(from: &str, bytes: &[u8], now: DateTime<Utc>) -> Vec<u8> {
    let date = now.to_rfc2822();
    let trace = format!(
        "Return-Path: <{from}>\r\nReceived: from [127.0.0.1] by localhost with ESMTPSA; {date}\r\n"
    );
    [trace.as_bytes(), bytes].concat()
}

#[cfg(test)]
mod tests;
