//! How long to wait before a connection is tried again: longer each time, and never in step with
//! others.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::domain::ids::AccountId;

const FIRST: Duration = Duration::from_secs(2);
/// The longest a failed connection keeps us from trying again.
const LONGEST: Duration = Duration::from_secs(600);
/// A connection that was lost sooner did not serve: a server may let us in and then hang up.
const SERVED: Duration = Duration::from_secs(30);

/// The waiting times of one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Backoff {
    next: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { next: FIRST }
    }
}

impl Backoff {
    /// How long to wait now: between half of the present time and all of it.
    pub fn wait(&mut self) -> Duration {
        let mut random = [0u8; 4];
        // Without randomness everybody waits for the whole time.
        let share = match getrandom::fill(&mut random) {
            Ok(()) => f64::from(u32::from_le_bytes(random)) / f64::from(u32::MAX),
            Err(_) => 1.0,
        };
        let wait = self.next.mul_f64(0.5 + share / 2.0);
        self.next = (self.next * 2).min(LONGEST);
        wait
    }

    /// The server said no: it is not asked again soon.
    pub fn take_longest(&mut self) {
        self.next = LONGEST;
    }

    /// A connection was lost that had lived so long.
    pub fn lost_after(&mut self, lived: Duration) {
        if lived >= SERVED {
            self.reset();
        }
    }

    /// A whole look went well.
    pub fn reset(&mut self) {
        *self = Self::default();
    }
}

/// The accounts that failed, and until when each is left in peace. A clock that was set back since
/// ends a rest.
#[derive(Debug, Default)]
pub(super) struct Rests(BTreeMap<AccountId, Rest>);

#[derive(Debug, Default)]
struct Rest {
    backoff: Backoff,
    /// Its beginning and its end.
    span: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Rests {
    /// Those that rest at a moment.
    pub fn at(&self, now: DateTime<Utc>) -> BTreeSet<AccountId> {
        let resting =
            |rest: &Rest| rest.span.is_some_and(|(since, until)| since <= now && now < until);
        self.0.iter().filter(|(_, rest)| resting(rest)).map(|(account, _)| *account).collect()
    }

    /// The waiting times of an account.
    pub fn backoff(&mut self, account: AccountId) -> &mut Backoff {
        &mut self.0.entry(account).or_default().backoff
    }

    pub fn begin(&mut self, account: AccountId, now: DateTime<Utc>, until: DateTime<Utc>) {
        self.0.entry(account).or_default().span = Some((now, until));
    }

    /// When the first of them is tried again.
    pub fn next(&self) -> Option<DateTime<Utc>> {
        self.0.values().filter_map(|rest| rest.span).map(|(_, until)| until).min()
    }

    /// Accounts that were read begin anew.
    pub fn end_of(&mut self, read: &BTreeSet<AccountId>) {
        self.0.retain(|account, _| !read.contains(account));
    }

    /// Everybody is tried again at once, and waits as long as before if it fails again.
    pub fn end(&mut self) {
        for rest in self.0.values_mut() {
            rest.span = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn an_account_that_failed_rests_alone_and_is_forgotten_when_it_was_read() {
        let (first, second) = (AccountId(1), AccountId(2));
        let now = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        let soon = now + TimeDelta::minutes(1);
        let mut rests = Rests::default();
        assert_eq!((rests.at(now), rests.next()), (BTreeSet::new(), None));
        rests.backoff(second).wait();
        rests.begin(second, now, soon);
        assert_eq!((rests.at(now), rests.next()), (BTreeSet::from([second]), Some(soon)));
        assert_eq!(rests.at(soon), BTreeSet::new());
        assert_eq!(rests.at(now - TimeDelta::days(1)), BTreeSet::new(), "the clock was set back");
        rests.end_of(&BTreeSet::from([first]));
        assert_ne!(*rests.backoff(second), Backoff::default(), "the next wait is longer");
        rests.end();
        assert_eq!((rests.at(now), rests.next()), (BTreeSet::new(), None));
        rests.end_of(&BTreeSet::from([second]));
        assert_eq!(*rests.backoff(second), Backoff::default());
    }

    #[test]
    fn the_wait_grows_to_ten_minutes_and_begins_anew_after_success() {
        let mut backoff = Backoff::default();
        let mut whole = FIRST;
        for _ in 0..12 {
            let wait = backoff.wait();
            assert!(wait >= whole / 2 && wait <= whole, "{wait:?} of {whole:?}");
            whole = (whole * 2).min(LONGEST);
        }
        assert_eq!(whole, LONGEST);
        backoff.reset();
        assert!(backoff.wait() <= FIRST);
    }

    #[test]
    fn connections_that_are_lost_at_once_are_made_ever_more_seldom() {
        let mut backoff = Backoff::default();
        for _ in 0..4 {
            backoff.lost_after(Duration::from_millis(20));
            backoff.wait();
        }
        assert!(backoff.wait() >= FIRST * 8);
        backoff.lost_after(SERVED);
        assert!(backoff.wait() <= FIRST);
    }
}
