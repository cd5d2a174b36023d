//! Commands about everything at once: `pause` and `stop all`, and what they hold.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::domain::calendar::moment;
use crate::domain::event::{NewEvent, Source};
use crate::service::Record;
use crate::service::letters::Receipt;
use crate::store::Tx;

use super::{OPEN, Reply};

impl Record {
    /// `pause`: drafts stay where they are and wait.
    pub(super) async fn pause_all(
        &self,
        tx: &mut Tx,
        until: Option<NaiveDate>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Receipt> {
        let begins = |day: NaiveDate| moment(self.settings.zone, day.and_time(NaiveTime::MIN));
        tx.pause(self.account, now, until.map(begins)).await?;
        let mut held = Vec::new();
        for case in self.load_cases(tx, now).await? {
            if case.follow_up.draft.as_ref().is_some_and(|open| OPEN.contains(&open.state)) {
                held.push(format!(
                    "{}, {}",
                    case.application.readable_id, case.application.employer.name
                ));
            }
        }
        Ok(Receipt::Paused { until, held })
    }

    /// `stop all`: every open draft is let go, and nothing new comes until `resume`.
    pub(super) async fn stop_all(&self, tx: &mut Tx, reply: &Reply<'_>) -> anyhow::Result<Receipt> {
        tx.pause(self.account, reply.now, None).await?;
        let mut dropped = Vec::new();
        for case in self.load_cases(tx, reply.now).await? {
            let application = case.application.id;
            if let Some(fact) = self.let_open_draft_go(tx, &case).await? {
                let source = Source::Reply(reply.id);
                tx.append(&NewEvent { application, at: reply.now, source, fact }, true).await?;
                dropped.push(format!(
                    "{}, {}",
                    case.application.readable_id, case.application.employer.name
                ));
            }
        }
        Ok(Receipt::StoppedAll { dropped })
    }
}
