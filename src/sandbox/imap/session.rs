//! What a client may do in which state, and the answers to it. No socket in here.
//!
//! Surprising: what came and went is announced before the tagged reply of whatever comes next, not
//! only while idle, so a client that never idles hears of it as well (RFC 3501 §7.3.1).

use std::borrow::Cow;

use imap_codec::imap_types::command::CommandBody;
use imap_codec::imap_types::core::AString;
use imap_codec::imap_types::extensions::binary::LiteralOrLiteral8;
use imap_codec::imap_types::fetch::MacroOrMessageDataItemNames;
use imap_codec::imap_types::flag::Flag;
use imap_codec::imap_types::mailbox::{ListMailbox, Mailbox};
use imap_codec::imap_types::search::SearchKey;
use imap_codec::imap_types::sequence::{SeqOrUid, Sequence, SequenceSet};
use imap_codec::imap_types::status::StatusDataItemName;

use super::super::post::{Entry, Post};
use super::super::{Shared, Style, lock};
use super::{fetch, search};

/// What the server offers.
const OFFERED: &str = "IMAP4rev1 ID IDLE SPECIAL-USE AUTH=PLAIN";

/// What is said to a command.
pub(super) struct Answer {
    pub bytes: Vec<u8>,
    pub close: bool,
    /// Something came into a mailbox.
    pub changed: bool,
}

impl Answer {
    pub(super) fn ok(bytes: Vec<u8>) -> Self {
        Self { bytes, close: false, changed: false }
    }
}

/// The mailbox that is open.
struct Open {
    name: String,
    writable: bool,
    /// Messages the client knows of.
    told: usize,
    /// How many of the removals it was told of.
    removals: usize,
}

pub(super) struct Session<'a> {
    shared: &'a Shared,
    logged_in: bool,
    open: Option<Open>,
}

impl<'a> Session<'a> {
    pub(super) fn new(shared: &'a Shared) -> Self {
        Self { shared, logged_in: false, open: None }
    }

    pub(super) fn has_open_mailbox(&self) -> bool {
        self.open.is_some()
    }

    /// The end of a SASL exchange.
    pub(super) fn authenticated(&mut self, tag: &str, known: bool) -> Answer {
        self.logged_in = known;
        self.logged(tag)
    }

    fn logged(&self, tag: &str) -> Answer {
        let said =
            if self.logged_in { "OK welcome" } else { "NO [AUTHENTICATIONFAILED] who are you?" };
        Answer::ok(format!("{tag} {said}\r\n").into_bytes())
    }

    /// Does what a command says and answers it.
    pub(super) fn carry_out(&mut self, tag: &str, body: CommandBody<'_>, gmail: bool) -> Answer {
        let result = match body {
            CommandBody::Capability => Ok(self.capability()),
            CommandBody::Noop => Ok(Vec::new()),
            CommandBody::Id { .. } => Ok(b"* ID (\"name\" \"Afterword sandbox\")\r\n".to_vec()),
            CommandBody::Logout => {
                let bytes = format!("* BYE see you\r\n{tag} OK bye\r\n").into_bytes();
                return Answer { bytes, close: true, changed: false };
            }
            CommandBody::Login { username, password } => {
                let password = password.declassify();
                self.logged_in = self.shared.knows(username.as_ref(), password.as_ref());
                return self.logged(tag);
            }
            _ if !self.logged_in => Err("BAD log in first"),
            CommandBody::List { mailbox_wildcard, .. } => Ok(self.list(&mailbox_wildcard)),
            CommandBody::Examine { mailbox } => self.open(&mailbox, false),
            CommandBody::Select { mailbox } => self.open(&mailbox, true),
            CommandBody::Status { mailbox, item_names } => self.status(&mailbox, &item_names),
            CommandBody::Append { mailbox, flags, date, message } => {
                let at = date.map(|date| date.as_ref().to_utc());
                return self.append(tag, &mailbox, &flags, at, &message);
            }
            CommandBody::Fetch {
                sequence_set,
                macro_or_item_names: MacroOrMessageDataItemNames::MessageDataItemNames(items),
                uid: true,
            } => self.fetch(&sequence_set, &items, gmail),
            CommandBody::Search { charset: None, criteria, uid: true } => {
                self.search(criteria.as_ref())
            }
            _ => Err("BAD this is not served here"),
        };
        match result {
            Ok(mut bytes) => {
                bytes.extend(self.news().into_bytes());
                bytes.extend(format!("{tag} OK done\r\n").into_bytes());
                Answer::ok(bytes)
            }
            Err(said) => Answer::ok(format!("{tag} {said}\r\n").into_bytes()),
        }
    }

