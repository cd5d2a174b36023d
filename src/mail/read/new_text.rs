//! What the sender wrote, out of a text that also holds quotes, the lines that introduce them,
//! signatures, disclaimers and footers.
//!
//! Two promises pull in opposite directions: no word of the user's own is lost, and no quoted
//! word gets through. Quotes marked line by line are dropped where they stand, so text between
//! and below them survives. Where a quote is not marked, everything below its introduction goes.
//! Only between the two marks of a draft that the user sends back is nothing a quote: what must
//! not go out is named there, not dropped in silence.

mod attribution;
mod footers;
pub(super) mod header_block;
mod leftover;
pub(super) mod separator;

pub use self::leftover::of_another_mail;

use super::headers::is_invisible;
use super::html;
use super::ref_codes::is_ref_line;
use crate::domain::command::lines_of_draft;

/// More text than this is not read.
const MAX_BYTES: usize = 512 * 1024;
const MAX_LINES: usize = 20_000;
/// Longest text kept.
const MAX_KEPT: usize = 32 * 1024;

/// The reading of one text.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct NewText {
    pub text: String,
    /// Signature blocks that were cut, one below the other.
    pub signature: String,
    /// A forwarded message stands in the text.
    pub forwarded: bool,
}

/// Reads one plain text, or the text of HTML with the marks of `html`.
#[must_use]
pub fn of(text: &str) -> NewText {
    let clean = cleaned(text);
    let lines = without_armour(clean.lines().take(MAX_LINES));
    let mut reader = Reader::new(&lines);
    reader.read();
    let mut found = NewText { forwarded: reader.forwarded, ..NewText::default() };
    let mut signature: Vec<&str> = reader.signature;
    let kept: Vec<&str> = reader.kept.iter().map(String::as_str).collect();
    let kept: Vec<&str> = kept.into_iter().filter(|line| !is_ref_line(line)).collect();
    let kept = footers::without(&kept, &mut signature);
    found.text = joined(&kept);
    found.signature = joined(&signature);
    found
}

/// Without carriage returns and characters no one sees; no-break spaces become spaces.
fn cleaned(text: &str) -> String {
    let end = text.floor_char_boundary(MAX_BYTES);
    text.get(..end)
        .unwrap_or_default()
        .chars()
        .filter(|c| {
            *c != '\r' && !is_invisible(*c) && (*c == '\n' || *c == '\t' || !c.is_control())
        })
        .map(|c| if matches!(c, '\u{a0}' | '\u{202f}' | '\u{2007}') { ' ' } else { c })
        .collect()
}

/// Without the lines that OpenPGP puts around a text signed in place (RFC 9580 §7).
fn without_armour<'t>(lines: impl Iterator<Item = &'t str>) -> Vec<&'t str> {
    let (mut header, mut signature) = (false, false);
    let own = lines.filter(|line| {
        match line.trim_end() {
            "-----BEGIN PGP SIGNED MESSAGE-----" => header = true,
            "-----BEGIN PGP SIGNATURE-----" => signature = true,
            "-----END PGP SIGNATURE-----" => {
                signature = false;
                return false;
            }
            other if header && !other.starts_with("Hash:") => {
                header = false;
                return !signature;
            }
            _ => {}
        }
        !header && !signature
    });
    own.collect()
}

/// One text again: no blank lines at the ends, one at most in between.
fn joined(lines: &[&str]) -> String {
    let mut out = String::new();
    let mut blank = false;
    for line in lines {
        let line = line.trim_end();
        if line.trim().is_empty() {
            blank = !out.is_empty();
            continue;
        }
        let room = MAX_KEPT.saturating_sub(out.len());
        if room == 0 {
            break;
        }
        let line = line.get(..line.floor_char_boundary(room)).unwrap_or_default();
        if !out.is_empty() {
            out.push('\n');
        }
        if std::mem::take(&mut blank) {
            out.push('\n');
        }
        out.push_str(if out.is_empty() { line.trim_start() } else { line });
    }
    out
}

