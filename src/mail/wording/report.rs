//! The proof of a search in words: headings, dates and what came of each contact, as the form has
//! them. A table of texts; how it is drawn is not known here.

use chrono::NaiveDate;

use crate::domain::event::{Channel, ClosedReason};
use crate::domain::message::Kind;
use crate::domain::report::{Came, Column, Contact, Entry, Form};

/// Texts in rows, all as long as the headings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub title: String,
    pub headings: Vec<&'static str>,
    pub rows: Vec<Vec<String>>,
}

/// The report of a span of days.
#[must_use]
pub fn report(
    entries: &[Entry],
    form: Form,
    columns: &[Column],
    from: NaiveDate,
    to: NaiveDate,
) -> Table {
    let words = Words { form };
    let row = |entry: &Entry| columns.iter().map(|it| words.cell(entry, *it)).collect();
    Table {
        title: words.title(from, to),
        headings: columns.iter().map(|column| words.heading(*column)).collect(),
        rows: entries.iter().map(row).collect(),
    }
}

struct Words {
    form: Form,
}

impl Words {
    /// The German word in the German form.
    fn either(&self, english: &'static str, german: &'static str) -> &'static str {
        match self.form {
            Form::Bewerbungsnachweis => german,
            Form::Plain | Form::UsWorkSearch => english,
        }
    }

    fn day(&self, day: NaiveDate) -> String {
        let form = match self.form {
            Form::Plain => "%Y-%m-%d",
            Form::Bewerbungsnachweis => "%d.%m.%Y",
            Form::UsWorkSearch => "%m/%d/%Y",
        };
        day.format(form).to_string()
    }

    fn title(&self, from: NaiveDate, to: NaiveDate) -> String {
        let (from, to) = (self.day(from), self.day(to));
        match self.form {
            Form::Plain => format!("Contacts with employers, {from} to {to}"),
            Form::Bewerbungsnachweis => {
                format!("Nachweis von Eigenbemühungen, {from} bis {to}")
            }
            Form::UsWorkSearch => format!("Work search log, {from} to {to}"),
        }
    }

    fn heading(&self, column: Column) -> &'static str {
        match (column, self.form) {
            (Column::Position, Form::UsWorkSearch) => "Type of work",
            (Column::Contact, Form::UsWorkSearch) => "Contact method",
            (Column::Date, _) => self.either("Date", "Datum"),
            (Column::Employer, _) => self.either("Employer", "Arbeitgeber"),
            (Column::Position, _) => self.either("Position", "Stelle"),
            (Column::Contact, _) => self.either("Contact", "Art der Kontaktaufnahme"),
            (Column::Person, _) => self.either("Person", "Ansprechpartner"),
            (Column::Result, _) => self.either("Result", "Ergebnis"),
        }
    }

    fn cell(&self, entry: &Entry, column: Column) -> String {
        let text = match column {
            Column::Date => self.day(entry.day),
            Column::Employer => entry.employer.clone(),
            Column::Position => entry.position.clone(),
            Column::Contact => self.contact(entry.contact).to_owned(),
            Column::Person => entry.person.clone(),
            Column::Result => self.result(entry),
        };
        super::one(&text)
    }

    fn contact(&self, contact: Contact) -> &'static str {
        match contact {
            Contact::Application => self.either("application", "Bewerbung"),
            Contact::Interview => self.either("interview", "Vorstellungsgespräch"),
            Contact::Mine(Channel::Mail) => self.either("e-mail to them", "E-Mail an Arbeitgeber"),
            Contact::Mine(Channel::Call) => self.either("call to them", "Anruf beim Arbeitgeber"),
            Contact::Mine(Channel::Voicemail) => self.either("voicemail", "Mailbox besprochen"),
            Contact::Mine(Channel::LinkedIn) => {
                self.either("LinkedIn message", "Nachricht (LinkedIn)")
            }
            Contact::Mine(Channel::InPerson) => self.either("in person", "persönlich"),
            Contact::Theirs(Channel::Mail) => {
                self.either("e-mail from them", "E-Mail vom Arbeitgeber")
            }
            Contact::Theirs(Channel::Call | Channel::Voicemail) => {
                self.either("call from them", "Anruf vom Arbeitgeber")
            }
            Contact::Theirs(Channel::LinkedIn) => {
                self.either("LinkedIn message from them", "Nachricht vom Arbeitgeber (LinkedIn)")
            }
            Contact::Theirs(Channel::InPerson) => {
                self.either("in person, by them", "persönlich, durch den Arbeitgeber")
            }
        }
    }

    fn result(&self, entry: &Entry) -> String {
        match entry.came {
            Came::NothingYet => self.either("no answer yet", "noch keine Antwort").to_owned(),
            Came::Closed { reason, on } => format!("{} ({})", self.closed(reason), self.day(on)),
            Came::Said { kind, on } if on == entry.day => self.said(kind).to_owned(),
            Came::Said { kind, on } => format!("{} ({})", self.said(kind), self.day(on)),
        }
    }

    fn said(&self, kind: Kind) -> &'static str {
        match kind {
            Kind::Interview => self.either("invitation", "Einladung"),
            Kind::Assessment => self.either("an assessment", "Test oder Aufgabe"),
            Kind::Question => self.either("a question", "Rückfrage"),
            Kind::Rejection => self.either("rejection", "Absage"),
            Kind::Offer => self.either("offer", "Angebot"),
            Kind::Status => self.either("still deciding", "noch offen"),
            Kind::Receipt => self.either("receipt", "Eingangsbestätigung"),
            Kind::Outreach | Kind::Alert | Kind::Other => self.either("answered", "beantwortet"),
        }
    }

    fn closed(&self, reason: ClosedReason) -> &'static str {
        match reason {
            ClosedReason::MovedOn | ClosedReason::History => {
                self.either("no answer", "keine Antwort")
            }
            ClosedReason::Rejected => self.either("rejection", "Absage"),
            ClosedReason::Withdrawn | ClosedReason::ByUser => {
                self.either("withdrawn", "zurückgezogen")
            }
            ClosedReason::Filled => self.either("position filled", "Stelle besetzt"),
            ClosedReason::AcceptedElsewhere => {
                self.either("accepted elsewhere", "andere Stelle angenommen")
            }
            ClosedReason::Accepted => self.either("accepted", "angenommen"),
            ClosedReason::DoNotContact => {
                self.either("asked for no more contact", "kein Kontakt gewünscht")
            }
        }
    }
}

#[cfg(test)]
mod tests;
