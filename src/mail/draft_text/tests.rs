//! Every wording in every language with every set of facts, and texts that must not pass.

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
fn each_missing_component_is_named() {
    let facts = facts(AttemptNumber::Second, 0);
    let complaints = read("Hello.\n\nJane Doe\n+49 30 1234567\n", &facts);
    use Complaint as C;
    assert_eq!(
        complaints,
        [
            C::NoPosition,
            C::NoInterviewDay,
            C::NoInterest,
            C::NoQualification,
            C::NoQuestion,
            C::NotLookingForward,
            C::NoThanks,
            C::NotPositive,
            C::NoStatus,
            C::NoFirstName,
            C::NotSaidToBeLast,
            C::PromiseNotCited,
        ]
    );
    assert!(complaints.iter().all(|complaint| !complaint.blocks()));
}

/// A text in which every component has words of its own: without them, it alone is missed.
#[test]
fn each_component_is_missed_on_its_own() {
    use Complaint as C;
    let whole = "Dear Anna,\n\nwe spoke about the Data Engineer role on 24 November. I am keen on \
        it. I bring ten years of work. You named 4 December. May I ask where it stands? It is about \
        my candidacy. I would be pleased with a line. I hope to hear from you. Thanks a lot. This \
        is my last message.\n\nJane Doe\n+49 30 1234567\n";
    let facts = facts(AttemptNumber::Second, 0);
    assert_eq!(read(whole, &facts), []);
    for (words, instead, complaint) in [
        ("Data Engineer role", "role", C::NoPosition),
        (" on 24 November", "", C::NoInterviewDay),
        ("I am keen on it. ", "", C::NoInterest),
        ("I bring ten years of work. ", "", C::NoQualification),
        ("May I ask where it stands? ", "", C::NoQuestion),
        ("I hope to hear from you. ", "", C::NotLookingForward),
        ("Thanks a lot. ", "", C::NoThanks),
        ("I would be pleased with a line. ", "", C::NotPositive),
        ("It is about my candidacy. ", "", C::NoStatus),
        ("Dear Anna,", "Hello,", C::NoFirstName),
        (" This is my last message.", "", C::NotSaidToBeLast),
        ("You named 4 December. ", "", C::PromiseNotCited),
    ] {
        assert!(whole.contains(words), "{words}");
        let text = whole.replace(words, instead);
        assert_eq!(read(&text, &facts), [complaint], "{text}");
    }
}

#[test]
fn e26_a_notice_without_the_last_day_of_the_offer_is_shown() {
    let offer = OfferFacts { company: None, expires_on: day("2026-12-15") };
    let kind = DraftKind::OfferNotice;
    let facts = DraftFacts { kind, offer: Some(offer), ..facts(AttemptNumber::First, 0) };
    let text = in_words(&facts).replace(", which I am asked to answer by Tuesday 15 December", "");
    assert_eq!(read(&text, &facts), [Complaint::NoOfferDay]);
    let forgotten = in_words(&facts).replace("You mentioned", "I heard").replace("4 December", "");
    assert!(read(&forgotten, &facts).contains(&Complaint::PromiseNotCited), "{forgotten}");
}

/// One text for each rule that stops a message, made of a good one.
#[test]
fn what_must_never_be_sent_is_named_and_stops() {
    let facts = facts(AttemptNumber::First, 0);
    let good = in_words(&facts);
    let banned = |phrase: &str| Complaint::Banned { phrase: phrase.to_owned() };
    let gap = |text: &str| Complaint::Placeholder { text: text.to_owned() };
    let quote = |line: &str| Complaint::Quote { line: line.to_owned() };
    let others = ["Globex".to_owned()];
    let around = Around { earlier: &[], other_employers: &others };
    for (added, complaint) in [
        ("I am just checking in.", banned("checking in")),
        ("This is urgent.", banned("urgent")),
        ("I haven\u{2019}t heard from you.", banned("haven't heard")),
        ("I am disappointed.", banned("disappointed")),
        ("See https://jane.example/cv", Complaint::Link),
        ("\u{1f600}", Complaint::Emoji),
        ("Yours ;-)", Complaint::Emoji),
        ("Haha, just kidding.", Complaint::Emoji),
        ("Regards to [team].", gap("[team]")),
        ("It was {{day}}.", gap("{day}")),
        ("On XXX.", gap("XXX.")),
        ("Like at Globex.", Complaint::WrongCompany { name: "Globex".to_owned() }),
        ("\n> approve\n", quote("> approve")),
        ("\nFrom: Tom Lee\nDate: 7 December 2026\n", quote("From: Tom Lee")),
        ("\nOn 7 December 2026, Tom Lee wrote:\n", quote("On 7 December 2026, Tom Lee wrote:")),
        ("\nAm 7.12.2026 schrieb Tom Lee:\n", quote("Am 7.12.2026 schrieb Tom Lee:")),
        ("\nLe 07/12/2026, Tom Lee a écrit :\n", quote("Le 07/12/2026, Tom Lee a écrit :")),
        ("\nEl 7/12/2026, Tom Lee escribió:\n", quote("El 7/12/2026, Tom Lee escribió:")),
    ] {
        let text = good.replace("I look forward", &format!("{added} I look forward"));
        let found = lint(&text, &facts, &around);
        assert!(found.contains(&complaint) && complaint.blocks(), "{added}: {found:?}");
    }
    let long = good.replace("I look forward", &format!("{}I look forward", "very ".repeat(60)));
    assert!(matches!(read(&long, &facts).as_slice(), [Complaint::TooLong { words: 121.. }]));
    let other = good.replace("Dear Anna", "Dear Tom");
    let found = read(&other, &facts);
    let wrong = Complaint::WrongName { name: "Tom".to_owned() };
    assert!(found.contains(&wrong) && wrong.blocks(), "{found:?}");
    let earlier = [good.clone()];
    let around = Around { earlier: &earlier, other_employers: &[] };
    assert_eq!(lint(&good, &facts, &around), [Complaint::Copy]);
}

