//! Removes the texts of applications that ended long ago, where `[privacy] keep_days` wants that.
//! It is asked for by every pass and done once a day.
//!
//! The surprising fact: our own clock alone removes nothing. Mail that arrived while we watched has
//! to show that the time has passed at the mail server as well, and everything has to be read.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::ids::MailboxId;
use crate::domain::old_texts::{is_over, old_before};
use crate::domain::reason::plain_day;
use crate::store::{TextClocks, Tx};

use super::Record;

/// How often old texts are looked for.
const EVERY: TimeDelta = TimeDelta::days(1);

impl Record {
    /// Removes what has had its time, and overwrites it in the files.
    pub(super) async fn remove_old_texts(&self) -> anyhow::Result<()> {
        let Some(keep_days) = self.config.privacy.keep_days else { return Ok(()) };
        let now = self.clock.now();
        let mut tx = self.store.snapshot().await?;
        let TextClocks { server_time, looked_at } = tx.text_clocks().await?;
        let lately = looked_at.is_some_and(|at| (now - at).abs() < EVERY);
        let Some(server_time) = server_time.filter(|_| !lately) else { return Ok(()) };
        if !self.has_read_everything(&mut tx).await? {
            return Ok(());
        }
        drop(tx);
        let before = old_before(keep_days, now, server_time);
        let removed = self.empty_old_texts(before, server_time, now).await?;
        // What an earlier pass emptied may not be overwritten yet.
        if removed || looked_at.is_none() {
            match self.store.overwrite_removed().await {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(error) => {
                    tracing::warn!("removed texts are not overwritten yet: {error}");
                    return Ok(());
                }
            }
        }
        let mut tx = self.store.begin().await?;
        tx.texts_were_looked_for(now).await?;
        Ok(tx.commit().await?)
    }

    /// Whether there was anything.
    async fn empty_old_texts(
        &self,
        before: DateTime<Utc>,
        server_time: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<bool> {
        let mut tx = self.store.begin().await?;
        let younger = tx.first_entry_after(before, now.min(server_time)).await?;
        let mut ended = Vec::new();
        for case in self.load_cases(&mut tx, now).await? {
            let id = case.application.id;
            if is_over(&case.follow_up) && tx.is_quiet_since(id, before, younger).await? {
                ended.push(id);
            }
        }
        let Some(applications) = tx.remove_texts(self.account, &ended, before, now).await? else {
            return Ok(false);
        };
        self.store.commit_removal(tx).await?;
        self.read_anew();
        tracing::info!(applications, "old texts were removed");
        Ok(true)
    }

    /// For `check`: what becomes of old texts; `None` if they are kept.
    pub(super) async fn says_of_old_texts(&self) -> anyhow::Result<Option<String>> {
        let Some(keep_days) = self.config.privacy.keep_days else { return Ok(None) };
        let mut tx = self.store.snapshot().await?;
        let removed = tx.texts_removed(self.account).await?;
        let so_far = match removed.values().max() {
            Some(at) => {
                let day = plain_day(self.local(*at).date_naive());
                format!("so far those of {}, last on {day}", removed.len())
            }
            None => "so far of none".to_owned(),
        };
        let waits = if self.has_read_everything(&mut tx).await? {
            ""
        } else {
            "; none goes before everything was read"
        };
        Ok(Some(format!(
            "those of an application that ended are removed {keep_days} days after the last thing \
             that happened in it; {so_far}{waits}"
        )))
    }

    /// Whether all accounts were read, the past as well: a message that belongs to an application
    /// must not turn up after its texts are gone.
    async fn has_read_everything(&self, tx: &mut Tx) -> anyhow::Result<bool> {
        for account in self.accounts.iter().map(|account| account.id) {
            let mailboxes = tx.load_mailboxes(account).await?;
            let last = mailboxes.iter().filter_map(|it| it.last_read_at).max();
            let watched = mailboxes.iter().filter(|it| last.is_some() && it.last_read_at == last);
            let watched: Vec<MailboxId> = watched.map(|it| it.id).collect();
            let unread = tx.first_run_of(account).await?.is_none()
                || tx.blind(account).await?.is_some()
                || tx.is_past_left_where_read(account).await?
                || !tx.to_look_back(self.account, &watched).await?.is_empty();
            if unread {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
