//! What was added to the record, in words, and how it is put right. A mail is answered; who typed a
//! command has nothing to reply to, and takes it back by another one.

use chrono::NaiveDate;

use super::one;
use super::when::day;
use crate::domain::ids::ReadableId;

/// What was added to the record.
#[derive(Debug, Clone)]
pub enum Noted {
    /// `other` is the earlier reading that was not taken (E03).
    Promise {
        words: String,
        by: NaiveDate,
        other: Option<NaiveDate>,
        /// `None` where no follow-up is planned.
        earliest: Option<NaiveDate>,
    },
    NoPromise {
        earliest: NaiveDate,
    },
    /// `name`, `position`, …
    Fact {
        what: String,
        value: String,
    },
    Note,
    /// The user wrote or called by hand.
    Touch {
        earliest: NaiveDate,
    },
    /// The matter is at an end; the words say how: `an offer accepted`.
    End {
        how: String,
    },
}

/// What was added to the record, in one sentence or two. `by_command` is the application that a
/// command was about; `None` in an answer to a reply.
#[must_use]
pub fn noted(noted: &Noted, today: NaiveDate, by_command: Option<&ReadableId>) -> String {
    let said = understood(noted, today);
    match (noted, by_command) {
        (Noted::Promise { .. }, None) => format!("{said} Wrong? Reply with the date."),
        (Noted::Fact { .. }, None) => {
            format!("{said} Wrong? Reply \"undo\", or the line once more.")
        }
        (Noted::Promise { .. } | Noted::Fact { .. }, Some(id)) => {
            format!("{said} Wrong? Take it back with: afterword undo {id}")
        }
        (
            Noted::NoPromise { .. } | Noted::Note | Noted::Touch { .. } | Noted::End { .. },
            Some(_) | None,
        ) => said,
    }
}

fn understood(noted: &Noted, today: NaiveDate) -> String {
    match noted {
        Noted::Promise { words, by, other, earliest } => {
            let other = other
                .map(|other| format!(" (could also mean {}; I take the later)", day(other, today)));
            let then = earliest.map(|on| format!(" Earliest follow-up: {}.", day(on, today)));
            format!(
                "Understood \"{}\" = {}{}.{}",
                one(words),
                by.format("%a %-d %b %Y"),
                other.unwrap_or_default(),
                then.unwrap_or_default()
            )
        }
        Noted::NoPromise { earliest } => {
            format!("Understood: no date was given. Earliest follow-up: {}.", day(*earliest, today))
        }
        Noted::Fact { what, value } => format!("Noted: {} is \"{}\".", one(what), one(value)),
        Noted::Note => "Noted. It is for you alone and never goes into a message.".to_owned(),
        Noted::Touch { earliest } => {
            format!(
                "Noted. It counts as a contact of yours; nothing from me before {}.",
                day(*earliest, today)
            )
        }
        Noted::End { how } => {
            format!("Noted: {}. The matter is closed, and nothing more goes out.", one(how))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{date, id};
    use super::*;

    #[test]
    fn who_typed_a_command_is_not_told_to_reply() {
        let promise = |earliest| Noted::Promise {
            words: "4 dec".to_owned(),
            by: date("2026-12-04"),
            other: None,
            earliest,
        };
        let fact = Noted::Fact { what: "your strength".to_owned(), value: "Kafka.".to_owned() };
        for (what, in_a_mail, at_a_terminal) in [
            (
                promise(Some(date("2026-12-08"))),
                "Understood \"4 dec\" = Fri 4 Dec 2026. Earliest follow-up: Tue 8 Dec. Wrong? \
                 Reply with the date.",
                "Understood \"4 dec\" = Fri 4 Dec 2026. Earliest follow-up: Tue 8 Dec. Wrong? \
                 Take it back with: afterword undo ACME-1",
            ),
            (
                promise(None),
                "Understood \"4 dec\" = Fri 4 Dec 2026. Wrong? Reply with the date.",
                "Understood \"4 dec\" = Fri 4 Dec 2026. Wrong? Take it back with: afterword undo \
                 ACME-1",
            ),
            (
                fact,
                "Noted: your strength is \"Kafka.\". Wrong? Reply \"undo\", or the line once more.",
                "Noted: your strength is \"Kafka.\". Wrong? Take it back with: afterword undo ACME-1",
            ),
        ] {
            let today = date("2026-11-30");
            assert_eq!(noted(&what, today, None), in_a_mail);
            assert_eq!(noted(&what, today, Some(&id())), at_a_terminal);
        }
    }
}
