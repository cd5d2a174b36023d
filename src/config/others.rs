//! Further mail accounts of the same person: the second `[[account]]` and those after it.
//!
//! Who the person is stands in the first one. A further account has addresses and servers, and
//! `[account.mail]`, `[account.imap]` and `[account.smtp]` below it are read as the sections
//! `[mail]`, `[imap]` and `[smtp]` of a file with one account are.

use super::account::own_address;
use super::reader::Document;
use super::{Account, MailAccount, account, servers};
use crate::domain::address::Address;

/// What is said once, in the first account.
const OF_THE_PERSON: [&str; 3] = ["time_zone", "country", "language"];

/// `None` only if a problem was noted.
pub(super) fn read(
    document: &mut Document<'_>,
    first: Option<&Account>,
) -> Option<Vec<MailAccount>> {
    let mut taken: Vec<Address> =
        first.map(|it| it.own_addresses().iter().cloned().collect()).unwrap_or_default();
    let mut all = Vec::new();
    for number in 1..document.accounts() {
        document.turn_to(number);
        all.push(one(document, first, &mut taken));
    }
    document.turn_to(0);
    all.into_iter().collect()
}

fn one(
    document: &mut Document<'_>,
    first: Option<&Account>,
    taken: &mut Vec<Address>,
) -> Option<MailAccount> {
    let mut section = document.section("account");
    let name = section.text("name", account::name);
    let address = section.required("address", own_address);
    let aliases = section.list("aliases", own_address).unwrap_or_default();
    for key in OF_THE_PERSON {
        if section.has(key) {
            section.problem(key, "is said once, in the first [[account]]");
        }
    }
    for (key, address) in
        address.iter().map(|it| ("address", it)).chain(aliases.iter().map(|it| ("aliases", it)))
    {
        if taken.contains(address) {
            section.problem(key, format!("{address} is named twice; each address has one account"));
        }
        taken.push(address.clone());
    }
    let servers = servers::read(document, address.as_ref().map(Address::as_str))?;
    let name = name.or_else(|| first.map(|first| first.name.clone()))?;
    let (login, imap, smtp) = (servers.login, servers.imap, servers.smtp);
    let password = servers.password;
    Some(MailAccount { name, address: address?, aliases, login, imap, smtp, password })
}
