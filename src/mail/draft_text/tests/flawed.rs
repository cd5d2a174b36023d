//! Texts that must not pass, or not unseen, and a few that only look like them.

use super::*;

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
