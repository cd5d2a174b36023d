//! Every wording in every language with every set of facts. Texts that must not pass are in the
//! folder.

mod flawed;

use super::*;
use crate::domain::draft::AttemptNumber;
use crate::domain::tone::Language;

const SECOND: DraftKind = DraftKind::Attempt(AttemptNumber::Second);
const STRENGTH: &str = "I have moved two data warehouses without a day of downtime";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn facts(number: AttemptNumber, seed: u64) -> DraftFacts<'static> {
    DraftFacts {
        name: "Anna Schmidt",
        first_name: "Anna",
        position: "Data Engineer",
        employer: "Acme",
        interview_day: Some(day("2026-11-24")),
        promise_by: Some(day("2026-12-04")),
        was_away: false,
        strength: Some(STRENGTH),
        signature: "Jane Doe\n+49 30 1234567",
        kind: DraftKind::Attempt(number),
        offer: None,
        tone: Tone::default(),
        seed,
    }
}

fn in_words(facts: &DraftFacts<'_>) -> String {
    Templates::default().write(facts)
}

fn read(text: &str, facts: &DraftFacts<'_>) -> Vec<Complaint> {
    lint(text, facts, &Around::default())
}

pub(super) fn tones() -> Vec<Tone> {
    let both = |language| [false, true].map(|informal| Tone { language, informal });
    Language::ALL.into_iter().flat_map(both).collect()
}

/// All wordings with everything known, and with each optional fact missing.
fn every_draft(tone: Tone) -> Vec<DraftFacts<'static>> {
    let mut all = Vec::new();
    for number in [AttemptNumber::First, AttemptNumber::Second] {
        for seed in 0..3 {
            let full = DraftFacts { tone, ..facts(number, seed) };
            let bare = DraftFacts { interview_day: None, promise_by: None, strength: None, ..full };
            all.extend([
                full,
                bare,
                DraftFacts { interview_day: None, ..full },
                DraftFacts { promise_by: None, ..full },
                DraftFacts { strength: None, ..full },
                DraftFacts { was_away: true, ..full },
                DraftFacts { position: "Entwickler (m/w/d) [Berlin]", ..full },
            ]);
        }
    }
    all
}

#[test]
fn e14_the_linter_finds_nothing_in_our_own_words_in_any_language() {
    for tone in tones() {
        for facts in every_draft(tone) {
            let text = in_words(&facts);
            assert_eq!(read(&text, &facts), [], "{text}");
            assert!(!text.contains("  ") && !text.contains(" ."), "{text}");
            assert!(text.ends_with("\nJane Doe\n+49 30 1234567\n"), "{text}");
        }
    }
}

#[test]
fn e26_e30_notes_have_what_is_asked_of_them_in_every_language() {
    let offer = OfferFacts { company: Some("Globex"), expires_on: day("2026-12-15") };
    let unnamed = OfferFacts { company: None, ..offer };
    let others = ["Globex".to_owned()];
    let around = Around { earlier: &[], other_employers: &others };
    for tone in tones() {
        for kind in [DraftKind::OfferNotice, DraftKind::ThankYou, DraftKind::ClosingNote] {
            for (seed, offer) in [(0, offer), (1, offer), (0, unnamed), (1, unnamed)] {
                let facts = DraftFacts {
                    kind,
                    offer: Some(offer),
                    tone,
                    ..facts(AttemptNumber::First, seed)
                };
                let text = in_words(&facts);
                assert_eq!(lint(&text, &facts, &around), [], "{text}");
                let named = text.contains("Globex");
                let may = kind == DraftKind::OfferNotice && offer.company.is_some();
                assert_eq!(named, may, "{text}");
                for bare in [
                    DraftFacts { interview_day: None, strength: None, ..facts },
                    DraftFacts { promise_by: None, ..facts },
                ] {
                    assert_eq!(lint(&in_words(&bare), &bare, &around), [], "{}", in_words(&bare));
                }
            }
        }
    }
}

