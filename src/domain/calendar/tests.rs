//! Days and hours at their borders: weekends, holidays, clock changes, zones.

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn berlin() -> Place {
    let zone = RecipientZone::Named(chrono_tz::Europe::Berlin);
    Place { zone, region: Region::parse("DE-BE") }
}

fn settings() -> Settings {
    Settings { zone: chrono_tz::Europe::Berlin, ..Settings::default() }
}

#[test]
fn e02_two_business_days_after_a_friday_is_the_tuesday() {
    let cases = [
        ("2026-12-04", 2, "2026-12-08"),
        ("2026-12-07", 2, "2026-12-09"),
        ("2026-12-05", 2, "2026-12-08"),
        ("2026-12-03", 1, "2026-12-04"),
        ("2028-02-28", 2, "2028-03-01"),
    ];
    for (from, count, expected) in cases {
        assert_eq!(
            business_days_after(day(from), count, None, &settings()),
            day(expected),
            "{from}"
        );
    }
}

#[test]
fn e11_a_slot_is_a_tuesday_to_thursday_morning_of_the_recipient() {
    let zone = berlin();
    let slot = next_slot(utc("2026-12-04T12:00:00Z"), zone, &settings()).unwrap();
    assert_eq!(slot.day, day("2026-12-08"));
    assert_eq!(slot.ask_at, utc("2026-12-08T07:00:00Z"));
    assert_eq!(slot.opens, utc("2026-12-08T08:00:00Z"));
    assert_eq!(slot.closes, utc("2026-12-08T10:30:00Z"));
    let same_day = next_slot(utc("2026-12-08T10:29:59Z"), zone, &settings()).unwrap();
    assert_eq!(same_day.day, day("2026-12-08"));
    let next_day = next_slot(utc("2026-12-08T10:30:00Z"), zone, &settings()).unwrap();
    assert_eq!(next_day.day, day("2026-12-09"));
}

#[test]
fn e11_a_holiday_the_user_added_is_no_send_day() {
    let zone = berlin();
    let settings = Settings { extra_holidays: vec![day("2026-12-08")], ..settings() };
    let slot = next_slot(utc("2026-12-04T12:00:00Z"), zone, &settings).unwrap();
    assert_eq!(slot.day, day("2026-12-09"));
}

#[test]
fn the_recipients_zone_is_theirs_only_when_it_differs() {
    let berlin = chrono_tz::Europe::Berlin;
    let winter = utc("2026-12-01T12:00:00Z");
    assert_eq!(RecipientZone::infer(berlin, Some((winter, 3600))), RecipientZone::Named(berlin));
    let theirs = RecipientZone::infer(berlin, Some((winter, -5 * 3600)));
    let slot =
        next_slot(utc("2026-12-08T11:00:00Z"), Place { zone: theirs, region: None }, &settings())
            .unwrap();
    assert_eq!(slot.opens, utc("2026-12-08T14:00:00Z"));
}

#[test]
fn an_hour_that_the_clock_skips_is_moved_forward() {
    let zone = RecipientZone::Named(chrono_tz::Europe::Berlin);
    let at = zone.at(day("2027-03-28"), NaiveTime::from_hms_opt(2, 30, 0).unwrap());
    assert_eq!(at, utc("2027-03-28T01:30:00Z"));
}

#[test]
fn settings_that_never_open_give_no_slot() {
    let settings = Settings { send_days: chrono::WeekdaySet::EMPTY, ..settings() };
    let zone = Place { zone: RecipientZone::Named(chrono_tz::UTC), region: None };
    assert!(!ever_opens(&settings));
    assert_eq!(next_slot(utc("2026-12-04T12:00:00Z"), zone, &settings), None);
}

