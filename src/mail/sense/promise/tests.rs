//! Sentences as read on Thursday 19 November 2026.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::super::text::Text;
use super::promises;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 19).unwrap()
}

/// `11-27`, `vague` or nothing.
fn read(sentence: &str) -> String {
    let found = promises(&Text::new(sentence), today());
    let latest = found.iter().filter_map(|promise| promise.not_before).max();
    match latest {
        Some(day) => day.format("%m-%d").to_string(),
        None if found.is_empty() => String::new(),
        None => "vague".to_owned(),
    }
}

fn check(cases: &[(&str, &str)]) {
    for (sentence, expected) in cases {
        assert_eq!(read(sentence), *expected, "{sentence}");
    }
}

#[test]
fn e01_english_promises_are_read() {
    check(&[
        ("We will get back to you by Friday.", "11-20"),
        ("You will hear from us by the end of next week.", "11-27"),
        ("By 4 December we'll let you know how we want to proceed.", "12-04"),
        ("I expect to have a decision early next week.", "11-25"),
        ("Our team will be in touch within 5 business days.", "11-26"),
        ("We need another week to decide.", "11-26"),
        ("Tom asked me to tell you that we need another week.", "11-26"),
        ("A decision will be made by mid December.", "12-20"),
        ("Please allow up to three weeks for us to review your application.", "12-10"),
        (
            "Please send us your references by Monday and we will come back to you by Friday.",
            "11-20",
        ),
        ("We aim to finish all interviews and decide by the end of the month.", "11-30"),
        ("Feedback should be with you in the next two weeks.", "12-03"),
        ("The review usually takes two weeks.", "12-03"),
        ("Expect to hear from me early in the week of December 7th.", "12-11"),
        ("I'm out next week but will follow up the week after.", "12-04"),
        ("We hope to finalise things before the Christmas break.", "12-24"),
        ("We'll get back to you in the new year.", "01-10"),
        ("We will have made up our minds by 11/27.", "11-27"),
        ("We will be in touch shortly.", "vague"),
        ("You will hear from us in the coming weeks.", "vague"),
        ("We will contact you within two weeks of the closing date.", "vague"),
    ]);
}

#[test]
fn e05_what_the_user_is_asked_to_do_is_no_promise() {
    check(&[
        ("Please send your availability for next week.", ""),
        ("Please reply by Friday.", ""),
        ("Please complete the test within 5 days.", ""),
        ("Could you let us know by Tuesday whether you accept?", ""),
        ("We look forward to hearing from you by Friday.", ""),
        ("We meet on Friday at 10.", ""),
        ("We will be in touch to schedule an interview for next week.", ""),
        ("We keep your data for 12 months.", ""),
        ("We will keep your CV on file for six months and contact you if something fits.", ""),
        ("I wanted to get back to you last Friday.", ""),
        ("The offer is valid until 4 December.", ""),
        ("Thank you for meeting us on Monday.", ""),
        ("I am on holiday until 4 December.", ""),
        ("You have until Friday to submit your answers.", ""),
    ]);
}

#[test]
fn german_promises_are_read_and_requests_are_not() {
    check(&[
        ("Wir melden uns bis Freitag bei Ihnen.", "11-20"),
        ("Sie hören bis Ende nächster Woche von uns.", "11-27"),
        ("Bis zum 4.12. geben wir Ihnen Bescheid.", "12-04"),
        ("Eine Entscheidung treffen wir innerhalb von zwei Wochen.", "12-03"),
        ("Wir kommen Anfang nächster Woche auf Sie zu.", "11-25"),
        ("Die Prüfung Ihrer Unterlagen dauert etwa zwei Wochen.", "12-03"),
        ("Wir bitten noch um etwas Geduld bis Mitte Dezember.", "12-20"),
        ("Ich melde mich in den nächsten Tagen.", "vague"),
        ("Wir melden uns spätestens in der 49. Kalenderwoche bei Ihnen.", "12-04"),
        ("Nach den Feiertagen melden wir uns wieder.", "01-10"),
        ("Bitte geben Sie uns noch bis zum 30.11. Zeit.", "11-30"),
        ("Wir erwarten Ihre Rückmeldung bis zum 25.11.", ""),
        ("Wir werden uns zeitnah bei Ihnen melden.", "vague"),
        ("Bitte senden Sie uns Ihre Unterlagen bis Freitag.", ""),
        ("Bitte melden Sie sich bis Freitag bei uns.", ""),
        ("Das Gespräch findet am Freitag um 10 Uhr statt.", ""),
        ("Wir freuen uns auf das Gespräch am Montag.", ""),
        ("Ihre Daten werden sechs Monate gespeichert.", ""),
        ("Haben Sie nächste Woche Zeit?", ""),
    ]);
}

#[test]
fn french_and_spanish_promises_are_read_and_requests_are_not() {
    check(&[
        ("Nous reviendrons vers vous d'ici vendredi.", "11-20"),
        ("Vous recevrez une réponse dans les deux semaines.", "12-03"),
        ("Je vous tiendrai informé en début de semaine prochaine.", "11-25"),
        ("Nous vous recontacterons prochainement.", "vague"),
        ("Merci de nous envoyer vos disponibilités pour la semaine prochaine.", ""),
        ("Pourriez-vous répondre avant vendredi ?", ""),
        ("Nous attendons votre réponse avant vendredi.", ""),
        ("Votre entretien aura lieu vendredi.", ""),
        ("Nos pondremos en contacto contigo antes del viernes.", "11-20"),
        ("Te daremos una respuesta en dos semanas.", "12-03"),
        ("Tomaremos una decisión a finales de mes.", "11-30"),
        ("Te informaremos en breve.", "vague"),
        ("Por favor, envíanos tu disponibilidad antes del viernes.", ""),
        ("La entrevista será el viernes.", ""),
    ]);
}

proptest! {
    #[test]
    fn any_text_is_survived_and_no_promise_lies_in_the_past(
        text in "(We will get back to you |by |next |bis |wir melden uns |[0-9]{1,2}[./ ]|Friday|week |Ende |[\\PC\n]{0,6}){0,24}",
        days in 0i64..2000,
    ) {
        let today = today() + chrono::Duration::days(days);
        for promise in promises(&Text::new(&text), today) {
            prop_assert!(promise.not_before.is_none_or(|day| day >= today));
            prop_assert_eq!(promise.vague, promise.not_before.is_none());
        }
    }
}
