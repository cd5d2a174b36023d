//! The question on the evening of an interview (E29): whether it is asked, and when. Pure; who
//! asks is the service.
//!
//! The surprising fact: an answer of any kind settles it. Who told a date, or got a mail from
//! them after the interview, is not asked.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use super::calendar::moment;
use super::follow_up::{FollowUp, Interview};
use super::settings::Settings;

/// An interview that ended later than this is asked about the next morning.
const LATE: (u32, u32) = (17, 0);
/// Until the question is asked once more.
const ONCE_MORE: TimeDelta = TimeDelta::days(2);
/// A question that could not be asked for so long is not fresh any more.
const STALE: TimeDelta = TimeDelta::days(7);

/// What is to be asked, and from when on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evening<'a> {
    pub key: &'a str,
    pub interview: &'a Interview,
    pub ask_at: DateTime<Utc>,
    pub again: bool,
}

/// The question that is open about the last interview, if one is.
#[must_use]
pub fn evening_question<'a>(
    follow_up: &'a FollowUp,
    settings: &Settings,
    watching_since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<Evening<'a>> {
    let (key, interview) = follow_up.held_interview(now)?;
    let ended = interview.ends_at;
    let told = follow_up.told_at.is_some_and(|at| at >= ended);
    if follow_up.closed.is_some() || told || ended < watching_since || now > ended + STALE {
        return None;
    }
    let heard = follow_up.their_last_word().is_some_and(|at| at >= ended);
    if heard {
        return None;
    }
    let (ask_at, again) = match follow_up.asked_about.get(key) {
        None => (first_ask(ended, settings), false),
        Some((first, None)) => (*first + ONCE_MORE, true),
        Some((_, Some(_))) => return None,
    };
    Some(Evening { key, interview, ask_at, again })
}

fn first_ask(ended: DateTime<Utc>, settings: &Settings) -> DateTime<Utc> {
    let local = ended.with_timezone(&settings.zone);
    let late = NaiveTime::from_hms_opt(LATE.0, LATE.1, 0).unwrap_or(NaiveTime::MIN);
    let today = local.date_naive();
    if local.time() > late {
        let tomorrow = today.succ_opt().unwrap_or(today);
        return moment(settings.zone, tomorrow.and_time(settings.ask_time));
    }
    moment(settings.zone, today.and_time(settings.question_time)).max(ended)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::event::{Event, Fact, Source};
    use crate::domain::ids::{ApplicationId, EventId};

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn interview(key: &str, ends_at: &str) -> Fact {
        Fact::InterviewScheduled {
            key: key.to_owned(),
            sequence: 0,
            starts_at: utc(ends_at) - TimeDelta::hours(1),
            ends_at: utc(ends_at),
            offset: None,
            round: None,
            summary: String::new(),
            message_id: None,
        }
    }

    fn state(facts: &[(&str, Fact)]) -> FollowUp {
        let events: Vec<Event> = (1..)
            .zip(facts)
            .map(|(id, (at, fact))| Event {
                id: EventId(id),
                application: ApplicationId(1),
                at: utc(at),
                source: Source::Service,
                fact: fact.clone(),
            })
            .collect();
        FollowUp::replay(&events)
    }

    /// When the question is asked, and whether it is the second time.
    fn asked(facts: &[(&str, Fact)], now: &str) -> Option<(DateTime<Utc>, bool)> {
        let settings = Settings { zone: chrono_tz::Europe::Berlin, ..Settings::default() };
        let since = utc("2026-11-20T00:00:00Z");
        evening_question(&state(facts), &settings, since, utc(now)).map(|it| (it.ask_at, it.again))
    }

    const ENDS: &str = "2026-11-24T14:00:00Z";
    const DAY: &str = "2026-11-20T09:00:00Z";

    #[test]
    fn e29_the_evening_of_the_day_or_the_next_morning() {
        for (ends_at, ask_at) in [
            (ENDS, "2026-11-24T17:00:00Z"),
            ("2026-11-24T16:00:00Z", "2026-11-24T17:00:00Z"),
            ("2026-11-24T16:01:00Z", "2026-11-25T07:00:00Z"),
            ("2026-11-24T22:30:00Z", "2026-11-25T07:00:00Z"),
        ] {
            let found = asked(&[(DAY, interview("a", ends_at))], "2026-11-24T23:00:00Z");
            assert_eq!(found, Some((utc(ask_at), false)), "{ends_at}");
        }
        assert_eq!(asked(&[(DAY, interview("a", ENDS))], "2026-11-24T13:59:00Z"), None);
    }

    #[test]
    fn e29_once_more_after_two_days_and_then_no_more() {
        let mut facts = vec![(DAY, interview("a", ENDS))];
        let first = Fact::InterviewAskedAbout { key: "a".to_owned(), again: false };
        facts.push(("2026-11-24T17:00:00Z", first));
        let again = Some((utc("2026-11-26T17:00:00Z"), true));
        assert_eq!(asked(&facts, "2026-11-25T12:00:00Z"), again);
        let second = Fact::InterviewAskedAbout { key: "a".to_owned(), again: true };
        facts.push(("2026-11-26T17:00:00Z", second));
        assert_eq!(asked(&facts, "2026-11-29T12:00:00Z"), None);
        facts.push((DAY, interview("b", "2026-11-30T10:00:00Z")));
        let next = Some((utc("2026-11-30T17:00:00Z"), false));
        assert_eq!(asked(&facts, "2026-11-30T12:00:00Z"), next, "the next round is asked about");
    }

    #[test]
    fn who_knows_already_is_not_asked() {
        let held = (DAY, interview("a", ENDS));
        let after = "2026-11-24T15:00:00Z";
        let told = (after, Fact::NoPromiseGiven);
        let closed = (after, Fact::Closed { reason: crate::domain::event::ClosedReason::ByUser });
        for known in [told, closed] {
            assert_eq!(
                asked(&[held.clone(), known.clone()], "2026-11-24T18:00:00Z"),
                None,
                "{known:?}"
            );
        }
        let old = (DAY, interview("a", "2026-11-19T14:00:00Z"));
        assert_eq!(asked(&[old], "2026-11-20T18:00:00Z"), None, "before we watched");
        let fresh = Some((utc("2026-11-24T17:00:00Z"), false));
        assert_eq!(asked(std::slice::from_ref(&held), "2026-12-01T14:00:00Z"), fresh);
        assert_eq!(asked(&[held], "2026-12-01T14:00:01Z"), None, "a week later");
    }
}
