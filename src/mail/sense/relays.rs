//! Who sends mail for others: applicant-tracking systems, job boards, newsletters, headhunters
//! and free mailboxes, by domain. `relays.txt` has the facts.
//!
//! A relay that is missing there would make one employer of two, so `employer` also mistrusts
//! unknown domains that look like one.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::domain::address::Address;

/// What a sending domain is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sender {
    /// Sends for employers to applicants; the name is shown as `via`.
    Tracking(&'static str),
    /// Sends for anybody: proves no application.
    General(&'static str),
    Board(&'static str),
    Newsletter,
    Headhunter,
    /// Anybody's mailbox: proves no employer.
    Freemail,
    Direct,
}

static SENDERS: LazyLock<BTreeMap<&'static str, Sender>> = LazyLock::new(|| {
    let mut senders = BTreeMap::new();
    let mut section = "";
    for line in include_str!("relays.txt").lines().filter(|line| !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[') {
            section = name.trim_end_matches(']');
            continue;
        }
        let (domain, name) = line.split_once(' ').unwrap_or((line, ""));
        let sender = match section {
            "tracking" => Sender::Tracking(name),
            "general" => Sender::General(name),
            "board" => Sender::Board(name),
            "newsletter" => Sender::Newsletter,
            "headhunter" => Sender::Headhunter,
            "freemail" => Sender::Freemail,
            _ => continue,
        };
        if !domain.is_empty() {
            senders.insert(domain, sender);
        }
    }
    senders
});

impl Sender {
    pub(super) fn of(address: &Address) -> Self {
        let mut host = address.domain();
        loop {
            if let Some(sender) = SENDERS.get(host) {
                return *sender;
            }
            match host.split_once('.') {
                Some((_, parent)) => host = parent,
                None => return Self::Direct,
            }
        }
    }

    /// Whether mail from here is about an application unless it says otherwise.
    pub(super) fn is_for_applicants(self) -> bool {
        matches!(self, Self::Tracking(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_is_understood() {
        let lines = include_str!("relays.txt").lines();
        let wanted = lines.filter(|line| line.contains('.') && !line.starts_with('#')).count();
        assert_eq!(SENDERS.len(), wanted);
        let named = |sender: &Sender| match sender {
            Sender::Tracking(name) | Sender::General(name) | Sender::Board(name) => {
                !name.is_empty()
            }
            Sender::Newsletter | Sender::Headhunter | Sender::Freemail => true,
            Sender::Direct => false,
        };
        assert!(SENDERS.values().all(named));
    }

    #[test]
    fn senders_are_known_by_their_domain_and_below_it() {
        for (address, expected) in [
            ("no-reply@us.greenhouse-mail.io", Sender::Tracking("greenhouse")),
            ("acme@myworkday.com", Sender::Tracking("workday")),
            ("x@acme.teamtailor-mail.com", Sender::Tracking("teamtailor")),
            ("jobs-listings@linkedin.com", Sender::Board("linkedin")),
            ("anna@gmx.de", Sender::Freemail),
            ("anna@notgmx.de", Sender::Direct),
            ("anna@acme.example", Sender::Direct),
        ] {
            assert_eq!(Sender::of(&Address::parse(address).unwrap()), expected, "{address}");
        }
    }
}
