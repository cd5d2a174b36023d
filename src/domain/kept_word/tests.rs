//! Whole little ledgers, and what became of the word in them.

use super::*;
use crate::domain::address::Address;
use crate::domain::event::{Channel, Correction, NextStep, Source};
use crate::domain::ids::{ApplicationId, EventId, MessageId};
use crate::domain::message::{Kind, PromiseReading};

/// Moments of December and what happened.
type Entries<'a> = Vec<(&'a str, Fact)>;

fn ledger(entries: &[(&str, Fact)]) -> Vec<Event> {
    (1..)
        .zip(entries)
        .map(|(id, (at, fact))| Event {
            id: EventId(id),
            application: ApplicationId(1),
            at: format!("2026-12-{at}:00Z").parse().unwrap(),
            source: Source::Service,
            fact: fact.clone(),
        })
        .collect()
}

fn promised(by: &str) -> Fact {
    let promise = PromiseReading {
        not_before: Some(by.parse().unwrap()),
        reading: "by then".to_owned(),
        sentence: String::new(),
        vague: false,
    };
    Fact::PromiseGiven { promise, said_in: MessageId::parse("word@acme.example") }
}

fn answer(id: &str, weak: bool) -> Fact {
    Fact::EmployerReplied {
        from: Address::parse("anna@acme.example").unwrap(),
        kind: Kind::Status,
        next_step: NextStep::Theirs,
        message_id: MessageId::parse(id),
        weak,
        offset: None,
    }
}

#[test]
fn a_word_is_kept_late_open_or_without_an_answer() {
    let by = || promised("2026-12-04");
    let heard = Fact::HeardBack { channel: Channel::Call, text: String::new() };
    let closed = |reason| Fact::Closed { reason };
    let undone = Fact::Retracted { events: vec![EventId(2)], because: Correction::Undone };
    let cases: [(&str, Entries<'_>, Option<Fate>); 11] = [
        ("20T08:00", vec![("03T08:00", Fact::NoPromiseGiven)], None),
        ("01T08:00", vec![], Some(Fate::Open)),
        ("04T22:30", vec![], Some(Fate::Open)),
        ("04T23:30", vec![], Some(Fate::NoAnswer)),
        ("20T08:00", vec![("04T22:30", answer("a@x", false))], Some(Fate::Kept)),
        ("20T08:00", vec![("04T23:30", answer("a@x", false))], Some(Fate::Late { days: 1 })),
        ("20T08:00", vec![("03T08:00", heard)], Some(Fate::Kept)),
        ("20T08:00", vec![("03T08:00", answer("a@x", true))], Some(Fate::NoAnswer)),
        ("20T08:00", vec![("01T08:00", answer("word@acme.example", false))], Some(Fate::NoAnswer)),
        ("20T08:00", vec![("03T08:00", closed(ClosedReason::Withdrawn))], None),
        (
            "20T08:00",
            vec![("03T08:00", answer("a@x", false)), ("05T08:00", undone)],
            Some(Fate::NoAnswer),
        ),
    ];
    for (now, then, expected) in cases {
        let mut entries = vec![("01T07:00", by())];
        entries.extend(then);
        let now_at = format!("2026-12-{now}:00Z").parse().unwrap();
        let words = kept_words(&ledger(&entries), chrono_tz::Europe::Berlin, now_at);
        assert_eq!(words.first().map(|it| it.fate), expected, "{now} {entries:?}");
    }
}

#[test]
fn a_new_word_in_time_keeps_the_old_one() {
    let mut second = promised("2026-12-18");
    if let Fact::PromiseGiven { said_in, .. } = &mut second {
        *said_in = MessageId::parse("second@acme.example");
    }
    let entries = [
        ("01T08:00", promised("2026-12-04")),
        ("03T08:00", answer("second@acme.example", false)),
        ("03T08:00", second),
    ];
    let now = "2026-12-20T08:00:00Z".parse().unwrap();
    let words = kept_words(&ledger(&entries), chrono_tz::Europe::Berlin, now);
    let fates: Vec<_> = words.iter().map(|it| it.fate).collect();
    assert_eq!(fates, [Fate::Kept, Fate::NoAnswer]);
    assert_eq!(kept_of(&words), (1, 2));
}
