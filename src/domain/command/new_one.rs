//! `new: Acme, Data Engineer, Anna Schmidt <anna@acme.example>`: an application that the mailbox
//! does not show. The employer comes first; an address is a person's, the rest is the position.

use crate::domain::address::{Address, Correspondent};

/// An application in the user's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOne {
    pub employer: String,
    pub position: Option<String>,
    pub contact: Option<Correspondent>,
}

/// `None` if no employer is named first.
pub(super) fn read(text: &str) -> Option<NewOne> {
    let mut parts = text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty());
    let employer = parts.next().filter(|part| !part.contains('@'))?.to_owned();
    let mut contact = None;
    let mut position = Vec::new();
    for part in parts {
        match person(part) {
            Some(person) => contact = contact.or(Some(person)),
            None => position.push(part),
        }
    }
    let position = (!position.is_empty()).then(|| position.join(", "));
    Some(NewOne { employer, position, contact })
}

fn person(text: &str) -> Option<Correspondent> {
    let (name, address) = text.split_once('<').unwrap_or(("", text));
    let address = Address::parse(address.trim_end_matches('>')).filter(Address::is_sendable)?;
    let name = name.trim().trim_matches('"');
    Some(Correspondent { name: (!name.is_empty()).then(|| name.to_owned()), address })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_employer_is_first_and_an_address_is_a_persons() {
        let anna = |name: Option<&str>| Correspondent {
            name: name.map(str::to_owned),
            address: Address::parse("anna@acme.example").unwrap(),
        };
        for (text, position, contact) in [
            ("Acme", None, None),
            ("Acme, Data Engineer", Some("Data Engineer"), None),
            ("Acme, anna@acme.example", None, Some(anna(None))),
            (
                "Acme; Manager, Risk; Anna Schmidt <anna@acme.example>",
                Some("Manager, Risk"),
                Some(anna(Some("Anna Schmidt"))),
            ),
        ] {
            let employer = "Acme".to_owned();
            let position = position.map(str::to_owned);
            assert_eq!(read(text), Some(NewOne { employer, position, contact }), "{text}");
        }
        assert_eq!(read("anna@acme.example"), None);
    }
}
