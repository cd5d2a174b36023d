//! Public holidays: on which days an employer's country, or its part, does not work (E02, E11).
//!
//! It knows the regions of a generated table (`tools/public_holidays.py`), not every country of
//! the world; elsewhere only weekends are free. The surprising fact: a day too many in it costs a
//! day, a day too few a message on a holiday, so a doubtful day is in.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::LazyLock;

use chrono::{Datelike as _, NaiveDate};

static TABLE: LazyLock<BTreeMap<&'static str, Entry>> =
    LazyLock::new(|| read(include_str!("holidays/table.txt")));

#[derive(Debug, PartialEq, Eq)]
struct Entry {
    code: &'static str,
    name: &'static str,
    days: BTreeSet<NaiveDate>,
}

/// A country of the table, and perhaps a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    country: &'static Entry,
    part: Option<&'static Entry>,
}

impl Region {
    /// `DE`, `DE-BY`, in any case. An unknown part is left out; `None` for an unknown country.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        let code = code.trim().to_ascii_uppercase();
        let country = TABLE.get(code.split('-').next()?)?;
        let part = TABLE.get(code.as_str()).filter(|part| part.code != country.code);
        Some(Self { country, part })
    }

    /// The country of a domain's ending: `acme.de` is in Germany, `acme.com` nobody knows where.
    #[must_use]
    pub fn of_domain(domain: &str) -> Option<Self> {
        let ending = domain.trim_end_matches('.').rsplit('.').next()?;
        match ending.to_ascii_lowercase().as_str() {
            "uk" => Self::parse("GB"),
            ending if ending.len() == 2 => Self::parse(ending),
            _ => None,
        }
    }

    /// Where an employer keeps its holidays: as recorded, else by its domain, else as the user
    /// does. Where only the country is known and it is the user's, the user's part is taken.
    #[must_use]
    pub fn of_employer(recorded: Option<&str>, domain: Option<&str>, user: &str) -> Option<Self> {
        let user = Self::parse(user);
        let theirs =
            recorded.and_then(Self::parse).or_else(|| domain.and_then(Self::of_domain)).or(user)?;
        let same_country = user.filter(|user| user.country == theirs.country);
        Some(Self { part: theirs.part.or_else(|| same_country?.part), ..theirs })
    }

    /// Whether offices are closed that day. Saturdays and Sundays are not in the table.
    #[must_use]
    pub fn is_holiday(self, day: NaiveDate) -> bool {
        self.country.days.contains(&day) || self.part.is_some_and(|part| part.days.contains(&day))
    }

    /// Whether the table says anything about that year.
    #[must_use]
    pub fn covers(self, day: NaiveDate) -> bool {
        self.country.days.iter().any(|known| known.year() == day.year())
    }
}

/// The name of the part, or of the country: `Bayern`, `Germany`.
impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.part.unwrap_or(self.country).name)
    }
}

/// A region is a line `DE Germany`; the lines below it have a year and days as month and day.
fn read(table: &'static str) -> BTreeMap<&'static str, Entry> {
    let mut found: BTreeMap<&'static str, Entry> = BTreeMap::new();
    let mut code = "";
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        if let Some(rest) = line.strip_prefix(' ') {
            let mut words = rest.split(' ');
            let year = words.next().and_then(|year| year.parse().ok());
            let days = words.filter_map(|day| {
                let (month, day) = day.split_at_checked(2)?;
                NaiveDate::from_ymd_opt(year?, month.parse().ok()?, day.parse().ok()?)
            });
            if let Some(entry) = found.get_mut(code) {
                entry.days.extend(days);
            }
        } else if let Some((of, name)) = line.split_once(' ') {
            code = of;
            found.insert(code, Entry { code, name, days: BTreeSet::new() });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn e11_public_holidays_of_countries_and_their_parts_are_known() {
        for (region, date, free) in [
            ("DE", "2026-12-25", true),
            ("de", "2026-12-24", false),
            ("DE", "2027-01-06", false),
            ("DE-BY", "2027-01-06", true),
            ("DE-BY", "2027-03-26", true),
            ("DE-BE", "2027-03-08", true),
            ("GB", "2026-12-28", true),
            ("GB-SCT", "2027-01-04", true),
            ("GB-ENG", "2027-01-04", false),
            ("US", "2026-11-26", true),
            ("FR", "2027-07-14", true),
            ("JP", "2027-05-05", true),
            ("AU", "2027-01-26", true),
            ("ES-MD", "2028-05-02", true),
        ] {
            assert_eq!(
                Region::parse(region).unwrap().is_holiday(day(date)),
                free,
                "{region} {date}"
            );
        }
        assert_eq!(Region::parse("XX"), None);
        assert_eq!(Region::parse(""), None);
        assert_eq!(Region::parse("DE-ZZ"), Region::parse("DE"));
    }

    #[test]
    fn the_country_is_the_recorded_one_else_that_of_the_domain_else_the_users() {
        for (recorded, domain, user, name) in [
            (Some("AT"), Some("acme.de"), "FR", Some("Austria")),
            (None, Some("acme.de"), "FR", Some("Germany")),
            (None, Some("acme.co.uk"), "FR", Some("United Kingdom")),
            (None, Some("acme.com"), "FR", Some("France")),
            (None, Some("acme.io"), "FR", Some("France")),
            (None, None, "FR", Some("France")),
            (None, None, "", None),
            // The user's part counts only in the user's country.
            (None, Some("acme.de"), "DE-BY", Some("Bayern")),
            (None, Some("acme.at"), "DE-BY", Some("Austria")),
            (Some("DE-BE"), None, "DE-BY", Some("Berlin")),
        ] {
            let found = Region::of_employer(recorded, domain, user).map(|it| it.to_string());
            assert_eq!(found.as_deref(), name, "{recorded:?} {domain:?} {user}");
        }
    }

    #[test]
    fn every_country_of_the_table_has_days_in_each_year() {
        assert!(TABLE.len() > 300);
        let countries = TABLE.keys().filter(|code| code.len() == 2);
        for code in countries {
            let region = Region::parse(code).unwrap();
            for year in 2025..=2035 {
                let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
                assert!(region.covers(first), "{code} {year}");
            }
            assert!(!region.covers(day("2041-01-01")), "{code}");
        }
    }

    #[test]
    fn the_table_has_no_weekend() {
        use chrono::Weekday;
        for entry in TABLE.values() {
            assert!(!entry.days.is_empty(), "{}", entry.code);
            for day in &entry.days {
                assert!(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun), "{day}");
            }
        }
    }
}
