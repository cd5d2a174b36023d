//! Every wording with every set of facts, and texts that must not pass.

use super::*;

const STRENGTH: &str = "I have moved two data warehouses without a day of downtime";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn facts(number: AttemptNumber, seed: u64) -> DraftFacts<'static> {
    DraftFacts {
        first_name: "Anna",
        position: "Data Engineer",
        employer: "Acme",
        interview_day: Some(day("2026-11-24")),
        promise_by: Some(day("2026-12-04")),
        strength: Some(STRENGTH),
        signature: "Jane Doe\n+49 30 1234567",
        number,
        seed,
    }
}

/// All wordings with everything known, and with each optional fact missing.
fn every_draft() -> Vec<DraftFacts<'static>> {
    let mut all = Vec::new();
    for number in [AttemptNumber::First, AttemptNumber::Second] {
        for seed in 0..3 {
            let full = facts(number, seed);
            let bare = DraftFacts { interview_day: None, promise_by: None, strength: None, ..full };
            all.extend([
                full,
                bare,
                DraftFacts { interview_day: None, ..full },
                DraftFacts { promise_by: None, ..full },
                DraftFacts { strength: None, ..full },
            ]);
        }
    }
    all
}

#[test]
fn the_linter_finds_nothing_in_our_own_words() {
    for facts in every_draft() {
        let text = follow_up(&facts);
        assert_eq!(lint(&text, &facts), [], "{text}");
        assert!(!text.contains("  ") && !text.contains(" ."), "{text}");
        assert!(text.ends_with("Kind regards,\nJane Doe\n+49 30 1234567\n"), "{text}");
    }
}

#[test]
fn the_second_message_is_shorter_and_another_one() {
    let count = |text: &str| text.split_whitespace().count();
    for first in every_draft().iter().filter(|f| f.number == AttemptNumber::First) {
        for seed in 0..3 {
            let second = DraftFacts { number: AttemptNumber::Second, seed, ..*first };
            let (one, two) = (follow_up(first), follow_up(&second));
            assert!(count(&two) < count(&one), "{one}\n{two}");
            let alike = similarity(&one, &two);
            assert!(alike < SIMILARITY_LIMIT, "{alike}\n{one}\n{two}");
        }
    }
}

#[test]
fn wordings_of_one_number_differ_too() {
    for number in [AttemptNumber::First, AttemptNumber::Second] {
        let texts: Vec<String> = (0..3).map(|seed| follow_up(&facts(number, seed))).collect();
        for (a, b) in [(0, 1), (0, 2), (1, 2)] {
            let alike = similarity(&texts[a], &texts[b]);
            assert!(alike < SIMILARITY_LIMIT, "{alike}\n{}\n{}", texts[a], texts[b]);
        }
    }
}

#[test]
fn a_copy_is_seen_as_one_even_if_it_is_shorter() {
    let text = follow_up(&facts(AttemptNumber::First, 0));
    let half: String = text.split_inclusive("\n\n").take(2).collect();
    assert!(similarity(&text, &text) > 0.99);
    assert!(similarity(&text, &half) > 0.99);
    assert!(similarity("", &text) < 0.01);
}

#[test]
fn the_same_seed_gives_the_same_words() {
    for seed in [0, 1, 2, 17, u64::MAX] {
        let facts = facts(AttemptNumber::First, seed);
        assert_eq!(follow_up(&facts), follow_up(&facts));
    }
}

#[test]
fn the_first_message_in_full() {
    insta::assert_snapshot!(follow_up(&facts(AttemptNumber::First, 0)), @r#"
    Dear Anna,

    Thank you again for the conversation about the Data Engineer position on Tuesday 24 November. I enjoyed it very much, and I would be glad to join Acme. I have moved two data warehouses without a day of downtime.

    You mentioned that I could expect news by Friday 4 December. May I ask how my application is progressing, and what the next step would be? If anything else would help your decision, I will gladly send it.

    I look forward to your answer.

    Kind regards,
    Jane Doe
    +49 30 1234567
    "#);
}

#[test]
fn the_second_message_in_full() {
    insta::assert_snapshot!(follow_up(&facts(AttemptNumber::Second, 1)), @r#"
    Dear Anna,

    This is my last message about the Data Engineer role: is my candidacy still open? The date you had in mind, Friday 4 December, may well have moved. My interest in Acme has not changed since our talk on Tuesday 24 November. I have moved two data warehouses without a day of downtime.

    A short reply would be kind, and I look forward to it; after that I leave the matter in your hands. Many thanks.

    Kind regards,
    Jane Doe
    +49 30 1234567
    "#);
}

#[test]
fn each_missing_component_is_named() {
    let facts = facts(AttemptNumber::Second, 0);
    let complaints = lint("Hello.\n\nJane Doe\n+49 30 1234567\n", &facts);
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
    assert!(complaints.iter().all(|complaint| !complaint.to_string().is_empty()));
}

#[test]
fn what_must_never_be_sent_is_named() {
    let facts = facts(AttemptNumber::First, 0);
    let good = follow_up(&facts);
    let banned = |phrase: &str| Complaint::Banned { phrase: phrase.to_owned() };
    let gap = |text: &str| Complaint::Placeholder { text: text.to_owned() };
    for (added, complaint) in [
        ("I am just checking in.", banned("checking in")),
        ("This is urgent.", banned("urgent")),
        ("I haven\u{2019}t heard from you.", banned("haven't heard")),
        ("I am disappointed.", banned("disappointed")),
        ("See https://jane.example/cv", Complaint::Link),
        ("\u{1f600}", Complaint::Emoji),
        ("Yours ;-)", Complaint::Emoji),
        ("Regards to [team].", gap("[team]")),
        ("It was {{day}}.", gap("{day}")),
        ("On XXX.", gap("XXX.")),
        ("Great! Really!", Complaint::NotPositive),
    ] {
        let text = good.replace("I look forward", &format!("{added} I look forward"));
        assert!(lint(&text, &facts).contains(&complaint), "{added}: {:?}", lint(&text, &facts));
    }
    let long = good.replace("I look forward", &format!("{}I look forward", "very ".repeat(60)));
    assert!(matches!(lint(&long, &facts).as_slice(), [Complaint::TooLong { words: 121.. }]));
}

#[test]
fn words_within_words_are_not_banned() {
    let facts = facts(AttemptNumber::First, 0);
    let text = follow_up(&facts).replace("glad to join", "glad to join (insurgently, in truth)");
    assert_eq!(lint(&text, &facts), []);
}

#[test]
fn a_day_is_found_in_many_forms() {
    let facts = DraftFacts { promise_by: None, ..facts(AttemptNumber::First, 0) };
    let good = follow_up(&facts);
    for form in
        ["November 24", "24 Nov", "Nov 24th", "the 24th of November", "24.11.", "2026-11-24"]
    {
        let text = good.replace("Tuesday 24 November", form);
        assert_eq!(lint(&text, &facts), [], "{form}");
    }
    let text = good.replace("Tuesday 24 November", "4 November or 24 December");
    assert_eq!(lint(&text, &facts), [Complaint::NoInterviewDay]);
}

#[test]
fn facts_are_text_and_nothing_more() {
    let facts = DraftFacts {
        position: "Data Engineer\r\nBcc: x {employer}",
        ..facts(AttemptNumber::First, 0)
    };
    let text = follow_up(&facts);
    assert!(text.contains("Data Engineer Bcc: x {employer} position"), "{text}");
    assert!(
        lint(&text, &facts).contains(&Complaint::Placeholder { text: "{employer}".to_owned() })
    );
}