/// The mark a line consists of, if it is one of `html`'s.
fn mark_of(line: &str) -> Option<char> {
    let mut chars = line.trim().chars();
    let first = chars.next()?;
    (matches!(first, html::CUT..=html::SIGNATURE_CLOSE) && chars.next().is_none()).then_some(first)
}

/// Whether a line is quoted with `>`. A decoration such as `>>> http://… <<<` is not.
fn is_quoted(line: &str) -> bool {
    let trimmed = line.trim_start();
    trimmed.starts_with('>')
        && line.len() - trimmed.len() <= 3
        && !trimmed.trim_end().ends_with("<<")
}

/// The line of our own requests below which nothing counts, and its cousins elsewhere.
fn is_reply_marker(line: &str) -> bool {
    let lower = line.trim().to_lowercase();
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric());
    bare.ends_with("reply above this line") && bare.len() <= 60
}

/// A link whose line break tore it out of a quote (Outlook and ticket systems do that).
fn is_torn_link(before: &str, line: &str) -> bool {
    let line = line.trim();
    let whole = line.trim_end_matches(['>', ' ']);
    let bracketed = (whole.starts_with('(') && whole.ends_with(')')) || whole.starts_with('<');
    if bracketed && line.contains("http") && !whole.contains(' ') {
        return true;
    }
    let end = before.get(before.ceil_char_boundary(before.len().saturating_sub(500))..);
    let before = end.unwrap_or_default();
    let opened = before.rfind("(http").or_else(|| before.rfind("<http"));
    let unclosed = opened
        .and_then(|at| before.get(at..))
        .is_some_and(|link| !link.contains([')', ' ']) && !link.ends_with('>'));
    unclosed && !line.contains(' ') && line.ends_with([')', '>'])
}

struct Reader<'t> {
    lines: &'t [&'t str],
    kept: Vec<String>,
    signature: Vec<&'t str>,
    /// Open quote elements of HTML.
    depth: usize,
    in_signature: bool,
    in_html_signature: bool,
    forwarded: bool,
    last_quoted: Option<&'t str>,
    /// Bytes kept so far.
    length: usize,
}

