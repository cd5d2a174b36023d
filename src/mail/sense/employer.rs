//! The employer a message comes from, as well as the message itself can tell.
//!
//! A domain is proof only if it is the employer's own: a relay sends for many, a freemail address
//! for anybody. Then there is a name at best, from the display name, the subject or a link.

mod display;
mod mention;
mod tenant;

use super::relays::Sender;
use super::text::{Text, squash};
use crate::domain::address::Correspondent;
use crate::domain::message::EmployerHint;

/// Parts of unknown domains that show somebody sends for others.
const RELAY_WORDS: [&str; 11] = [
    "mail", "relay", "notif", "recruit", "hire", "hiring", "ats", "talent", "career", "apply",
    "jobs",
];

/// What the message shows of its employer. `from_tracking` mail may name nobody.
pub(super) fn employer(
    correspondent: &Correspondent,
    subject: &Text,
    text: &Text,
) -> Option<EmployerHint> {
    let sender = Sender::of(&correspondent.address);
    let shown = correspondent.name.as_deref().and_then(display::organisation);
    let mentioned = mention::in_subject(subject).or_else(|| mention::in_text(text));
    match sender {
        Sender::Tracking(via) | Sender::General(via) | Sender::Board(via) => {
            let hint = behind_relay(correspondent, via, shown, mentioned, text);
            hint.map(|(name, confidence)| EmployerHint {
                name,
                domain: None,
                via: Some(via.to_owned()),
                confidence,
            })
        }
        Sender::Freemail => shown
            .filter(|shown| shown.sure)
            .map(|shown| shown.name)
            .or(mentioned)
            .map(|name| EmployerHint { name, domain: None, via: None, confidence: 0.3 }),
        Sender::Newsletter | Sender::Headhunter | Sender::Direct => {
            Some(direct(correspondent, sender, shown, mentioned, text))
        }
    }
}

fn behind_relay(
    correspondent: &Correspondent,
    via: &str,
    shown: Option<display::Shown>,
    mentioned: Option<String>,
    text: &Text,
) -> Option<(String, f32)> {
    let tenant =
        tenant::of_address(&correspondent.address, via).or_else(|| tenant::of_links(text.raw()));
    let same = |name: &String| {
        tenant.as_ref().is_some_and(|tenant| {
            let (a, b) = (squash(name), squash(tenant));
            a.contains(&b) || b.contains(&a)
        })
    };
    let sure = shown.as_ref().filter(|shown| shown.sure).map(|shown| shown.name.clone());
    let any = shown.map(|shown| shown.name);
    if let Some(name) = sure.clone().or_else(|| any.clone()).filter(same) {
        return Some((name, 0.9));
    }
    if let Some(name) = mentioned.clone().filter(same) {
        return Some((name, 0.9));
    }
    sure.map(|name| (name, 0.8))
        .or_else(|| mentioned.map(|name| (name, 0.7)))
        .or_else(|| tenant.map(|name| (name, 0.7)))
        .or_else(|| any.map(|name| (name, 0.5)))
}

fn direct(
    correspondent: &Correspondent,
    sender: Sender,
    shown: Option<display::Shown>,
    mentioned: Option<String>,
    text: &Text,
) -> EmployerHint {
    let host = correspondent.address.domain();
    let domain = correspondent.address.registrable_domain().unwrap_or(host);
    let label = domain.split('.').next().unwrap_or(domain);
    let like_label = |name: &String| resembles(name, label);
    let shown_name = shown.as_ref().map(|shown| shown.name.clone());
    let own =
        shown_name.clone().filter(like_label).or_else(|| mentioned.clone().filter(like_label));
    if let Some(name) = own {
        return hint(name, Some(domain), None, 0.95);
    }
    let looks_like_relay = RELAY_WORDS.iter().any(|word| label.contains(word));
    let sure = shown.filter(|shown| shown.sure).map(|shown| shown.name);
    if looks_like_relay && let Some(name) = sure.clone().or_else(|| mentioned.clone()) {
        return hint(name, None, Some(label), 0.5);
    }
    let confidence = match sender {
        Sender::Headhunter => 0.5,
        Sender::Tracking(_)
        | Sender::General(_)
        | Sender::Board(_)
        | Sender::Newsletter
        | Sender::Freemail
        | Sender::Direct => 0.8,
    };
    let written = || mention::spelling_of(text, label);
    let name = sure.or_else(written).unwrap_or_else(|| tenant::pretty(label));
    hint(name, Some(domain), None, confidence)
}

fn hint(name: String, domain: Option<&str>, via: Option<&str>, confidence: f32) -> EmployerHint {
    EmployerHint {
        name,
        domain: domain.map(str::to_owned),
        via: via.map(str::to_owned),
        confidence,
    }
}

/// Whether a name and a domain label are the same organisation: one begins the other, or
/// they are almost equal. Similar is not enough (`Stripe` and `Stride`).
fn resembles(name: &str, label: &str) -> bool {
    let (name, label) = (squash(name), squash(label));
    let short = name.len().min(label.len());
    if short < 2 {
        return false;
    }
    name == label
        || (short >= 3 && (name.starts_with(&label) || label.starts_with(&name)))
        || (short >= 8 && strsim::normalized_levenshtein(&name, &label) > 0.9)
}

#[cfg(test)]
mod tests;
