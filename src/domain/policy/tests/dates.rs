//! When the first message is due, and what moves that day (E01 to E06, E11, E12).

use super::*;
use crate::domain::event::Purpose;

#[test]
fn e01_e02_nothing_before_the_second_business_day_after_their_word() {
    let mut life = Life::after_interview();
    life.promised("2026-11-25T10:00:00Z", "2026-12-04");
    let asked = Action::Wait { until: utc("2026-12-08T07:00:00Z") };
    for early in [
        "2026-11-26T08:00:00Z",
        "2026-12-04T23:00:00Z",
        "2026-12-07T09:00:00Z",
        "2026-12-08T06:59:59Z",
    ] {
        assert_eq!(life.action(early), asked, "{early}");
    }
    assert_eq!(life.prepares("2026-12-08T07:00:00Z"), Some(AttemptNumber::First));
    let rules: Vec<&str> =
        life.decide("2026-12-08T07:00:00Z").because.iter().map(Reason::rule).collect();
    assert_eq!(rules, ["E01", "E02", "E11"]);
}

#[test]
fn e04_without_a_date_ten_days_after_the_interview() {
    let life = Life::after_interview();
    // The tenth day is Friday 4 December; the first allowed day after it is Tuesday.
    assert_eq!(life.prepares("2026-12-04T09:00:00Z"), None);
    assert_eq!(life.prepares("2026-12-08T07:00:00Z"), Some(AttemptNumber::First));
}

#[test]
fn e04_the_clock_starts_at_their_last_message_if_that_is_later() {
    let mut life = Life::after_interview();
    life.replied("2026-11-30T10:00:00Z", NextStep::Theirs);
    assert_eq!(life.prepares("2026-12-09T10:00:00Z"), None);
    assert_eq!(life.prepares("2026-12-10T07:00:00Z"), Some(AttemptNumber::First));
}

#[test]
fn e05_the_clock_stops_while_it_is_the_users_turn() {
    let mut life = Life::after_interview();
    life.replied("2026-11-30T10:00:00Z", NextStep::Mine);
    assert_eq!(life.action("2026-12-22T09:00:00Z"), Action::Nothing);
    life.add(
        "2026-12-22T10:00:00Z",
        Fact::UserWrote { to: anna(), also_to: vec![], purpose: Purpose::Other, message_id: None },
    );
    assert_eq!(life.prepares("2026-12-31T10:00:00Z"), None);
    // The tenth day after the answer is Friday 1 January.
    assert_eq!(life.prepares("2027-01-05T08:00:00Z"), Some(AttemptNumber::First));
}

#[test]
fn e06_a_new_promise_replaces_the_old_one() {
    let mut life = Life::after_interview();
    life.promised("2026-11-25T10:00:00Z", "2026-12-04");
    life.promised("2026-12-04T10:00:00Z", "2026-12-11");
    assert_eq!(life.prepares("2026-12-10T09:00:00Z"), None);
    assert_eq!(life.prepares("2026-12-15T07:00:00Z"), Some(AttemptNumber::First));
}

#[test]
fn e06_a_promise_of_the_last_round_says_nothing_about_this_one() {
    let mut life = Life::after_interview();
    life.promised("2026-11-12T10:00:00Z", "2026-11-17");
    let rules: Vec<&str> =
        life.decide("2026-12-01T08:00:00Z").because.iter().map(Reason::rule).collect();
    assert_eq!(rules, ["E04", "E11"]);
}

#[test]
fn e11_whoever_lives_east_of_the_user_is_asked_about_as_well() {
    let mut life = Life::after_interview_from(Some(3600));
    life.settings.zone = chrono_tz::America::New_York;
    // 08:00 in New York is 14:00 in Berlin: asked on the day, sent on the next one.
    assert_eq!(life.prepares("2026-12-08T12:59:00Z"), None);
    let decided = life.decide("2026-12-08T13:00:00Z");
    let Action::Prepare { slot, .. } = decided.action else { panic!("{decided:?}") };
    assert_eq!(slot.opens, utc("2026-12-09T08:00:00Z"));
}

#[test]
fn e11_a_server_that_stamps_utc_does_not_move_a_person_to_greenwich() {
    let mut life = Life::after_interview();
    life.add(
        "2026-11-25T10:00:00Z",
        Fact::EmployerReplied {
            from: anna(),
            kind: Kind::Other,
            next_step: NextStep::Theirs,
            message_id: None,
            weak: false,
            offset: Some(0),
        },
    );
    let zone = life.state().recipient_zone(life.settings.zone);
    assert_eq!(zone, crate::domain::calendar::RecipientZone::Named(chrono_tz::Europe::Berlin));
}

#[test]
fn e12_an_out_of_office_moves_the_date_and_uses_no_attempt() {
    let mut life = Life::after_interview();
    life.add(
        "2026-12-01T09:00:00Z",
        Fact::OutOfOffice { returns_on: "2026-12-14".parse().ok(), message_id: None },
    );
    assert_eq!(life.prepares("2026-12-15T08:00:00Z"), None);
    assert_eq!(life.prepares("2026-12-16T07:00:00Z"), Some(AttemptNumber::First));
}

#[test]
fn a_coming_interview_stops_the_clock() {
    let mut life = Life::after_interview();
    life.add(
        "2026-11-30T09:00:00Z",
        Fact::InterviewScheduled {
            key: "uid-2".to_owned(),
            sequence: 0,
            starts_at: utc("2026-12-16T09:00:00Z"),
            ends_at: utc("2026-12-16T10:00:00Z"),
            offset: None,
            round: Some(2),
            summary: String::new(),
            message_id: None,
        },
    );
    assert_eq!(
        life.action("2026-12-09T09:00:00Z"),
        Action::Wait { until: utc("2026-12-16T10:00:00Z") }
    );
    assert_eq!(life.prepares("2026-12-29T09:00:00Z"), Some(AttemptNumber::First));
}

#[test]
fn an_entry_removed_after_the_interview_was_held_changes_nothing() {
    let mut life = Life::after_interview();
    let key = "uid-1".to_owned();
    life.add("2026-11-30T09:00:00Z", Fact::InterviewCancelled { key, sequence: 1 });
    assert_eq!(life.prepares("2026-12-08T07:00:00Z"), Some(AttemptNumber::First));
}

#[test]
fn what_was_overdue_at_the_first_run_waits_until_it_is_picked() {
    let mut life = Life::after_interview();
    life.around.watching_since = utc("2026-12-20T00:00:00Z");
    assert_eq!(life.action("2026-12-22T08:00:00Z"), Action::Nothing);
    life.add("2026-12-22T08:00:00Z", Fact::DraftWanted);
    assert_eq!(life.prepares("2026-12-22T09:00:00Z"), Some(AttemptNumber::First));
}
