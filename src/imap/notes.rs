//! What the server says besides the answers: alerts for the user, and news about the open mailbox.
//!
//! It hears every response of every command; it keeps no message data.
//! Surprising: a message count that is only repeated is no news. Some servers repeat it with
//! every answer, and a caller that looks again each time would never come to rest.

use std::collections::BTreeSet;

use async_imap::imap_proto::{MailboxDatum, Outcome, Response, ResponseCode};

use super::error::{is_throttling, spoken};

const MOST_ALERTS: usize = 20;

#[derive(Default)]
pub(super) struct Notes {
    alerts: BTreeSet<String>,
    shown: BTreeSet<String>,
    /// Messages in the open mailbox, as last reported.
    exists: Option<u32>,
    /// Messages came or went since the flag was last cleared.
    news: bool,
    /// The server said that it slows us down.
    throttled: bool,
}

impl Notes {
    pub(super) fn hear(&mut self, response: &Response<'_>) {
        match response {
            Response::Expunge(_) | Response::Vanished { .. } => {
                self.exists = None;
                self.news = true;
            }
            Response::MailboxData(MailboxDatum::Exists(count)) => {
                self.news |= self.exists != Some(*count);
                self.exists = Some(*count);
            }
            Response::Data { outcome, .. } | Response::Done { outcome, .. } => {
                self.hear_words(outcome);
            }
            // The rest is for the listener of the command; the library's enum is open.
            _ => {}
        }
    }

    fn hear_words(&mut self, outcome: &Outcome<'_>) {
        let text = spoken(outcome);
        self.throttled |= is_throttling(&text);
        let is_alert = outcome.code == Some(ResponseCode::Alert);
        if is_alert && !self.shown.contains(&text) && self.alerts.len() < MOST_ALERTS {
            self.alerts.insert(text);
        }
    }

    /// Whether the server said since the last call that it slows us down.
    pub(super) fn take_throttled(&mut self) -> bool {
        std::mem::take(&mut self.throttled)
    }

    /// The alerts that were not handed out yet.
    pub(super) fn take_alerts(&mut self) -> Vec<String> {
        let fresh = std::mem::take(&mut self.alerts);
        if self.shown.len() < MOST_ALERTS {
            self.shown.extend(fresh.iter().cloned());
        }
        fresh.into_iter().collect()
    }

    /// A mailbox was opened: what came before is not news any more.
    pub(super) fn opened(&mut self, exists: u32) {
        self.exists = Some(exists);
        self.news = false;
    }

    pub(super) fn has_news(&self) -> bool {
        self.news
    }

    /// Whether there was news since the last call.
    pub(super) fn take_news(&mut self) -> bool {
        std::mem::take(&mut self.news)
    }
}
