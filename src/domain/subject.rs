//! Subjects as they are compared: without the prefixes of replies and forwards, in lower case.

/// Prefixes of replies and forwards in the languages of the drafts, and what lists put before.
const PREFIXES: [&str; 14] =
    ["re", "aw", "antw", "sv", "fw", "fwd", "wg", "tr", "rv", "ref", "res", "vs", "rif", "fwdd"];
/// A subject of such words alone tells nothing about which application it is.
const GENERIC: [&str; 44] = [
    "a",
    "about",
    "acknowledgement",
    "an",
    "and",
    "application",
    "applying",
    "at",
    "bewerbung",
    "candidature",
    "confirmation",
    "deine",
    "dein",
    "entretien",
    "entrevista",
    "follow",
    "for",
    "hello",
    "hi",
    "ihre",
    "ihr",
    "in",
    "interview",
    "invitation",
    "job",
    "meeting",
    "news",
    "next",
    "of",
    "on",
    "our",
    "position",
    "role",
    "status",
    "steps",
    "thank",
    "thanks",
    "the",
    "time",
    "to",
    "up",
    "update",
    "you",
    "your",
];

/// The subject that a conversation has in common; `None` if it says nothing by itself.
#[must_use]
pub fn telling(subject: &str) -> Option<String> {
    let mut rest = subject.trim();
    while let Some((prefix, after)) = rest.split_once(':')
        && PREFIXES.contains(&prefix.trim().to_lowercase().as_str())
    {
        rest = after.trim();
    }
    let plain = rest.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let tells = plain
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| !word.is_empty() && !GENERIC.contains(&word));
    tells.then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::telling;

    #[test]
    fn a_subject_is_compared_without_prefixes_and_only_if_it_says_something() {
        for (subject, expected) in [
            ("Re: AW: Interview  Data Engineer", Some("interview data engineer")),
            ("Fwd: Acme: next steps", Some("acme: next steps")),
            ("Your application", None),
            ("Re: Interview", None),
            ("", None),
        ] {
            assert_eq!(telling(subject).as_deref(), expected, "{subject}");
        }
    }
}
