//! What is not the user's word: noted with its reason in the ledger, and told to the user, who
//! alone is ever answered.

use chrono::{DateTime, Utc};

use crate::domain::approval::{Refusal, written_by_user};
use crate::domain::event::{Fact, NewEvent, Source};
use crate::domain::ids::{ApplicationId, ReplyId};
use crate::domain::message::Message;
use crate::service::Record;
use crate::store::{NewReply, ReplyState, Tx};

impl Record {
    /// Not the user's word: noted with its reason, and told once a day.
    pub(super) async fn refuse(
        &self,
        tx: &mut Tx,
        id: ReplyId,
        message: &Message,
        refusal: Refusal,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        tx.settle_reply(id, ReplyState::Ignored, Some(refusal.code())).await?;
        let application = self.application_of_thread(tx, message).await?;
        if let Some(application) = application {
            self.note_refusal(tx, application, id, refusal.code(), now).await?;
        }
        if message.automatic.is_none() {
            self.tell_refused(tx, refusal, application, now).await?;
        }
        Ok(())
    }

    pub(super) async fn note_refusal(
        &self,
        tx: &mut Tx,
        application: ApplicationId,
        reply: ReplyId,
        code: &str,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let fact = Fact::CommandRefused { code: code.to_owned() };
        let source = Source::Reply(reply);
        tx.append(&NewEvent { application, at: now, source, fact }, true).await?;
        Ok(())
    }

    /// A message that refers to one of our mails and is not from the user to the user alone. It is
    /// no command, whatever it says; what else it is, is decided elsewhere.
    pub(in crate::service) async fn note_stranger(
        &self,
        message: &Message,
        identity: [u8; 32],
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let Err(refusal) = written_by_user(message, &[], &self.own) else { return Ok(()) };
        if message.bounce.is_some() {
            return Ok(());
        }
        let mut tx = self.store.begin().await?;
        let message_id = message.message_id.clone();
        let new = NewReply { identity, message_id, first_seen_at: now, in_sent: false };
        let (id, is_new) = tx.note_reply(self.account, &new).await?;
        if is_new {
            self.refuse(&mut tx, id, message, refusal, now).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
