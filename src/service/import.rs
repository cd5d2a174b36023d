//! Applications from a spreadsheet, the whole record out and in, and the removal of one
//! application. What is known already is not recorded again.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{NaiveDate, NaiveTime};
use serde_json::Value;

use crate::domain::address::{Address, Correspondent};
use crate::domain::attribution::same_name;
use crate::domain::calendar::moment;
use crate::domain::draft::DraftState;
use crate::domain::event::{ClosedReason, Fact, NewEvent, Source};
use crate::domain::ids::ReadableId;

use super::Record;

/// What a column can hold, with the names that are found without being told.
const FIELDS: [(&str, &[&str]); 7] = [
    ("employer", &["employer", "company", "organisation", "organization", "firma", "arbeitgeber"]),
    ("position", &["position", "role", "title", "job title", "job", "stelle"]),
    ("contact", &["contact", "email", "e-mail", "contact email", "recruiter"]),
    ("domain", &["domain", "website"]),
    ("applied", &["applied", "applied on", "date applied", "date", "datum", "beworben am"]),
    ("status", &["status", "state", "stage", "outcome"]),
    ("note", &["note", "notes", "comment", "comments"]),
];

/// Which column holds what, by the user's word.
#[derive(Debug, Clone, Default)]
pub struct Columns(BTreeMap<String, String>);

impl Columns {
    /// Reads `employer=Company`.
    pub fn named(pairs: &[String]) -> Result<Self, String> {
        let mut columns = BTreeMap::new();
        for pair in pairs {
            let (field, column) =
                pair.split_once('=').ok_or_else(|| format!("{pair:?} is not FIELD=COLUMN"))?;
            let field = field.trim().to_lowercase();
            if !FIELDS.iter().any(|(known, _)| *known == field) {
                let known: Vec<&str> = FIELDS.iter().map(|(known, _)| *known).collect();
                return Err(format!("{field:?} is none of {}", known.join(", ")));
            }
            columns.insert(field, column.trim().to_lowercase());
        }
        Ok(Self(columns))
    }
}

/// One application of a spreadsheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub employer: String,
    pub position: Option<String>,
    pub contact: Option<Correspondent>,
    pub domain: Option<String>,
    pub applied_on: Option<NaiveDate>,
    pub closed: Option<ClosedReason>,
    pub note: Option<String>,
}

/// A spreadsheet, with what could not be read in it, by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet(Vec<(u64, Result<Row, String>)>);

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    New { name: String, id: Option<ReadableId> },
    Known { name: String, id: ReadableId },
    Unread { number: u64, why: String },
}

impl Sheet {
    /// Reads CSV with a line of headings; `;` separates as well as `,`.
    pub fn read(bytes: &[u8], columns: &Columns) -> Result<Self, String> {
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_start_matches('\u{feff}');
        let heading = text.lines().next().unwrap_or_default();
        let count = |separator: char| heading.matches(separator).count();
        let delimiter = if count(';') > count(',') { b';' } else { b',' };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .flexible(true)
            .from_reader(text.as_bytes());
        let headings = reader.headers().map_err(|error| error.to_string())?.clone();
        let mut places = BTreeMap::new();
        for (field, usual) in FIELDS {
            let wanted = columns.0.get(field);
            let place = headings.iter().position(|heading| {
                let heading = heading.trim().to_lowercase();
                wanted.map_or_else(|| usual.contains(&heading.as_str()), |it| *it == heading)
            });
            match (place, wanted) {
                (Some(place), _) => places.insert(field, place),
                (None, Some(wanted)) => return Err(format!("there is no column {wanted:?}")),
                (None, None) => None,
            };
        }
        if !places.contains_key("employer") {
            return Err(
                "no column holds the employer; name it with --map employer=COLUMN".to_owned()
            );
        }
        let rows = (2..).zip(reader.records()).map(|(number, record)| {
            let row = record.map_err(|error| error.to_string()).and_then(|record| {
                let cell = |field: &str| {
                    let text = places.get(field).and_then(|place| record.get(*place))?.trim();
                    (!text.is_empty()).then(|| text.trim_start_matches('\'').to_owned())
                };
                row(&cell)
            });
            (number, row)
        });
        Ok(Self(rows.collect()))
    }
}

