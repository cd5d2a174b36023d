//! Delivery reports on our own mails to the user.
//!
//! The surprising fact: nobody else can make one up. A mail to the user has a random id, and who
//! names it was sent it.

use chrono::{DateTime, Utc};

use crate::domain::message::Message;
use crate::service::Record;

impl Record {
    /// Whether a message reports on a mail of ours to the user. It is about no application, so it
    /// says nothing about an employer; that the mail did not arrive is noted for the user.
    pub(super) async fn is_report_on_a_mail_to_the_user(
        &self,
        message: &Message,
        now: DateTime<Utc>,
    ) -> anyhow::Result<bool> {
        let Some(bounce) = &message.bounce else { return Ok(false) };
        // The first id is that of what was sent; others may be of what it answered.
        let Some(id) = bounce.original_message_ids.first() else { return Ok(false) };
        let mut tx = self.store.begin().await?;
        if tx.find_user_mail(self.account, id).await?.is_none() {
            return Ok(false);
        }
        if bounce.action == "failed" {
            tx.user_mail_returned(self.account, id, now).await?;
            tx.commit().await?;
        }
        Ok(true)
    }
}
