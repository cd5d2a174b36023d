//! First names, from the display names people give themselves in mail.

/// Words that stand before or after a name and are none.
const NOT_NAMES: [&str; 34] = [
    "dr",
    "prof",
    "mr",
    "mrs",
    "ms",
    "herr",
    "frau",
    "mme",
    "m",
    "sr",
    "sra",
    "dipl",
    "ing",
    "phd",
    "recruiting",
    "recruitment",
    "talent",
    "team",
    "hr",
    "jobs",
    "careers",
    "hiring",
    "people",
    "human",
    "resources",
    "personal",
    "bewerbung",
    "noreply",
    "no",
    "the",
    "via",
    "info",
    "support",
    "acquisition",
];

/// The first name in a display name: `Anna` of `Anna Schmidt`, `Schmidt, Anna`,
/// `Dr. Anna Schmidt (Acme)` or `Anna from Acme`. `None` where it shows no person.
#[must_use]
pub fn first_name(display: &str) -> Option<String> {
    let display = display.split(['(', '|', '@', '[', '/', '<']).next().unwrap_or_default();
    let display = display.trim().trim_matches(['"', '\'']);
    let given = match display.split_once(',') {
        Some((_, given)) if !given.trim().is_empty() => given,
        Some((family, _)) => family,
        None => display,
    };
    let words: Vec<&str> = given.split_whitespace().collect();
    let plain = |word: &str| word.trim_end_matches('.').to_lowercase();
    let team = display.split_whitespace().any(|word| {
        matches!(
            plain(word).as_str(),
            "team"
                | "recruiting"
                | "recruitment"
                | "careers"
                | "jobs"
                | "hr"
                | "talent"
                | "noreply"
        )
    });
    if team && words.len() < 3 && !words.iter().any(|word| plain(word) == "from") {
        return None;
    }
    words
        .into_iter()
        .find(|word| !NOT_NAMES.contains(&plain(word).as_str()))
        .map(|word| word.trim_matches(['.', '"', '\'', ',']))
        .filter(|word| is_name(word))
        .map(capitalised)
}

fn is_name(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 2 && word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’'))
}

/// `ANNA` is shown as `Anna`; mixed case is left as the person writes it.
fn capitalised(word: &str) -> String {
    let shouted = word.chars().all(|c| !c.is_lowercase());
    let whispered = word.chars().all(|c| !c.is_uppercase());
    if !shouted && !whispered {
        return word.to_owned();
    }
    let mut begin = true;
    word.chars()
        .flat_map(|c| {
            let shown: Vec<char> =
                if begin { c.to_uppercase().collect() } else { c.to_lowercase().collect() };
            begin = c == '-';
            shown
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::first_name;

    #[test]
    fn first_names_are_found_in_the_shapes_people_use() {
        let cases = [
            ("Anna Schmidt", Some("Anna")),
            ("Schmidt, Anna", Some("Anna")),
            ("Dr. Anna Schmidt", Some("Anna")),
            ("Anna Schmidt (Acme GmbH)", Some("Anna")),
            ("Anna from Acme", Some("Anna")),
            ("ANNA SCHMIDT", Some("Anna")),
            ("anna-lena weber", Some("Anna-Lena")),
            ("Zoë O'Neil", Some("Zoë")),
            ("Acme Recruiting", None),
            ("Talent Team", None),
            ("HR", None),
            ("", None),
            ("12345", None),
        ];
        for (display, expected) in cases {
            assert_eq!(first_name(display).as_deref(), expected, "{display}");
        }
    }
}