fn row(cell: &impl Fn(&str) -> Option<String>) -> Result<Row, String> {
    let employer = cell("employer").ok_or("no employer")?;
    let applied_on = match cell("applied") {
        Some(text) => Some(day(&text).ok_or_else(|| format!("{text:?} is no day"))?),
        None => None,
    };
    let contact = cell("contact").and_then(|text| {
        let (name, address) = match text.split_once('<') {
            Some((name, rest)) => {
                (Some(name.trim().to_owned()), rest.trim_end_matches('>').to_owned())
            }
            None => (None, text),
        };
        let name = name.filter(|name| !name.is_empty());
        Some(Correspondent { name, address: Address::parse(address.trim())? })
    });
    Ok(Row {
        employer,
        position: cell("position"),
        contact,
        domain: cell("domain"),
        applied_on,
        closed: cell("status").and_then(|status| ended(&status)),
        note: cell("note"),
    })
}

/// `2026-12-04`, `4.12.2026`, `4 dec 2026`. A date with slashes has two readings and is none.
fn day(text: &str) -> Option<NaiveDate> {
    ["%Y-%m-%d", "%d.%m.%Y", "%d %b %Y", "%d %B %Y", "%B %d, %Y", "%b %d, %Y"]
        .iter()
        .find_map(|form| NaiveDate::parse_from_str(text, form).ok())
}

fn ended(status: &str) -> Option<ClosedReason> {
    let status = status.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| status.contains(word));
    if says(&["reject", "declined by", "absage", "turned down"]) {
        Some(ClosedReason::Rejected)
    } else if says(&["withdr", "zurückgezogen"]) {
        Some(ClosedReason::Withdrawn)
    } else if says(&["closed", "archived", "ghosted", "no response"]) {
        Some(ClosedReason::History)
    } else {
        None
    }
}

/// Whether two positions are one, as far as both are known.
fn same_position(a: Option<&str>, b: Option<&str>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.trim().eq_ignore_ascii_case(b.trim()),
        (None, _) | (_, None) => true,
    }
}

