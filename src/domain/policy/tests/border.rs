//! Borders that the lives above do not come to.

use super::*;
use crate::domain::event::Channel;

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
