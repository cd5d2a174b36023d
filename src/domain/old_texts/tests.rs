use proptest::prelude::*;

use super::*;
use crate::domain::address::{Address, Correspondent};
use crate::domain::draft::{AttemptNumber, DraftKind};
use crate::domain::event::{
    Channel, ClosedReason, Correction, Event, MissingFact, NextStep, Purpose, Source,
    WithdrawnReason,
};
use crate::domain::forecast::Forecast;
use crate::domain::ids::{ApplicationId, DraftId, EventId, MessageId, PursuitId};
use crate::domain::kept_word::kept_of;
use crate::domain::message::{AutomaticClass, Kind, PromiseReading};
use crate::domain::policy::{Action, Question, Surroundings, decide};
use crate::domain::reason::Reason;
use crate::domain::report::entries;
use crate::domain::settings::Settings;
use crate::domain::story::story;

/// Stands wherever a person wrote something, or is named.
const WORD: &str = "Rhubarb";

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn person(number: u8) -> Correspondent {
    let address = if number.is_multiple_of(2) { "anna@acme.example" } else { "bob@acme.example" };
    Correspondent {
        name: Some(format!("{WORD} Schmidt")),
        address: Address::parse(address).unwrap(),
    }
}

fn id(number: u8) -> MessageId {
    MessageId::parse(&format!("m{number}@acme.example")).unwrap()
}

/// A fact of each kind with whatever text it can hold. `at` is when it happens.
fn fact(which: u8, number: u8, flag: bool, at: DateTime<Utc>) -> Fact {
    if which < 9 { learned(which, number, flag, at) } else { done(which, number, flag, at) }
}

fn learned(which: u8, number: u8, flag: bool, at: DateTime<Utc>) -> Fact {
    let day = at.date_naive();
    match which {
        0 => Fact::ContactLearned { contact: person(number) },
        1 => Fact::StrengthLearned { sentence: WORD.to_owned() },
        2 => Fact::NoteAdded { text: WORD.to_owned() },
        3 => Fact::PeopleMet { names: vec![WORD.to_owned()] },
        4 => Fact::InterviewScheduled {
            key: format!("uid-{}", number % 3),
            sequence: i64::from(number),
            starts_at: at + TimeDelta::hours(i64::from(number)),
            ends_at: at + TimeDelta::hours(i64::from(number) + 1),
            offset: None,
            round: None,
            summary: WORD.to_owned(),
            message_id: flag.then(|| id(number)),
        },
        5 => Fact::InterviewCancelled { key: format!("uid-{}", number % 3), sequence: 300 },
        6 => Fact::PromiseGiven {
            promise: PromiseReading {
                not_before: flag.then_some(day + chrono::Days::new(u64::from(number % 30))),
                reading: WORD.to_owned(),
                sentence: WORD.to_owned(),
                vague: !flag,
            },
            said_in: (number > 99).then(|| id(number)),
        },
        7 => Fact::NoPromiseGiven,
        _ => Fact::EmployerReplied {
            from: person(number).address,
            kind: if flag { Kind::Status } else { Kind::Other },
            next_step: if number > 60 { NextStep::Theirs } else { NextStep::Mine },
            message_id: Some(id(number)),
            weak: number > 200,
            offset: None,
        },
    }
}

fn done(which: u8, number: u8, flag: bool, at: DateTime<Utc>) -> Fact {
    let draft = DraftId(1);
    let kind = DraftKind::Attempt(if flag { AttemptNumber::First } else { AttemptNumber::Second });
    match which {
        9 => Fact::Touched { channel: Channel::Call, purpose: Purpose::Attempt },
        10 => Fact::HeardBack { channel: Channel::Call, text: WORD.to_owned() },
        11 => Fact::OfferReceived {
            written_on: Some(at.date_naive()),
            expires_on: Some(at.date_naive() + chrono::Days::new(9)),
            evidence: Some(id(number)),
            named: flag,
        },
        12 => Fact::UserWrote {
            to: person(number).address,
            also_to: vec![person(number + 1).address],
            purpose: if flag { Purpose::Attempt } else { Purpose::Other },
            message_id: Some(id(number)),
        },
        13 => Fact::DraftPrepared {
            draft,
            pursuit: PursuitId(1),
            kind,
            version: 1,
            to: person(number).address,
            subject: WORD.to_owned(),
            send_at: at,
        },
        14 => Fact::MessageSent { draft, kind, to: person(number).address, message_id: id(number) },
        15 => Fact::DraftLapsed { draft },
        16 => Fact::AutomaticReceived { class: AutomaticClass::Receipt, message_id: None },
        17 => Fact::FactAsked { what: MissingFact::Name },
        18 => Fact::Retracted {
            events: vec![EventId(i64::from(number % 9) + 1)],
            because: Correction::Undone,
        },
        _ => Fact::Reopened,
    }
}

