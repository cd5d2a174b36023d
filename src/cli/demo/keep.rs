//! What `--keep` leaves: every mail as it lay in its mailbox, a copy of the database, and two pages
//! to look at: the summary of the fullest week, as it was then, and a report of the whole search.

use std::fs;
use std::path::Path;

use anyhow::Context as _;

use crate::cli::failure::Failure;
use crate::clock::Clock;
use crate::config::Config;
use crate::service::Record;
use crate::store::Store;

use super::letter::Letter;
use super::page::day_of;
use super::stage::Left;
use super::story;

/// Makes the directory; refuses one in which something lies, since nothing is overwritten, and one
/// into which nothing could be put at the end.
pub fn make_empty(dir: &Path) -> Result<(), Failure> {
    if dir.to_str().is_none() {
        return Err(Failure::Usage(format!(
            "the name {} is no UTF-8, and a database needs one that is",
            dir.display()
        )));
    }
    fs::create_dir_all(dir).map_err(|error| {
        Failure::Usage(format!("the directory {} cannot be made: {error}", dir.display()))
    })?;
    if fs::read_dir(dir)?.next().is_some() {
        return Err(Failure::Usage(format!(
            "{} is not empty; --keep wants a new or empty directory",
            dir.display()
        )));
    }
    // A file that goes again at once.
    tempfile::tempfile_in(dir).map(drop).map_err(|error| {
        Failure::Usage(format!("nothing can be written into {}: {error}", dir.display()))
    })
}

/// `INBOX-01-dinner-on-sunday.eml`, `to-employer-01-….eml`, `afterword.db`, `summary.html`,
/// `report.html`.
pub async fn keep(dir: &Path, left: &Left, config: Config) -> Result<(), Failure> {
    let Left { sandbox, ended_at, page } = left;
    for mailbox in sandbox.mailboxes() {
        write_all(dir, &mailbox, sandbox.messages(&mailbox))?;
    }
    let employer = sandbox.delivered().into_iter().map(|delivered| delivered.bytes).collect();
    write_all(dir, "to-employer", employer)?;
    if let Some(page) = page {
        fs::write(dir.join("summary.html"), page)?;
    }
    // The copy is one whole file; what lies beside a database in use is not.
    let store = Store::open(&config.store, *ended_at).await.context("Open the demo's database")?;
    store.backup(&dir.join("afterword.db")).await.context("Copy the demo's database")?;
    store.close().await;
    let record = Record::open(config, Clock::Fixed(*ended_at)).await?;
    let (first, last) = (day_of(story::search_began()), day_of(*ended_at));
    let report = record.report(first, last, None, Vec::new()).await?;
    fs::write(dir.join("report.html"), record.report_page(&report))?;
    Ok(())
}

fn write_all(dir: &Path, place: &str, messages: Vec<Vec<u8>>) -> Result<(), Failure> {
    for (number, bytes) in (1..).zip(messages) {
        let name = format!("{place}-{number:02}-{}.eml", slug(&Letter::read(&bytes).subject));
        fs::write(dir.join(name), bytes)?;
    }
    Ok(())
}

/// A subject as a part of a file name.
fn slug(subject: &str) -> String {
    let words: Vec<String> = subject
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(8)
        .map(str::to_lowercase)
        .collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    use super::{make_empty, slug};

    #[test]
    fn a_directory_that_could_not_be_filled_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join(OsStr::from_bytes(b"kept\xff"));
        let says = make_empty(&dir).unwrap_err().to_string();
        assert!(says.contains("is no UTF-8") && !dir.exists(), "{says}");
        let dir = folder.path().join("kept");
        assert!(make_empty(&dir).is_ok());
        assert_eq!(std::fs::read_dir(&dir).unwrap().count(), 0, "the trial leaves nothing");
    }

    #[test]
    fn a_subject_becomes_a_harmless_name() {
        assert_eq!(slug("[Afterword] Send to ../Anna? (1 of 2)"), "afterword-send-to-anna-1-of-2");
    }
}