impl Record {
    /// Records what is new. A dry run says the same and records nothing.
    pub async fn import_sheet(&self, sheet: Sheet, dry_run: bool) -> anyhow::Result<Vec<Line>> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let mut lines = Vec::new();
        for (number, row) in sheet.0 {
            let row = match row {
                Ok(row) => row,
                Err(why) => {
                    lines.push(Line::Unread { number, why });
                    continue;
                }
            };
            let position = row.position.as_deref();
            let name = match position {
                Some(position) => format!("{}, {position}", row.employer),
                None => row.employer.clone(),
            };
            let known = self.load_cases(&mut tx, now).await?.into_iter().find(|case| {
                same_name(&case.application.employer.name, &row.employer)
                    && same_position(case.follow_up.position.as_deref(), position)
            });
            if let Some(case) = known {
                lines.push(Line::Known { name, id: case.application.readable_id });
                continue;
            }
            let domain = row.domain.as_deref().map(|it| {
                it.trim_start_matches("https://")
                    .trim_start_matches("http://")
                    .trim_end_matches('/')
            });
            let domain = domain.and_then(psl::domain_str).map(str::to_lowercase);
            let employer =
                tx.ensure_employer(self.account, &row.employer, domain.as_deref()).await?;
            let (application, id) = tx.create_application(self.account, employer, now).await?;
            let at = row.applied_on.map_or(now, |day| {
                moment(self.settings.zone, day.and_time(NaiveTime::MIN)).min(now)
            });
            let mut facts =
                vec![Fact::ApplicationRecorded { position: row.position, contact: row.contact }];
            facts.extend(row.closed.map(|reason| Fact::Closed { reason }));
            // What the user wrote about it is told today, however long ago it ended.
            let note = row.note.map(|text| (Fact::NoteAdded { text }, now));
            for (fact, at) in facts.into_iter().map(|fact| (fact, at)).chain(note) {
                let source = Source::CommandLine;
                tx.append(&NewEvent { application, at, source, fact }, true).await?;
            }
            lines.push(Line::New { name, id: (!dry_run).then_some(id) });
        }
        if !dry_run {
            tx.commit().await?;
        }
        Ok(lines)
    }

    /// The whole record.
    pub async fn export_all(&self) -> anyhow::Result<Value> {
        Ok(self.store.export().await?)
    }

    /// Takes an export into an empty record; `false` if it is not empty.
    pub async fn import_all(&self, export: &Value) -> anyhow::Result<bool> {
        Ok(self.store.import(export).await?)
    }

    /// A consistent copy beside a running service.
    pub async fn backup(&self, file: &Path) -> anyhow::Result<()> {
        Ok(self.store.backup(file).await?)
    }

    /// How many copies of the database lie beside it that upgrades left.
    pub fn copies_before_upgrades(&self) -> anyhow::Result<usize> {
        Ok(self.store.copies_before_upgrades()?.len())
    }

    /// Removes everything about one application, and the copies that upgrades left. `Some(false)`, and nothing happened, while a
    /// message of it may be leaving; `None` if there is no such application.
    pub async fn forget(&self, id: &ReadableId) -> anyhow::Result<Option<bool>> {
        let mut tx = self.store.snapshot().await?;
        let Some(row) = tx.find_application(self.account, id).await? else { return Ok(None) };
        let open = tx.open_draft(row.id).await?;
        drop(tx);
        let leaving = |state| matches!(state, DraftState::Claimed | DraftState::InDoubt);
        if open.is_some_and(|open| leaving(open.state)) {
            return Ok(Some(false));
        }
        self.store.forget(row.id).await?;
        Ok(Some(true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, map: &[&str]) -> Result<Sheet, String> {
        let map: Vec<String> = map.iter().map(|&pair| pair.to_owned()).collect();
        Sheet::read(text.as_bytes(), &Columns::named(&map)?)
    }

    #[test]
    fn usual_columns_are_found_and_others_can_be_named() {
        let usual =
            "Company,Role,Date applied,Status\nAcme,\"Engineer, Data\",2026-10-02,Rejected\n";
        let named = "\u{feff}Wo;Was;Wann;Stand\nAcme;Engineer, Data;2.10.2026;Absage\n";
        let map = ["employer=Wo", "position=Was", "applied=Wann", "status=Stand"];
        let expected = Row {
            employer: "Acme".to_owned(),
            position: Some("Engineer, Data".to_owned()),
            contact: None,
            domain: None,
            applied_on: "2026-10-02".parse().ok(),
            closed: Some(ClosedReason::Rejected),
            note: None,
        };
        for sheet in [read(usual, &[]), read(named, &map)] {
            assert_eq!(sheet, Ok(Sheet(vec![(2, Ok(expected.clone()))])));
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_by_its_line() {
        let sheet = read("company,date\nAcme,10/2/2026\n,2026-10-02\nGlobex,\n", &[]).unwrap();
        let errors: Vec<(u64, bool)> =
            sheet.0.iter().map(|(line, row)| (*line, row.is_err())).collect();
        assert_eq!(errors, [(2, true), (3, true), (4, false)]);
        assert!(read("a,b\n1,2\n", &[]).unwrap_err().contains("--map employer="));
        assert!(read("company\nAcme\n", &["position=Role"]).unwrap_err().contains("role"));
        assert!(read("company\nAcme\n", &["salary=Pay"]).unwrap_err().contains("none of"));
    }
}
