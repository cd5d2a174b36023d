//! HTML to text. Before the conversion the source is walked once, tag by tag, and the places
//! where mail programs put quotes and signatures get a mark the text keeps: a line with one
//! character of the private use area. The marks never come from a message: they are removed
//! from its text first.

use super::headers::is_invisible;

/// From here on everything is quoted.
pub const CUT: char = '\u{e001}';
pub const QUOTE_OPEN: char = '\u{e002}';
pub const QUOTE_CLOSE: char = '\u{e003}';
pub const SIGNATURE_OPEN: char = '\u{e004}';
pub const SIGNATURE_CLOSE: char = '\u{e005}';

/// Beyond these the careful converter takes too long: its time grows with the nesting squared.
const MAX_BYTES: usize = 400 * 1024;
const MAX_NESTING: usize = 90;
const MAX_TAG: usize = 8 * 1024;
/// Wide enough to never wrap a paragraph of a mail.
const WIDTH: usize = 20_000;

const VOID: [&str; 12] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"];
/// Elements that end by themselves do not add to the nesting.
const SELF_CLOSING: [&str; 9] = ["p", "li", "td", "th", "tr", "tbody", "dt", "dd", "option"];
const UNSEEN: [&str; 5] = ["style", "script", "title", "head", "template"];
/// An element with one of these begins the quoted rest.
const CUTS: [&str; 14] = [
    "divrplyfwdmsg",
    "appendonsend",
    "mail-editor-reference-message-container",
    "ms-outlook-mobile-reference-message",
    "olk_src_body_section",
    "yahoo_quoted",
    "protonmail_quote",
    "outlookmessageheader",
    "moz-forward-container",
    "moz-email-headers-table",
    "zmail_extra",
    "__quoted_text__",
    "name=\"quote\"",
    "name='quote'",
];
/// An element with one of these holds the line that introduces a quote.
const INTRODUCTIONS: [&str; 3] = ["gmail_attr", "moz-cite-prefix", "reply-intro"];
const SIGNATURES: [&str; 9] = [
    "gmail_signature",
    "moz-signature",
    "id=\"signature\"",
    "applemailsignature",
    "ms-outlook-mobile-signature",
    "ymail_android_signature",
    "protonmail_signature",
    "_rc_sig",
    "yahoo-signature",
];

/// The text of an HTML part, with marks.
#[must_use]
pub fn to_text(html: &str) -> String {
    let mut walker = Walker::default();
    walker.walk(html);
    let marked = walker.out;
    if marked.len() <= MAX_BYTES && walker.deepest <= MAX_NESTING {
        let decorator = html2text::render::TrivialDecorator::new();
        let converted = html2text::config::with_decorator(decorator)
            .raw_mode(true)
            .no_table_borders()
            .no_link_wrapping()
            .allow_width_overflow()
            .string_from_read(marked.as_bytes(), WIDTH);
        if let Ok(text) = converted {
            return text;
        }
    }
    nanohtml2text::html2text(&marked)
}

/// Removes what could be taken for a mark.
#[must_use]
pub fn without_marks(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, CUT..=SIGNATURE_CLOSE)).collect()
}

/// An element whose end is waited for: its name and how many of that name are open inside.
struct Waiting {
    name: String,
    open: usize,
}

impl Waiting {
    fn new(name: &str) -> Option<Self> {
        Some(Self { name: name.to_owned(), open: 1 })
    }

    /// Counts one tag; true when the element has ended.
    fn sees(&mut self, name: &str, closing: bool) -> bool {
        if self.name == name {
            if closing {
                self.open = self.open.saturating_sub(1);
            } else {
                self.open += 1;
            }
        }
        self.open == 0
    }
}

#[derive(Default)]
struct Walker {
    out: String,
    depth: usize,
    deepest: usize,
    hidden: Option<Waiting>,
    signature: Option<Waiting>,
}

impl Walker {
    fn walk(&mut self, html: &str) {
        let mut rest = html;
        while let Some((text, from)) = rest.split_once('<') {
            self.text(text);
            rest = if let Some(comment) = from.strip_prefix("!--") {
                comment.split_once("-->").map_or("", |(_, after)| after)
            } else {
                self.markup(from)
            };
        }
        self.text(rest);
    }

    fn text(&mut self, text: &str) {
        if self.hidden.is_none() {
            let seen = text.chars().filter(|c| !matches!(c, CUT..=SIGNATURE_CLOSE));
            self.out.extend(seen.filter(|c| !is_invisible(*c)));
        }
    }

    fn mark(&mut self, mark: char) {
        self.out.push_str("<p>");
        self.out.push(mark);
        self.out.push_str("</p>");
    }