#[test]
fn e16_the_second_message_is_shorter_and_another_one_for_every_pair_of_wordings() {
    let count = |text: &str| text.split_whitespace().count();
    for tone in tones() {
        for first in every_draft(tone)
            .iter()
            .filter(|it| it.kind == DraftKind::Attempt(AttemptNumber::First))
        {
            for seed in 0..3 {
                let second = DraftFacts { kind: SECOND, seed, ..*first };
                let (one, two) = (in_words(first), in_words(&second));
                assert!(count(&two) < count(&one), "{one}\n{two}");
                let alike = similarity(&one, &two);
                assert!(alike < SIMILARITY_LIMIT, "{alike}\n{one}\n{two}");
            }
        }
    }
}

#[test]
fn wordings_of_one_number_differ_too() {
    for tone in tones() {
        for number in [AttemptNumber::First, AttemptNumber::Second] {
            let text = |seed| in_words(&DraftFacts { tone, ..facts(number, seed) });
            for (a, b) in [(0, 1), (0, 2), (1, 2)] {
                let alike = similarity(&text(a), &text(b));
                assert!(alike < SIMILARITY_LIMIT, "{alike}\n{}\n{}", text(a), text(b));
            }
        }
    }
}

#[test]
fn a_copy_is_seen_as_one_even_if_it_is_shorter() {
    let text = in_words(&facts(AttemptNumber::First, 0));
    let half: String = text.split_inclusive("\n\n").take(2).collect();
    assert!(similarity(&text, &text) > 0.99);
    assert!(similarity(&text, &half) > 0.99);
    assert!(similarity("", &text) < 0.01);
}

#[test]
fn the_same_seed_gives_the_same_words() {
    for seed in [0, 1, 2, 17, u64::MAX] {
        let facts = facts(AttemptNumber::First, seed);
        assert_eq!(in_words(&facts), in_words(&facts));
    }
}

#[test]
fn a_flaw_in_the_users_sentence_leaves_the_sentence_out() {
    let long = "I have moved two data warehouses and then a third one ".repeat(5);
    for strength in [long.as_str(), "See https://jane.example"] {
        let facts = DraftFacts { strength: Some(strength), ..facts(AttemptNumber::First, 1) };
        let written = write(&facts, &Templates::default(), &Around::default());
        assert_eq!(written.complaints, []);
        assert!(written.text.contains("confident"), "{}", written.text);
    }
}

#[test]
fn the_users_sentence_is_left_out_of_a_message_in_another_language() {
    for tone in tones() {
        let facts = DraftFacts { tone, ..facts(AttemptNumber::First, 0) };
        let written = write(&facts, &Templates::default(), &Around::default());
        assert_eq!(written.complaints, []);
        let there = written.text.contains(STRENGTH);
        assert_eq!(there, tone.language == Language::English, "{}", written.text);
    }
}

#[test]
fn a_wording_that_went_out_before_is_passed_over() {
    let facts = facts(AttemptNumber::Second, 1);
    let earlier = [in_words(&facts)];
    let around = Around { earlier: &earlier, other_employers: &[] };
    let written = write(&facts, &Templates::default(), &around);
    assert_eq!(written.complaints, []);
    assert_ne!(written.text, earlier[0]);
}

#[test]
fn the_messages_in_full() {
    for tone in tones() {
        for (number, seed) in [(AttemptNumber::First, 0), (AttemptNumber::Second, 1)] {
            let facts = DraftFacts { tone, ..facts(number, seed) };
            let form = if tone.informal { "informal" } else { "formal" };
            let name = format!("{}_{form}_{number}", tone.language.as_str());
            insta::assert_snapshot!(name, in_words(&facts));
        }
        for kind in [DraftKind::OfferNotice, DraftKind::ThankYou, DraftKind::ClosingNote] {
            let offer = OfferFacts { company: None, expires_on: day("2026-12-15") };
            let facts =
                DraftFacts { tone, kind, offer: Some(offer), ..facts(AttemptNumber::First, 0) };
            let form = if tone.informal { "informal" } else { "formal" };
            let name = format!("{}_{form}_{}", tone.language.as_str(), kind.as_str());
            insta::assert_snapshot!(name, in_words(&facts));
        }
    }
}

#[test]
fn e17_facts_are_text_and_nothing_more() {
    let facts = DraftFacts {
        position: "Data Engineer\r\nBcc: x {{ employer }} {% if %}",
        ..facts(AttemptNumber::First, 0)
    };
    let text = in_words(&facts);
    assert!(text.contains("Data Engineer Bcc: x {{ employer }} {% if %} position"), "{text}");
}
