//! The line that introduces a quote: `On Mon, 7 Dec 2026 at 10:00, Anna <…> wrote:`.
//!
//! The wording differs by program and language, the build does not: a date, a name or an
//! address, a word for writing, a colon. It may be wrapped over several lines, stand behind the
//! user's own words, or consist of date and address alone.

use super::quoted_follows;

/// Words for writing, in lower case.
const WROTE: [&str; 53] = [
    "wrote",
    "writes",
    "sent",
    "schrieb",
    "geschrieben",
    "schreibt",
    "écrit",
    "ecrit",
    "escribió",
    "escribio",
    "scritto",
    "scrisse",
    "schreef",
    "geschreven",
    "escreveu",
    "skrev",
    "kirjoitti",
    "napisał",
    "napisała",
    "napisal",
    "napisala",
    "pisze",
    "napísal",
    "написал",
    "написала",
    "пишет",
    "пише",
    "писал",
    "írta",
    "yazdı",
    "yazmış",
    "viết",
    "έγραψε",
    "scris",
    "rašė",
    "kirjutas",
    "skrifaði",
    "написав",
    "schreven",
    "כתב",
    "كتب",
    "escriu",
    "escrigué",
    "napsal",
    "napsala",
    "napísala",
    "scrie",
    "menulis",
    "escreve",
    "escribe",
    "schrieben",
    "shkroi",
    "napisao",
];
/// The same in scripts without spaces.
const WROTE_INSIDE: [&str; 8] =
    ["写道", "寫道", "のメール", "書きました", "作成", "작성", "さんは", "來信"];
/// First words of an introduction that begins with its date.
const STARTS: [&str; 30] = [
    "on", "am", "le", "el", "il", "op", "em", "den", "på", "w", "dnia", "dne", "dňa", "vào", "v",
    "în", "a", "à", "lúc", "в", "στις", "date", "pada", "na", "at", "pe", "dana", "del", "kl",
    "ngày",
];
/// First words that name the author instead.
const QUOTING: [&str; 8] = [
    "quoting",
    "zitat von",
    "citando",
    "citat från",
    "citat fra",
    "citazione",
    "citation de",
    "en réponse à",
];
/// Subjects of a sentence: `As you wrote on 3.12.2026:` is the user's own.
const SPEAKERS: [&str; 40] = [
    "i", "you", "we", "they", "as", "which", "who", "that", "ich", "du", "sie", "wir", "wie",
    "was", "er", "je", "tu", "vous", "nous", "comme", "ce", "yo", "usted", "como", "lo", "io",
    "lei", "come", "ik", "jij", "u", "wij", "zoals", "eu", "você", "jag", "du", "jeg", "ni", "my",
];
const MAX_LINES: usize = 5;
const MAX_CHARS: usize = 500;

/// How many lines the introduction at `at` takes, if there is one.
pub fn at(lines: &[&str], at: usize) -> Option<usize> {
    let first = lines.get(at)?.trim();
    let opens = may_open(first, lines.get(at + 1).copied().unwrap_or_default());
    let mut joined = String::new();
    let mut blank = false;
    for (count, line) in lines.iter().skip(at).take(MAX_LINES + 1).enumerate() {
        let line = line.trim();
        let wraps_address = line.starts_with('<') || line.starts_with("mailto:");
        if count > 0 && (!opens || ends_before(line, &joined) || (blank && !wraps_address)) {
            return None;
        }
        blank = line.is_empty();
        if blank && !has_time(&joined) {
            return None;
        }
        if count > 0 {
            joined.push(' ');
        }
        joined.push_str(line);
        if joined.len() > MAX_CHARS {
            return None;
        }
        let below = at + count + 1;
        let quoted =
            || quoted_follows(lines, below) && !lines.get(below).is_some_and(|l| is_tail(l));
        if !blank && introduces(&joined, quoted) {
            return Some(count + 1);
        }
    }
    None
}