    /// One tag, its `<` already taken. Returns what follows it.
    fn markup<'h>(&mut self, from: &'h str) -> &'h str {
        let starts =
            from.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || "/!?".contains(c));
        let Some(end) = starts.then(|| tag_end(from)).flatten() else {
            self.text("&lt;");
            return from;
        };
        let (tag, rest) = from.split_at_checked(end).unwrap_or((from, ""));
        let rest = rest.strip_prefix('>').unwrap_or(rest);
        let closing = tag.starts_with('/');
        let name: String = tag
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .take(20)
            .collect::<String>()
            .to_ascii_lowercase();
        if !name.is_empty() {
            self.tag(tag, &name, closing);
        }
        rest
    }

    fn tag(&mut self, tag: &str, name: &str, closing: bool) {
        if let Some(hidden) = &mut self.hidden {
            // A head without an end is over where the body begins.
            if hidden.sees(name, closing) || (hidden.name == "head" && name == "body") {
                self.hidden = None;
            }
            return;
        }
        let void = VOID.contains(&name) || tag.ends_with('/');
        self.count(name, closing, void);
        let lower = tag.to_ascii_lowercase();
        if !closing && !void && is_hidden(name, &lower) {
            self.hidden = Waiting::new(name);
            return;
        }
        match (name, closing) {
            ("blockquote", false) => self.mark(QUOTE_OPEN),
            ("blockquote", true) => self.mark(QUOTE_CLOSE),
            ("hr", _) => self.out.push_str("<p></p>"),
            ("img", _) => self.image(tag),
            ("sup", _) => {}
            _ => self.other(tag, name, closing, &lower),
        }
    }

    fn count(&mut self, name: &str, closing: bool, void: bool) {
        if void || SELF_CLOSING.contains(&name) {
            return;
        }
        self.depth = if closing { self.depth.saturating_sub(1) } else { self.depth + 1 };
        self.deepest = self.deepest.max(self.depth);
    }

    fn other(&mut self, tag: &str, name: &str, closing: bool, lower: &str) {
        let container = !closing && !matches!(name, "a" | "body" | "html" | "meta");
        if container && begins_quote(lower) {
            self.mark(CUT);
        }
        if container && self.signature.is_none() && has_any(lower, &SIGNATURES) {
            self.mark(SIGNATURE_OPEN);
            self.signature = Waiting::new(name);
        } else if self.signature.as_mut().is_some_and(|open| open.sees(name, closing)) {
            self.signature = None;
            self.copy(tag);
            self.mark(SIGNATURE_CLOSE);
            return;
        }
        self.copy(tag);
        if name == "li" && !closing {
            self.out.push_str("- ");
        }
    }

    fn copy(&mut self, tag: &str) {
        self.out.push('<');
        self.out.extend(tag.chars().filter(|c| !matches!(c, CUT..=SIGNATURE_CLOSE)));
        self.out.push('>');
    }

    /// A picture speaks only where it stands for an emoji.
    fn image(&mut self, tag: &str) {
        let alt = tag.split_once("alt=\"").and_then(|(_, rest)| rest.split_once('"'));
        if let Some((alt, _)) = alt {
            let emoji = !alt.is_empty()
                && alt.chars().count() <= 8
                && !alt.chars().any(|c| c.is_ascii() || c.is_alphabetic());
            if emoji {
                self.text(alt);
            }
        }
    }
}

/// Where the tag ends: the first `>` outside of quotes.
fn tag_end(from: &str) -> Option<usize> {
    let mut quote = None;
    let mut fallback = None;
    for (at, byte) in from.bytes().enumerate().take(MAX_TAG) {
        match (quote, byte) {
            (None, b'>') => return Some(at),
            // The tag was never closed; what follows is the next one.
            (None, b'<') => return None,
            (Some(_), b'>') if fallback.is_none() => fallback = Some(at),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    fallback
}

fn has_any(lower: &str, names: &[&str]) -> bool {
    lower.contains('=') && names.iter().any(|name| lower.contains(name))
}

fn is_hidden(name: &str, lower: &str) -> bool {
    if UNSEEN.contains(&name) || (name != "a" && has_any(lower, &INTRODUCTIONS)) {
        return true;
    }
    let style: String = style_of(lower);
    name != "body" && style.contains("display:none")
}

fn style_of(lower: &str) -> String {
    let style = lower.split_once("style=").map_or("", |(_, rest)| rest);
    style.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Quote containers by name, and the thin line Outlook draws above the header of what it quotes.
fn begins_quote(lower: &str) -> bool {
    if !lower.contains('=') {
        return false;
    }
    let style = style_of(lower);
    has_any(lower, &CUTS)
        || style.contains("border:none;border-top:solid#e1e1e1")
        || style.contains("border:none;border-top:solid#b5c4df")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(html: &str) -> Vec<String> {
        to_text(html).lines().map(str::trim).filter(|l| !l.is_empty()).map(str::to_owned).collect()
    }

    #[test]
    fn paragraphs_stay_apart_and_nothing_hidden_is_read() {
        let html = "<html><head><style>p{color:red}</style><title>T</title></head><body>\
                    <div style=\"display: none\">preheader</div><p>One &amp; two</p>Three<br>four\
                    <ul><li>five</ul></body></html>";
        assert_eq!(lines(html), ["One & two", "Three", "four", "- five"]);
    }

    #[test]
    fn quotes_and_signatures_are_marked() {
        let html = "<div>yes</div><div class=\"gmail_quote\"><div class=\"gmail_attr\">Am 1. schrieb\
                    </div><blockquote>old</blockquote></div><p>below</p>";
        assert_eq!(lines(html), ["yes", "\u{e002}", "old", "\u{e003}", "below"]);
        let outlook = "<p>yes</p><div style='border:none;border-top:solid #E1E1E1 1.0pt'>x</div>";
        assert_eq!(lines(outlook), ["yes", "\u{e001}", "x"]);
        let signed = "<p>yes</p><div class=\"gmail_signature\"><div>Jane</div></div><p>more</p>";
        assert_eq!(lines(signed), ["yes", "\u{e004}", "Jane", "\u{e005}", "more"]);
    }

    #[test]
    fn a_mark_in_the_message_is_no_mark() {
        assert_eq!(lines("<p>yes\u{e001}</p><p>no</p>"), ["yes", "no"]);
        assert_eq!(without_marks("a\u{e002}b"), "ab");
    }

    #[test]
    fn deep_and_long_sources_are_read_in_linear_time() {
        let deep = format!("{}yes{}", "<div>".repeat(50_000), "</div>".repeat(50_000));
        assert!(to_text(&deep).contains("yes"));
        let open = format!("yes{}", "<b ".repeat(100_000));
        assert!(to_text(&open).contains("yes"));
    }
}
