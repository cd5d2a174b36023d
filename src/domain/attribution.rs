//! Whose application a message belongs to. Evidence in order: a reference to a message we know,
//! the provider's thread, the same person, the employer. A match that could mean several
//! applications is weak: it may stop a follow-up, it never starts or counts one.

use std::collections::BTreeSet;

use super::address::Address;
use super::ids::ApplicationId;
use super::message::{Direction, Kind, Message};

/// What is known about one application, for matching.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracked {
    pub id: ApplicationId,
    pub employer: String,
    /// Registrable domain, where one identifies the employer.
    pub domain: Option<String>,
    pub position: Option<String>,
    /// Addresses that took part, never machines.
    pub people: BTreeSet<Address>,
    pub closed: bool,
}

/// What a message was matched by, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    Reference,
    Thread,
    Person,
    Employer,
    Weak,
}

impl Strength {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reference => "reference",
            Self::Thread => "thread",
            Self::Person => "person",
            Self::Employer => "employer",
            Self::Weak => "weak",
        }
    }
}

/// The applications a message belongs to; more than one only if the match is weak.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    pub applications: Vec<ApplicationId>,
    pub strength: Strength,
}

impl Attribution {
    /// One application is a match; several are a weak one.
    #[must_use]
    pub fn settle(applications: Vec<ApplicationId>, strength: Strength) -> Option<Self> {
        match applications.len() {
            0 => None,
            1 => Some(Self { applications, strength }),
            _ => Self::weak(applications),
        }
    }

    #[must_use]
    pub fn weak(applications: Vec<ApplicationId>) -> Option<Self> {
        (!applications.is_empty()).then_some(Self { applications, strength: Strength::Weak })
    }
}

/// Finds the application of a message that no known message points to: by the person, then by
/// the employer.
#[must_use]
pub fn attribute(
    message: &Message,
    direction: Direction,
    tracked: &[Tracked],
) -> Option<Attribution> {
    let others = counterparts(message, direction);
    let by_person = candidates(tracked, |application| {
        others.iter().any(|address| application.people.contains(*address))
    });
    if let Some(found) = narrowed(message, &by_person, Strength::Person) {
        return Some(found);
    }
    let by_employer = candidates(tracked, |application| is_employer(message, &others, application));
    narrowed(message, &by_employer, Strength::Employer)
}

/// The candidates that fit the position; if every one of them is for another position, the match
/// is weak, but for a receipt, which may be that of a new application.
fn narrowed(message: &Message, candidates: &[&Tracked], strength: Strength) -> Option<Attribution> {
    let fitting = |wanted: &[Option<bool>]| -> Vec<ApplicationId> {
        candidates
            .iter()
            .filter(|it| wanted.contains(&same_position(message, it)))
            .map(|it| it.id)
            .collect()
    };
    let same = fitting(&[Some(true)]);
    let open_minded = if same.is_empty() { fitting(&[None]) } else { same };
    if !open_minded.is_empty() {
        return Attribution::settle(open_minded, strength);
    }
    if message.kind == Kind::Receipt && strength == Strength::Employer {
        return None;
    }
    Attribution::weak(candidates.iter().map(|it| it.id).collect())
}

/// Those that fit; open ones before closed ones.
fn candidates(tracked: &[Tracked], fits: impl Fn(&Tracked) -> bool) -> Vec<&Tracked> {
    let all: Vec<&Tracked> = tracked.iter().filter(|it| fits(it)).collect();
    let any_open = all.iter().any(|it| !it.closed);
    all.into_iter().filter(|it| !any_open || !it.closed).collect()
}

/// `None` where one of the two does not say, or says less: `Data Engineer` may be the
/// `Senior Data Engineer`, `Product Manager` is no `Product Marketing Manager` for certain.
fn same_position(message: &Message, application: &Tracked) -> Option<bool> {
    let words = |text: &str| -> BTreeSet<String> {
        text.to_lowercase()
            .split(|c: char| !c.is_alphanumeric() && c != '+' && c != '#')
            .filter(|word| word.len() > 1 && !matches!(*word, "mwd" | "the" | "of" | "and" | "und"))
            .map(str::to_owned)
            .collect()
    };
    let theirs = words(message.position.as_ref()?);
    let ours = words(application.position.as_ref()?);
    if theirs == ours {
        return Some(true);
    }
    (!theirs.is_subset(&ours) && !ours.is_subset(&theirs)).then_some(false)
}

