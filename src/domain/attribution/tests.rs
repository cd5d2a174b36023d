//! Which application a message goes to, and which it does not.

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
    assert_eq!(found(&from("anna@acme.example"), &applications), Some((vec![2], Strength::Person)));
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
