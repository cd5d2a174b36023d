//! When a message that the mail server did not take is tried again, and when it is given up.
//! Only messages of which nothing left come here.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Action, Decision, Stop, Surroundings, decision};
use crate::domain::follow_up::OpenDraft;
use crate::domain::reason::Reason;
use crate::domain::settings::Settings;

/// The first pause after a message was not taken; each further one is twice as long.
const FIRST_RETRY: TimeDelta = TimeDelta::minutes(15);
const LONGEST_RETRY: TimeDelta = TimeDelta::hours(4);
/// After this, an approved message that is not taken is let go, and the user is told.
const GIVEN_UP: TimeDelta = TimeDelta::hours(48);

/// A message the server did not take for two days.
pub(super) fn given_up(draft: &OpenDraft, now: DateTime<Utc>) -> Option<Decision> {
    let deferred = draft.deferred.filter(|it| now >= it.first_at + GIVEN_UP)?;
    let what = Stop::Lapse(draft.id);
    Some(decision(Action::Stop { what }, vec![Reason::GivenUp { tries: deferred.tries }]))
}

/// When the next try may be made after one that was not taken, or after the provider's quota.
pub(super) fn not_before(
    draft: &OpenDraft,
    around: &Surroundings,
    settings: &Settings,
    because: &mut Vec<Reason>,
) -> Option<DateTime<Utc>> {
    let local = |at: DateTime<Utc>| at.with_timezone(&settings.zone).naive_local();
    let again = draft.deferred.map(|it| {
        let doublings = it.tries.saturating_sub(1).min(8);
        let pause = (FIRST_RETRY * 2i32.pow(doublings)).min(LONGEST_RETRY);
        let again = it.last_at + pause;
        because.push(Reason::Deferred { tries: it.tries, again: local(again) });
        again
    });
    because.extend(around.quota_until.map(|until| Reason::Quota { until: local(until) }));
    again.max(around.quota_until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::draft::{AttemptNumber, DraftKind, DraftState};
    use crate::domain::follow_up::Deferred;
    use crate::domain::ids::{DraftId, PursuitId};

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_000_000, 0).unwrap() + TimeDelta::minutes(minutes)
    }

    fn draft(tries: u32, last_at: DateTime<Utc>) -> OpenDraft {
        OpenDraft {
            id: DraftId(1),
            pursuit: PursuitId(1),
            kind: DraftKind::Attempt(AttemptNumber::First),
            version: 1,
            to: crate::domain::address::Address::parse("anna@acme.example").unwrap(),
            subject: String::new(),
            state: DraftState::Approved,
            prepared_at: at(0),
            asked_at: Some(at(0)),
            reminded_at: None,
            approved_at: Some(at(0)),
            hurried: false,
            send_at: at(0),
            in_doubt_since: None,
            deferred: (tries > 0).then_some(Deferred { tries, first_at: at(0), last_at }),
            outdated: None,
        }
    }

    fn around(quota_until: Option<DateTime<Utc>>) -> Surroundings {
        Surroundings {
            last_contact: None,
            paused: None,
            quota_until,
            watching_since: at(0),
            region: None,
            offer: None,
            accepted_elsewhere: None,
        }
    }

    #[test]
    fn each_pause_is_twice_as_long_up_to_four_hours() {
        let pause = |tries: u32| {
            let (draft, settings) = (draft(tries, at(0)), Settings::default());
            let again = not_before(&draft, &around(None), &settings, &mut Vec::new());
            again.map(|again| (again - at(0)).num_minutes())
        };
        let expected = [None, Some(15), Some(30), Some(60), Some(120), Some(240), Some(240)];
        assert_eq!([0, 1, 2, 3, 4, 5, 40].map(pause), expected);
    }

    #[test]
    fn a_quota_holds_whatever_else_says_earlier() {
        let mut because = Vec::new();
        let (draft, around) = (draft(1, at(0)), around(Some(at(1440))));
        let again = not_before(&draft, &around, &Settings::default(), &mut because);
        assert_eq!((again, because.len()), (Some(at(1440)), 2));
    }

    #[test]
    fn after_two_days_it_is_given_up() {
        let tried = draft(9, at(2000));
        assert_eq!(given_up(&tried, at(2 * 1440 - 1)), None);
        let decided = given_up(&tried, at(2 * 1440)).unwrap();
        assert_eq!(decided.action, Action::Stop { what: Stop::Lapse(DraftId(1)) });
        assert_eq!(given_up(&draft(0, at(0)), at(99_999)), None);
    }
}