#[test]
fn e11_a_public_holiday_is_no_business_day_and_no_send_day() {
    let place = berlin();
    // Christmas 2026 is a Friday and a Saturday, New Year a Friday.
    let count = |from, count| business_days_after(day(from), count, place.region, &settings());
    assert_eq!(count("2026-12-23", 2), day("2026-12-28"));
    assert_eq!(count("2026-12-30", 2), day("2027-01-04"));
    // Women's Day 2027 is a Monday, and a holiday in Berlin only.
    assert_eq!(count("2027-03-05", 2), day("2027-03-10"));
    assert_eq!(
        business_days_after(day("2027-03-05"), 2, Region::parse("DE-BY"), &settings()),
        day("2027-03-09")
    );
    // Labour Day 2029 is a Tuesday.
    let slot = next_slot(utc("2029-04-30T12:00:00Z"), place, &settings()).unwrap();
    assert_eq!(slot.day, day("2029-05-02"));
    let off = days_off_between(day("2026-12-23"), day("2027-01-04"), place.region, &settings());
    assert_eq!(off, [day("2026-12-25"), day("2027-01-01")]);
    let none = days_off_between(day("2026-12-25"), day("2026-12-31"), place.region, &settings());
    assert_eq!(none, []);
    assert_eq!(days_off_between(day("2026-12-24"), day("2026-12-25"), None, &settings()), []);
}

#[test]
fn e26_office_hours_are_eight_to_six_on_any_business_day() {
    let office = |after| next_office_hours(utc(after), berlin(), &settings()).unwrap();
    let friday = office("2026-12-04T16:59:59Z");
    assert_eq!((friday.day, friday.opens), (day("2026-12-04"), utc("2026-12-04T07:00:00Z")));
    assert_eq!(friday.closes, utc("2026-12-04T17:00:00Z"));
    assert_eq!(office("2026-12-04T17:00:00Z").day, day("2026-12-07"));
    assert_eq!(office("2026-12-24T17:00:00Z").day, day("2026-12-28"));
}

#[test]
fn e26_the_last_office_hours_before_a_moment_are_those_that_began_before_it() {
    for (before, last) in [
        // The end of a Friday, of the Sunday after it, and of a holiday.
        ("2026-12-04T23:00:00Z", "2026-12-04"),
        ("2026-12-06T23:00:00Z", "2026-12-04"),
        ("2026-12-25T23:00:00Z", "2026-12-24"),
        // A Tuesday, when they open, and a second later.
        ("2026-12-08T07:00:00Z", "2026-12-07"),
        ("2026-12-08T07:00:01Z", "2026-12-08"),
    ] {
        let slot = last_office_hours(utc(before), berlin(), &settings()).unwrap();
        assert_eq!(slot.day, day(last), "{before}");
    }
}

#[test]
fn settings_open_if_one_weekday_is_a_business_day() {
    for (days, opens) in [
        (vec![Weekday::Sat, Weekday::Sun], false),
        (vec![Weekday::Sun, Weekday::Mon], true),
        (vec![Weekday::Fri], true),
        (vec![], false),
    ] {
        let send_days = days.iter().copied().collect();
        assert_eq!(ever_opens(&Settings { send_days, ..settings() }), opens, "{days:?}");
    }
}

#[test]
fn a_promised_day_must_be_over_for_both() {
    let tokyo = RecipientZone::Fixed(FixedOffset::east_opt(9 * 3600).unwrap());
    let new_york = RecipientZone::Fixed(FixedOffset::west_opt(5 * 3600).unwrap());
    let friday = day("2026-12-04");
    assert_eq!(end_of_day(friday, tokyo, &settings()), utc("2026-12-04T23:00:00Z"));
    assert_eq!(end_of_day(friday, new_york, &settings()), utc("2026-12-05T05:00:00Z"));
}

#[test]
fn of_an_hour_that_comes_twice_the_later_counts() {
    let zone = RecipientZone::Named(chrono_tz::Europe::Berlin);
    let at = zone.at(day("2026-10-25"), NaiveTime::from_hms_opt(2, 30, 0).unwrap());
    assert_eq!(at, utc("2026-10-25T01:30:00Z"));
}

#[test]
fn a_zone_is_called_by_its_city_or_its_offset() {
    let name = |zone: RecipientZone| zone.label();
    assert_eq!(name(RecipientZone::Named(chrono_tz::America::New_York)), "New York");
    let india = FixedOffset::east_opt(5 * 3600 + 1800).unwrap();
    assert_eq!(name(RecipientZone::Fixed(india)), "UTC+05:30");
}