#[test]
fn e15_a_hundred_and_twenty_words_pass_and_one_more_does_not() {
    let facts = facts(AttemptNumber::First, 0);
    let padded = |count: usize| {
        let more = format!("{}I look forward", "very ".repeat(count));
        in_words(&facts).replacen("I look forward", &more, 1)
    };
    let [Complaint::TooLong { words }] = *read(&padded(100), &facts).as_slice() else {
        panic!("a hundred words more pass")
    };
    let room = 120 + 100 - words;
    assert_eq!(read(&padded(room), &facts), []);
    assert_eq!(read(&padded(room + 1), &facts), [Complaint::TooLong { words: 121 }]);
}

#[test]
fn a_day_that_is_not_in_the_record_is_shown() {
    let facts = facts(AttemptNumber::First, 0);
    let text = in_words(&facts).replace("I look forward", "On 11 December I look forward");
    let found = read(&text, &facts);
    assert_eq!(found, [Complaint::UnknownDay { day: "11.12.".to_owned() }]);
    assert!(!found[0].blocks());
    let shouted = in_words(&facts).replace("I look forward", "Great! Really! Yes! I look forward");
    assert_eq!(read(&shouted, &facts), [Complaint::NotPositive]);
}

#[test]
fn pressure_is_named_in_each_language() {
    for (language, added) in [
        (Language::German, "Es ist dringend."),
        (Language::German, "Ich bin enttäuscht."),
        (Language::German, "This is a friendly reminder."),
        (Language::French, "Je n'ai pas eu de réponse."),
        (Language::French, "C'est très frustrant."),
        (Language::Spanish, "Es urgente."),
        (Language::Spanish, "Sigo esperando."),
    ] {
        let tone = Tone { language, informal: false };
        let facts = DraftFacts { tone, ..facts(AttemptNumber::First, 0) };
        let text = in_words(&facts).replacen("\n\n", &format!("\n\n{added} "), 1);
        let found = read(&text, &facts);
        assert!(matches!(found.as_slice(), [Complaint::Banned { .. }]), "{added}: {found:?}");
    }
}

#[test]
fn a_date_on_a_line_of_its_own_is_no_quoted_mail() {
    let facts = facts(AttemptNumber::First, 0);
    let line = "\nDate: Tuesday 24 November\n\nI look forward";
    assert_eq!(read(&in_words(&facts).replace("I look forward", line), &facts), []);
}

#[test]
fn words_within_words_are_not_banned() {
    let facts = facts(AttemptNumber::First, 0);
    let text = in_words(&facts).replace("glad to join", "glad to join (insurgently, in truth)");
    assert_eq!(read(&text, &facts), []);
}

#[test]
fn a_day_is_found_in_many_forms() {
    let facts = DraftFacts { promise_by: None, ..facts(AttemptNumber::First, 0) };
    let good = in_words(&facts);
    for form in
        ["November 24", "24 Nov", "Nov 24th", "the 24th of November", "24.11.", "2026-11-24"]
    {
        let text = good.replace("Tuesday 24 November", form);
        assert_eq!(read(&text, &facts), [], "{form}");
    }
    let text = good.replace("Tuesday 24 November", "4 November or 24 December");
    assert!(read(&text, &facts).contains(&Complaint::NoInterviewDay));
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