/// How many kinds `fact` knows.
const KINDS: u8 = 20;

type Step = (u8, u8, bool, u16);

/// A ledger that begins, lives and, if wanted, ends.
fn life(steps: &[Step], end: Option<ClosedReason>) -> Vec<Event> {
    let mut at = utc("2026-11-20T09:00:00Z");
    let recorded = Fact::ApplicationRecorded {
        position: Some("Data Engineer".to_owned()),
        contact: Some(person(0)),
    };
    let mut facts = vec![(at, recorded)];
    for (which, number, flag, hours) in steps {
        at += TimeDelta::hours(i64::from(*hours));
        facts.push((at, fact(*which, *number, *flag, at)));
    }
    if let Some(how) = end {
        // Whatever draft there was is let go, as the service does it.
        let reason = WithdrawnReason::Closed;
        facts.push((at, Fact::DraftWithdrawn { draft: DraftId(1), reason }));
        let accepted = how == ClosedReason::Accepted;
        facts.push((at, if accepted { Fact::OfferAccepted } else { Fact::Closed { reason: how } }));
    }
    written_down(facts)
}

fn written_down(facts: Vec<(DateTime<Utc>, Fact)>) -> Vec<Event> {
    let event = |(id, (at, fact))| Event {
        id: EventId(id),
        application: ApplicationId(1),
        at,
        source: Source::CommandLine,
        fact,
    };
    (1..).zip(facts).map(event).collect()
}

fn bare(events: &[Event]) -> Vec<Event> {
    let bare = |it: &Event| Event { fact: without_texts(it.fact.clone()), ..it.clone() };
    events.iter().map(bare).collect()
}

