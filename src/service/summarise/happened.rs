//! What one entry of the ledger is in the summary: news of theirs, or a message that left.
//!
//! The surprising fact: an invitation is no answer here; it is told once, as the interview.

use chrono::{DateTime, Utc};

use crate::domain::event::{ClosedReason, Event, Fact};
use crate::domain::message::{AutomaticClass, Kind};
use crate::mail::wording::{Closed, News, Sent};
use crate::service::Record;
use crate::service::record::Case;

/// What was closed in the week. A rejection that is among the news says so there.
pub(super) fn closings<'a>(events: &'a [&'a Event]) -> impl Iterator<Item = Closed> + 'a {
    let is_told =
        |event: &&Event| matches!(event.fact, Fact::EmployerReplied { kind: Kind::Rejection, .. });
    let told = events.iter().any(is_told);
    events.iter().filter_map(move |event| match event.fact {
        Fact::Closed { reason: ClosedReason::Rejected } if told => None,
        Fact::Closed { reason } => Some(Closed { reason }),
        _ => None,
    })
}

impl Record {
    pub(super) fn news(&self, case: &Case, event: &Event, now: DateTime<Utc>) -> Option<News> {
        match &event.fact {
            Fact::InterviewScheduled { starts_at, .. } if *starts_at > now => {
                Some(News::Invited { starts: self.user_time(*starts_at) })
            }
            Fact::EmployerReplied { kind, from, .. } => match kind {
                Kind::Rejection => Some(News::Rejected),
                Kind::Offer => Some(News::Offer { on: self.user_day(event.at) }),
                Kind::Interview => None,
                Kind::Receipt
                | Kind::Assessment
                | Kind::Question
                | Kind::Status
                | Kind::Outreach
                | Kind::Alert
                | Kind::Other => {
                    Some(News::Answered { who: case.name_of(from), on: self.user_day(event.at) })
                }
            },
            Fact::AutomaticReceived { class: AutomaticClass::Receipt, .. } => Some(News::Receipt),
            _ => None,
        }
    }

    pub(super) fn sent(&self, case: &Case, event: &Event) -> Option<Sent> {
        let Fact::MessageSent { draft: sent, .. } = &event.fact else { return None };
        let approved = case.events.iter().find_map(|it| match &it.fact {
            Fact::DraftApproved { draft, .. } if draft == sent => Some(it.at),
            _ => None,
        })?;
        Some(Sent { at: self.user_time(event.at), approved: self.user_time(approved) })
    }
}
