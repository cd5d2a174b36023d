//! The only place that prints. What comes out of other people's mail may hold anything, so
//! control, escape and direction characters are taken out of every line.

use std::io::{self, ErrorKind, Write as _};
use std::sync::OnceLock;

use anyhow::anyhow;

use super::failure::Failure;
use super::next::Next;

/// Why a result could not be written, the first time that happened.
static UNWRITTEN: OnceLock<io::Error> = OnceLock::new();

/// A line of a result. A closed pipe ends the output, not the program.
pub fn line(text: &str) {
    note(writeln!(io::stdout().lock(), "{}", plain(text)));
}

/// A question; what is typed follows on the same line.
pub fn prompt(text: &str) {
    let mut out = io::stdout().lock();
    note(write!(out, "{}", plain(text)).and_then(|()| out.flush()));
}

/// A line that is JSON already, or a text of ours.
pub fn raw(text: &str) {
    note(writeln!(io::stdout().lock(), "{text}"));
}

/// Who reads no more needs no more; but a full disk must not look like a whole result.
fn note(written: io::Result<()>) {
    if let Err(error) = written
        && error.kind() != ErrorKind::BrokenPipe
    {
        // Only the first is told.
        let _ = UNWRITTEN.set(error);
    }
}

/// Whether everything that was to be printed is out.
pub fn all_written() -> Result<(), Failure> {
    match UNWRITTEN.get() {
        None => Ok(()),
        Some(error) => Err(anyhow!("the result could not be written: {error}").into()),
    }
}

/// Why the program ends, with commands as they are to be typed.
pub fn error(failure: &Failure, next: &Next) {
    let says = next.in_text(&failure.to_string());
    let _ = writeln!(io::stderr().lock(), "afterword: {}", plain(&says));
}

/// One line without characters that move the cursor or turn the direction.
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| *c == '\n' || is_plain(*c)).collect()
}

fn is_plain(c: char) -> bool {
    !c.is_control()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn nothing_in_a_line_moves_the_cursor() {
        assert_eq!(plain("a\u{1b}[2Jb\u{202e}c\rd"), "a[2Jbcd");
    }
}
