//! The user's own words for commands (`[approval] words`): the first line of a reply is put into
//! the word of the grammar before it is read. Only a whole first line, or the word a line begins
//! with where a day or a text follows, is ever replaced.

use std::collections::BTreeMap;

use super::normalised;

/// Commands after which a day may stand in the same line.
const WITH_A_DAY: [&str; 2] = ["later", "pause"];

/// The text with its first line in the words of the grammar. `words` has, for each command, the
/// other words for it in lower case.
#[must_use]
pub fn in_our_words(new_text: &str, words: &BTreeMap<String, Vec<String>>) -> String {
    let Some(first) = new_text.lines().find(|line| !line.trim().is_empty()) else {
        return new_text.to_owned();
    };
    let line = normalised(first.trim());
    for (command, others) in words {
        for other in others {
            let rest = match line.strip_prefix(other.as_str()) {
                Some("") => "",
                Some(rest) if rest.starts_with(' ') && WITH_A_DAY.contains(&command.as_str()) => {
                    rest
                }
                Some(_) | None => continue,
            };
            return new_text.replacen(first, &format!("{command}{rest}"), 1);
        }
    }
    new_text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_first_line_is_another_word() {
        let words = BTreeMap::from([
            ("approve".to_owned(), vec!["ja".to_owned(), "freigeben".to_owned()]),
            ("later".to_owned(), vec!["später".to_owned()]),
        ]);
        for (text, expected) in [
            ("Ja.", "approve"),
            ("\n\nJa!\n\nJane", "\n\napprove\n\nJane"),
            ("freigeben\naber morgen", "approve\naber morgen"),
            ("Später fri", "later fri"),
            ("ja, aber nicht heute", "ja, aber nicht heute"),
            ("ja aber", "ja aber"),
            ("jawohl", "jawohl"),
            ("nein\nja", "nein\nja"),
            ("", ""),
        ] {
            assert_eq!(in_our_words(text, &words), expected, "{text}");
        }
    }
}
