//! What became of a message that was claimed: into the record, and told to the user. Also what a
//! crash left open, and what is found in the mailboxes later.

use chrono::{DateTime, Utc};

use crate::domain::draft::Draft;
use crate::domain::event::Fact;
use crate::domain::ids::{AccountId, DraftId};
use crate::domain::mailbox::Role;
use crate::domain::message::Message;
use crate::service::Record;
use crate::service::letters::Unsent;
use crate::service::record::Case;
use crate::service::watch::Batch;
use crate::smtp::{Outcome, Phase};
use crate::store;
use crate::store::{AttemptState, CopyBy};

use super::{Parcel, QUOTA};

impl Record {
    /// Nothing of the message has left: the approval stands, and a later look may use it.
    pub(super) async fn release(&self, parcel: &Parcel) -> anyhow::Result<()> {
        let mut tx = self.store.begin().await?;
        tx.release(parcel.attempt).await?;
        Ok(tx.commit().await?)
    }

    /// Records what became of an attempt and tells the user.
    pub(super) async fn settle(
        &self,
        parcel: &Parcel,
        case: &Case,
        outcome: &Outcome,
    ) -> anyhow::Result<()> {
        let now = self.clock.now();
        let draft = parcel.approved.draft();
        let application = draft.application;
        let mut tx = self.store.begin().await?;
        if let Some(answer) = outcome.quota() {
            tx.quota_reached(parcel.sender, now, now + QUOTA, answer).await?;
        }
        match outcome {
            Outcome::Accepted { answer } => {
                tx.finish(parcel.attempt, store::Outcome::Sent, Some(answer), now).await?;
                self.note(&mut tx, application, sent(draft), now).await?;
                self.tell_sent(&mut tx, case, draft, now).await?;
            }
            Outcome::Refused { code, answer, .. } => {
                tx.finish(parcel.attempt, store::Outcome::Refused, Some(answer), now).await?;
                let fact = Fact::SendRefused { draft: draft.id, code: *code };
                self.note(&mut tx, application, fact, now).await?;
                self.tell_unsent(
                    &mut tx,
                    case,
                    draft,
                    Unsent::Refused { answer: answer.clone() },
                    now,
                )
                .await?;
            }
            Outcome::Deferred { phase: Phase::Body, answer, .. } => {
                self.doubt(&mut tx, parcel, case, answer, now).await?;
            }
            Outcome::Deferred { code, .. } => {
                tracing::warn!("the message could not be handed in, it is tried again: {outcome}");
                tx.release(parcel.attempt).await?;
                let fact = Fact::SendDeferred { draft: draft.id, code: *code };
                self.note(&mut tx, application, fact, now).await?;
            }
            Outcome::Unknown { cause, .. } => {
                self.doubt(&mut tx, parcel, case, cause, now).await?;
            }
        }
        crate::service::passed("about to be settled");
        tx.commit().await?;
        Ok(())
    }

    async fn doubt(
        &self,
        tx: &mut store::Tx,
        parcel: &Parcel,
        case: &Case,
        cause: &str,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        tx.finish(parcel.attempt, store::Outcome::InDoubt, Some(cause), now).await?;
        let draft = parcel.approved.draft();
        let fact = Fact::SendInDoubt {
            draft: draft.id,
            kind: draft.kind,
            to: draft.to.address.clone(),
            message_id: draft.message_id.clone(),
        };
        self.note(tx, draft.application, fact, now).await?;
        self.tell_unsent(tx, case, draft, Unsent::InDoubt, now).await
    }

    /// After a start: what was claimed but not handed over is free again, what was handed over
    /// is in doubt. Nothing is ever sent again by itself.
    pub(in crate::service) async fn recover(&self) -> anyhow::Result<()> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        for unfinished in tx.unfinished(self.account).await? {
            let attempt = unfinished.attempt;
            match attempt.state {
                AttemptState::Claimed => {
                    tx.release(attempt.id).await?;
                }
                AttemptState::HandedOver => {
                    let fact = Fact::SendInDoubt {
                        draft: attempt.draft,
                        kind: attempt.kind,
                        to: unfinished.to,
                        message_id: unfinished.message_id,
                    };
                    let cause = Some("the service stopped before the server's answer");
                    tx.finish(attempt.id, store::Outcome::InDoubt, cause, now).await?;
                    self.note(&mut tx, attempt.application, fact, now).await?;
                    self.tell_doubt_after_start(&mut tx, attempt.draft, now).await?;
                }
                AttemptState::Sent
                | AttemptState::Refused
                | AttemptState::InDoubt
                | AttemptState::Released
                | AttemptState::Bounced => {}
            }
        }
        tx.commit().await?;
        Ok(())
    }

    async fn tell_doubt_after_start(
        &self,
        tx: &mut store::Tx,
        draft: DraftId,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let Some(row) = tx.load_draft(draft).await? else { return Ok(()) };
        let Some(case) = self.case_of(tx, row.draft.application, now).await? else {
            return Ok(());
        };
        self.tell_unsent(tx, &case, &row.draft, Unsent::InDoubt, now).await
    }

    /// A message of ours lies in a mailbox: a mail to the user has arrived, a doubtful message
    /// to an employer has left.
    pub(in crate::service) async fn arrived_back(
        &self,
        head: &Message,
        (account, role): (AccountId, Role),
        batch: &mut Batch,
    ) -> anyhow::Result<()> {
        let now = self.clock.now();
        let ids: Vec<_> = head.message_id.iter().chain(&head.former_ids).cloned().collect();
        let mut tx = self.store.begin().await?;
        for id in &ids {
            if let Some(mail) = tx.find_user_mail(self.account, id).await? {
                tx.user_mail_sent(mail.id, now).await?;
                if role == Role::Sent {
                    tx.copies_are_filed(account, CopyBy::Provider).await?;
                }
            }
            let Some(attempt) = tx.attempt_of_message_id(self.account, id).await? else { continue };
            if role == Role::Sent && tx.copy_seen(attempt.id, CopyBy::Provider, now).await? {
                tx.copies_are_filed(account, CopyBy::Provider).await?;
            }
            if matches!(attempt.state, AttemptState::InDoubt | AttemptState::HandedOver) {
                let seen = Some("found in the mailbox");
                tx.finish(attempt.id, store::Outcome::Sent, seen, now).await?;
                if let Some(row) = tx.load_draft(attempt.draft).await? {
                    self.note(&mut tx, attempt.application, sent(&row.draft), now).await?;
                }
            }
        }
        self.put_batch(&mut tx, batch).await?;
        tx.commit().await?;
        Ok(())
    }
}

fn sent(draft: &Draft) -> Fact {
    Fact::MessageSent {
        draft: draft.id,
        kind: draft.kind,
        to: draft.to.address.clone(),
        message_id: draft.message_id.clone(),
    }
}
