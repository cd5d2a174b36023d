//! The look before a message leaves, and the glance at the very last moment.
//!
//! The look reads every watched mailbox and searches all others, in every account, on fresh
//! sessions, each command heard to its tagged OK. What cannot be read makes the whole look blind,
//! and then nothing leaves. Surprising: the glance comes while the submission server already waits
//! for the body. A mailbox that has grown since the look means that the look was too early,
//! whatever has come.

use std::time::Duration;

use anyhow::Context as _;
use chrono::{DateTime, Utc};

use crate::domain::ids::DraftId;
use crate::domain::mailbox::{Cursor, Role};
use crate::imap::{ImapError, Listed};
use crate::store::{Check, MailboxRow};

use super::Service;
use super::entrance::Way;
use super::watch::Reader;

/// The submission server waits meanwhile, for minutes (RFC 5321 §4.5.3.2.5).
const GLANCE: Duration = Duration::from_secs(30);

/// Every mailbox was seen and says that nothing came.
pub(super) struct LastLook {
    /// One for each account.
    views: Vec<View>,
    /// When the look began.
    pub at: DateTime<Utc>,
    /// What was seen, for the record of the attempt.
    pub checks: Vec<Check>,
}

/// The mailboxes of one account as the look left them.
struct View {
    reader: Reader,
    watched: Vec<(String, Cursor)>,
}

impl Service {
    /// Reads everything again. An error says why nothing can be known now.
    pub(super) async fn look_before_sending(&self, draft: DraftId) -> anyhow::Result<LastLook> {
        let at = self.record.clock.now();
        let accounts = &self.record.accounts;
        for looked in self.watch(&accounts.ids()).await? {
            let account = looked.account;
            self.count_refusal(account, &looked.seen).await?;
            let watched = looked.seen.map_err(|error| accounts.blame(account, error))?;
            if let Some(blind) = watched.blind.into_iter().next() {
                return Err(accounts.blame(account, anyhow::anyhow!(blind)));
            }
        }
        super::passed("mailboxes read");
        let mut look = LastLook { views: Vec::new(), at, checks: Vec::new() };
        for way in &self.ways {
            let viewed = self.view_of(way, draft, at).await;
            self.count_refusal(way.account, &viewed).await?;
            match viewed.map_err(|error| accounts.blame(way.account, error)) {
                Ok((view, checks)) => {
                    look.views.push(view);
                    look.checks.extend(checks);
                }
                Err(error) => {
                    look.end().await;
                    return Err(error);
                }
            }
        }
        super::passed("mailboxes searched");
        Ok(look)
    }

    /// The second half of the look, in one account: what was read is all there is, or was searched.
    async fn view_of(
        &self,
        way: &Way,
        draft: DraftId,
        at: DateTime<Utc>,
    ) -> anyhow::Result<(View, Vec<Check>)> {
        let mut reader = Reader::connect(self.door(way)).await?;
        match self.search_elsewhere(&mut reader, draft, at).await {
            Ok((watched, checks)) => Ok((View { reader, watched }, checks)),
            Err(error) => {
                reader.session.logout().await;
                Err(error)
            }
        }
    }

    /// What was read of an account, and the search in the rest of it.
    async fn search_elsewhere(
        &self,
        reader: &mut Reader,
        draft: DraftId,
        at: DateTime<Utc>,
    ) -> anyhow::Result<(Vec<(String, Cursor)>, Vec<Check>)> {
        let listed = reader.session.list().await?;
        let (watched, mut checks) = self.what_was_read(reader, &listed, at).await?;
        let searched = self.look_elsewhere(reader, &listed, draft).await?;
        let now = self.record.clock.now();
        checks.extend(searched.into_iter().map(|it| Check {
            at: now,
            what: format!("{} searched: {} of theirs, all known", it.mailbox, it.found),
        }));
        Ok((watched, checks))
    }

    /// The watched mailboxes as the look left them. Without INBOX and Sent a look proves nothing.
    async fn what_was_read(
        &self,
        reader: &Reader,
        listed: &[Listed],
        at: DateTime<Utc>,
    ) -> anyhow::Result<(Vec<(String, Cursor)>, Vec<Check>)> {
        let account = self.record.accounts.get(reader.account)?;
        let stored = self.record.mailboxes_of(account.id).await?;
        let gmail = reader.is_gmail();
        let mut watched = Vec::new();
        let mut checks = Vec::new();
        let mut roles = Vec::new();
        for mailbox in account.watched_mailboxes(listed, gmail) {
            let row = stored
                .iter()
                .find(|row| row.name == mailbox.raw_name && row.last_read_at >= Some(at))
                .with_context(|| format!("{} was not read", mailbox.display_name))?;
            let MailboxRow { display_name, cursor, messages, .. } = row;
            let cursor = cursor.with_context(|| format!("{display_name} has no cursor"))?;
            let next = cursor.next_uid;
            let name = self.record.accounts.mailbox(account.id, display_name);
            let what = format!("{name} read: {messages} messages, up to UID {next}");
            checks.push(Check { at: row.last_read_at.unwrap_or(at), what });
            watched.push((mailbox.raw_name.clone(), cursor));
            roles.push(account.role_of(mailbox));
        }
        let everything = gmail && roles.contains(&Role::All);
        for (role, name) in [(Role::Inbox, "INBOX"), (Role::Sent, "Sent mailbox")] {
            anyhow::ensure!(everything || roles.contains(&role), "the server shows no {name}");
        }
        Ok((watched, checks))
    }
}

impl LastLook {
    /// Whether every watched mailbox still ends where the look left it. `false` if one has grown,
    /// or is not the one that was looked at.
    pub(super) async fn still_true(&mut self) -> anyhow::Result<bool> {
        let glance = tokio::time::timeout(GLANCE, self.compare()).await;
        glance.context("The mailboxes did not answer in time")?
    }

    async fn compare(&mut self) -> anyhow::Result<bool> {
        for view in &mut self.views {
            if !view.is_as_it_was().await? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Says goodbye.
    pub(super) async fn end(self) {
        for view in self.views {
            view.reader.session.logout().await;
        }
    }
}

impl View {
    /// Whether each mailbox is the one that was looked at, and ends where it ended.
    async fn is_as_it_was(&mut self) -> Result<bool, ImapError> {
        self.reader.open = None;
        for (name, cursor) in &self.watched {
            let opened = self.reader.session.examine(name).await?;
            let same = opened.uid_validity == cursor.uid_validity;
            if !same || opened.uid_next != cursor.next_uid {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