    fn capability(&self) -> Vec<u8> {
        let gmail = lock(&self.shared.post).style == Style::Gmail;
        let more = if gmail && self.logged_in { " X-GM-EXT-1" } else { "" };
        let tokens = if self.shared.takes_tokens() { " AUTH=XOAUTH2" } else { "" };
        format!("* CAPABILITY {OFFERED}{tokens}{more}\r\n").into_bytes()
    }

    fn list(&self, asked: &ListMailbox<'_>) -> Vec<u8> {
        let asked = match asked {
            ListMailbox::Token(token) => String::from_utf8_lossy(token.as_ref()).into_owned(),
            ListMailbox::String(string) => String::from_utf8_lossy(string.as_ref()).into_owned(),
        };
        if asked.is_empty() {
            return b"* LIST (\\Noselect) \"/\" \"\"\r\n".to_vec();
        }
        let post = lock(&self.shared.post);
        let mut lines = String::new();
        if post.style == Style::Gmail && asked == "*" {
            lines.push_str("* LIST (\\HasChildren \\Noselect) \"/\" \"[Gmail]\"\r\n");
        }
        for mailbox in post.mailboxes.iter().filter(|mailbox| !mailbox.hidden) {
            if asked == "*" || asked == "%" || asked == mailbox.name {
                let space = if mailbox.special_use.is_empty() { "" } else { " " };
                lines.push_str(&format!(
                    "* LIST (\\HasNoChildren{space}{}) \"/\" {}\r\n",
                    mailbox.special_use,
                    fetch::quoted(&mailbox.name)
                ));
            }
        }
        lines.into_bytes()
    }

    fn open(&mut self, mailbox: &Mailbox<'_>, writable: bool) -> Result<Vec<u8>, &'static str> {
        self.open = None;
        let post = lock(&self.shared.post);
        let shown = post.mailbox(&name_of(mailbox)).filter(|mailbox| !mailbox.hidden);
        let Some(mailbox) = shown else { return Err("NO [NONEXISTENT] no such mailbox") };
        let (told, removals) = (mailbox.entries.len(), mailbox.removals.len());
        self.open = Some(Open { name: mailbox.name.clone(), writable, told, removals });
        Ok(format!(
            "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n* {told} EXISTS\r\n\
             * 0 RECENT\r\n* OK [UIDVALIDITY {}] as long as it lasts\r\n\
             * OK [UIDNEXT {}] the next one\r\n",
            mailbox.uid_validity, mailbox.uid_next
        )
        .into_bytes())
    }

    fn status(
        &self,
        mailbox: &Mailbox<'_>,
        items: &[StatusDataItemName],
    ) -> Result<Vec<u8>, &'static str> {
        let post = lock(&self.shared.post);
        let Some(mailbox) = post.mailbox(&name_of(mailbox)) else {
            return Err("NO [NONEXISTENT] no such mailbox");
        };
        let mut said = Vec::new();
        for item in items {
            said.push(match item {
                StatusDataItemName::Messages => format!("MESSAGES {}", mailbox.entries.len()),
                StatusDataItemName::UidNext => format!("UIDNEXT {}", mailbox.uid_next),
                StatusDataItemName::UidValidity => format!("UIDVALIDITY {}", mailbox.uid_validity),
                _ => return Err("BAD this item is not served here"),
            });
        }
        let name = fetch::quoted(&mailbox.name);
        Ok(format!("* STATUS {name} ({})\r\n", said.join(" ")).into_bytes())
    }

