use super::*;
use crate::domain::address::Address;

fn read(from: &str, subject: &str, text: &str) -> (String, Option<String>) {
    let (name, address) = from.rsplit_once(' ').unwrap_or(("", from));
    let correspondent = Correspondent {
        name: Some(name.to_owned()).filter(|name| !name.is_empty()),
        address: Address::parse(address.trim_matches(['<', '>'])).unwrap(),
    };
    employer(&correspondent, &Text::new(subject), &Text::new(text))
        .map(|hint| (hint.name, hint.domain))
        .unwrap_or_default()
}

#[test]
fn an_employer_is_known_by_its_own_domain() {
    for (from, subject, name, domain) in [
        ("Anna Schmidt <anna@acme.example>", "Interview", "Acme", "acme.example"),
        ("Acme Recruiting <jobs@mail.acme.example>", "Hello", "Acme", "acme.example"),
        ("Anna Schmidt | Acme <anna@acme.example>", "Hello", "Acme", "acme.example"),
        (
            "Blue Harbour Recruiting <jobs@bluehrbr.example>",
            "Hello",
            "Blue Harbour",
            "bluehrbr.example",
        ),
        (
            "no-reply <jobs@acmecorp.example>",
            "Thank you for applying to AcmeCorp",
            "AcmeCorp",
            "acmecorp.example",
        ),
    ] {
        assert_eq!(read(from, subject, ""), (name.to_owned(), Some(domain.to_owned())), "{from}");
    }
}

#[test]
fn behind_a_relay_there_is_a_name_and_no_domain() {
    for (from, subject, text, name) in [
        (
            "Talent Team <no-reply@us.greenhouse-mail.io>",
            "Thank you for applying to Acme Labs",
            "",
            "Acme Labs",
        ),
        ("Acme Talent Acquisition <no-reply@hire.lever.co>", "Hello", "", "Acme"),
        ("Talent Team <blueharbour@myworkday.com>", "Thank you", "", "Blueharbour"),
        ("Workday-No-Reply Acme <ac@myworkday.com>", "Thank you", "", "Acme"),
        ("Jobs <no-reply@acme.teamtailor-mail.com>", "Hi", "", "Acme"),
        ("Jobs <no-reply@ashbyhq.com>", "Hi", "See https://jobs.ashbyhq.com/acme/123", "Acme"),
        ("no-reply <noreply@personio.de>", "Ihre Bewerbung bei Acme", "", "Acme"),
        ("Careers <no-reply@greenhouse.io>", "Update on your application", "", ""),
        ("Jobs <x@unknown-relay.example>", "Your application at Acme", "", "Acme"),
        ("Anna Schmidt <anna@gmail.com>", "Your interview at Acme", "", "Acme"),
    ] {
        assert_eq!(read(from, subject, text), (name.to_owned(), None), "{from}");
    }
}