/// The user's own words in front of an introduction on the same line.
pub fn behind_text(line: &str) -> Option<&str> {
    let line = line.trim();
    if line.len() > MAX_CHARS || begins_with_date(line) {
        return None;
    }
    for start in [" On ", " Am ", " Le ", " El ", " Op ", " Den ", " Em ", " Il "] {
        for (at, _) in line.match_indices(start).take(5) {
            let (own, rest) = line.split_at_checked(at)?;
            let rest = rest.trim();
            if begins_with_date(rest) && has_time(rest) && introduces(rest, || false) {
                return Some(
                    own.trim_end_matches(|c: char| c.is_whitespace() || "-_—".contains(c)),
                );
            }
        }
    }
    None
}

/// Whether the line is an introduction with the quoted words behind it on the same line, as the
/// app of Yahoo writes it.
pub fn before_quote(line: &str) -> bool {
    let line = line.trim();
    let line = line.get(..line.floor_char_boundary(MAX_CHARS)).unwrap_or_default();
    begins_with_date(line)
        && line.match_indices(": ").take(8).any(|(at, _)| {
            let head = line.get(..=at).unwrap_or_default();
            has_verb(head) && has_address(head) && has_time(head)
        })
}

/// Whether an introduction that begins on this line may go on below it.
fn may_open(first: &str, next: &str) -> bool {
    if begins_with_date(first) {
        return true;
    }
    let address = first.contains('<') || first.contains('@');
    let name_only = next.trim_start().starts_with('<')
        && first.split_whitespace().count() <= 5
        && !first.ends_with(['.', '!', '?', ',', ':']);
    (address && has_verb(first)) || name_only || is_quoting(first)
}

/// Whether this line belongs to something else than the introduction collected so far.
fn ends_before(line: &str, joined: &str) -> bool {
    let quoted = line.starts_with('>') && !is_tail(line);
    let sentence_over = joined.ends_with(['!', '?']);
    quoted || sentence_over || (begins_with_date(line) && has_verb(line)) || line.starts_with("- ")
}

/// The end of an introduction that looks quoted: the `>` closes an address.
fn is_tail(line: &str) -> bool {
    let line = line.trim();
    let short = line.split_whitespace().count() <= 5;
    line.starts_with('>') && short && has_verb(line) && line.ends_with(':')
}

/// Whether `text` as a whole introduces a quote.
fn introduces(text: &str, quoted_below: impl Fn() -> bool) -> bool {
    let dashes = |c: char| matches!(c, '-' | '_' | '—' | '*' | '=' | ' ');
    let bare = text.trim_matches(dashes);
    let ruled = text.starts_with("--") && text.ends_with("--");
    let colon = bare.ends_with([':', '：']);
    let (verb, address) = (has_verb(bare), has_address(bare));
    let dated = has_time(bare) || has_year(bare);
    let start = begins_with_date(bare);
    let any_date = dated || start;
    if ruled && verb && bare.split_whitespace().count() <= 16 {
        return true;
    }
    if colon && verb && any_date && (start || address) {
        return true;
    }
    if colon && verb && dated && !is_sentence(bare) && date_behind_verb(bare) {
        return true;
    }
    if colon && address && dated && (start || leading_words(bare) <= 3 || is_quoting(bare)) {
        return true;
    }
    if colon && address && (is_quoting(bare) || (verb && !is_sentence(bare))) {
        return true;
    }
    if bare.len() > 300 || bare.split_whitespace().count() > 30 {
        return false;
    }
    let introduces_marked = (start && dated && (address || verb))
        || (colon
            && (address || (verb && bare.split_whitespace().count() <= 8 && !is_sentence(bare))));
    introduces_marked && quoted_below()
}

fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase)
}

fn has_verb(text: &str) -> bool {
    words(text).any(|word| WROTE.contains(&word.as_str()))
        || WROTE_INSIDE.iter().any(|verb| text.contains(verb))
}

pub(super) fn has_address(text: &str) -> bool {
    text.split_whitespace().any(|word| {
        word.contains('<') || word.find('@').is_some_and(|at| at > 0 && at + 1 < word.len())
    })
}

fn is_quoting(text: &str) -> bool {
    let lower = text.to_lowercase();
    QUOTING.iter().any(|start| lower.starts_with(start))
}

