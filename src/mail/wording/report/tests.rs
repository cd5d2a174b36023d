//! One search in each of the forms.

use super::super::testing::date;
use super::*;

fn entry(day: &str, contact: Contact, came: Came) -> Entry {
    Entry {
        day: date(day),
        employer: "Acme".to_owned(),
        position: "Data Engineer".to_owned(),
        contact,
        person: "Anna Schmidt <anna@acme.example>".to_owned(),
        came,
    }
}

fn shown(form: Form) -> String {
    let on = date("2026-12-10");
    let entries = [
        entry("2026-11-02", Contact::Application, Came::Said { kind: Kind::Interview, on }),
        entry("2026-11-24", Contact::Interview, Came::NothingYet),
        entry(
            "2026-12-08",
            Contact::Mine(Channel::Mail),
            Came::Closed { reason: ClosedReason::MovedOn, on },
        ),
        entry(
            "2026-12-10",
            Contact::Theirs(Channel::Mail),
            Came::Said { kind: Kind::Rejection, on },
        ),
    ];
    let table = report(&entries, form, &form.columns(), date("2026-11-01"), date("2026-12-31"));
    let rows = table.rows.iter().map(|row| row.join(" | ") + "\n").collect::<String>();
    format!("{}\n{}\n{rows}", table.title, table.headings.join(" | "))
}

#[test]
fn each_form_has_its_words_its_dates_and_its_columns() {
    insta::assert_snapshot!(Form::ALL.map(shown).join("\n"));
}

#[test]
fn only_the_chosen_columns_are_shown_in_their_order() {
    let columns = [Column::Result, Column::Date];
    let entries = [entry("2026-11-24", Contact::Interview, Came::NothingYet)];
    let (from, to) = (date("2026-11-01"), date("2026-11-30"));
    let table = report(&entries, Form::Plain, &columns, from, to);
    assert_eq!(table.headings, ["Result", "Date"]);
    assert_eq!(table.rows, [["no answer yet", "2026-11-24"]]);
}
