//! `[account]` and `[profile]`: the person whose mailbox this is.

use chrono_tz::{TZ_VARIANTS, Tz};

use super::problem::closest;
use super::reader::Document;
use super::{Account, Language, Profile, country, environment};
use crate::domain::address::Address;

const LONGEST_NAME: usize = 100;

pub(super) fn read(document: &mut Document<'_>) -> Option<Account> {
    let mut section = document.section("account");
    let name = section.required("name", name);
    let address = section.required("address", own_address);
    let aliases = section.list("aliases", own_address).unwrap_or_default();
    let time_zone = match section.has("time_zone") {
        true => section.text("time_zone", zone),
        false => Some(computer_zone()),
    };
    let country = section.text("country", country::read);
    let language = section.text("language", language).unwrap_or(Language::English);
    let time_zone = time_zone?;
    let country = country.unwrap_or_else(|| country::of_zone(time_zone.name()));
    Some(Account { name: name?, address: address?, aliases, time_zone, country, language })
}

pub(super) fn profile(document: &mut Document<'_>, name: &str) -> Profile {
    let mut section = document.section("profile");
    let strength = section.text("strength", sentence).flatten();
    let signature = section.text("signature", signature).flatten();
    Profile { strength, signature: signature.unwrap_or_else(|| name.to_owned()) }
}

pub(super) fn name(text: &str) -> Result<String, String> {
    line("name", text, LONGEST_NAME)
}

/// A text of one line without anything that could break a header or a terminal.
fn line(what: &str, text: &str, longest: usize) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(format!("the {what} is empty"));
    }
    if text.chars().any(is_unfit) {
        return Err(format!("the {what} has a character that cannot be shown in a mail header"));
    }
    if text.chars().count() > longest {
        return Err(format!("the {what} is longer than {longest} characters"));
    }
    Ok(text.to_owned())
}

fn sentence(text: &str) -> Result<Option<String>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    line("sentence", text, 200).map(Some)
}

/// A signature may have a few lines: a name, a telephone number.
fn signature(text: &str) -> Result<Option<String>, String> {
    let text = text.trim();
    let too_long = text.lines().count() > 6 || text.chars().count() > 300;
    if too_long {
        return Err("the signature is longer than 6 lines or 300 characters".to_owned());
    }
    if text.lines().any(|line| line.chars().any(is_unfit)) {
        return Err("the signature has a character that cannot be shown".to_owned());
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

fn is_unfit(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

pub(super) fn own_address(text: &str) -> Result<Address, String> {
    Address::parse(text)
        .filter(Address::is_sendable)
        .ok_or_else(|| format!("{text:?} is no mail address; write it as in \"jane@example.com\""))
}

/// The name of this computer's time zone, if it has one that is known.
#[must_use]
pub fn time_zone_of_this_computer() -> Option<String> {
    let named = environment::time_zones();
    named.iter().find_map(|name| name.parse::<Tz>().ok()).map(|zone| zone.name().to_owned())
}

/// A computer that names no zone keeps UTC.
fn computer_zone() -> Tz {
    environment::time_zones().iter().find_map(|name| name.parse().ok()).unwrap_or(Tz::UTC)
}

pub(super) fn zone(text: &str) -> Result<Tz, String> {
    text.trim().parse().map_err(|_| {
        let names = || TZ_VARIANTS.iter().map(|zone| zone.name());
        let word = text.trim().to_lowercase().replace(' ', "_");
        let city = names().find(|name| {
            name.rsplit_once('/').is_some_and(|(_, city)| city.to_lowercase() == word)
        });
        let meant = city.or_else(|| closest(text, names()));
        match meant {
            Some(meant) => format!("unknown time zone {text:?}; did you mean {meant:?}?"),
            None => {
                format!("unknown time zone {text:?}; write an IANA name, as in \"Europe/Berlin\"")
            }
        }
    })
}

fn language(text: &str) -> Result<Language, String> {
    match text {
        "en" => Ok(Language::English),
        other => Err(format!(
            "{other:?} is not available yet; only \"en\" is (drafts follow the thread's language)"
        )),
    }
}
