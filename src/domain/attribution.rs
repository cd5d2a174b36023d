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
            written_to: BTreeSet::new(),
            closed,
            client: None,
            names: ["anna schmidt".to_owned()].into(),
            subjects: BTreeSet::new(),
            alive_at: None,
        }
    }

    fn now() -> DateTime<Utc> {
        "2026-12-08T10:00:00Z".parse().unwrap()
    }

    fn found(message: &Message, tracked: &[Tracked]) -> Option<(Vec<i64>, Strength)> {
        attribute(message, Direction::Incoming, tracked, now())
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
    fn whoever_the_user_wrote_to_is_expected_in_the_thread_and_matches_nothing_outside_it() {
        let mut application = tracked(1, "Data Engineer", false);
        application.written_to.insert(address("uma@client.example"));
        for (author, expected) in [
            ("anna@acme.example", true),
            ("tom@mail.acme.example", true),
            ("uma@client.example", true),
            ("max@client.example", false),
        ] {
            assert_eq!(application.expects(&address(author)), expected, "{author}");
        }
        assert_eq!(found(&from("uma@client.example"), std::slice::from_ref(&application)), None);
        application.domain = None;
        assert!(application.expects(&address("max@client.example")), "behind a relay");
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
        receipt.kind = Kind::Interview;
        assert_eq!(found(&receipt, &applications), None, "another position is another application");
    }

    #[test]
    fn the_subject_decides_between_two_roles_where_no_position_is_named() {
        let mut applications = [tracked(1, "Data Engineer", false), tracked(2, "Analyst", false)];
        applications[1].subjects.insert("talk with the analytics team".to_owned());
        let mut message = from("tom@acme.example");
        message.subject = "Re: Talk with the Analytics team".to_owned();
        assert_eq!(found(&message, &applications), Some((vec![2], Strength::Employer)));
        message.subject = "Re: Your application".to_owned();
        assert_eq!(found(&message, &applications), Some((vec![1, 2], Strength::Weak)));
    }

    #[test]
    fn recency_decides_only_where_the_others_have_long_been_silent() {
        let days_ago = |days: i64| Some(now() - TimeDelta::days(days));
        let message = from("tom@acme.example");
        for (one, two, expected) in [
            (days_ago(3), days_ago(90), (vec![1], Strength::Employer)),
            (days_ago(3), days_ago(30), (vec![1, 2], Strength::Weak)),
            (days_ago(40), days_ago(90), (vec![1, 2], Strength::Weak)),
        ] {
            let mut both = [tracked(1, "Data Engineer", false), tracked(2, "Analyst", false)];
            both[0].alive_at = one;
            both[1].alive_at = two;
            assert_eq!(found(&message, &both), Some(expected), "{one:?} {two:?}");
        }
    }

    #[test]
    fn the_client_decides_between_two_applications_through_one_agency() {
        let mut both = [tracked(1, "Data Engineer", false), tracked(2, "Data Engineer", false)];
        both[0].client = Some("Globex".to_owned());
        both[1].client = Some("Initech".to_owned());
        let mut message = from("anna@acme.example");
        message.new_text = "Initech would like to meet you again.".to_owned();
        assert_eq!(found(&message, &both), Some((vec![2], Strength::Person)));
        message.new_text = "They would like to meet you again.".to_owned();
        assert_eq!(found(&message, &both), Some((vec![1, 2], Strength::Weak)));
    }

    #[test]
    fn a_placeholder_for_an_employer_matches_nothing() {
        for name in ["Unknown", "confidential", "The Company", "Our client", "N/A", "Recruiting"] {
            assert!(!same_name(name, name), "{name}");
        }
        assert!(same_name("ACME GmbH", "Acme"));
    }

    #[test]
    fn a_message_goes_to_the_application_it_names_and_stays_where_it_names_none() {
        let mut both = [tracked(1, "Data Engineer", false), tracked(2, "Analyst", false)];
        let mut message = from("tom@acme.example");
        for (position, moved) in [
            (Some("Analyst"), Some(ApplicationId(2))),
            (Some("Data Engineer"), None),
            (Some("Senior Data Engineer"), None),
            (Some("Accountant"), None),
            (None, None),
        ] {
            message.position = position.map(str::to_owned);
            assert_eq!(named_instead(&message, &[ApplicationId(1)], &both), moved, "{position:?}");
        }
        message.position = Some("Analyst".to_owned());
        both[0].position = None;
        assert_eq!(named_instead(&message, &[ApplicationId(1)], &both), None, "it may be this one");
        both[0].position = Some("Data Engineer".to_owned());
        both[1].domain = Some("other.example".to_owned());
        assert_eq!(named_instead(&message, &[ApplicationId(1)], &both), None, "another employer");
    }

    #[test]
    fn a_name_is_looked_for_without_its_legal_form_and_only_if_it_tells() {
        for (name, expected) in [
            ("Globex GmbH & Co. KG", Some("Globex")),
            ("Acme Robotics, Inc.", Some("Acme Robotics")),
            ("AT", None),
            ("Our client", None),
            ("", None),
        ] {
            assert_eq!(name_to_look_for(name).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn somebody_of_the_same_name_and_subject_is_a_weak_match_and_a_stranger_is_none() {
        let mut applications = [tracked(1, "Data Engineer", false)];
        applications[0].subjects.insert("interview data engineer".to_owned());
        applications[0].alive_at = Some(now());
        let anna = Some("Anna Schmidt".to_owned());
        let mut message = Message {
            from: vec![Correspondent { name: anna, address: address("anna.private@mail.example") }],
            subject: "Re: Interview Data Engineer".to_owned(),
            ..Message::default()
        };
        assert_eq!(found(&message, &applications), Some((vec![1], Strength::Weak)));
        message.employer = Some(EmployerHint {
            name: "Globex".to_owned(),
            domain: Some("globex.example".to_owned()),
            via: None,
            confidence: 0.9,
        });
        assert_eq!(found(&message, &applications), None, "another employer's team");
        message.employer = None;
        message.subject = "Holiday pictures".to_owned();
        assert_eq!(found(&message, &applications), None);
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
