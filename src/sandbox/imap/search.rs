//! Which messages a search finds.
//!
//! Surprising: as the standard wants it, dates are days of the server's calendar and texts match
//! anywhere in a field (RFC 3501 §6.4.4).

use chrono::NaiveDate;
use imap_codec::imap_types::search::SearchKey;
use imap_codec::imap_types::sequence::SequenceSet;

use super::super::post::Message;
use super::super::post::header::header;
use super::session::text;

/// Whether a UID is in a set.
type Wanted<'a> = &'a dyn Fn(u32, &SequenceSet) -> bool;

/// `None` if a key is not served. `arrived_on` is the day of the message in the server's calendar.
pub(super) fn fits_all(
    keys: &[SearchKey<'_>],
    uid: u32,
    message: &Message,
    arrived_on: NaiveDate,
    wanted: Wanted<'_>,
) -> Option<bool> {
    keys.iter().try_fold(true, |all, key| Some(fits(key, uid, message, arrived_on, wanted)? && all))
}

fn fits(
    key: &SearchKey<'_>,
    uid: u32,
    message: &Message,
    arrived_on: NaiveDate,
    wanted: Wanted<'_>,
) -> Option<bool> {
    let holds = |name: &str, value: &str| {
        header(&message.bytes, name)
            .is_some_and(|own| own.to_lowercase().contains(&value.to_lowercase()))
    };
    Some(match key {
        SearchKey::All => true,
        SearchKey::Uid(set) => wanted(uid, set),
        SearchKey::Since(day) => arrived_on >= *day.as_ref(),
        SearchKey::From(value) => holds("From", &text(value)),
        SearchKey::To(value) => holds("To", &text(value)),
        SearchKey::Cc(value) => holds("Cc", &text(value)),
        SearchKey::Header(name, value) => holds(&text(name), &text(value)),
        SearchKey::And(keys) => fits_all(keys.as_ref(), uid, message, arrived_on, wanted)?,
        SearchKey::Or(a, b) => {
            let a = fits(a, uid, message, arrived_on, wanted)?;
            a || fits(b, uid, message, arrived_on, wanted)?
        }
        _ => return None,
    })
}