impl<'t> Reader<'t> {
    fn new(lines: &'t [&'t str]) -> Self {
        Self {
            lines,
            kept: Vec::new(),
            signature: Vec::new(),
            depth: 0,
            in_signature: false,
            in_html_signature: false,
            forwarded: false,
            last_quoted: None,
            length: 0,
        }
    }

    fn read(&mut self) {
        let mut at = 0;
        while let Some(line) = self.lines.get(at) {
            if self.length > 2 * MAX_KEPT {
                return;
            }
            match self.step(at, line) {
                Some(taken) => at += taken.max(1),
                None => return,
            }
        }
    }

    /// Reads at one line; how many lines were taken, or `None` where the rest is quoted.
    fn step(&mut self, at: usize, line: &'t str) -> Option<usize> {
        if let Some(mark) = mark_of(line) {
            return self.mark(mark);
        }
        if self.depth > 0 {
            return Some(1);
        }
        if let Some(taken) = self.draft(at) {
            return Some(taken);
        }
        if is_quoted(line) {
            self.in_signature = false;
            self.last_quoted = Some(line);
            return Some(1);
        }
        if let Some(before) = self.last_quoted
            && is_torn_link(before, line)
        {
            self.last_quoted = None;
            return Some(1);
        }
        if is_reply_marker(line) {
            return None;
        }
        if let Some(taken) = self.introduction(at, line) {
            return taken;
        }
        self.keep(line);
        Some(1)
    }

    /// A draft between its two marks, kept line by line; how many lines it takes.
    fn draft(&mut self, at: usize) -> Option<usize> {
        if self.in_signature || self.in_html_signature {
            return None;
        }
        let below = self.lines.get(at..)?;
        let draft = below.get(..lines_of_draft(below)?)?;
        if draft.iter().any(|line| mark_of(line).is_some() || is_reply_marker(line)) {
            return None;
        }
        for line in draft {
            self.length += line.len() + 1;
            self.kept.push((*line).to_owned());
        }
        self.last_quoted = None;
        Some(draft.len())
    }

    fn mark(&mut self, mark: char) -> Option<usize> {
        match mark {
            html::CUT => return None,
            html::QUOTE_OPEN => {
                self.depth += 1;
                self.in_html_signature = false;
            }
            html::QUOTE_CLOSE => self.depth = self.depth.saturating_sub(1),
            html::SIGNATURE_OPEN => self.in_html_signature = true,
            html::SIGNATURE_CLOSE => self.in_html_signature = false,
            _ => {}
        }
        Some(1)
    }

    fn keep(&mut self, line: &'t str) {
        self.length += line.len() + 1;
        if !line.trim().is_empty() {
            self.last_quoted = None;
        }
        // RFC 3676 §4.3 writes `-- `; many programs lose the space.
        if matches!(line.trim_end(), "--" | "—") && line.len() <= 4 {
            self.in_signature = true;
        } else if self.in_signature || self.in_html_signature {
            self.signature.push(line);
        } else {
            self.kept.push(line.to_owned());
        }
    }

    /// A line that introduces a quote: `Some(None)` where all below it is quoted,
    /// `Some(Some(n))` where only its `n` lines go, `None` where it is something else.
    fn introduction(&mut self, at: usize, line: &str) -> Option<Option<usize>> {
        if line.trim().is_empty() {
            return None;
        }
        if let Some(taken) = header_block::at(self.lines, at) {
            return Some(self.mostly_quoted(at + taken).then_some(taken));
        }
        if let Some(kind) = separator::at(self.lines, at) {
            self.forwarded |= kind == separator::Separator::Forwarded;
            return Some(self.marked_below(at + 1).map(|below| below + 1));
        }
        if let Some(own) = attribution::behind_text(line) {
            self.keep_owned(own);
            return Some(self.quoted_follows(at + 1).then_some(1));
        }
        if attribution::before_quote(line) {
            return Some(self.quoted_follows(at + 1).then_some(1));
        }
        let taken = attribution::at(self.lines, at)?;
        Some(self.quoted_follows(at + taken).then_some(taken))
    }

    /// How many lines lead from `at` to a quote that is marked line by line: none, or another
    /// introduction.
    fn marked_below(&self, at: usize) -> Option<usize> {
        if self.quoted_follows(at) {
            return Some(0);
        }
        let blank = self.lines.iter().skip(at).take_while(|line| line.trim().is_empty()).count();
        let next = at + blank;
        if let Some(taken) = header_block::at(self.lines, next) {
            return self.mostly_quoted(next + taken).then_some(blank + taken);
        }
        let taken = attribution::at(self.lines, next)?;
        self.quoted_follows(next + taken).then_some(blank + taken)
    }

    /// Below a header the quote is rarely marked, and what is marked there may be an older
    /// quote inside it. Only where nearly everything is marked is the rest the sender's own.
    fn mostly_quoted(&self, at: usize) -> bool {
        let below = || self.lines.iter().skip(at).filter(|line| !line.trim().is_empty());
        let marked = below().filter(|line| is_quoted(line)).count();
        self.quoted_follows(at) && marked * 5 >= below().count() * 4
    }

    fn keep_owned(&mut self, own: &str) {
        if !self.in_signature && !self.in_html_signature && !own.is_empty() {
            self.kept.push(own.to_owned());
        }
    }

    /// Whether the next line with anything on it is marked as quoted.
    fn quoted_follows(&self, at: usize) -> bool {
        quoted_follows(self.lines, at)
    }
}

/// Whether the first line from `at` on that is not blank is marked as quoted.
fn quoted_follows(lines: &[&str], at: usize) -> bool {
    lines
        .iter()
        .skip(at)
        .find(|line| !line.trim().is_empty())
        .is_some_and(|line| is_quoted(line) || mark_of(line) == Some(html::QUOTE_OPEN))
}

#[cfg(test)]
mod tests;
