//! In which windows the messages of a mailbox are fetched: upwards for what is new, downwards for
//! the look back.
//!
//! It asks nobody; it is told which UIDs exist, span by span. The surprising part is care: a
//! window that failed, or that a process did not come to the end of, is cut in half again and
//! again until the message that makes trouble is alone.

use std::collections::VecDeque;

use super::{Past, UidRange};

/// The windows of one mailbox, in the order in which they are fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Windows {
    way: Way,
    /// The part of the mailbox that no span has covered yet: from `from` up to, not including, `to`.
    from: u32,
    to: u32,
    /// Known to exist and not in a window yet, ascending.
    uids: VecDeque<u32>,
    care: Option<Care>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Up,
    Down,
}

/// Where windows are small, and how small: half of what made trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Care {
    region: UidRange,
    /// `None` until it is known how many messages are there.
    size: Option<usize>,
}

/// Messages to fetch at once, ascending and at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    uids: Vec<u32>,
    range: UidRange,
    careful: bool,
}

impl Window {
    #[must_use]
    pub fn range(&self) -> UidRange {
        self.range
    }

    /// The messages, ascending.
    #[must_use]
    pub fn uids(&self) -> &[u32] {
        &self.uids
    }

    /// Trouble was here before: nothing else may be in hand while it is read.
    #[must_use]
    pub fn is_careful(&self) -> bool {
        self.careful
    }

    /// The one message that makes trouble, if it has been isolated.
    #[must_use]
    pub fn suspect(&self) -> Option<u32> {
        match self.uids.as_slice() {
            [one] if self.careful => Some(*one),
            _ => None,
        }
    }
}

impl Windows {
    /// From `from` up to, not including, `to`; the oldest first.
    #[must_use]
    pub fn up(from: u32, to: u32, in_hand: Option<UidRange>) -> Self {
        Self::new(Way::Up, from, to, in_hand)
    }

    /// The look back; the newest first.
    #[must_use]
    pub fn down(past: Past, in_hand: Option<UidRange>) -> Self {
        Self::new(Way::Down, past.from(), past.below(), in_hand)
    }

    fn new(way: Way, from: u32, to: u32, in_hand: Option<UidRange>) -> Self {
        let care = in_hand.map(|region| Care { region, size: None });
        Self { way, from, to, uids: VecDeque::new(), care }
    }

    /// The next UIDs to ask the server about, at most `most`; `None` while some are waiting to be
    /// fetched, and at the end.
    #[must_use]
    pub fn span(&self, most: u32) -> Option<UidRange> {
        if !self.uids.is_empty() {
            return None;
        }
        match self.way {
            Way::Up => {
                let to = self.from.saturating_add(most).min(self.to);
                UidRange::new(self.from, to.saturating_sub(1))
            }
            Way::Down => {
                let from = self.to.saturating_sub(most).max(self.from);
                UidRange::new(from, self.to.saturating_sub(1))
            }
        }
    }

    /// Which UIDs exist in a span, ascending.
    pub fn found(&mut self, span: UidRange, uids: Vec<u32>) {
        match self.way {
            Way::Up => self.from = span.last().saturating_add(1),
            Way::Down => self.to = span.first(),
        }
        self.uids = uids.into();
    }

    /// The next window, of at most `most` messages.
    pub fn cut(&mut self, most: usize) -> Option<Window> {
        let head = match self.way {
            Way::Up => self.uids.front(),
            Way::Down => self.uids.back(),
        };
        let head = *head?;
        if self.care.is_some_and(|care| self.is_behind(care.region, head)) {
            self.care = None;
        }
        let (most, careful) = match self.care {
            Some(care) if care.region.contains(head) => (self.careful_size(care, most), true),
            Some(care) => (self.before(care.region).min(most), false),
            None => (most, false),
        };
        let most = most.clamp(1, self.uids.len());
        let uids: Vec<u32> = match self.way {
            Way::Up => self.uids.drain(..most).collect(),
            Way::Down => self.uids.split_off(self.uids.len() - most).into(),
        };
        let range = UidRange::new(*uids.first()?, *uids.last()?)?;
        Some(Window { uids, range, careful })
    }

    /// The window could not be read: it comes again, in halves.
    pub fn failed(&mut self, window: Window) {
        self.care = Some(Care { region: window.range, size: Some((window.uids.len() / 2).max(1)) });
        match self.way {
            Way::Up => window.uids.into_iter().rev().for_each(|uid| self.uids.push_front(uid)),
            Way::Down => self.uids.extend(window.uids),
        }
    }

