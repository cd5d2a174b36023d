//! Where messages come from: a file, a directory, standard input; one message or a whole mbox.
//!
//! Nothing is read whole but one message at a time, so an archive of gigabytes needs little
//! memory. The surprising fact: an mbox is known by its first line, because Thunderbird's have no
//! ending; only a name that ends in `.eml` says that the file is one message whatever it holds.

use std::fs;
use std::io::{self, BufRead, Read as _};
use std::path::{Path, PathBuf};

/// Largest message that is looked at; the rest of a larger one is passed over.
const MAX_MESSAGE: usize = 64 * 1024 * 1024;
const MAX_DEPTH: usize = 16;

/// A file to read and how large it is.
pub struct Source {
    pub path: PathBuf,
    /// In bytes; 0 if unknown.
    pub size: u64,
}

/// The files at and below the paths, each directory sorted; a path that does not exist is kept
/// and reported when it is read.
#[must_use]
pub fn walk(paths: &[PathBuf]) -> Vec<Source> {
    let mut found = Vec::new();
    for path in paths {
        below(path, 0, &mut found);
    }
    found
}

fn below(path: &Path, depth: usize, found: &mut Vec<Source>) {
    let entries = if is_stdin(path) || !path.is_dir() { None } else { fs::read_dir(path).ok() };
    let Some(entries) = entries else {
        let size = fs::metadata(path).map_or(0, |data| data.len());
        found.push(Source { path: path.to_owned(), size });
        return;
    };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for entry in entries {
        // A link to a directory may lead in a circle; hidden files are no mail, but Maildir
        // hides its mailboxes.
        let hidden =
            entry.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        let circle = entry.is_symlink() && entry.is_dir();
        if depth < MAX_DEPTH && !circle && (entry.is_dir() || !hidden) {
            below(&entry, depth + 1, found);
        }
    }
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Hands every message of a file to `each`: its number (0 if it is the only one) and its bytes.
///
/// # Errors
/// If the file cannot be read, or what `each` returns.
pub fn messages(
    path: &Path,
    each: &mut dyn FnMut(usize, &[u8]) -> io::Result<()>,
) -> io::Result<()> {
    if is_stdin(path) {
        return split(&mut io::stdin().lock(), each);
    }
    let mut file = io::BufReader::new(fs::File::open(path)?);
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("eml")) {
        return whole(&mut file, each);
    }
    split(&mut file, each)
}

fn whole(
    reader: &mut dyn BufRead,
    each: &mut dyn FnMut(usize, &[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    reader.take(MAX_MESSAGE as u64).read_to_end(&mut bytes)?;
    each(0, of_apple(&bytes))
}

fn split(
    reader: &mut dyn BufRead,
    each: &mut dyn FnMut(usize, &[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let start = reader.fill_buf()?;
    if !start.starts_with(b"From ") {
        return whole(reader, each);
    }
    let mut message = Vec::new();
    let mut line = Vec::new();
    let mut number = 0;
    let mut blank = false;
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if blank && is_separator(&line) {
            number += 1;
            each(number, &message)?;
            message.clear();
        }
        blank = line.trim_ascii().is_empty();
        if message.len() < MAX_MESSAGE {
            message.extend_from_slice(unescaped(&line));
        }
    }
    each(if number == 0 { 0 } else { number + 1 }, &message)
}

/// `From anna@acme.example Tue Nov 24 15:02:11 2026`: an address and a time.
fn is_separator(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let digits = rest.iter().filter(|byte| byte.is_ascii_digit()).count();
    digits >= 6 && rest.contains(&b':')
}

/// `>From` in a body stands for `From`, `>>From` for `>From` (mboxrd).
fn unescaped(line: &[u8]) -> &[u8] {
    let quotes = line.iter().take_while(|byte| **byte == b'>').count();
    let escaped = quotes > 0 && line.get(quotes..).is_some_and(|rest| rest.starts_with(b"From "));
    if escaped { line.get(1..).unwrap_or_default() } else { line }
}

/// An Apple `.emlx`: a first line with the length, the message, a property list.
fn of_apple(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().take(16).position(|byte| *byte == b'\n');
    let length = end
        .and_then(|end| std::str::from_utf8(bytes.get(..end)?).ok())
        .and_then(|line| line.trim().parse::<usize>().ok());
    let (Some(end), Some(length)) = (end, length) else { return bytes };
    let message = bytes.get(end + 1..).unwrap_or_default();
    message.get(..length).unwrap_or(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &str) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        split(&mut bytes.as_bytes(), &mut |number, bytes| {
            found.push((number, String::from_utf8_lossy(bytes).into_owned()));
            Ok(())
        })
        .unwrap();
        found
    }

    #[test]
    fn an_mbox_is_many_messages_and_a_file_is_one() {
        let line = "From a@x.example Tue Nov 24 15:02:11 2026\n";
        let two =
            format!("{line}Subject: 1\n\nFrom here on\n>From you\n\n{line}Subject: 2\n\nend\n");
        let found = read(&two);
        assert_eq!(found.iter().map(|it| it.0).collect::<Vec<_>>(), [1, 2]);
        assert!(found[0].1.ends_with("From here on\nFrom you\n\n"), "{}", found[0].1);
        assert!(found[1].1.ends_with("Subject: 2\n\nend\n"));
        assert_eq!(read(&format!("{line}Subject: 1\n\nx")).first().unwrap().0, 0);
        assert_eq!(
            read("Subject: 1\n\nFrom a 1:1 2026"),
            [(0, "Subject: 1\n\nFrom a 1:1 2026".to_owned())]
        );
        assert_eq!(read(""), [(0, String::new())]);
    }

    #[test]
    fn a_file_of_apple_mail_is_its_message() {
        assert_eq!(read("12\nSubject: 1\n\n<plist/>"), [(0, "Subject: 1\n\n".to_owned())]);
    }
}
