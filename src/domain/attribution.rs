//! Whose application a message belongs to. Evidence in order: a reference to a message we know,
//! the provider's thread, the same person, the employer, and last the same subject from somebody
//! of the same name.
//!
//! Where person or employer leave several, the position decides, then the subject, then the client
//! of an agency, then which one is alive. What is left is a tie: it is weak, it may stop a
//! follow-up, it never starts or counts one, and the user is asked.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::address::Address;
use super::ids::ApplicationId;
use super::message::{Direction, Kind, Message};
use super::subject::telling;

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
    /// Whom the user wrote to in its threads. They are known there, and nowhere else.
    pub written_to: BTreeSet<Address>,
    pub closed: bool,
    /// Whom an agency works for.
    pub client: Option<String>,
    /// Names of the people who took part, in lower case.
    pub names: BTreeSet<String>,
    /// What its messages are about, as `subject::telling` has it.
    pub subjects: BTreeSet<String>,
    /// The last time anything happened in it.
    pub alive_at: Option<DateTime<Utc>>,
}

impl Tracked {
    /// Whether somebody who writes in a thread of this application belongs there: one of its
    /// people, somebody at the employer, or whoever the user wrote to.
    #[must_use]
    pub fn expects(&self, author: &Address) -> bool {
        self.people.contains(author)
            || self.written_to.contains(author)
            || self
                .domain
                .as_deref()
                .is_none_or(|domain| author.registrable_domain() == Some(domain))
    }
}

/// An application counts as the one that is alive if something happened in it so lately …
const ALIVE: TimeDelta = TimeDelta::days(21);
/// … and in none of the others for so long.
const ASLEEP: TimeDelta = TimeDelta::days(60);
/// A message without a reference follows the last one of its subject within this time.
const SAME_SUBJECT: TimeDelta = TimeDelta::days(90);

/// What a message was matched by, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// The user said so.
    User,
    /// It belonged to nothing known, and the application began with it.
    Opened,
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
            Self::User => "user",
            Self::Opened => "opened",
            Self::Reference => "reference",
            Self::Thread => "thread",
            Self::Person => "person",
            Self::Employer => "employer",
            Self::Weak => "weak",
        }
    }

    /// The rule in words: why the message is with this application.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::User => "you said that it is about this",
            Self::Opened => "the application began with it",
            Self::Reference => "it answers a message of this conversation",
            Self::Thread => "the mail provider has it in this conversation",
            Self::Person => "it is from or to a person of this application",
            Self::Employer => "it is from or to this employer, and no other application fits",
            Self::Weak => "it may be about this; nothing was counted",
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
    at: DateTime<Utc>,
) -> Option<Attribution> {
    let others = counterparts(message, direction);
    let by_person = candidates(tracked, |application| {
        others.iter().any(|address| application.people.contains(*address))
    });
    if let Some(found) = narrowed(message, &by_person, Strength::Person, at) {
        return Some(found);
    }
    let by_employer = candidates(tracked, |application| is_employer(message, &others, application));
    if !by_employer.is_empty() {
        return narrowed(message, &by_employer, Strength::Employer, at);
    }
    let by_subject = candidates(tracked, |application| same_conversation(message, application, at));
    Attribution::weak(by_subject.iter().map(|it| it.id).collect())
}

/// The same subject from somebody of the same name, lately: their private address, or a provider
/// that rewrote the ids.
fn same_conversation(message: &Message, application: &Tracked, at: DateTime<Utc>) -> bool {
    let by_name = message
        .author()
        .and_then(|author| author.name.as_deref())
        .is_some_and(|name| application.names.contains(&name.to_lowercase()));
    let lately = application.alive_at.is_some_and(|alive| (at - alive).abs() <= SAME_SUBJECT);
    by_name
        && lately
        && !is_of_another_employer(message, application)
        && has_subject(message, application)
}

/// Two employers may have a "Recruiting Team" each, and both thank for the application.
fn is_of_another_employer(message: &Message, application: &Tracked) -> bool {
    let domain = message.employer.as_ref().and_then(|hint| hint.domain.as_deref());
    let own = application.domain.as_deref();
    domain.zip(own).is_some_and(|(domain, own)| domain != own)
}

fn has_subject(message: &Message, application: &Tracked) -> bool {
    telling(&message.subject).is_some_and(|subject| application.subjects.contains(&subject))
}

