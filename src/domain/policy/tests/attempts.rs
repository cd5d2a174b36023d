//! What counts as a message, how many there are, and the end (E07 to E09, E23 to E25).

use super::*;
use crate::domain::event::Purpose;

#[test]
fn e07_e08_a_second_after_fourteen_days_then_the_end() {
    let mut life = Life::after_interview();
    life.sent("2026-12-08T08:12:00Z", 1, AttemptNumber::First);
    assert_eq!(life.prepares("2026-12-17T08:30:00Z"), None);
    assert_eq!(life.prepares("2026-12-22T07:00:00Z"), Some(AttemptNumber::Second));
    life.sent("2026-12-22T08:05:00Z", 2, AttemptNumber::Second);
    assert_eq!(
        life.action("2027-01-04T22:59:59Z"),
        Action::Wait { until: utc("2027-01-04T23:00:00Z") }
    );
    let moved_on = Action::Stop { what: Stop::Close(ClosedReason::MovedOn) };
    assert_eq!(life.action("2027-01-04T23:00:00Z"), moved_on);
    life.add("2027-01-05T08:00:00Z", Fact::Closed { reason: ClosedReason::MovedOn });
    assert_eq!(life.action("2027-06-05T08:00:00Z"), Action::Nothing);
}

#[test]
fn e09_a_message_by_hand_to_the_same_employer_counts_for_the_week() {
    let mut life = Life::after_interview();
    life.around.last_contact = Some(utc("2026-12-07T09:00:00Z"));
    assert_eq!(life.prepares("2026-12-08T07:00:00Z"), None);
    assert_eq!(life.prepares("2026-12-15T07:00:00Z"), Some(AttemptNumber::First));
}

#[test]
fn e23_a_message_by_hand_counts_and_withdraws_the_draft() {
    let mut life = Life::after_interview();
    life.prepared("2026-12-08T07:00:00Z", 1, AttemptNumber::First);
    life.add(
        "2026-12-08T09:00:00Z",
        Fact::UserWrote {
            to: anna(),
            also_to: vec![],
            purpose: Purpose::Attempt,
            message_id: None,
        },
    );
    let withdraw = Action::Stop { what: Stop::Withdraw(DraftId(1), WithdrawnReason::WroteByHand) };
    assert_eq!(life.action("2026-12-08T09:01:00Z"), withdraw);
    let reason = WithdrawnReason::WroteByHand;
    life.add("2026-12-08T09:01:00Z", Fact::DraftWithdrawn { draft: DraftId(1), reason });
    assert_eq!(life.prepares("2026-12-17T09:00:00Z"), None);
    assert_eq!(life.prepares("2026-12-22T09:00:00Z"), Some(AttemptNumber::Second));
}

#[test]
fn e24_a_bounce_is_no_attempt_and_asks_for_another_address() {
    let mut life = Life::after_interview();
    life.sent("2026-12-08T08:12:00Z", 1, AttemptNumber::First);
    life.add(
        "2026-12-08T08:13:00Z",
        Fact::Bounced {
            hard: true,
            recipient: Some(anna()),
            original: MessageId::parse("d1@example.com"),
        },
    );
    assert!(life.state().attempts.is_empty());
    let ask = Action::Ask { question: Question::Missing(MissingFact::Address) };
    assert_eq!(life.action("2026-12-08T09:00:00Z"), ask);
}

#[test]
fn e24_a_bounce_of_something_else_takes_no_attempt_back() {
    let mut life = Life::after_interview();
    life.sent("2026-12-08T08:12:00Z", 1, AttemptNumber::First);
    let original = MessageId::parse("rewritten@elsewhere.example");
    life.add(
        "2026-12-08T08:13:00Z",
        Fact::Bounced { hard: true, recipient: Some(anna()), original },
    );
    assert_eq!(life.state().attempts.len(), 1);
}

#[test]
fn e25_a_late_answer_reopens_with_a_new_pursuit() {
    let mut life = Life::after_interview();
    life.sent("2026-12-08T08:12:00Z", 1, AttemptNumber::First);
    life.sent("2026-12-22T08:12:00Z", 2, AttemptNumber::Second);
    life.add("2027-01-05T08:00:00Z", Fact::Closed { reason: ClosedReason::MovedOn });
    life.add("2027-01-11T08:00:00Z", Fact::Reopened);
    life.promised("2027-01-11T08:00:00Z", "2027-01-15");
    assert_eq!(life.prepares("2027-01-19T08:00:00Z"), Some(AttemptNumber::First));
}

#[test]
fn a_reopened_application_is_not_closed_again_at_once() {
    let mut life = Life::after_interview();
    life.add("2027-01-24T08:00:00Z", Fact::Closed { reason: ClosedReason::History });
    life.add("2027-02-01T08:00:00Z", Fact::Reopened);
    let now = "2027-02-01T09:00:00Z";
    assert!(!matches!(life.action(now), Action::Stop { .. }), "{:?}", life.action(now));
}

#[test]
fn sixty_silent_days_are_history() {
    let mut life = Life::after_interview();
    life.around.watching_since = utc("2027-03-01T00:00:00Z");
    let history = Action::Stop { what: Stop::Close(ClosedReason::History) };
    assert_eq!(life.action("2027-01-23T14:00:00Z"), Action::Nothing);
    assert_eq!(life.action("2027-01-23T14:00:01Z"), history);
}