fn is_sentence(text: &str) -> bool {
    words(text).take(4).any(|word| SPEAKERS.contains(&word.as_str()))
}

/// `Anna schrieb am 7.12.2026 um 10:00:` has its date behind the verb and names someone first.
fn date_behind_verb(text: &str) -> bool {
    let mut seen = false;
    for word in words(text) {
        if seen && word.chars().any(|c| c.is_ascii_digit()) {
            return true;
        }
        seen |= WROTE.contains(&word.as_str());
    }
    false
}

/// Words before the first digit.
fn leading_words(text: &str) -> usize {
    text.split_whitespace().take_while(|w| !w.chars().any(|c| c.is_ascii_digit())).count()
}

/// Whether the line begins as a date does: `On Mon, 7 Dec`, `Am 07.12.`, `2026/12/7`, `wt., 8 gru`.
fn begins_with_date(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let lead = leading_words(text);
    let first = words(text).next().unwrap_or_default();
    let starts = STARTS.contains(&first.as_str());
    let early = text.get(..text.floor_char_boundary(70)).unwrap_or_default();
    match lead {
        0 => text.starts_with(|c: char| c.is_ascii_digit()) && (has_time(early) || has_year(early)),
        1..=5 if starts => text.chars().any(|c| c.is_ascii_digit()),
        1..=2 => first.chars().count() <= 4 && has_time(early),
        _ => false,
    }
}

/// A time of day: `10:00`, `kl. 10.00`.
pub(super) fn has_time(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.windows(4).any(|w| match w {
        [a, b':' | b'.' | b'h', c, d] => {
            a.is_ascii_digit() && c.is_ascii_digit() && d.is_ascii_digit()
        }
        _ => false,
    })
}

