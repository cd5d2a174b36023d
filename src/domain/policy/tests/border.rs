//! Borders that the lives of the other files do not come to.

use super::*;
use crate::domain::event::{Channel, Purpose};

/// Their word counts for the second message as for the first, whoever told of it and when.
#[test]
fn e01_a_day_told_after_the_first_message_holds_the_second_back() {
    let mut life = Life::after_interview();
    life.sent("2026-12-08T08:12:00Z", 1, AttemptNumber::First);
    let promise = PromiseReading {
        not_before: "2027-01-08".parse().ok(),
        reading: "8 jan".to_owned(),
        sentence: String::new(),
        vague: false,
    };
    life.add("2026-12-10T10:00:00Z", Fact::PromiseGiven { promise, said_in: None });
    for early in ["2026-12-22T07:00:00Z", "2027-01-08T10:00:00Z", "2027-01-12T06:59:59Z"] {
        assert_eq!(life.prepares(early), None, "{early}");
    }
    assert_eq!(life.prepares("2027-01-12T07:00:00Z"), Some(AttemptNumber::Second));
    let because = life.decide("2026-12-22T07:00:00Z").because;
    let rules: Vec<&str> = because.iter().map(Reason::rule).collect();
    assert_eq!(rules, ["E07", "E01", "E02", "E11"], "the word is named before the days after it");
}

#[test]
fn e26_a_notice_is_offered_while_it_can_leave_after_the_undo_time() {
    let mut life = Life::after_interview();
    let recorded_at = utc("2026-12-03T09:00:00Z");
    let expires_on = "2026-12-04".parse().unwrap();
    life.around.offer = Some(CompetingOffer { recorded_at, expires_on, employer: None });
    let offered = |life: &Life, now: &str| {
        matches!(life.action(now), Action::Prepare { kind: DraftKind::OfferNotice, .. })
    };
    // Their office closes at 18:00, which is 17:00 in Greenwich.
    assert!(offered(&life, "2026-12-04T16:49:59Z"));
    assert!(!offered(&life, "2026-12-04T16:50:00Z"));
    life.settings.undo_minutes = 0;
    assert!(offered(&life, "2026-12-04T16:59:59Z"));
    assert!(!offered(&life, "2026-12-04T17:00:00Z"));
}

#[test]
fn e24_a_bounce_from_the_old_address_does_not_stop_the_new_one() {
    let mut life = Life::after_interview();
    life.sent("2026-12-08T08:12:00Z", 1, AttemptNumber::First);
    let address = Address::parse("anna@labs.example").unwrap();
    let contact = Correspondent { name: Some("Anna Schmidt".to_owned()), address };
    life.add("2026-12-08T08:20:00Z", Fact::ContactLearned { contact });
    let original = MessageId::parse("d1@example.com");
    life.add(
        "2026-12-08T08:30:00Z",
        Fact::Bounced { hard: true, recipient: Some(anna()), original },
    );
    let state = life.state();
    assert_eq!((state.attempts.len(), state.bounced), (0, None));
    assert_eq!(life.prepares("2026-12-15T07:00:00Z"), Some(AttemptNumber::First));
}

/// Sixty silent days are history too, but what two messages ended is ended with kind words.
#[test]
fn e08_a_long_wait_after_the_second_ends_as_moved_on_and_not_as_history() {
    let mut life = Life::after_interview();
    life.settings.close_after_days = 60;
    life.sent("2026-12-08T08:12:00Z", 1, AttemptNumber::First);
    life.sent("2026-12-22T08:05:00Z", 2, AttemptNumber::Second);
    let moved_on = Action::Stop { what: Stop::Close(ClosedReason::MovedOn) };
    let until = utc("2027-02-19T23:00:00Z");
    assert_eq!(life.action("2027-02-19T22:59:59Z"), Action::Wait { until });
    for now in ["2027-02-19T23:00:00Z", "2027-02-22T12:00:00Z"] {
        assert_eq!(life.action(now), moved_on, "{now}");
    }
}

