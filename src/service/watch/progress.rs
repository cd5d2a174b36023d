//! How far the look back has come, for whoever wants to show it.

use crate::domain::mailbox::UidRange;

/// Counts of the look that is going on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// UIDs of the past that are to be looked through; 0 if there is no look back.
    pub span: u64,
    /// How many of them have been.
    pub covered: u64,
    /// Messages among them.
    pub messages: u64,
    /// Messages that are read because their headers give a reason to.
    pub to_read: u64,
    /// How many of them have been.
    pub read: u64,
    /// Applications that are known by now.
    pub applications: u64,
}

impl Progress {
    pub(super) fn looked_through(&mut self, range: UidRange, messages: usize) {
        self.covered += u64::from(range.last() - range.first()) + 1;
        self.messages += messages as u64;
    }

    pub(super) fn will_read(&mut self, messages: usize) {
        self.to_read += messages as u64;
    }

    pub(super) fn read_some(&mut self, messages: usize, applications: usize) {
        self.read += messages as u64;
        self.applications = applications as u64;
    }
}
