//! The sentences as a person reads them who waits for an answer.

use super::*;
use crate::domain::calendar::next_slot;
use crate::domain::settings::Settings;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn an_end_names_the_rule_it_came_from() {
    for (reason, rule) in [
        (ClosedReason::MovedOn, "E08"),
        (ClosedReason::History, "E25"),
        (ClosedReason::Rejected, "E22"),
        (ClosedReason::ByUser, "E22"),
    ] {
        assert_eq!(Reason::Closed(reason).rule(), rule, "{reason:?}");
    }
}

#[test]
fn a_word_whose_text_was_removed_still_says_which_day_it_meant() {
    let reason = Reason::TheirWord {
        reading: String::new(),
        sentence: String::new(),
        said_on: day("2026-11-25"),
        not_before: day("2026-12-04"),
    };
    assert_eq!(reason.to_string(), "Their word of Wed 25 Nov, read as Fri 4 Dec.");
}

#[test]
fn a_date_explains_itself_in_plain_sentences() {
    let zone = RecipientZone::Named(chrono_tz::Europe::Berlin);
    let place = Place { zone, region: Region::parse("DE-BE") };
    let settings = Settings { zone: chrono_tz::Europe::Berlin, ..Settings::default() };
    let slot = next_slot("2026-12-08T00:00:00Z".parse().unwrap(), place, &settings).unwrap();
    let because = [
        Reason::TheirWord {
            reading: "by Friday".to_owned(),
            sentence: String::new(),
            said_on: day("2026-11-25"),
            not_before: day("2026-12-04"),
        },
        Reason::Grace {
            business_days: 2,
            after: day("2026-12-04"),
            day: day("2026-12-08"),
            days_off: vec![],
            region: place.region,
        },
        Reason::window(slot, place),
    ];
    let said: Vec<String> = because.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "Their word of Wed 25 Nov: \"by Friday\", read as Fri 4 Dec.",
            "Second business day after it: Tue 8 Dec (no holiday in Berlin).",
            "Mail to them goes out between 09:00 and 11:30 there (Berlin): Tue 8 Dec.",
        ]
    );
}

#[test]
fn what_holds_a_message_back_is_said_with_the_users_own_time() {
    let at = day("2026-12-08").and_hms_opt(14, 5, 0).unwrap();
    let said = |reason: Reason| reason.to_string();
    assert_eq!(
        said(Reason::Deferred { tries: 2, again: at }),
        "The mail server did not take it (2 tries); I try again at 14:05."
    );
    assert_eq!(
        said(Reason::Quota { until: at }),
        "Your provider takes no more mail for now; nothing goes out before Tue 8 Dec 2026, 14:05."
    );
}

#[test]
fn a_draft_that_is_let_go_was_not_sent_and_nobody_is_blamed() {
    for (days, waited) in [(0, "less than a day"), (1, "a day"), (2, "2 days"), (7, "7 days")] {
        let said = Reason::Lapsed { days }.to_string();
        let expected =
            format!("The draft has waited for {waited}: it is let go, and nothing was sent.");
        assert_eq!(said, expected);
    }
}
