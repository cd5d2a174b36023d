//! Which mailboxes there are, and what each is for.
//!
//! A role comes from the server's word (RFC 6154), else from a name in one of many languages.
//! It does not open anything and remembers nothing.
//! Surprising: a mailbox called "Sent Items" counts as a Sent mailbox even beside one the server
//! marks: people write from several programs, and each files in its own.

mod names;

use std::collections::BTreeSet;

use async_imap::imap_proto::{MailboxDatum, MailboxListData, NameAttribute, Response};

use super::quote::{quoted, unescaped};
use super::{ImapError, Session, utf7};
use crate::domain::mailbox::Role;

/// One mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// As the server writes it; this is what goes back to it.
    pub raw_name: String,
    /// For people; free of control characters.
    pub display_name: String,
    pub role: Role,
    /// False for mere branches, and for names that cannot be sent back safely.
    pub selectable: bool,
    /// What separates the levels of a name.
    pub delimiter: Option<char>,
}

/// A mailbox with what the server itself says about its use.
#[derive(Debug)]
struct Seen {
    raw_name: String,
    delimiter: Option<char>,
    selectable: bool,
    declared: Option<Role>,
}

/// More names than this are not a person's mail.
const MOST_MAILBOXES: usize = 20_000;

impl Session {
    /// All mailboxes. An empty answer is an error: everybody has an INBOX.
    pub async fn list(&mut self) -> Result<Vec<Listed>, ImapError> {
        let mut seen = self.list_with("LIST \"\" \"*\"").await?;
        if seen.is_empty() {
            return Err(ImapError::Protocol("LIST: no mailboxes at all".to_owned()));
        }
        let marked = seen.iter().any(|mailbox| mailbox.declared.is_some());
        if !marked && self.capabilities.has("SPECIAL-USE") {
            match self.list_with("LIST (SPECIAL-USE) \"\" \"*\"").await {
                Ok(special) => declare(&mut seen, special),
                // Then the names have to do.
                Err(_) if self.wire.is_usable() => {}
                Err(e) => return Err(e),
            }
        }
        Ok(with_roles(seen))
    }

    async fn list_with(&mut self, line: &str) -> Result<Vec<Seen>, ImapError> {
        let mut seen = Vec::new();
        let mut names = BTreeSet::new();
        self.wire
            .run("LIST", line, &mut |response| {
                if let Response::MailboxData(MailboxDatum::List(listed)) = response {
                    let mailbox = Seen::read(listed);
                    if names.insert(mailbox.raw_name.clone()) {
                        seen.push(mailbox);
                    }
                }
                if seen.len() > MOST_MAILBOXES {
                    return Err(ImapError::Protocol("LIST: too many mailboxes".to_owned()));
                }
                Ok(())
            })
            .await?;
        Ok(seen)
    }
}

impl Seen {
    fn read(listed: &MailboxListData<'_>) -> Self {
        let raw_name = unescaped(&listed.name);
        let branch = listed.name_attributes.iter().any(|attribute| match attribute {
            NameAttribute::NoSelect => true,
            NameAttribute::Extension(name) => name.eq_ignore_ascii_case("\\NonExistent"),
            // The library's enum is open.
            _ => false,
        });
        let delimiter = listed.delimiter.as_deref().and_then(|text| unescaped(text).chars().next());
        Self {
            selectable: !branch && !raw_name.is_empty() && quoted(&raw_name).is_ok(),
            declared: listed.name_attributes.iter().find_map(declared_role),
            delimiter,
            raw_name,
        }
    }

    /// The role its name suggests; only names at the top, or right below INBOX or `[Gmail]`,
    /// are looked at: "Clients/Sent" is about clients.
    fn role_by_name(&self) -> Option<Role> {
        let readable = utf7::readable(&self.raw_name);
        let leaf = match self.delimiter.and_then(|delimiter| readable.rsplit_once(delimiter)) {
            None => &readable,
            Some((parent, leaf)) => {
                let usual = ["INBOX", "[Gmail]", "[Google Mail]"];
                usual.iter().any(|root| parent.eq_ignore_ascii_case(root)).then_some(leaf)?
            }
        };
        names::role(leaf)
    }
}

fn declared_role(attribute: &NameAttribute<'_>) -> Option<Role> {
    match attribute {
        NameAttribute::All => Some(Role::All),
        NameAttribute::Archive => Some(Role::Archive),
        NameAttribute::Drafts => Some(Role::Drafts),
        NameAttribute::Junk => Some(Role::Junk),
        NameAttribute::Sent => Some(Role::Sent),
        NameAttribute::Trash => Some(Role::Trash),
        // Gmail's older word for \Junk; the library's enum is open.
        NameAttribute::Extension(name) if name.eq_ignore_ascii_case("\\Spam") => Some(Role::Junk),
        _ => None,
    }
}

/// Adds what a second listing declares.
fn declare(seen: &mut [Seen], special: Vec<Seen>) {
    for extra in special {
        if let Some(known) = seen.iter_mut().find(|known| known.raw_name == extra.raw_name) {
            known.declared = known.declared.or(extra.declared);
        }
    }
}

fn with_roles(seen: Vec<Seen>) -> Vec<Listed> {
    let declared: Vec<Role> =
        seen.iter().filter(|s| s.selectable).filter_map(|s| s.declared).collect();
    seen.into_iter()
        .map(|mailbox| {
            let by_name = || {
                mailbox
                    .role_by_name()
                    .filter(|role| *role == Role::Sent || !declared.contains(role))
            };
            let role = if mailbox.raw_name.eq_ignore_ascii_case("INBOX") {
                Role::Inbox
            } else if mailbox.selectable {
                mailbox.declared.or_else(by_name).unwrap_or(Role::Other)
            } else {
                Role::Other
            };
            Listed {
                display_name: utf7::readable(&mailbox.raw_name),
                raw_name: mailbox.raw_name,
                role,
                selectable: mailbox.selectable,
                delimiter: mailbox.delimiter,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
