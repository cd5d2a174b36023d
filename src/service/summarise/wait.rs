//! What an application waits for that needs nothing of the user.
//!
//! The surprising fact: no day is worked out here; it is the one on which the policy decides anew.

use chrono::{DateTime, Utc};

use crate::domain::policy::due::applicable_promise;
use crate::domain::policy::{self, Action};
use crate::mail::wording::Wait;
use crate::service::Record;
use crate::service::record::Case;

impl Record {
    /// `None` if it is closed. Whether it needs the user is asked before.
    pub(super) fn wait(&self, case: &Case, now: DateTime<Utc>) -> Option<Wait> {
        let state = &case.follow_up;
        if state.closed.is_some() {
            return None;
        }
        if let Some(draft) = &state.draft {
            return Some(Wait::Approved { goes_out: self.user_day(draft.send_at) });
        }
        if state.coming_interview(now).is_some() {
            return Some(Wait::InterviewAhead);
        }
        let Some(pursuit) = state.pursuit(now) else {
            let on = self.user_day(state.recorded_at.unwrap_or(now));
            return Some(Wait::Applied { on });
        };
        let decision = policy::decide(state, &case.around, &self.settings, now);
        let look_again = match decision.action {
            Action::Wait { until } => self.user_day(until),
            Action::Ask { .. }
            | Action::Prepare { .. }
            | Action::Send { .. }
            | Action::Stop { .. }
            | Action::Nothing => self.today(),
        };
        if let Some(until) = state.away.and_then(|away| away.returns_on)
            && until >= self.today()
        {
            return Some(Wait::OutOfOffice { until });
        }
        let zone = state.recipient_zone(self.settings.zone);
        let promised = applicable_promise(state, &pursuit, zone);
        Some(match pursuit.attempts.as_slice() {
            [.., _, last] => {
                Wait::SecondSent { on: self.user_day(last.sent_at), closes_on: look_again }
            }
            [first] => {
                let on = self.user_day(first.sent_at);
                Wait::FirstSent { on, second_not_before: look_again }
            }
            [] => match promised {
                Some(promise) => {
                    Wait::Promised { words: promise.reading.reading.clone(), look_again }
                }
                None => Wait::NoDate { look_again },
            },
        })
    }
}
