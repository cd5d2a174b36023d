//! Every phrase as read on Thursday 19 November 2026, unless a day is named.

use chrono::NaiveDate;

use super::super::text::Text;
use super::{Language, When, read};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn latest(phrase: &str, language: Language, today: &str) -> Option<String> {
    let text = Text::new(phrase);
    let found = text.sentences.iter().flat_map(|s| read(&s.words, language, day(today)));
    let days = found.filter_map(|found| match found.when {
        When::Day(day) => Some(day),
        When::Vague | When::Nothing => None,
    });
    days.max().map(|day| day.to_string())
}

fn check(language: Language, today: &str, cases: &[(&str, &str)]) {
    for (phrase, expected) in cases {
        let expected = (!expected.is_empty()).then(|| format!("2026-{expected}"));
        assert_eq!(latest(phrase, language, today), expected, "{phrase} on {today}");
    }
}

#[test]
fn e03_english_phrases_are_read_as_their_last_day() {
    let cases = [
        ("by tomorrow", "11-20"),
        ("the day after tomorrow", "11-21"),
        ("by Friday", "11-20"),
        ("by Thursday", "11-26"),
        ("next Friday", "11-27"),
        ("by Friday next week", "11-27"),
        ("next week Wednesday", "11-25"),
        ("Friday the 27th at 4", "11-27"),
        ("early next week", "11-25"),
        ("by the end of next week", "11-27"),
        ("by the end of the week", "11-20"),
        ("next week", "11-27"),
        ("the week after next", "12-04"),
        ("mid December", "12-20"),
        ("by mid-December", "12-20"),
        ("early December", "12-10"),
        ("by the end of December", "12-31"),
        ("by the end of the month", "11-30"),
        ("by end of next month", "12-31"),
        ("end of the year", "12-31"),
        ("within two weeks", "12-03"),
        ("in the next two weeks", "12-03"),
        ("within 2-3 weeks", "12-10"),
        ("two to three weeks", "12-10"),
        ("within 5 business days", "11-26"),
        ("in ten working days", "12-03"),
        ("in 48 hours", "11-21"),
        ("within 48h", "11-21"),
        ("in a week", "11-26"),
        ("another week", "11-26"),
        ("a couple of weeks", "12-10"),
        ("by 4 December", "12-04"),
        ("by December 4th at 5 pm", "12-04"),
        ("by Dec. 4", "12-04"),
        ("by Friday, 4 December 2026", "12-04"),
        ("30 November or 1 December", "12-01"),
        ("on 4/12", "12-04"),
        ("by 2026-12-04", "12-04"),
        ("12/04/2026", "12-04"),
        ("by Monday or Tuesday", "11-24"),
        ("by the 15th", "12-15"),
        ("the 15th of next month", "12-15"),
        ("by Monday at 2.30", "11-23"),
        ("by end of day tomorrow", "11-20"),
        ("before Christmas", "12-24"),
        ("the first week of December", "12-10"),
        ("second half of December", "12-31"),
        ("next business day", "11-20"),
        ("you may decide", ""),
        ("two weeks ago", ""),
        ("last Friday", ""),
        ("4 November", ""),
        ("a few days", ""),
        ("the second interview", ""),
        ("30 minutes", ""),
    ];
    check(Language::En, "2026-11-19", &cases);
}

#[test]
fn q14_a_weekday_named_on_that_weekday_is_the_next_one() {
    check(Language::En, "2026-11-20", &[("by Friday", "11-27"), ("end of the week", "11-27")]);
    check(Language::De, "2026-11-20", &[("bis Freitag", "11-27"), ("diese Woche", "11-22")]);
    check(Language::En, "2026-11-22", &[("next week", "12-04"), ("next Monday", "11-30")]);
    check(Language::En, "2026-11-30", &[("by the end of the month", "12-31")]);
}

#[test]
fn german_phrases_are_read_as_their_last_day() {
    let cases = [
        ("bis Freitag", "11-20"),
        ("bis morgen Abend", "11-20"),
        ("übermorgen", "11-21"),
        ("bis nächsten Freitag", "11-27"),
        ("kommenden Montag", "11-23"),
        ("bis Ende nächster Woche", "11-27"),
        ("Anfang nächster Woche", "11-25"),
        ("Mitte nächster Woche", "11-26"),
        ("im Laufe der nächsten Woche", "11-27"),
        ("bis Ende der Woche", "11-20"),
        ("übernächste Woche", "12-04"),
        ("innerhalb von zwei Wochen", "12-03"),
        ("innerhalb der nächsten 14 Tage", "12-03"),
        ("in den 14 Tagen", "12-03"),
        ("in zwei bis drei Wochen", "12-10"),
        ("2-3 Wochen", "12-10"),
        ("in einer Woche", "11-26"),
        ("innerhalb von 5 Werktagen", "11-26"),
        ("bis zum 4.12.", "12-04"),
        ("bis zum 04.12.2026", "12-04"),
        ("bis zum 4. Dezember", "12-04"),
        ("bis zum 15.", "12-15"),
        ("Mitte Dezember", "12-20"),
        ("bis Ende des Monats", "11-30"),
        ("zum Monatsende", "11-30"),
        ("KW 50", "12-11"),
        ("vor Weihnachten", "12-24"),
        ("Guten Morgen", ""),
        ("vor zwei Wochen", ""),
        ("letzte Woche", ""),
        ("in den nächsten Tagen", ""),
    ];
    check(Language::De, "2026-11-19", &cases);
}

#[test]
fn french_and_spanish_phrases_are_read_as_their_last_day() {
    let french = [
        ("d'ici vendredi", "11-20"),
        ("vendredi prochain", "11-27"),
        ("d'ici la fin de la semaine prochaine", "11-27"),
        ("en début de semaine prochaine", "11-25"),
        ("dans les deux semaines", "12-03"),
        ("sous 48h", "11-21"),
        ("sous quinze jours", "12-04"),
        ("dans les 10 jours ouvrés", "12-03"),
        ("d'ici le 4 décembre", "12-04"),
        ("d'ici au 15", "12-15"),
        ("avant le 4/12", "12-04"),
        ("avant la fin du mois", "11-30"),
        ("mi-décembre", "12-20"),
        ("après-demain", "11-21"),
        ("il y a deux semaines", ""),
        ("dans les prochains jours", ""),
        ("la semaine dernière", ""),
    ];
    check(Language::Fr, "2026-11-19", &french);
    let spanish = [
        ("antes del viernes", "11-20"),
        ("el viernes que viene", "11-27"),
        ("la semana que viene", "11-27"),
        ("a finales de la próxima semana", "11-27"),
        ("a principios de la próxima semana", "11-25"),
        ("en dos semanas", "12-03"),
        ("en un plazo de 15 días", "12-04"),
        ("antes del 4 de diciembre", "12-04"),
        ("antes del 15", "12-15"),
        ("el 4/12", "12-04"),
        ("a finales de mes", "11-30"),
        ("a mediados de diciembre", "12-20"),
        ("pasado mañana", "11-21"),
        ("mañana por la mañana", "11-20"),
        ("en 5 días hábiles", "11-26"),
        ("hace dos semanas", ""),
        ("en los próximos días", ""),
    ];
    check(Language::Es, "2026-11-19", &spanish);
}
