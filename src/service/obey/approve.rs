//! The user's yes: the request is examined and used up, and the message planned.
//!
//! The surprising fact: nothing is sent here. A draft that was approved leaves in a later step,
//! after another look.

use chrono::{DateTime, Utc};

use super::Reply;
use crate::domain::approval::{Refusal, Request};
use crate::domain::draft::Draft;
use crate::domain::event::{Fact, NewEvent, Source};
use crate::domain::ids::ReplyId;
use crate::domain::policy;
use crate::service::Record;
use crate::service::letters::Receipt;
use crate::service::record::Case;
use crate::store::Tx;

impl Record {
    /// `approve`: every clause is checked, then the request is used up.
    pub(super) async fn approve(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        case: &Case,
        at_once: bool,
        condition: &str,
    ) -> anyhow::Result<Result<Receipt, Refusal>> {
        let Some(request) = &reply.request else { return Ok(Ok(Receipt::NothingMeant)) };
        let Some(row) = tx.load_draft(request.draft).await? else {
            return Ok(Err(Refusal::Outdated));
        };
        if let Err(refusal) = self.examined(request, &row.draft, reply, condition) {
            return Ok(Err(refusal));
        }
        let id = Some(reply.id);
        if !at_once {
            let granted = self.grant(tx, case, request, &row.draft, id, reply.now).await?;
            return Ok(granted.map(|send_at| Receipt::Approved { send_at }));
        }
        self.reply_fact(tx, reply, case, Fact::HurryWanted { draft: row.draft.id }).await?;
        let Some(case) = self.case_of(tx, case.application.id, reply.now).await? else {
            return Ok(Err(Refusal::Outdated));
        };
        let granted = self.grant(tx, &case, request, &row.draft, id, reply.now).await?;
        Ok(granted.map(|send_at| Receipt::ApprovedNow { send_at }))
    }

    /// Uses the request up and plans the message. Everything was checked before.
    pub(in crate::service) async fn grant(
        &self,
        tx: &mut Tx,
        case: &Case,
        request: &Request,
        draft: &Draft,
        reply: Option<ReplyId>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Result<DateTime<Utc>, Refusal>> {
        let planned =
            policy::planned_send(&case.follow_up, &case.around, &self.settings, draft.kind, now);
        let Some((_, send_at)) = planned else { return Ok(Err(Refusal::Outdated)) };
        if tx.grant(request.id, reply, draft.digest(), now).await?.is_none() {
            return Ok(Err(Refusal::Used));
        }
        tx.set_send_at(draft.id, send_at).await?;
        let source = reply.map_or(Source::CommandLine, Source::Reply);
        let fact = Fact::DraftApproved { draft: draft.id, send_at };
        let application = case.application.id;
        tx.append(&NewEvent { application, at: now, source, fact }, true).await?;
        Ok(Ok(send_at))
    }
}