    fn append(
        &mut self,
        tag: &str,
        mailbox: &Mailbox<'_>,
        flags: &[Flag<'_>],
        at: Option<chrono::DateTime<chrono::Utc>>,
        message: &LiteralOrLiteral8<'_>,
    ) -> Answer {
        let LiteralOrLiteral8::Literal(message) = message else {
            return Answer::ok(format!("{tag} BAD no binary here\r\n").into_bytes());
        };
        let name = name_of(mailbox);
        let now = self.shared.now();
        let mut post = lock(&self.shared.post);
        if post.mailbox(&name).is_none() {
            return Answer::ok(format!("{tag} NO [TRYCREATE] no such mailbox\r\n").into_bytes());
        }
        let flags: Vec<String> = flags.iter().map(ToString::to_string).collect();
        post.put(&name, message.as_ref(), at.unwrap_or(now), &flags);
        drop(post);
        let bytes = format!("{}{tag} OK filed\r\n", self.news()).into_bytes();
        Answer { bytes, close: false, changed: true }
    }

    fn fetch(
        &self,
        set: &SequenceSet,
        items: &[imap_codec::imap_types::fetch::MessageDataItemName<'_>],
        gmail: bool,
    ) -> Result<Vec<u8>, &'static str> {
        let open = self.open.as_ref().ok_or("BAD no mailbox is open")?;
        let mut post = lock(&self.shared.post);
        let mut bytes = Vec::new();
        for (number, entry) in entries(&post, open, set) {
            if open.writable && fetch::marks_seen(items) {
                post.set_flag(entry, "\\Seen");
            }
            let Some(message) = post.message(entry) else { continue };
            let line = fetch::line(number, entry.uid, message, items, post.calendar, gmail);
            bytes.extend(line.ok_or("BAD this item is not served here")?);
        }
        Ok(bytes)
    }

    fn search(&self, criteria: &[SearchKey<'_>]) -> Result<Vec<u8>, &'static str> {
        let open = self.open.as_ref().ok_or("BAD no mailbox is open")?;
        let post = lock(&self.shared.post);
        let mailbox = post.mailbox(&open.name).ok_or("NO the mailbox is gone")?;
        let mut line = "* SEARCH".to_owned();
        for entry in &mailbox.entries {
            let Some(message) = post.message(*entry) else { continue };
            let wanted = |uid: u32, set: &SequenceSet| is_in(set, uid, mailbox.uid_next - 1);
            let arrived_on = message.arrived_at.with_timezone(&post.calendar).date_naive();
            let fits = search::fits_all(criteria, entry.uid, message, arrived_on, &wanted)
                .ok_or("BAD this search is not served here")?;
            if fits {
                line.push_str(&format!(" {}", entry.uid));
            }
        }
        line.push_str("\r\n");
        Ok(line.into_bytes())
    }

    /// What the client was not told yet: which messages are gone, then how many there are.
    pub(super) fn news(&mut self) -> String {
        let mut lines = String::new();
        let Some(open) = &mut self.open else { return lines };
        let post = lock(&self.shared.post);
        let Some(mailbox) = post.mailbox(&open.name) else { return lines };
        for number in mailbox.removals.iter().skip(open.removals) {
            // What came and went unannounced was never there.
            if *number <= open.told {
                open.told -= 1;
                lines.push_str(&format!("* {number} EXPUNGE\r\n"));
            }
        }
        open.removals = mailbox.removals.len();
        if open.told != mailbox.entries.len() {
            open.told = mailbox.entries.len();
            lines.push_str(&format!("* {} EXISTS\r\n", open.told));
        }
        lines
    }
}

/// Sequence number and entry of every message in the set.
fn entries(post: &Post, open: &Open, set: &SequenceSet) -> Vec<(usize, Entry)> {
    let Some(mailbox) = post.mailbox(&open.name) else { return Vec::new() };
    let highest = mailbox.entries.last().map_or(0, |entry| entry.uid);
    let numbered = (1..).zip(mailbox.entries.iter().copied());
    numbered.filter(|(_, entry)| is_in(set, entry.uid, highest)).collect()
}

fn is_in(set: &SequenceSet, uid: u32, highest: u32) -> bool {
    let value = |end: &SeqOrUid| match end {
        SeqOrUid::Value(value) => value.get(),
        SeqOrUid::Asterisk => highest,
    };
    set.0.as_ref().iter().any(|sequence| match sequence {
        Sequence::Single(one) => value(one) == uid,
        Sequence::Range(a, b) => {
            let (a, b) = (value(a), value(b));
            (a.min(b)..=a.max(b)).contains(&uid)
        }
    })
}

fn name_of<'m>(mailbox: &'m Mailbox<'_>) -> Cow<'m, str> {
    match mailbox {
        Mailbox::Inbox => Cow::Borrowed("INBOX"),
        Mailbox::Other(other) => text(other.inner()),
    }
}

/// A value of a command as text.
pub(super) fn text<'v>(value: &'v AString<'_>) -> Cow<'v, str> {
    String::from_utf8_lossy(value.as_ref())
}
