//! Another installation that works on the same mailbox: its mails to the user bear its name. Two
//! could write to one employer twice, so this one stops asking and sending until the user says
//! which of them goes on.

use crate::domain::message::Message;
use crate::mail::wording;

use super::Record;

impl Record {
    /// A mail to the user, written while we watch, that may be of another installation.
    pub(super) async fn note_rival(&self, head: &Message) -> anyhow::Result<()> {
        let Some(name) = &head.installation else { return Ok(()) };
        if *name == self.installation {
            return Ok(());
        }
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        if tx.paused(self.account, now).await?.is_some() {
            return Ok(());
        }
        tracing::warn!("another installation works on this mailbox; nothing is asked or sent");
        tx.pause(self.account, now, None).await?;
        let words = wording::another_installation();
        let key = format!("another-installation:{}", now.timestamp());
        self.queue_words(&mut tx, key, words, None, None, now).await?;
        tx.commit().await?;
        Ok(())
    }
}
