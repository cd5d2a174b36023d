//! Why the user is needed: for each application the one thing that comes first.
//!
//! The surprising fact: the words for a call are given once, but the user is needed until the
//! call is logged.

use chrono::{DateTime, Utc};

use crate::domain::draft::DraftState;
use crate::domain::event::MissingFact;
use crate::domain::follow_up::{FollowUp, RestingReason};
use crate::domain::policy;
use crate::mail::wording::Need;
use crate::service::Record;
use crate::service::record::Case;

impl Record {
    pub(super) fn need(&self, case: &Case, now: DateTime<Utc>) -> Option<Need> {
        let state = &case.follow_up;
        if state.closed.is_some() {
            return None;
        }
        if state.draft.is_some() {
            return self.need_of_a_draft(case);
        }
        if let Some(since) = state.my_turn_since {
            return Some(self.their_question(state, since));
        }
        if let Some(what) = state.asked_for.first() {
            let what = match what {
                MissingFact::Name => "the first name",
                MissingFact::Position => "the position",
                MissingFact::Address => "an address",
                MissingFact::ReturnDate => "the day they are back",
                MissingFact::WhetherSent => "whether the message left",
            };
            return Some(Need::FactMissing { what: what.to_owned() });
        }
        if policy::call_waits(state, now) {
            return Some(Need::PleaseCall);
        }
        match state.resting {
            Some((RestingReason::Lapsed, at)) => Some(Need::DraftLapsed { on: self.user_day(at) }),
            Some((RestingReason::Skipped, at)) => {
                Some(Need::DraftSkipped { on: self.user_day(at) })
            }
            Some((RestingReason::Refused, at)) => Some(Need::NotTaken { on: self.user_day(at) }),
            None => None,
        }
    }

    fn need_of_a_draft(&self, case: &Case) -> Option<Need> {
        let draft = case.follow_up.draft.as_ref()?;
        match draft.state {
            DraftState::Prepared | DraftState::Asked => Some(Need::DraftWaits {
                first_name: case.first_name(),
                since: self.user_day(draft.asked_at.unwrap_or(draft.prepared_at)),
            }),
            DraftState::Claimed | DraftState::InDoubt => {
                Some(Need::InDoubt { on: self.user_day(draft.send_at) })
            }
            DraftState::Approved
            | DraftState::Sent
            | DraftState::Refused
            | DraftState::Withdrawn
            | DraftState::Lapsed
            | DraftState::Skipped => None,
        }
    }

    /// An offer is answered by its last day, if that is known and still to come.
    fn their_question(&self, state: &FollowUp, since: DateTime<Utc>) -> Need {
        let last_day = state.offer_terms.as_ref().and_then(|offer| offer.expires_on);
        match last_day.filter(|on| state.offer && *on >= self.today()) {
            Some(on) => Need::AnswerBy { on },
            None => {
                let for_what = "an answer".to_owned();
                Need::TheyAsked { for_what, on: self.user_day(since) }
            }
        }
    }
}