    /// Whether a region has been passed when `head` is next.
    fn is_behind(&self, region: UidRange, head: u32) -> bool {
        match self.way {
            Way::Up => region.last() < head,
            Way::Down => region.first() > head,
        }
    }

    /// How many messages may go into a window inside the region of care.
    fn careful_size(&mut self, care: Care, most: usize) -> usize {
        let there = self.uids.iter().filter(|uid| care.region.contains(**uid)).count();
        let size = care.size.unwrap_or((there / 2).max(1));
        self.care = Some(Care { size: Some(size), ..care });
        size.min(there).min(most)
    }

    /// How many messages come before a region that is still ahead.
    fn before(&self, region: UidRange) -> usize {
        self.uids.iter().filter(|uid| self.is_behind_uid(region, **uid)).count()
    }

    fn is_behind_uid(&self, region: UidRange, uid: u32) -> bool {
        match self.way {
            Way::Up => uid < region.first(),
            Way::Down => uid > region.last(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn span(windows: &mut Windows, exists: &[u32], most: u32) -> bool {
        let Some(span) = windows.span(most) else { return false };
        let uids = exists.iter().copied().filter(|uid| span.contains(*uid)).collect();
        windows.found(span, uids);
        true
    }

    /// Fetches everything; windows with `poison` fail, and alone it is passed over.
    fn run(mut windows: Windows, exists: &[u32], poison: Option<u32>) -> (Vec<Vec<u32>>, usize) {
        let (mut got, mut failures) = (Vec::new(), 0);
        loop {
            if let Some(window) = windows.cut(4) {
                if !poison.is_some_and(|uid| window.uids.contains(&uid)) {
                    got.push(window.uids);
                } else if window.suspect().is_none() {
                    failures += 1;
                    windows.failed(window);
                }
            } else if !span(&mut windows, exists, 6) {
                return (got, failures);
            }
        }
    }

    #[test]
    fn new_mail_is_read_upwards_and_the_past_downwards() {
        let exists = [1, 2, 5, 6, 7, 8, 9, 12];
        let (up, _) = run(Windows::up(2, 13, None), &exists, None);
        assert_eq!(up, [vec![2, 5, 6, 7], vec![8, 9, 12]]);
        let past = Past::new(2, 12).unwrap();
        let (down, _) = run(Windows::down(past, None), &exists, None);
        assert_eq!(down, [vec![6, 7, 8, 9], vec![2, 5]]);
        assert_eq!(run(Windows::up(5, 5, None), &exists, None).0, Vec::<Vec<u32>>::new());
    }

    #[test]
    fn a_window_left_in_hand_is_cut_in_half_until_the_message_is_alone() {
        let exists = [1, 2, 3, 4, 5, 6, 7, 8];
        let mut in_hand = UidRange::new(3, 6);
        let mut met = Vec::new();
        loop {
            let mut windows = Windows::up(1, 9, in_hand);
            span(&mut windows, &exists, 20);
            let with_poison = std::iter::from_fn(|| windows.cut(4)).find(|it| it.uids.contains(&6));
            let window = with_poison.unwrap();
            met.push(window.uids.clone());
            assert!(window.is_careful());
            if window.suspect() == Some(6) {
                break;
            }
            in_hand = Some(window.range());
        }
        assert_eq!(met, [vec![5, 6], vec![6]]);
    }

    proptest! {
        #[test]
        fn everything_but_the_poison_is_read_once(
            exists in proptest::collection::btree_set(1_u32..60, 0..40),
            poison in proptest::option::of(1_u32..60),
            in_hand in proptest::option::of((1_u32..60, 0_u32..20)),
            down in any::<bool>(),
        ) {
            let exists: Vec<u32> = exists.into_iter().collect();
            let in_hand = in_hand.and_then(|(first, more)| UidRange::new(first, first + more));
            let windows = if down {
                Windows::down(Past::new(1, 61).unwrap(), in_hand)
            } else {
                Windows::up(1, 61, in_hand)
            };
            let (got, failures) = run(windows, &exists, poison);
            let mut got: Vec<u32> = got.concat();
            got.sort_unstable();
            let wanted: Vec<u32> = exists.into_iter().filter(|uid| Some(*uid) != poison).collect();
            prop_assert_eq!(got, wanted);
            prop_assert!(failures <= 3, "{} failures for four messages", failures);
        }
    }
}