#[test]
fn e17_e19_what_a_draft_cannot_be_written_without_is_asked_for_once() {
    let action = |change: fn(&mut FollowUp)| {
        let life = Life::after_interview();
        let mut state = life.state();
        change(&mut state);
        decide(&state, &life.around, &life.settings, utc("2026-12-08T07:00:00Z")).action
    };
    let asks = |what: MissingFact| Action::Ask { question: Question::Missing(what) };
    assert_eq!(action(|state| state.contact = None), asks(MissingFact::Address));
    let machine = |state: &mut FollowUp| {
        let address = Address::parse("no-reply@acme.example").unwrap();
        state.contact = Some(Correspondent { name: Some("Anna Schmidt".to_owned()), address });
    };
    assert_eq!(action(machine), asks(MissingFact::Address));
    let nameless = |state: &mut FollowUp| {
        state.contact = Some(Correspondent { name: None, address: anna() });
    };
    assert_eq!(action(nameless), asks(MissingFact::Name));
    assert_eq!(action(|state| state.position = None), asks(MissingFact::Position));
    let asked_before = |state: &mut FollowUp| {
        state.position = None;
        state.asked_for.insert(MissingFact::Position);
    };
    assert_eq!(action(asked_before), Action::Nothing);
}

#[test]
fn e10_a_call_waits_from_the_words_for_it_until_the_user_was_in_touch() {
    let mut life = Life::after_interview();
    let waits = |life: &Life, now: &str| call_waits(&life.state(), utc(now));
    life.add("2026-11-25T09:00:00Z", Fact::ChannelWanted { channel: Channel::Call });
    assert!(!waits(&life, "2026-12-08T07:00:00Z"), "the words were not given yet");
    life.add("2026-12-08T07:00:00Z", Fact::CallAdvised);
    assert!(waits(&life, "2026-12-08T07:00:00Z"));
    let purpose = Purpose::Other;
    life.add("2026-12-09T09:00:00Z", Fact::Touched { channel: Channel::Call, purpose });
    assert!(!waits(&life, "2026-12-09T09:00:01Z"));
}

#[test]
fn e10_words_for_a_call_and_a_call_within_one_second_leave_nothing_waiting() {
    let mut life = Life::after_interview();
    life.add("2026-11-25T09:00:00Z", Fact::ChannelWanted { channel: Channel::Call });
    life.add("2026-12-08T07:00:00Z", Fact::CallAdvised);
    let purpose = Purpose::Other;
    life.add("2026-12-08T07:00:00Z", Fact::Touched { channel: Channel::Call, purpose });
    assert!(!call_waits(&life.state(), utc("2026-12-08T07:00:00Z")));
}

#[test]
fn what_runs_out_soonest_comes_first_of_what_asks() {
    let Action::Prepare { slot, .. } = Life::after_interview().action("2026-12-08T07:00:00Z")
    else {
        panic!("a message is due");
    };
    let prepare = |kind| Action::Prepare { kind, slot };
    let attempt = prepare(DraftKind::Attempt(AttemptNumber::First));
    let call = Action::Ask { question: Question::Call(AttemptNumber::First) };
    let missing = Action::Ask { question: Question::Missing(MissingFact::Address) };
    let order = [
        vec![Action::Stop { what: Stop::Close(ClosedReason::MovedOn) }],
        vec![prepare(DraftKind::OfferNotice)],
        vec![prepare(DraftKind::ThankYou)],
        vec![Action::Ask { question: Question::ApprovalAgain(DraftId(1)) }],
        vec![attempt, call, missing],
        vec![prepare(DraftKind::ClosingNote)],
    ];
    for (rank, actions) in (0..).zip(order) {
        for action in actions {
            assert_eq!(action.rank(), Some(rank), "{action:?}");
        }
    }
    let until = utc("2026-12-08T07:00:00Z");
    assert_eq!((Action::Wait { until }.rank(), Action::Nothing.rank()), (None, None));
}

/// What came back before the service looked for the first time is an old story.
#[test]
fn e24_a_bounce_is_asked_about_from_the_first_look_on() {
    let mut life = Life::after_interview();
    life.sent("2026-12-08T08:12:00Z", 1, AttemptNumber::First);
    let original = MessageId::parse("d1@example.com");
    life.add(
        "2026-12-08T08:13:00Z",
        Fact::Bounced { hard: true, recipient: Some(anna()), original },
    );
    let ask = Action::Ask { question: Question::Missing(MissingFact::Address) };
    for (since, action) in [
        ("2026-12-08T08:12:59Z", ask),
        ("2026-12-08T08:13:00Z", ask),
        ("2026-12-08T08:13:01Z", Action::Nothing),
    ] {
        life.around.watching_since = utc(since);
        assert_eq!(life.action("2026-12-08T09:00:00Z"), action, "{since}");
    }
}

