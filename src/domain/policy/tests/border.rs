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
