//! Where a case ends or an occasion passes: the second before, the second itself, the second after.

use super::*;
use crate::domain::calendar::calendar_days_after;
use crate::domain::follow_up::Absence;

fn thanks(state: &FollowUp, life: &Life, now: &str) -> bool {
    let action = decide(state, &life.around, &life.settings, utc(now)).action;
    matches!(action, Action::Prepare { kind: DraftKind::ThankYou, .. })
}

#[test]
fn e30_one_thing_alone_makes_thanks_needless() {
    let mut life = Life::after_interview();
    life.settings.thank_you = true;
    let now = "2026-11-24T14:05:00Z";
    assert!(thanks(&life.state(), &life, now));
    let done: [fn(&mut FollowUp); 3] = [
        |state| state.thanks_drafted_at = Some(utc("2026-11-24T14:01:00Z")),
        |state| state.user_contact_at = Some(utc("2026-11-24T14:01:00Z")),
        |state| state.reopened_at = Some(utc("2026-11-24T14:01:00Z")),
    ];
    for (n, change) in done.into_iter().enumerate() {
        let mut state = life.state();
        change(&mut state);
        assert!(!thanks(&state, &life, now), "{n}");
    }
    life.replied("2026-11-24T14:01:00Z", NextStep::Theirs);
    assert!(!thanks(&life.state(), &life, now), "they answered");
}

#[test]
fn e30_thanks_wait_for_the_week_of_another_message() {
    let mut life = Life::after_interview();
    life.settings.thank_you = true;
    for (last, offered) in [("2026-11-17T14:05:00Z", true), ("2026-11-17T14:05:01Z", false)] {
        life.around.last_contact = Some(utc(last));
        assert_eq!(thanks(&life.state(), &life, "2026-11-24T14:05:00Z"), offered, "{last}");
    }
    // Another message of that morning: thanks would come too late.
    life.around.last_contact = Some(utc("2026-11-24T09:00:00Z"));
    let because = life.decide("2026-11-24T14:05:00Z").because;
    assert!(!because.iter().any(|it| matches!(it, Reason::Thanks { .. })), "{because:#?}");
}

#[test]
fn a_place_taken_elsewhere_says_nothing_to_what_was_reopened_since() {
    let mut life = Life::after_interview();
    let accepted = utc("2026-11-30T10:00:00Z");
    life.around.accepted_elsewhere = Some(accepted);
    for (reopened, told) in [("2026-11-30T09:59:59Z", true), ("2026-11-30T10:00:00Z", false)] {
        let mut state = life.state();
        state.reopened_at = Some(utc(reopened));
        let now = utc("2026-12-01T08:00:00Z");
        let action = decide(&state, &life.around, &life.settings, now).action;
        let goodbye = matches!(action, Action::Prepare { kind: DraftKind::ClosingNote, .. });
        assert_eq!(goodbye, told, "{reopened}");
    }
    life.prepared("2026-12-08T07:00:00Z", 1, AttemptNumber::First);
    for (reopened, withdrawn) in [("2026-11-30T09:59:59Z", true), ("2026-11-30T10:00:00Z", false)] {
        let mut state = life.state();
        state.reopened_at = Some(utc(reopened));
        let now = utc("2026-12-08T07:01:00Z");
        let action = decide(&state, &life.around, &life.settings, now).action;
        let gone = matches!(action, Action::Stop { what: Stop::Withdraw { .. } });
        assert_eq!(gone, withdrawn, "{reopened}: {action:?}");
    }
}

#[test]
fn only_somebody_who_spoke_to_the_user_is_told_of_a_place_taken_elsewhere() {
    let mut life = Life::after_interview();
    life.replied("2026-11-25T09:00:00Z", NextStep::Theirs);
    let mut state = life.state();
    state.interviews.clear();
    assert!(may_be_told(&state));
    for answer in &mut state.answers {
        answer.weak = true;
    }
    assert!(!may_be_told(&state), "whether that was an answer is not certain");
}

#[test]
fn what_the_user_wants_to_write_about_is_no_history() {
    let mut life = Life::after_interview();
    life.around.watching_since = utc("2027-03-01T00:00:00Z");
    let history = Action::Stop { what: Stop::Close(ClosedReason::History) };
    let mut state = life.state();
    let now = utc("2027-01-23T14:00:01Z");
    assert_eq!(decide(&state, &life.around, &life.settings, now).action, history);
    state.draft_wanted = true;
    assert_ne!(decide(&state, &life.around, &life.settings, now).action, history);
}

#[test]
fn e08_what_ended_before_the_first_look_ends_without_a_word() {
    let mut life = Life::after_interview();
    life.sent("2026-12-08T08:12:00Z", 1, AttemptNumber::First);
    life.sent("2026-12-22T08:12:00Z", 2, AttemptNumber::Second);
    for (since, reason) in [
        ("2027-01-04T22:59:59Z", ClosedReason::MovedOn),
        ("2027-01-04T23:00:00Z", ClosedReason::MovedOn),
        ("2027-01-04T23:00:01Z", ClosedReason::History),
    ] {
        life.around.watching_since = utc(since);
        let close = Action::Stop { what: Stop::Close(reason) };
        assert_eq!(life.action("2027-01-05T08:00:00Z"), close, "{since}");
    }
}

#[test]
fn e12_a_return_is_unclear_until_it_would_be_over() {
    let life = Life::after_interview();
    let zone = life.state().recipient_zone(life.settings.zone);
    let seen_at = utc("2026-12-01T09:00:00Z");
    let unclear = |returns_on: Option<&str>, now: DateTime<Utc>| {
        let returns_on = returns_on.map(|day| day.parse().unwrap());
        let mut state = life.state();
        state.away = Some(Absence { seen_at, returns_on, by_user: false });
        return_is_unclear(&state, &life.settings, now)
    };
    let second = TimeDelta::seconds(1);
    let week = calendar_days_after(seen_at, 7, zone);
    assert!(unclear(None, week - second) && !unclear(None, week));
    // The thirtieth day is 31 December.
    let over = end_of_day("2027-01-01".parse().unwrap(), zone, &life.settings);
    assert!(!unclear(Some("2026-12-31"), week));
    assert!(unclear(Some("2027-01-01"), over - second) && !unclear(Some("2027-01-01"), over));
}