fn is_employer(message: &Message, others: &[&Address], application: &Tracked) -> bool {
    let by_domain = application.domain.as_deref().is_some_and(|domain| {
        others.iter().any(|address| address.registrable_domain() == Some(domain))
    });
    let by_name = message
        .employer
        .as_ref()
        .is_some_and(|hint| hint.domain.is_none() && same_name(&hint.name, &application.employer));
    by_domain || by_name
}

/// Whether two names are one company's, legal forms aside.
#[must_use]
pub fn same_name(a: &str, b: &str) -> bool {
    const LEGAL: [&str; 14] = [
        "gmbh", "ag", "se", "kg", "co", "inc", "ltd", "llc", "plc", "sa", "sas", "sl", "bv", "corp",
    ];
    let plain = |name: &str| {
        name.to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty() && !LEGAL.contains(word))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let (a, b) = (plain(a), plain(b));
    !a.is_empty() && a == b
}

/// The people on the other side.
fn counterparts(message: &Message, direction: Direction) -> Vec<&Address> {
    match direction {
        Direction::Incoming => message
            .author()
            .into_iter()
            .chain(message.invitation.as_ref().and_then(|it| it.organizer.as_ref()))
            .map(|person| &person.address)
            .collect(),
        Direction::Outgoing => message.recipients().map(|person| &person.address).collect(),
        Direction::Own => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::address::Correspondent;
    use crate::domain::message::EmployerHint;

    fn address(text: &str) -> Address {
        Address::parse(text).unwrap()
    }

    fn from(text: &str) -> Message {
        Message { from: vec![Correspondent::bare(address(text))], ..Message::default() }
    }

    fn tracked(id: i64, position: &str, closed: bool) -> Tracked {
        Tracked {
            id: ApplicationId(id),
            employer: "Acme".to_owned(),
            domain: Some("acme.example".to_owned()),
            position: Some(position.to_owned()),
            people: [address("anna@acme.example")].into(),
            closed,
        }
    }

    fn found(message: &Message, tracked: &[Tracked]) -> Option<(Vec<i64>, Strength)> {
        attribute(message, Direction::Incoming, tracked)
            .map(|it| (it.applications.iter().map(|id| id.0).collect(), it.strength))
    }

    #[test]
    fn e21_a_colleague_at_the_employer_is_matched() {
        let applications = [tracked(1, "Data Engineer", false)];
        assert_eq!(
            found(&from("tom@mail.acme.example"), &applications),
            Some((vec![1], Strength::Employer))
        );
        assert_eq!(found(&from("tom@other.example"), &applications), None);
    }

    #[test]
    fn a_closed_application_never_outranks_an_open_one() {
        let applications = [tracked(1, "Data Engineer", true), tracked(2, "Analyst", false)];
        assert_eq!(
            found(&from("anna@acme.example"), &applications),
            Some((vec![2], Strength::Person))
        );
    }

    #[test]
    fn two_open_applications_make_a_match_weak_unless_the_position_decides() {
        let applications = [tracked(1, "Data Engineer", false), tracked(2, "Analyst", false)];
        let mut message = from("anna@acme.example");
        assert_eq!(found(&message, &applications), Some((vec![1, 2], Strength::Weak)));
        message.position = Some("Analyst".to_owned());
        assert_eq!(found(&message, &applications), Some((vec![2], Strength::Person)));
    }

    #[test]
    fn another_title_from_a_known_person_holds_and_never_gets_lost() {
        let applications = [tracked(1, "Data Engineer", false)];
        let mut message = from("anna@acme.example");
        message.position = Some("Senior Data Engineer".to_owned());
        assert_eq!(found(&message, &applications), Some((vec![1], Strength::Person)));
        message.position = Some("Accountant".to_owned());
        assert_eq!(found(&message, &applications), Some((vec![1], Strength::Weak)));
        let mut receipt = from("jobs@acme.example");
        receipt.kind = Kind::Receipt;
        receipt.position = Some("Accountant".to_owned());
        assert_eq!(found(&receipt, &applications), None);
    }

    #[test]
    fn behind_a_relay_the_name_identifies_the_employer() {
        let applications = [tracked(1, "Data Engineer", false)];
        let mut message = from("no-reply@relay.example");
        message.employer = Some(EmployerHint {
            name: "ACME GmbH".to_owned(),
            domain: None,
            via: Some("relay".to_owned()),
            confidence: 0.8,
        });
        assert_eq!(found(&message, &applications), Some((vec![1], Strength::Employer)));
    }
}
