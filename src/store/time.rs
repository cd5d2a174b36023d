//! Time as the database keeps it: Unix seconds in an INTEGER column.
//!
//! sqlx is built without its `chrono` feature on purpose: that one would bind a moment as TEXT,
//! and SQLite holds every TEXT to be greater than every INTEGER, so everything would be due.

use chrono::{DateTime, Utc};

use super::error::StoreError;

/// A moment in whole seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, sqlx::Type)]
#[sqlx(transparent)]
pub(super) struct Seconds(pub i64);

impl From<DateTime<Utc>> for Seconds {
    fn from(moment: DateTime<Utc>) -> Self {
        Self(moment.timestamp())
    }
}

impl Seconds {
    pub fn optional(moment: Option<DateTime<Utc>>) -> Option<Self> {
        moment.map(Self::from)
    }

    pub fn moment(self) -> Result<DateTime<Utc>, StoreError> {
        DateTime::from_timestamp(self.0, 0).ok_or(StoreError::Unreadable("time"))
    }
}

/// Reads a column that may be NULL.
pub(super) fn moment(seconds: Option<Seconds>) -> Result<Option<DateTime<Utc>>, StoreError> {
    seconds.map(Seconds::moment).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_seconds_survive_and_absurd_ones_are_refused() {
        let moment = DateTime::from_timestamp(1_795_000_000, 0).unwrap();
        assert_eq!(Seconds::from(moment).moment().unwrap(), moment);
        assert!(matches!(Seconds(i64::MAX).moment(), Err(StoreError::Unreadable("time"))));
    }
}