/// A year of four digits, or a date written with three numbers.
fn has_year(text: &str) -> bool {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty());
    if numbers.any(|n| n.len() == 4 && (n.starts_with("19") || n.starts_with("20"))) {
        return true;
    }
    text.split_whitespace().any(|word| {
        let parts = word
            .split(['/', '.', '-'])
            .filter(|p| !p.is_empty() && p.len() <= 4 && p.chars().all(|c| c.is_ascii_digit()));
        parts.count() >= 3
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines_of(text: &str) -> Option<usize> {
        at(&text.lines().collect::<Vec<_>>(), 0)
    }

    #[test]
    fn introductions_are_known_by_their_build() {
        for text in [
            "On Mon, Dec 7, 2026 at 10:00 AM Anna Schmidt <anna@acme.example> wrote:",
            "On 07/12/2026 10:00, Anna Schmidt wrote:",
            "> On Dec 7, 2026, at 10:00, Anna <anna@acme.example> wrote:",
            "Am Mo., 7. Dez. 2026 um 10:00 Uhr schrieb Anna Schmidt <anna@acme.example>:",
            "Am 07.12.26 um 10:00 schrieb Anna Schmidt:",
            "Anna Schmidt <anna@acme.example> schrieb am Mo., 7. Dez. 2026, 10:00:",
            "Le lun. 7 déc. 2026 à 10:00, Anna Schmidt <anna@acme.example> a écrit :",
            "Le 07/12/2026 à 10:00, Anna a écrit :",
            "El lun, 7 dic 2026 a las 10:00, Anna (<anna@acme.example>) escribió:",
            "Il giorno lun 7 dic 2026 alle ore 10:00 Anna <anna@acme.example> ha scritto:",
            "Op ma 7 dec 2026 om 10:00 schreef Anna <anna@acme.example>:",
            "Op 7 dec. 2026 om 10:00 heeft Anna <anna@acme.example> het volgende geschreven:",
            "Em seg., 7 de dez. de 2026 às 10:00, Anna <anna@acme.example> escreveu:",
            "Den mån 7 dec. 2026 kl 10:00 skrev Anna <anna@acme.example>:",
            "man. 7. des. 2026 kl. 10:00 skrev Anna <anna@acme.example>:",
            "Den man. 7. dec. 2026 kl. 10.00 skrev Anna <anna@acme.example>:",
            "ma 7. jouluk. 2026 klo 10.00 Anna (anna@acme.example) kirjoitti:",
            "pon., 7 gru 2026 o 10:00 Anna <anna@acme.example> napisał(a):",
            "W dniu 7.12.2026 o 10:00, Anna pisze:",
            "2026年12月7日(月) 10:00 Anna <anna@acme.example>:",
            "Anna <anna@acme.example> 于2026年12月7日周一 10:00写道：",
            "пн, 7 дек. 2026 г. в 10:00, Anna <anna@acme.example>:",
            "2026-12-07 10:00 GMT+01:00 Anna <anna@acme.example>:",
            "---- Anna Schmidt wrote ----",
            "------On 12/07/2026 10:00, Anna wrote-----",
        ] {
            assert_eq!(lines_of(text.trim_start_matches("> ")), Some(1), "{text}");
        }
    }

    #[test]
    fn introductions_may_be_wrapped() {
        for (text, expected) in [
            ("On Mon, Dec 7, 2026 at 10:00 AM Anna Schmidt <\nanna@acme.example> wrote:", 2),
            ("On Nov 30, 2026, at 12:47 PM, Anna <\nlong@acme.example>\nwrote:", 3),
            ("Am Mo., 7. Dez. 2026 um 10:00 Uhr schrieb Anna\nSchmidt <anna@acme.example>:", 2),
            ("Anna <anna@acme.example> schrieb am Mo., 7. Dez. 2026\num 10:00:", 2),
            ("Anna Schmidt\n<anna@acme.example> schrieb am 7.12.2026 um 10:00:", 2),
        ] {
            assert_eq!(lines_of(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn short_introductions_need_a_marked_quote_below() {
        assert_eq!(lines_of("Anna wrote:\n> hello"), Some(1));
        assert_eq!(lines_of("Anna <anna@acme.example>:\n\n> hello"), Some(1));
        assert_eq!(lines_of("2026/12/7 Anna <anna@acme.example>\n\n> hello"), Some(1));
        assert_eq!(lines_of("Anna wrote:\nhello"), None);
        assert_eq!(lines_of("You wrote:\n> hello"), None);
    }

    #[test]
    fn own_words_are_no_introduction() {
        for text in [
            "On Monday 7 December at 10:00 I am free.",
            "On blah-blah-blah",
            "As you wrote on 3.12.2026:",
            "Could you write to anna@acme.example?",
            "Am Montag um 10:00 passt es mir gut.\nViele Grüße",
            "mail me at jane@mail.example\nOn Mon, 7 Dec 2026 at 10:00, Anna <a@x.example> wrote:",
            "I sent you my CV on 3.12.2026:",
            "Options: 10:00 or 11:00",
        ] {
            assert_eq!(lines_of(text), None, "{text}");
        }
    }

    #[test]
    fn quoted_words_may_stand_behind_their_introduction() {
        assert!(before_quote("On Mon, 7 Dec 2026 at 10:00, Anna<a@x.example> wrote:   approve"));
        assert!(before_quote("Am Mo., Dez. 7, 2026 um 10:00 schrieb Anna <a@x.example>: ja"));
        assert!(!before_quote("On Monday at 10:00 I wrote: yes"));
        assert!(!before_quote("Options: 10:00 or 11:00"));
    }

    #[test]
    fn own_words_in_front_of_an_introduction_are_kept() {
        let cases = [
            ("reply On Wed, Apr 4, 2026 at 3:59 PM, bob@mail.example wrote:", Some("reply")),
            ("a - b--- On Wed, Apr 4, 2026 at 3:59 PM, b@mail.example wrote:", Some("a - b")),
            ("On Wed, Apr 4, 2026 at 3:59 PM, bob@mail.example wrote:", None),
            ("Anna <a@x.example> wrote On Wed, Apr 4, 2026 at 3:59 PM:", None),
        ];
        for (line, expected) in cases {
            assert_eq!(behind_text(line), expected, "{line}");
        }
    }
}
