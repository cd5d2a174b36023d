//! The first day back, out of the words of an out-of-office answer. "Back on" names it; "until"
//! names the last day away, and the first day back is the next working day. Where two readings
//! are possible the later one is taken: writing to someone a day late does no harm.

use chrono::{Datelike as _, NaiveDate, Weekday};

use super::dates::{bare, date_at, weekday};

/// Words before the first day back.
const BACK: [&str; 43] = [
    "back on",
    "back in",
    "back at",
    "be back",
    "back",
    "return on",
    "returning on",
    "returning",
    "return",
    "available again",
    "reachable again",
    "available from",
    "resume",
    "zurück",
    "wieder am",
    "wieder ab",
    "wieder",
    "erreichbar am",
    "de retour",
    "retour le",
    "reviens",
    "reviendrai",
    "rentre",
    "de vuelta",
    "vuelvo",
    "volveré",
    "regreso",
    "regresaré",
    "rientro",
    "rientrerò",
    "ritorno",
    "tornerò",
    "terug",
    "weer op",
    "de volta",
    "regresso",
    "retorno",
    "voltarei",
    "tillbaka",
    "åter",
    "tilbage",
    "tilbake",
    "wracam",
];
/// Words before the last day away.
const UNTIL: [&str; 28] = [
    "until",
    "till",
    "through",
    "thru",
    "up to",
    "up to and including",
    "bis",
    "bis zum",
    "bis einschließlich",
    "jusqu'au",
    "jusqu’au",
    "jusqu'à",
    "hasta",
    "hasta el",
    "fino al",
    "fino a",
    "tot en met",
    "t/m",
    "tot",
    "até",
    "til og med",
    "till och med",
    "t.o.m",
    "tom",
    "até ao",
    "até o",
    "hasta el día",
    "fino",
];
/// The second half of a range, directly in front of its date: `from 30 November to 4 December`.
const RANGE: [&str; 9] = ["to", "-", "–", "—", "au", "al", "do", "til", "a"];
/// Words before a first day, of the absence or after it: what follows decides.
const FROM: [&str; 10] = [
    "ab",
    "ab dem",
    "dal",
    "à partir du",
    "dès le",
    "a partir del",
    "vanaf",
    "a partir de",
    "od dnia",
    "od",
];
/// What makes the day in front of it the first day back.
const AGAIN: [&str; 18] = [
    "wieder",
    "zurück",
    "erreichbar",
    "back",
    "again",
    "available",
    "reachable",
    "terug",
    "weer",
    "bereikbaar",
    "disponible",
    "joignable",
    "retour",
    "nuevo",
    "disponibile",
    "nuovo",
    "disponível",
    "åter",
];
/// Words between a trigger and its date.
const FILLERS: [&str; 71] = [
    "the",
    "on",
    "in",
    "at",
    "office",
    "work",
    "end",
    "of",
    "and",
    "including",
    "einschließlich",
    "einschl",
    "inkl",
    "zum",
    "dem",
    "den",
    "am",
    "im",
    "büro",
    "le",
    "la",
    "el",
    "il",
    "del",
    "de",
    "du",
    "au",
    "bureau",
    "oficina",
    "ufficio",
    "op",
    "het",
    "kantoor",
    "em",
    "ao",
    "o",
    "día",
    "lunes",
    "inclus",
    "dia",
    "from",
    "again",
    "kl",
    "um",
    "to",
    "leave",
    "vacation",
    "holiday",
    "holidays",
    "annual",
    "parental",
    "maternity",
    "my",
    "urlaub",
    "meinem",
    "aus",
    "vacaciones",
    "vacances",
    "congé",
    "congés",
    "mes",
    "mis",
    "ferie",
    "dalle",
    "mi",
    "bin",
    "ich",
    "wird",
    "a",
    "s",
    "week",
];
const MAX_WORDS: usize = 600;

/// The first day back named in `text`, counted from the day the answer came.
#[must_use]
pub fn first_day_back(text: &str, received: NaiveDate) -> Option<NaiveDate> {
    let lower = spaced(&text.to_lowercase());
    let words: Vec<&str> = lower.split_whitespace().take(MAX_WORDS).collect();
    let english = ["the", "will", "and", "am", "until", "out", "back"]
        .iter()
        .any(|word| words.contains(word));
    let (mut back, mut last_away): (Option<NaiveDate>, Option<NaiveDate>) = (None, None);
    let mut at = 0;
    while at < words.len() {
        let Some((date, taken)) = date_at(&words, at, received, english) else {
            at += 1;
            continue;
        };
        match trigger(&words, at, at + taken) {
            Some(Trigger::Back) => back = back.or(Some(date)),
            Some(Trigger::Until) => last_away = last_away.max(Some(date)),
            None => {}
        }
        at += taken;
    }
    back.or_else(|| last_away.and_then(next_working_day))
}

enum Trigger {
    Back,
    Until,
}

