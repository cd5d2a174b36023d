//! How much of the past may be fetched in a day from a server that counts. Gmail shuts an account
//! out for a day that has fetched 2.5 GB, and the user's own programs need some of that.
//!
//! It counts nothing itself. Surprising: a day is one of UTC, whatever the provider's is. So twice
//! the budget may fall into 24 hours, and the budget leaves room for that.

use chrono::{DateTime, TimeDelta, Utc};

/// Octets of the look back in one day. What is new is read in any case and counts for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayBudget(u64);

impl DayBudget {
    /// Twice this is well below what Gmail allows.
    pub const GMAIL: Self = Self(750_000_000);

    #[must_use]
    pub fn octets(most: u64) -> Self {
        Self(most)
    }

    /// Whether nothing more is fetched in a day in which so many octets were.
    #[must_use]
    pub fn is_spent(self, fetched: u64) -> bool {
        fetched >= self.0
    }
}

/// The beginning of the day in which a moment lies.
#[must_use]
pub fn day_of(now: DateTime<Utc>) -> DateTime<Utc> {
    now.date_naive().and_time(chrono::NaiveTime::MIN).and_utc()
}

/// When the budget is whole again.
#[must_use]
pub fn day_after(now: DateTime<Utc>) -> DateTime<Utc> {
    day_of(now) + TimeDelta::days(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_spent_when_it_is_used_up_and_whole_again_at_the_next_midnight() {
        let budget = DayBudget::octets(100);
        for (fetched, spent) in [(0, false), (99, false), (100, true), (u64::MAX, true)] {
            assert_eq!(budget.is_spent(fetched), spent, "{fetched}");
        }
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        for now in ["2026-11-20T00:00:00Z", "2026-11-20T09:30:00Z", "2026-11-20T23:59:59Z"] {
            assert_eq!(day_of(at(now)), at("2026-11-20T00:00:00Z"), "{now}");
            assert_eq!(day_after(at(now)), at("2026-11-21T00:00:00Z"), "{now}");
        }
    }

    #[test]
    fn two_budgets_in_one_night_leave_the_user_half_a_gigabyte() {
        const GMAIL_SHUTS_OUT_AT: u64 = 2_500_000_000;
        assert!(DayBudget::GMAIL.is_spent((GMAIL_SHUTS_OUT_AT - 500_000_000) / 2));
    }
}
