//! Searching the open mailbox, always inside a closed window of UIDs.
//!
//! Searches over a whole mailbox are not offered: their answers are one line without bound.
//! Surprising: the server's matching of addresses is by substring, so what comes back is a list
//! of candidates and not of facts.

use std::collections::BTreeSet;

use async_imap::imap_proto::{MailboxDatum, Response};
use chrono::NaiveDate;

use super::quote::{quoted, uid_set};
use super::{ImapError, Session};
use crate::domain::mailbox::UidRange;

/// Most addresses and domains of one search.
pub const MOST_CORRESPONDENTS: usize = 24;

impl Session {
    /// The UIDs that exist in the window, ascending.
    pub async fn uids(&mut self, range: UidRange) -> Result<Vec<u32>, ImapError> {
        self.search(range, "").await
    }

    /// Messages whose header holds the value, ascending.
    pub async fn search_header(
        &mut self,
        range: UidRange,
        header: &str,
        value: &str,
    ) -> Result<Vec<u32>, ImapError> {
        let condition = format!(" HEADER {} {}", quoted(header)?, quoted(value)?);
        self.search(range, &condition).await
    }

    /// Messages from, to or in copy to one of some addresses or domains, ascending. At most
    /// [`MOST_CORRESPONDENTS`]: a server need not read endless lines.
    pub async fn search_correspondents(
        &mut self,
        range: UidRange,
        addresses_or_domains: &[&str],
    ) -> Result<Vec<u32>, ImapError> {
        if addresses_or_domains.is_empty() {
            return Ok(Vec::new());
        }
        if addresses_or_domains.len() > MOST_CORRESPONDENTS {
            return Err(ImapError::Unsendable("too many correspondents for one search"));
        }
        let mut keys = Vec::new();
        for who in addresses_or_domains {
            let who = quoted(who)?;
            keys.extend(["FROM", "TO", "CC"].map(|field| format!("{field} {who}")));
        }
        self.search(range, &format!(" {}", any_of(&keys))).await
    }

    /// Messages that arrived on or after a day of the server's calendar, ascending. The server
    /// knows no time of day and has its own zone (RFC 3501 §6.4.4).
    pub async fn search_since(
        &mut self,
        range: UidRange,
        day: NaiveDate,
    ) -> Result<Vec<u32>, ImapError> {
        self.search(range, &format!(" SINCE {}", day.format("%-d-%b-%Y"))).await
    }

    async fn search(&mut self, range: UidRange, condition: &str) -> Result<Vec<u32>, ImapError> {
        self.need_open()?;
        let mut found = BTreeSet::new();
        let line = format!("UID SEARCH UID {}{condition}", uid_set(range));
        self.wire
            .run("SEARCH", &line, &mut |response| {
                if let Response::MailboxData(MailboxDatum::Search(uids)) = response {
                    found.extend(uids.iter().copied().filter(|uid| range.contains(*uid)));
                }
                Ok(())
            })
            .await?;
        Ok(found.into_iter().collect())
    }

    /// UIDs mean nothing without an open mailbox.
    pub(super) fn need_open(&self) -> Result<(), ImapError> {
        if self.open || !self.wire.is_usable() {
            Ok(())
        } else {
            Err(ImapError::Unsendable("no mailbox is open"))
        }
    }
}

/// One of these keys (RFC 9051 §6.4.4), halved again and again: some servers bear no deep nesting.
fn any_of(keys: &[String]) -> String {
    match keys {
        [] => String::new(),
        [key] => key.clone(),
        keys => {
            let (some, others) = keys.split_at(keys.len() / 2);
            format!("OR {} {}", any_of(some), any_of(others))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::script::{Steps, cut, opened, say};
    use super::*;

    fn answer(reply: &'static str) -> impl FnMut(&str) -> Steps + Send {
        move |command| if command.contains("SEARCH") { say(reply) } else { None }
    }

    fn range() -> UidRange {
        UidRange::new(10, 20).unwrap()
    }

    #[tokio::test]
    async fn results_are_ascending_and_inside_the_window() {
        let (mut session, lines) =
            opened(answer("* 12 EXISTS\n* SEARCH 19 11 99 11 \n* SEARCH 3 15\n$ OK done\n")).await;
        assert_eq!(session.uids(range()).await.unwrap(), [11, 15, 19]);
        session.search_correspondents(range(), &["example.org"]).await.unwrap();
        let lines = lines.lock().unwrap();
        assert!(lines[lines.len() - 2].ends_with("UID SEARCH UID 10:20"));
        assert!(lines.last().unwrap().ends_with(
            "UID SEARCH UID 10:20 OR FROM \"example.org\" OR TO \"example.org\" CC \"example.org\""
        ));
    }

    #[tokio::test]
    async fn a_refused_or_cut_search_is_not_an_empty_one() {
        let (mut refused, _) = opened(answer("$ NO [CANNOT] no\n")).await;
        assert!(matches!(refused.uids(range()).await, Err(ImapError::No { .. })));
        let (mut throttled, _) = opened(answer("* SEARCH\n$ NO [THROTTLED] slow down\n")).await;
        assert!(matches!(throttled.uids(range()).await, Err(ImapError::Temporary(_))));
        let (mut ended, _) =
            opened(|command| if command.contains("SEARCH") { cut("* SEARCH 11\n") } else { None })
                .await;
        assert!(matches!(ended.uids(range()).await, Err(ImapError::Gone(_))));
        let (mut none, _) = opened(answer("* SEARCH\n$ OK done\n")).await;
        assert!(none.uids(range()).await.unwrap().is_empty());
    }
}