fn around() -> Surroundings {
    Surroundings {
        last_contact: None,
        paused: None,
        quota_until: None,
        watching_since: utc("2026-11-01T00:00:00Z"),
        region: None,
        offer: None,
        accepted_elsewhere: None,
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec((0..KINDS, any::<u8>(), any::<bool>(), 0u16..400), 0..30)
        .prop_map(|steps| steps.into_iter().map(|(a, n, c, d)| (a, n.min(250), c, d)).collect())
}

/// Everything that is counted or dated in what the user is shown.
fn figures(events: &[Event], now: DateTime<Utc>) -> String {
    let state = FollowUp::replay(events);
    let zone = chrono_tz::Europe::Berlin;
    let told = story("Acme", &state, events, zone, now);
    let words: Vec<_> =
        told.words.iter().map(|it| (it.given_on, it.by, it.answered_on, it.fate)).collect();
    let rows = entries("Acme", &state, events, zone, now).into_iter();
    let rows: Vec<_> = rows.map(|it| (it.day, it.contact, it.came, it.position)).collect();
    let kept = kept_of(&told.words);
    let (steps, days, stage) = (told.steps, told.answer_days, told.stage);
    format!("{steps:?} {days:?} {stage:?} {words:?} {kept:?} {rows:?} {:?}", state.accepted_at)
}

proptest! {
    /// At any later time, and however the life went.
    #[test]
    fn what_is_decided_foreseen_and_counted_about_an_ended_application_rests_on_no_text(
        steps in steps(),
        accepted in any::<bool>(),
        later in 0i64..400,
    ) {
        let reason = if accepted { ClosedReason::Accepted } else { ClosedReason::Rejected };
        let before = life(&steps, Some(reason));
        let after = bare(&before);
        let now = before.last().unwrap().at + TimeDelta::days(later);
        let settings = Settings { zone: chrono_tz::Europe::Berlin, ..Settings::default() };
        let until = now + TimeDelta::days(90);
        let foreseen = |events: &[Event]| {
            let state = FollowUp::replay(events);
            let over = is_over(&state);
            let decided = decide(&state, &around(), &settings, now);
            let plan = Forecast::new(state, around(), &settings).run(now, until);
            (over, decided, plan)
        };
        prop_assert_eq!(foreseen(&before), foreseen(&after));
        prop_assert_eq!(figures(&before, now), figures(&after, now));
        prop_assert_eq!(&bare(&after), &after, "once more changes nothing");
    }

    /// Where a matter is taken up again, the user may be asked for a name, and nothing else differs.
    #[test]
    fn an_application_that_is_opened_again_lacks_a_name_and_nothing_else(
        steps in steps(),
        later in 0i64..200,
    ) {
        let mut before = life(&steps, Some(ClosedReason::ByUser));
        let at = before.last().unwrap().at + TimeDelta::days(30);
        let reopened = Event {
            id: EventId(i64::try_from(before.len()).unwrap() + 1),
            at,
            fact: Fact::Reopened,
            ..before.last().unwrap().clone()
        };
        let mut after = bare(&before);
        before.push(reopened.clone());
        after.push(reopened);
        let settings = Settings { zone: chrono_tz::Europe::Berlin, ..Settings::default() };
        let decided = |events: &[Event]| {
            let state = FollowUp::replay(events);
            decide(&state, &around(), &settings, at + TimeDelta::days(later))
        };
        let (before, after) = (decided(&before), decided(&after));
        let lacks_a_name = after.because.contains(&Reason::Missing(MissingFact::Name));
        prop_assert!(before.action == after.action || lacks_a_name, "{before:?} {after:?}");
    }
}

#[test]
fn no_fact_keeps_a_text_or_a_name() {
    let at = utc("2026-11-20T09:00:00Z");
    let recorded = Fact::ApplicationRecorded { position: None, contact: Some(person(0)) };
    let all = (0..KINDS).map(|which| fact(which, 7, true, at)).chain([recorded]);
    let mut with_words = 0;
    for fact in all {
        with_words += usize::from(format!("{fact:?}").contains(WORD));
        let bare = without_texts(fact);
        assert!(!format!("{bare:?}").contains(WORD), "{bare:?}");
    }
    assert_eq!(with_words, 9);
}

#[test]
fn a_text_that_is_gone_is_no_note_and_no_strength() {
    let at = utc("2026-11-20T09:00:00Z");
    let facts = [1, 2].map(|which| (at, without_texts(fact(which, 0, true, at))));
    let state = FollowUp::replay(&written_down(facts.to_vec()));
    assert_eq!((state.strength, state.notes), (None, vec![]));
}

#[test]
fn a_name_that_is_gone_is_asked_for_again_where_the_matter_is_taken_up_again() {
    let at = utc("2026-11-20T09:00:00Z");
    let nameless = Correspondent { name: None, ..person(0) };
    let asked = fact(17, 0, true, at);
    let contact = Some(nameless);
    let facts = [
        Fact::ApplicationRecorded { position: Some("Data Engineer".to_owned()), contact },
        fact(4, 1, true, at),
        asked,
        fact(3, 0, true, at),
        Fact::Closed { reason: ClosedReason::ByUser },
    ];
    let before = written_down(facts.into_iter().map(|fact| (at, fact)).collect());
    assert!(FollowUp::replay(&before).contact.unwrap().name.is_some(), "the answer was a name");
    let mut after = bare(&before);
    let last = after.last().unwrap().clone();
    after.push(Event { id: EventId(6), fact: Fact::Reopened, ..last });
    let settings = Settings { zone: chrono_tz::Europe::Berlin, ..Settings::default() };
    let state = FollowUp::replay(&after);
    let wanted = Action::Ask { question: Question::Missing(MissingFact::Name) };
    // Three weeks after the interview, at some hour of one of these days.
    let mut hours = (0..240).map(|hour| utc("2026-12-11T00:00:00Z") + TimeDelta::hours(hour));
    assert!(hours.any(|now| decide(&state, &around(), &settings, now).action == wanted));
}

#[test]
fn nothing_is_old_before_both_clocks_say_so() {
    let (today, ahead) = (utc("2027-03-01T09:00:00Z"), utc("2037-03-01T09:00:00Z"));
    let expected = utc("2026-12-01T09:00:00Z");
    for (now, server_time) in [(today, today), (today, ahead), (ahead, today)] {
        assert_eq!(old_before(90, now, server_time), expected, "{now} {server_time}");
    }
}

#[test]
fn what_is_open_or_may_be_on_its_way_is_not_over() {
    let (at, no) = (utc("2026-11-20T09:00:00Z"), ClosedReason::Rejected);
    let doubt = Fact::SendInDoubt {
        draft: DraftId(1),
        kind: DraftKind::Attempt(AttemptNumber::First),
        to: person(0).address,
        message_id: id(1),
    };
    let prepared = fact(13, 0, true, at);
    for (facts, expected) in [
        (vec![], false),
        (vec![Fact::Closed { reason: no }], true),
        (vec![Fact::OfferAccepted], true),
        (vec![Fact::Closed { reason: no }, Fact::Reopened], false),
        (vec![prepared.clone(), Fact::Closed { reason: no }], false),
        (vec![prepared, doubt, Fact::Closed { reason: no }], false),
    ] {
        let facts: Vec<_> = facts.into_iter().map(|fact| (at, fact)).collect();
        let state = FollowUp::replay(&written_down(facts.clone()));
        assert_eq!(is_over(&state), expected, "{facts:?}");
    }
}