/// Puts spaces around the dash of a range so that both ends are words: `10-31`, not `2026-12-01`.
fn spaced(text: &str) -> String {
    text.split_whitespace()
        .map(|word| {
            let dashes = word.matches(['-', '–']).count();
            let digits = word.starts_with(|c: char| c.is_ascii_digit());
            if dashes == 1 && digits {
                word.replace(['-', '–'], " – ")
            } else {
                word.to_owned()
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// What the words around a date make of it.
fn trigger(words: &[&str], from: usize, to: usize) -> Option<Trigger> {
    let before = words.get(from.saturating_sub(9)..from).unwrap_or_default();
    let (mut end, mut only_weekdays, mut first_day) = (before.len(), true, false);
    while end > 0 && !first_day {
        let word = before.get(end - 1).map_or("", |word| bare(word));
        if ends_with(before, end, &UNTIL) || (only_weekdays && RANGE.contains(&word)) {
            return Some(Trigger::Until);
        }
        if ends_with(before, end, &BACK) {
            return Some(Trigger::Back);
        }
        first_day = ends_with(before, end, &FROM);
        let day = weekday(word).is_some() || word.is_empty();
        if !(FILLERS.contains(&word) || day) {
            break;
        }
        only_weekdays &= day;
        end -= 1;
    }
    let after = words.get(to..words.len().min(to + 5)).unwrap_or_default();
    let sentence =
        after.iter().position(|word| word.ends_with('.')).map_or(after.len(), |at| at + 1);
    let again = |word: &&str| AGAIN.contains(&bare(word));
    after.iter().take(sentence).any(again).then_some(Trigger::Back)
}

/// Whether the words up to `end` end with one of these phrases.
fn ends_with(words: &[&str], end: usize, phrases: &[&str]) -> bool {
    (1..=4).filter_map(|count| words.get(end.checked_sub(count)?..end)).any(|tail| {
        let phrase = tail.iter().map(|word| bare(word)).collect::<Vec<_>>().join(" ");
        phrases.contains(&phrase.as_str())
    })
}

fn next_working_day(last: NaiveDate) -> Option<NaiveDate> {
    let mut day = last.succ_opt()?;
    while matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
        day = day.succ_opt()?;
    }
    Some(day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_first_day_back_is_read_in_four_languages() {
        let received = date("2026-11-26");
        for (text, expected) in [
            ("I will be back on 7 December.", "2026-12-07"),
            ("I am out of the office, returning Monday, December 7th.", "2026-12-07"),
            ("I'll be back in the office on Tuesday 1 December 2026", "2026-12-01"),
            ("I am away until Monday 14 Dec.", "2026-12-15"),
            ("Out of office from 30 November to 4 December 2026.", "2026-12-07"),
            ("I will be traveling on December 10-31.", "2027-01-01"),
            ("I will be back on Monday.", "2026-11-30"),
            ("away until 30 November, back on 1 December", "2026-12-01"),
            ("out until 12/04/2026", "2026-12-07"),
            ("Ich bin bis zum 12.12.2026 nicht im Büro.", "2026-12-14"),
            ("Ich bin vom 30.11. bis 4.12. im Urlaub.", "2026-12-07"),
            ("Ich bin ab dem 7. Dezember wieder erreichbar.", "2026-12-07"),
            ("Am 7.12. bin ich wieder im Büro.", "2026-12-07"),
            ("Ich bin bis einschließlich Freitag, 4. Dezember, abwesend.", "2026-12-07"),
            ("Je suis absente jusqu'au 4 décembre 2026 inclus.", "2026-12-07"),
            ("Je serai de retour le lundi 7 décembre.", "2026-12-07"),
            ("Absent du 30 novembre au 4 décembre", "2026-12-07"),
            ("Estaré fuera de la oficina hasta el 4 de diciembre de 2026.", "2026-12-07"),
            ("Estaré de vuelta el 7 de diciembre.", "2026-12-07"),
            ("Sono assente fino al 4 dicembre.", "2026-12-07"),
            ("Ich bin ab dem 30.11.2026 bis zum 4.12.2026 nicht im Büro.", "2026-12-07"),
            ("Ab Montag, dem 7.12., bin ich wieder für Sie da.", "2026-12-07"),
            ("I will return to the office on Monday, 7 December.", "2026-12-07"),
            ("I return from annual leave on 7 December", "2026-12-07"),
            ("Je serai de retour au bureau le 7 décembre", "2026-12-07"),
            ("dal 30 novembre al 4 dicembre non sono in ufficio", "2026-12-07"),
            ("Ik ben afwezig tot en met 4 december.", "2026-12-07"),
            ("Jag är ledig till och med 4 december och åter 7 december", "2026-12-07"),
            ("back on 2027-01-04", "2027-01-04"),
            ("I am back on 4 January.", "2027-01-04"),
        ] {
            assert_eq!(first_day_back(text, received), Some(date(expected)), "{text}");
        }
    }

    #[test]
    fn no_date_is_made_up() {
        let received = date("2026-11-26");
        for text in [
            "I am out of the office with limited access to e-mail.",
            "Call us between 9 and 5.",
            "I am out of the office today, 26 November.",
            "Ich bin zurzeit nicht im Büro.",
            "Version 2.4 of our policy",
        ] {
            assert_eq!(first_day_back(text, received), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_words_are_survived(text in "([a-z]{1,5}|bis|until|[0-9]{1,4}[./-][0-9]{1,2}|\\PC| ){0,60}") {
            let _ = first_day_back(&text, date("2026-11-26"));
        }
    }
}