#[test]
fn what_was_due_in_the_second_of_the_first_look_is_not_overdue() {
    let mut life = Life::after_interview();
    life.promised("2026-11-25T09:00:00Z", "2026-12-04");
    // The window of Tuesday 8 December closes at 11:30 in Berlin.
    for (since, due) in
        [("2026-12-08T10:30:00Z", Some(AttemptNumber::First)), ("2026-12-08T10:30:01Z", None)]
    {
        life.around.watching_since = utc(since);
        assert_eq!(life.prepares("2026-12-09T08:00:00Z"), due, "{since}");
    }
}

/// Half an hour before midnight in Greenwich it is the next day in Berlin.
#[test]
fn a_hold_is_told_by_the_day_of_the_user() {
    let mut life = Life::after_interview();
    life.add("2026-11-30T23:30:00Z", Fact::PutOnHold);
    let because = life.decide("2026-12-08T07:00:00Z").because;
    assert_eq!(because, [Reason::OnHold { since: "2026-12-01".parse().unwrap() }]);
}

#[test]
fn e10_after_two_messages_no_call_waits() {
    let mut life = Life::after_interview();
    life.sent("2026-12-08T08:12:00Z", 1, AttemptNumber::First);
    life.sent("2026-12-22T08:05:00Z", 2, AttemptNumber::Second);
    life.add("2026-12-22T09:00:00Z", Fact::ChannelWanted { channel: Channel::Call });
    life.add("2026-12-22T09:00:01Z", Fact::CallAdvised);
    assert!(!call_waits(&life.state(), utc("2026-12-22T09:00:02Z")));
}

#[test]
fn e09_the_reason_names_the_message_and_the_day_a_week_later() {
    let mut life = Life::after_interview();
    life.promised("2026-11-25T09:00:00Z", "2026-12-04");
    life.around.last_contact = Some(utc("2026-12-05T23:30:00Z"));
    let because = life.decide("2026-12-08T07:00:00Z").because;
    let day = |text: &str| text.parse().unwrap();
    let week = Reason::WeekNotOver { last_contact: day("2026-12-06"), day: day("2026-12-13") };
    assert!(because.contains(&week), "{because:#?}");
}

/// What they said before the interview counts only if it is later than what would hold without it.
#[test]
fn e04_an_early_day_named_before_the_interview_brings_nothing_forward() {
    let mut life = Life::after_interview();
    life.promised("2026-11-20T12:00:00Z", "2026-11-26");
    assert_eq!(life.prepares("2026-12-01T08:00:00Z"), None);
    assert_eq!(life.prepares("2026-12-08T07:00:00Z"), Some(AttemptNumber::First));
}

#[test]
fn e10_words_given_in_the_second_of_the_last_message_are_those_for_it() {
    let mut life = Life::after_interview();
    life.add("2026-11-25T09:00:00Z", Fact::ChannelWanted { channel: Channel::Call });
    life.add("2026-12-08T08:12:00Z", Fact::CallAdvised);
    life.sent("2026-12-08T08:12:00Z", 1, AttemptNumber::First);
    assert!(!call_waits(&life.state(), utc("2026-12-08T08:12:01Z")));
    let call = Action::Ask { question: Question::Call(AttemptNumber::Second) };
    assert_eq!(life.action("2026-12-22T07:00:00Z"), call);
}

/// Whoever wants to be asked at half past eleven is not asked at the last moment of a window.
#[test]
fn e11_a_day_that_was_missed_is_not_asked_about_when_its_window_closes() {
    let mut life = Life::after_interview();
    life.settings.ask_time = "11:30:00".parse().unwrap();
    life.promised("2026-11-25T09:00:00Z", "2026-12-04");
    assert_eq!(life.prepares("2026-12-09T10:00:00Z"), Some(AttemptNumber::First));
}
