//! `summary`, `report` and `calendar`: as text, and as files to look at, to print and to hand in.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use chrono::{Datelike as _, NaiveDate};

use crate::domain::report::{Column, Form};
use crate::mail::wording::Table;
use crate::service::Record;

use super::failure::Failure;
use super::{old_texts, output};

#[derive(Debug, clap::Args)]
pub struct SummaryArgs {
    /// The week to report, `2026-W50` [default: the last one that is over].
    #[arg(long, value_name = "WEEK")]
    week: Option<String>,
    /// Write a page with the timeline of every open application instead; nothing in it is loaded.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub struct ReportArgs {
    /// The first day, `2026-12-01` [default: the first of this month].
    #[arg(long, value_name = "DATE")]
    from: Option<NaiveDate>,
    /// The last day [default: today].
    #[arg(long, value_name = "DATE")]
    to: Option<NaiveDate>,
    /// `plain`, `bewerbungsnachweis` or `us-work-search` [default: that of the configuration].
    #[arg(long, value_name = "FORM", value_parser = form)]
    form: Option<Form>,
    /// Columns in their order: date, employer, position, contact, person, result.
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', value_parser = column)]
    columns: Vec<Column>,
    /// As CSV.
    #[arg(long)]
    csv: bool,
    /// Write a page to print instead; nothing in it is loaded.
    #[arg(long, value_name = "FILE", conflicts_with = "csv")]
    html: Option<PathBuf>,
}

fn form(text: &str) -> Result<Form, String> {
    Form::parse(text).ok_or_else(|| format!("forms are {}", Form::ALL.map(Form::as_str).join(", ")))
}

fn column(text: &str) -> Result<Column, String> {
    let names = Column::ALL.map(Column::as_str).join(", ");
    Column::parse(text).ok_or_else(|| format!("columns are {names}"))
}

/// `summary`.
pub async fn summary(record: &Record, args: SummaryArgs) -> Result<(), Failure> {
    let Some(week) = record.summary(args.week.as_deref()).await? else {
        return Err(Failure::Usage("weeks are written like 2026-W50".to_owned()));
    };
    match args.html {
        Some(file) => write(&file, &record.summary_page(&week)),
        None => {
            output::line(&format!("{}\n\n{}", week.subject, week.body));
            Ok(())
        }
    }
}

/// `report`.
pub async fn report(record: &Record, args: ReportArgs) -> Result<(), Failure> {
    let to = args.to.unwrap_or_else(|| record.today());
    let from = args.from.or_else(|| to.with_day(1)).unwrap_or(to);
    if from > to {
        return Err(Failure::Usage(format!("--from {from} is after --to {to}")));
    }
    let report = record.report(from, to, args.form, args.columns).await?;
    match (args.html, args.csv) {
        (Some(file), _) => write(&file, &record.report_page(&report)),
        (None, true) => {
            output::raw(csv(&report.table)?.trim_end());
            Ok(())
        }
        (None, false) => {
            text(&report.table);
            if let Some(line) = old_texts::in_report(report.without_texts) {
                output::line("");
                output::line(&line);
            }
            Ok(())
        }
    }
}

/// `calendar`.
pub async fn calendar(record: &Record, file: Option<&Path>) -> Result<(), Failure> {
    let text = record.calendar().await?;
    match file {
        Some(file) => write(file, &text),
        None => {
            output::raw(text.trim_end());
            Ok(())
        }
    }
}

fn text(table: &Table) {
    output::line(&table.title);
    output::line("");
    if table.rows.is_empty() {
        output::line("Nothing in these days.");
        return;
    }
    let mut drawn = comfy_table::Table::new();
    drawn.load_style(comfy_table::presets::NOTHING);
    drawn.set_header(table.headings.iter().copied());
    for row in &table.rows {
        drawn.add_row(row.iter().map(|cell| output::plain(cell)));
    }
    for line in drawn.to_string().lines() {
        output::line(line.trim());
    }
}

/// A cell that a spreadsheet would take for a formula begins with a quote mark.
fn csv(table: &Table) -> Result<String, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&table.headings).map_err(anyhow::Error::from)?;
    for row in &table.rows {
        writer.write_record(row.iter().map(|cell| harmless(cell))).map_err(anyhow::Error::from)?;
    }
    let bytes = writer.into_inner().map_err(|error| anyhow::Error::msg(error.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn harmless(cell: &str) -> String {
    let cell = output::plain(cell);
    if cell.starts_with(['=', '+', '-', '@', '\t']) { format!("'{cell}") } else { cell }
}

/// Writes a file that only the user can read; one that exists is written anew.
fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::Usage(format!("{}: {error}", file.display()));
    let mut options = std::fs::OpenOptions::new();
    let mut open =
        options.write(true).create(true).truncate(true).mode(0o600).open(file).map_err(failed)?;
    open.write_all(text.as_bytes()).map_err(failed)?;
    output::line(&format!("Written to {}.", file.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        let cells = ["=1+1", "+49 30", "-", "@home", "Acme, Berlin", "a\u{1b}[2J"];
        let table = Table {
            title: String::new(),
            headings: vec!["A"],
            rows: cells.iter().map(|cell| vec![(*cell).to_owned()]).collect(),
        };
        let expected = "A\n'=1+1\n'+49 30\n'-\n'@home\n\"Acme, Berlin\"\na[2J\n";
        assert_eq!(csv(&table).ok().as_deref(), Some(expected));
    }
}
