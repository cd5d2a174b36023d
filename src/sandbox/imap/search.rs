//! Which messages a search finds.
//!
//! Surprising: as the standard wants it, dates are days of the server's calendar (here UTC) and
//! texts match anywhere in a field (RFC 3501 §6.4.4).

use imap_codec::imap_types::search::SearchKey;
use imap_codec::imap_types::sequence::SequenceSet;

use super::super::post::Message;
use super::super::post::header::header;
use super::session::text;

/// Whether a UID is in a set.
type Wanted<'a> = &'a dyn Fn(u32, &SequenceSet) -> bool;

/// `None` if a key is not served.
pub(super) fn fits_all(
    keys: &[SearchKey<'_>],
    uid: u32,
    message: &Message,
    wanted: Wanted<'_>,
) -> Option<bool> {
    keys.iter().try_fold(true, |all, key| Some(fits(key, uid, message, wanted)? && all))
}

fn fits(key: &SearchKey<'_>, uid: u32, message: &Message, wanted: Wanted<'_>) -> Option<bool> {
    let holds = |name: &str, value: &str| {
        header(&message.bytes, name)
            .is_some_and(|own| own.to_lowercase().contains(&value.to_lowercase()))
    };
    Some(match key {
        SearchKey::All => true,
        SearchKey::Uid(set) => wanted(uid, set),
        SearchKey::Since(day) => message.arrived_at.date_naive() >= *day.as_ref(),
        SearchKey::From(value) => holds("From", &text(value)),
        SearchKey::To(value) => holds("To", &text(value)),
        SearchKey::Cc(value) => holds("Cc", &text(value)),
        SearchKey::Header(name, value) => holds(&text(name), &text(value)),
        SearchKey::And(keys) => fits_all(keys.as_ref(), uid, message, wanted)?,
        SearchKey::Or(a, b) => {
            let (a, b) = (fits(a, uid, message, wanted)?, fits(b, uid, message, wanted)?);
            a || b
        }
        _ => return None,
    })
}
