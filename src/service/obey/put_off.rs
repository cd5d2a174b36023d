//! The user's no and not yet: an open draft is let go, or goes until a day. One that is on its way
//! can no longer be held.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use super::{OPEN, Reply};
use crate::domain::approval::Refusal;
use crate::domain::calendar::moment;
use crate::domain::date_words::{FARTHEST, may_be_later};
use crate::domain::draft::DraftState;
use crate::domain::event::Fact;
use crate::service::Record;
use crate::service::letters::Receipt;
use crate::service::record::Case;
use crate::store::Tx;

impl Record {
    /// `skip`, `cancel`: the open draft is let go; nothing new comes until it is asked for.
    pub(super) async fn let_go(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        case: &Case,
        receipt: Receipt,
    ) -> anyhow::Result<Result<Receipt, Refusal>> {
        if case.follow_up.draft.is_none() {
            return Ok(Ok(Receipt::NothingMeant));
        }
        let Some(fact) = self.let_open_draft_go(tx, case).await? else {
            return Ok(Ok(Receipt::TooLate));
        };
        self.reply_fact(tx, reply, case, fact).await?;
        Ok(Ok(receipt))
    }

    /// Ends the open draft and its requests; the fact to record, or `None` if it is on its way.
    pub(in crate::service) async fn let_open_draft_go(
        &self,
        tx: &mut Tx,
        case: &Case,
    ) -> anyhow::Result<Option<Fact>> {
        let Some(open) = &case.follow_up.draft else { return Ok(None) };
        if !tx.move_draft(open.id, &OPEN, DraftState::Skipped).await? {
            return Ok(None);
        }
        tx.revoke_requests(case.application.id).await?;
        Ok(Some(Fact::DraftSkipped { draft: open.id }))
    }

    /// `later`: an open draft goes, and one comes on that day or when it may (E01).
    pub(super) async fn postpone(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        case: &Case,
        day: Option<NaiveDate>,
    ) -> anyhow::Result<Result<Receipt, Refusal>> {
        if case.follow_up.closed.is_some() {
            return Ok(Ok(Receipt::NothingMeant));
        }
        let tomorrow = reply.now.with_timezone(&self.settings.zone).date_naive().succ_opt();
        let Some(day) = day.or(tomorrow) else { return Ok(Ok(Receipt::NothingMeant)) };
        if !may_be_later(day, self.today()) {
            return Ok(Ok(Receipt::Said(vec![format!(
                "I read that as {}, which is more than {FARTHEST} days away, so nothing changed. \
                 Reply with a nearer day, or \"skip\".",
                day.format("%a %-d %b %Y")
            )])));
        }
        let fact = if case.follow_up.draft.is_none() {
            Some(Fact::LaterWanted { until: self.first_moment(day) })
        } else {
            self.postpone_open_draft(tx, case, day).await?
        };
        let Some(fact) = fact else { return Ok(Ok(Receipt::TooLate)) };
        self.reply_fact(tx, reply, case, fact).await?;
        Ok(Ok(Receipt::Postponed))
    }

    /// Ends the open draft until a day; the fact to record, or `None` if it is on its way.
    pub(in crate::service) async fn postpone_open_draft(
        &self,
        tx: &mut Tx,
        case: &Case,
        day: NaiveDate,
    ) -> anyhow::Result<Option<Fact>> {
        let Some(open) = &case.follow_up.draft else { return Ok(None) };
        if !tx.move_draft(open.id, &OPEN, DraftState::Withdrawn).await? {
            return Ok(None);
        }
        tx.revoke_requests(case.application.id).await?;
        Ok(Some(Fact::DraftPostponed { draft: open.id, until: self.first_moment(day) }))
    }

    fn first_moment(&self, day: NaiveDate) -> DateTime<Utc> {
        moment(self.settings.zone, day.and_time(NaiveTime::MIN))
    }
}
