//! Sentences as read on Thursday 19 November 2026 by someone in Berlin.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::super::text::Text;
use super::proposals;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 19).unwrap()
}

/// The starts in UTC, `!` where it is settled, `-` and the end where one is said.
fn read(text: &str) -> String {
    let found = proposals(&Text::new(text), today(), chrono_tz::Europe::Berlin);
    let one = |it: &crate::domain::message::MeetingProposal| {
        let end = it.ends_at.map(|end| end.format("-%H:%M").to_string()).unwrap_or_default();
        let mark = if it.agreed { "!" } else { "" };
        format!("{}{end}{mark}", it.starts_at.format("%m-%d %H:%M"))
    };
    found.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn check(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(text, expected)| (text, expected, read(text)))
        .filter(|(_, expected, found)| found != **expected)
        .map(|(text, expected, found)| format!("{text}: {found}, not {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn english_times_are_read() {
    check(&[
        ("Your interview is confirmed for Tuesday 1 December at 3 pm CET.", "12-01 14:00!"),
        ("Could you do Monday at 10:30?", "11-23 09:30"),
        ("How about Tuesday, Dec 1st, 2-2:45pm UK time?", "12-01 14:00-14:45"),
        ("Would Tuesday at 10 or Wednesday at 4:30pm work?", "11-24 09:00, 11-25 15:30"),
        ("Tuesday at 3 works for me.", "11-24 14:00!"),
        ("See you on 4 December at 9.", "12-04 08:00!"),
        ("Speak to you tomorrow at 11am EST!", "11-20 16:00!"),
        ("Can we talk on Friday from 10 to 11?", "11-20 09:00-10:00"),
        ("A 30 minute call on Monday at 14:00 GMT+2?", "11-23 12:00-12:30"),
        (
            "Date: Tuesday, 1 December 2026\nTime: 10:00 - 10:45\nPlace: our office",
            "12-01 09:00-09:45",
        ),
        ("The call is on Monday at 3 p.m. Pacific time.", "11-23 23:00"),
        ("Monday at 9:00. All times are in EST.", "11-23 14:00"),
    ]);
}

#[test]
fn german_french_and_spanish_times_are_read() {
    check(&[
        ("Passt Ihnen Dienstag, der 1. Dezember um 14 Uhr?", "12-01 13:00"),
        ("Das Gespräch findet am 4.12.2026 um 10.30 Uhr statt.", "12-04 09:30!"),
        ("Wir sehen uns am Montag von 9 bis 10 Uhr.", "11-23 08:00-09:00!"),
        ("Freitag, 27.11., 9:00-9:45 Uhr MEZ", "11-27 08:00-08:45"),
        ("Um 10 am Dienstag?", "11-24 09:00"),
        ("Seriez-vous disponible jeudi 26 novembre à 14h30 ?", "11-26 13:30"),
        ("L'entretien aura lieu lundi à 9 h 30, heure de Paris.", "11-23 08:30!"),
        ("¿Te viene bien el martes 24 a las 16:00?", "11-24 15:00"),
        ("La entrevista será el lunes a las 10 de la mañana.", "11-23 09:00"),
    ]);
}

#[test]
fn deadlines_hours_and_dates_alone_are_no_meetings() {
    check(&[
        ("Please submit it by Friday at 5 pm.", ""),
        ("Bitte bis Freitag, 12 Uhr zurücksenden.", ""),
        ("Merci de répondre avant vendredi à 18h.", ""),
        ("Our office hours are Monday to Friday, 9:00 to 17:00.", ""),
        ("Sie erreichen uns telefonisch Montag bis Freitag 9-17 Uhr, erreichbar unter 030 12.", ""),
        ("We meet on Friday.", ""),
        ("The meeting takes 30 minutes.", ""),
        ("We have 2 positions open on Monday.", ""),
    ]);
}

proptest! {
    #[test]
    fn any_text_is_survived(
        text in "(Tuesday |at |um |[0-9]{1,2}([:.h][0-9]{2})? ?|pm |Uhr |CET |GMT\\+|1 December |[\\PC\n]{0,6}){0,24}",
    ) {
        let found = proposals(&Text::new(&text), today(), chrono_tz::Europe::Berlin);
        prop_assert!(found.len() <= super::MOST);
    }
}
