//! What becomes of a draft: it is asked about once more, leaves, or is let go (E13, E20, E21).

use super::*;

#[test]
fn e11_e20_an_approved_draft_leaves_inside_the_window_after_the_undo_time() {
    let mut life = Life::after_interview();
    life.prepared("2026-12-08T07:00:00Z", 1, AttemptNumber::First);
    let granted = utc("2026-12-08T07:02:00Z");
    let (_, send_at) = planned_send(
        &life.state(),
        &life.around,
        &life.settings,
        DraftKind::Attempt(AttemptNumber::First),
        granted,
    )
    .unwrap();
    assert_eq!(send_at, utc("2026-12-08T08:00:00Z"));
    life.add("2026-12-08T07:02:00Z", Fact::DraftApproved { draft: DraftId(1), send_at });
    assert_eq!(life.action("2026-12-08T07:59:59Z"), Action::Wait { until: send_at });
    assert_eq!(life.action("2026-12-08T08:00:00Z"), Action::Send { draft: DraftId(1) });
    assert_eq!(
        life.action("2026-12-08T10:30:00Z"),
        Action::Wait { until: utc("2026-12-09T08:00:00Z") }
    );
    let late = utc("2026-12-08T10:25:00Z");
    let first = DraftKind::Attempt(AttemptNumber::First);
    let (slot, send_at) =
        planned_send(&life.state(), &life.around, &life.settings, first, late).unwrap();
    assert_eq!((slot.day, send_at), ("2026-12-09".parse().unwrap(), utc("2026-12-09T08:00:00Z")));
}

#[test]
fn e13_one_reminder_after_48_hours_then_a_quiet_lapse() {
    let mut life = Life::after_interview();
    life.prepared("2026-12-08T07:00:00Z", 1, AttemptNumber::First);
    let remind = Action::Ask { question: Question::ApprovalAgain(DraftId(1)) };
    assert_eq!(
        life.action("2026-12-10T06:59:00Z"),
        Action::Wait { until: utc("2026-12-10T07:00:00Z") }
    );
    assert_eq!(life.action("2026-12-10T07:00:00Z"), remind);
    life.add("2026-12-10T07:00:00Z", Fact::ApprovalReminded { draft: DraftId(1) });
    assert_eq!(
        life.action("2026-12-14T07:00:00Z"),
        Action::Wait { until: utc("2026-12-15T07:00:00Z") }
    );
    let lapse = Action::Stop { what: Stop::Lapse(DraftId(1)) };
    assert_eq!(life.action("2026-12-15T07:00:00Z"), lapse);
    life.add("2026-12-15T07:00:00Z", Fact::DraftLapsed { draft: DraftId(1) });
    assert_eq!(life.action("2026-12-16T09:00:00Z"), Action::Nothing);
    life.add("2026-12-16T09:00:00Z", Fact::DraftWanted);
    assert_eq!(life.prepares("2026-12-16T09:30:00Z"), Some(AttemptNumber::First));
}

#[test]
fn e21_an_answer_withdraws_the_draft() {
    let mut life = Life::after_interview();
    life.prepared("2026-12-08T07:00:00Z", 1, AttemptNumber::First);
    life.add(
        "2026-12-08T07:02:00Z",
        Fact::DraftApproved { draft: DraftId(1), send_at: utc("2026-12-08T08:00:00Z") },
    );
    life.replied("2026-12-08T07:41:00Z", NextStep::Mine);
    let withdraw = Action::Stop { what: Stop::Withdraw(DraftId(1), WithdrawnReason::Answered) };
    assert_eq!(life.action("2026-12-08T08:00:00Z"), withdraw);
}

#[test]
fn a_message_in_doubt_is_asked_about_after_a_day_and_never_sent_again() {
    let mut life = Life::after_interview();
    life.prepared("2026-12-08T07:00:00Z", 1, AttemptNumber::First);
    life.add(
        "2026-12-08T08:00:00Z",
        Fact::SendInDoubt {
            draft: DraftId(1),
            kind: DraftKind::Attempt(AttemptNumber::First),
            to: anna(),
            message_id: MessageId::parse("d1@example.com").unwrap(),
        },
    );
    let ask = Action::Ask { question: Question::Missing(MissingFact::WhetherSent) };
    assert_eq!(
        life.action("2026-12-08T09:00:00Z"),
        Action::Wait { until: utc("2026-12-09T08:00:00Z") }
    );
    assert_eq!(life.action("2026-12-09T08:00:00Z"), ask);
    life.add("2026-12-09T08:00:00Z", Fact::FactAsked { what: MissingFact::WhetherSent });
    assert_eq!(life.action("2026-12-30T08:00:00Z"), Action::Nothing);
}
