//! The record out and in: a spreadsheet of applications, the whole as JSON, a copy of the file,
//! and the removal of one application.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::domain::ids::ReadableId;
use crate::service::Record;
use crate::service::import::{Columns, Line, Sheet};

use super::failure::Failure;
use super::{output, status};

/// What is imported.
#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// A spreadsheet as CSV, or a file that `export` wrote.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Which column holds what: `employer=Company,position=Role`. Usual names are found without.
    #[arg(long, value_name = "FIELD=COLUMN", value_delimiter = ',')]
    pub map: Vec<String>,
    /// Say what would be recorded, and record nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// `import`.
pub async fn import(record: &Record, args: ImportArgs) -> Result<(), Failure> {
    let bytes = std::fs::read(&args.file)
        .map_err(|error| Failure::Usage(format!("{}: {error}", args.file.display())))?;
    if args.file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) {
        return whole(record, &bytes, args.dry_run).await;
    }
    let columns = Columns::named(&args.map).map_err(Failure::Usage)?;
    let sheet = Sheet::read(&bytes, &columns).map_err(Failure::Usage)?;
    for line in record.import_sheet(sheet, args.dry_run).await? {
        output::line(&match line {
            Line::New { name, id: Some(id) } => format!("new      {id}  {name}"),
            Line::New { name, id: None } => format!("new      {name}"),
            Line::Known { name, id } => format!("known    {id}  {name}"),
            Line::Unread { number, why } => format!("skipped  line {number}: {why}"),
        });
    }
    if args.dry_run {
        output::line("Nothing was recorded. Without --dry-run it is.");
    }
    Ok(())
}

async fn whole(record: &Record, bytes: &[u8], dry_run: bool) -> Result<(), Failure> {
    let wrong = |error: serde_json::Error| Failure::Usage(format!("this is no export: {error}"));
    let export: Value = serde_json::from_slice(bytes).map_err(wrong)?;
    if dry_run {
        let count = |table: &str| {
            export
                .pointer(&format!("/tables/{table}"))
                .and_then(Value::as_array)
                .map_or(0, Vec::len)
        };
        let (applications, entries) = (count("applications"), count("events"));
        output::line(&format!("{applications} applications with {entries} entries."));
        return Ok(());
    }
    if record.import_all(&export).await? {
        output::line("Imported.");
        return Ok(());
    }
    Err(Failure::Usage(
        "an export is imported into an empty record only; name another file in [store] path"
            .to_owned(),
    ))
}

/// `export`.
pub async fn export(record: &Record, file: Option<&Path>) -> Result<(), Failure> {
    let text = record.export_all().await?.to_string();
    let Some(file) = file else {
        output::raw(&text);
        return Ok(());
    };
    let mut private = std::fs::OpenOptions::new();
    private.write(true).create_new(true).mode(0o600);
    let failed = |error| Failure::Usage(format!("{}: {error}", file.display()));
    private.open(file).and_then(|mut file| file.write_all(text.as_bytes())).map_err(failed)
}

/// `backup`.
pub async fn backup(record: &Record, file: &Path) -> Result<(), Failure> {
    if file.exists() {
        let file = file.display();
        return Err(Failure::Usage(format!("{file} is there already; nothing was copied")));
    }
    record.backup(file).await?;
    output::line(&format!("Copied to {}.", file.display()));
    Ok(())
}

/// `forget`.
pub async fn forget(record: &Record, id: &ReadableId, yes: bool) -> Result<(), Failure> {
    let copies = record.copies_before_upgrades()? > 0;
    if !yes {
        let also = if copies {
            " So are the copies of the database from before an upgrade, which hold it, too."
        } else {
            ""
        };
        output::line(&format!("Everything kept about {id} is removed.{also} Type yes to go on:"));
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer)?;
        if !answer.trim().eq_ignore_ascii_case("yes") {
            output::line("Nothing was removed.");
            return Ok(());
        }
    }
    match record.forget(id).await? {
        None => Err(status::unknown(id)),
        Some(false) => Err(Failure::Usage(format!(
            "a message of {id} is on its way, or may have left; wait until that is clear"
        ))),
        Some(true) => {
            output::line(&format!(
                "Removed. Only keyed hashes stay, so that nothing of {id} comes back."
            ));
            if copies {
                output::line("The copies of the database from before an upgrade are removed, too.");
            }
            Ok(())
        }
    }
}
