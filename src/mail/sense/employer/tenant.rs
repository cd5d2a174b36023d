//! The employer behind a relay, from the address or a link: `acme@myworkday.com`,
//! `acme.teamtailor-mail.com`, `https://jobs.lever.co/acme`.

use super::super::relays::Sender;
use crate::domain::address::Address;

/// Labels that name a machine or a region, not a tenant.
const MACHINES: &str = " us eu uk mail email hire m app candidates candidate talent notifications notification \
     donotreply otp jobs job e send mg no-reply noreply careers career boards board apply www my recruiting \
     job-boards login account accounts auth go click links track info help support x hr team reply \
     messages message invitations hello recruitment ats api static em smtp ";

/// Systems whose local part is the tenant.
const LOCAL: [&str; 4] = ["workday", "recruitee", "icims", "taleo"];
/// Systems whose subdomain is the tenant.
const SUBDOMAIN: [&str; 10] = [
    "teamtailor",
    "bamboohr",
    "personio",
    "recruitee",
    "darwinbox",
    "breezy",
    "workday",
    "freshteam",
    "softgarden",
    "icims",
];

pub(super) fn of_address(address: &Address, via: &str) -> Option<String> {
    if SUBDOMAIN.contains(&via)
        && let Some(label) = first_label(address.domain())
    {
        return Some(pretty(label));
    }
    if !LOCAL.contains(&via) || address.is_no_reply() {
        return None;
    }
    let local = address.local().split('+').next().unwrap_or_default();
    is_tenant(local).then(|| pretty(local))
}

/// The label in front of a relay's own domain.
fn first_label(host: &str) -> Option<&str> {
    let own = psl::domain_str(host)?;
    let labels = host.strip_suffix(own)?.trim_end_matches('.');
    labels.split('.').find(|label| is_tenant(label))
}

fn is_tenant(label: &str) -> bool {
    let plain = label.len() > 1 && !MACHINES.contains(&format!(" {label} "));
    let numbered = label
        .strip_prefix("wd")
        .is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_digit()));
    plain && !numbered && label.chars().any(char::is_alphabetic)
}

/// The tenant in the first link to a known system.
pub(super) fn of_links(text: &str) -> Option<String> {
    let links = text.match_indices("://").filter_map(|(at, mark)| text.get(at + mark.len()..));
    links.take(40).find_map(|link| {
        let end = link.find(|c: char| c.is_whitespace() || "<>\")]".contains(c));
        let link = link.get(..end.unwrap_or(link.len())).unwrap_or_default().to_ascii_lowercase();
        let (host, path) = link.split_once('/').unwrap_or((link.as_str(), ""));
        let known = Sender::of(&Address::parse(&format!("x@{host}"))?).is_for_applicants();
        if !known {
            return None;
        }
        let label = first_label(host)
            .or_else(|| path.split(['/', '?', '#']).next().filter(|label| is_tenant(label)))?;
        let plain = label.chars().all(|c| c.is_ascii_alphabetic() || "-_.".contains(c));
        (plain && label.len() < 40).then(|| pretty(label))
    })
}

/// A label as a name: `acme-robotics` is `Acme Robotics`.
pub(super) fn pretty(label: &str) -> String {
    let word = |word: &str| {
        let mut chars = word.chars();
        chars.next().map_or_else(String::new, |first| {
            first.to_uppercase().collect::<String>() + chars.as_str()
        })
    };
    label.split(['-', '_']).filter(|part| !part.is_empty()).map(word).collect::<Vec<_>>().join(" ")
}
