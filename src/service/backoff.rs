//! How long to wait before a connection is tried again: longer each time, and never in step with
//! others.

use std::time::Duration;

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

#[cfg(test)]
mod tests {
    use super::*;

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
