//! The only place that reads the time. Everything below the service takes `now` as an argument.

use chrono::{DateTime, TimeDelta, Utc};

/// A source of the present moment.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The computer's clock.
    System,
    /// Always the same moment.
    Fixed(DateTime<Utc>),
    /// The computer's clock, moved.
    Shifted(TimeDelta),
}

impl Clock {
    /// The present moment in whole seconds, as the store keeps it.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn now(self) -> DateTime<Utc> {
        let now = match self {
            Self::System => Utc::now(),
            Self::Fixed(moment) => moment,
            Self::Shifted(by) => Utc::now() + by,
        };
        DateTime::from_timestamp(now.timestamp(), 0).unwrap_or(now)
    }
}