/// Whether the message names the client an agency works for.
fn names_client(message: &Message, application: &Tracked) -> bool {
    application.client.as_deref().is_some_and(|client| {
        let text = format!("{} {}", message.subject, message.new_text).to_lowercase();
        let client = client.to_lowercase();
        let by_hint = message.employer.as_ref().is_some_and(|hint| same_name(&hint.name, &client));
        by_hint || text.contains(&client)
    })
}

/// The one of several that is alive while the others are not.
fn alive<'a>(candidates: &[&'a Tracked], at: DateTime<Utc>) -> Option<&'a Tracked> {
    let last = |it: &Tracked| it.alive_at.filter(|alive| *alive <= at);
    let newest = candidates.iter().copied().max_by_key(|it| last(it))?;
    let asleep = candidates
        .iter()
        .filter(|it| it.id != newest.id)
        .all(|it| last(it).is_none_or(|alive| at - alive > ASLEEP));
    (last(newest).is_some_and(|alive| at - alive <= ALIVE) && asleep).then_some(newest)
}

/// The candidates that fit the position; if every one of them is for another position, the match
/// is weak, but for a receipt or an invitation, which begin a new application.
fn narrowed(
    message: &Message,
    candidates: &[&Tracked],
    strength: Strength,
    at: DateTime<Utc>,
) -> Option<Attribution> {
    let fitting = |wanted: Option<bool>| -> Vec<&Tracked> {
        candidates.iter().copied().filter(|it| same_position(message, it) == wanted).collect()
    };
    let same = fitting(Some(true));
    let mut left = if same.is_empty() { fitting(None) } else { same };
    for clue in [has_subject, names_client] {
        let told: Vec<&Tracked> = left.iter().copied().filter(|it| clue(message, it)).collect();
        left = if told.is_empty() { left } else { told };
    }
    if left.len() > 1
        && let Some(one) = alive(&left, at)
    {
        left = vec![one];
    }
    if !left.is_empty() {
        return Attribution::settle(left.iter().map(|it| it.id).collect(), strength);
    }
    let opens = matches!(message.kind, Kind::Receipt | Kind::Interview)
        || message.invitation.as_ref().is_some_and(|it| !it.cancelled);
    if opens && strength == Strength::Employer {
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
    let by_client = message.employer.as_ref().is_some_and(|hint| {
        application.client.as_deref().is_some_and(|client| same_name(&hint.name, client))
    });
    by_domain || by_name || by_client
}

/// The application that a message names by its position, where those it is tied to are for other
/// positions: the one it names was not known when it was read.
#[must_use]
pub fn named_instead(
    message: &Message,
    tied: &[ApplicationId],
    tracked: &[Tracked],
) -> Option<ApplicationId> {
    let (tied, others): (Vec<&Tracked>, Vec<&Tracked>) =
        tracked.iter().partition(|it| tied.contains(&it.id));
    if tied.iter().any(|it| same_position(message, it) != Some(false)) {
        return None;
    }
    let authors = counterparts(message, Direction::Incoming);
    let mut named = others.into_iter().filter(|it| {
        same_position(message, it) == Some(true) && is_employer(message, &authors, it)
    });
    named.next().filter(|_| named.next().is_none()).map(|it| it.id)
}

const LEGAL: [&str; 14] =
    ["gmbh", "ag", "se", "kg", "co", "inc", "ltd", "llc", "plc", "sa", "sas", "sl", "bv", "corp"];

/// A company's name as it stands in what it sends: without its legal form. `None` if it is too
/// short to be looked for, or names nobody.
#[must_use]
pub fn name_to_look_for(name: &str) -> Option<String> {
    let is_legal = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        LEGAL.contains(&word.as_str())
    };
    let words: Vec<&str> = name.split_whitespace().filter(|word| !is_legal(word)).collect();
    let plain = words.join(" ").trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    (plain.chars().count() > 2 && same_name(&plain, &plain)).then_some(plain)
}

/// Whether two names are one company's, legal forms aside.
#[must_use]
pub fn same_name(a: &str, b: &str) -> bool {
    /// What stands where a name is not known; it names nobody.
    const PLACEHOLDERS: [&str; 12] = [
        "employer",
        "company",
        "unknown",
        "confidential",
        "the company",
        "our client",
        "recruiting",
        "hiring team",
        "careers",
        "jobs",
        "n a",
        "unternehmen",
    ];
    let plain = |name: &str| {
        name.to_lowercase()
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty() && !LEGAL.contains(word))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let (a, b) = (plain(a), plain(b));
    !a.is_empty() && a == b && !PLACEHOLDERS.contains(&a.as_str())
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
mod tests;
