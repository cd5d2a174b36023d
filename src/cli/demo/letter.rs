//! A mail of the demo as its reader sees it: those of the service, and those to employers.
//!
//! Surprising: nothing that is new in every run is shown. The one-time code of a request, which is
//! also the key to sending, is left out.

use mail_parser::MessageParser;

use crate::domain::ids::ReadableId;
use crate::domain::user_mail::UserMailKind;
use crate::mail::wording::{MARKER, TAG};

/// A mail, read.
pub struct Letter {
    pub subject: String,
    /// `None` if it is none of the service to the user.
    pub kind: Option<UserMailKind>,
    pub message_id: String,
    pub to: String,
    pub text: String,
}

impl Letter {
    pub fn read(bytes: &[u8]) -> Self {
        let parsed = MessageParser::default().parse(bytes);
        let message = parsed.as_ref();
        let text = |found: Option<&str>| found.unwrap_or_default().trim().to_owned();
        let kind = message.and_then(|it| it.header("X-Afterword-Kind")?.as_text());
        let to = message.and_then(|it| it.to()?.first()?.address());
        let body = message.and_then(|it| it.body_text(0)).unwrap_or_default();
        Self {
            subject: text(message.and_then(|it| it.subject())),
            kind: UserMailKind::parse(&text(kind)),
            message_id: text(message.and_then(|it| it.message_id())),
            to: text(to),
            text: body.replace("\r\n", "\n"),
        }
    }

    /// The application in the subject: `{ACME-1}`.
    pub fn about(&self) -> Option<ReadableId> {
        let (_, id) = self.subject.rsplit_once('{')?;
        ReadableId::parse(id)
    }

    /// The words between the marks of a request.
    pub fn proposed(&self) -> Option<&str> {
        let (_, after) = self.text.split_once("begins -----\n")?;
        after.split_once("\n----- draft").map(|(words, _)| words.trim())
    }

    /// The address that a request asks about.
    pub fn asked_to(&self) -> Option<&str> {
        let line = self.text.lines().find_map(|line| line.strip_prefix("To:"))?;
        Some(line.rsplit_once('<').map_or(line, |(_, address)| address).trim_matches([' ', '>']))
    }

    /// Whole, without its code.
    pub fn without_code(&self) -> String {
        let lines = self.text.lines().filter(|line| !line.starts_with("ref: "));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// What stands below the part that can be answered, without its code.
    pub fn content(&self) -> String {
        let text = self.without_code();
        text.split_once(MARKER).map_or(text.as_str(), |(_, below)| below).trim().to_owned()
    }

    /// What it says, as one paragraph: for a mail that tells something its text, else its subject.
    pub fn told(&self) -> String {
        match self.kind {
            Some(UserMailKind::Receipt | UserMailKind::Alert) => {
                let above = self.text.split_once(MARKER).map_or("", |(above, _)| above);
                above.split_whitespace().collect::<Vec<_>>().join(" ")
            }
            Some(
                UserMailKind::ApprovalRequest
                | UserMailKind::Question
                | UserMailKind::Summary
                | UserMailKind::Welcome,
            )
            | None => self.subject.trim_start_matches(TAG).trim().to_owned(),
        }
    }
}

/// The first sentences of a text, as many as fit into the lines that the first one takes.
pub fn opening(text: &str, width: usize) -> String {
    let mut said = String::new();
    let mut room = width;
    for sentence in text.split_inclusive(". ") {
        let length = said.chars().count() + sentence.trim_end().chars().count();
        if said.is_empty() {
            room = length.div_ceil(width).max(1) * width;
        } else if length > room {
            break;
        }
        said.push_str(sentence);
    }
    said.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> Letter {
        Letter {
            subject: "[Afterword] Send to Anna at Acme? (1 of 2) {ACME-1}".to_owned(),
            kind: Some(UserMailKind::ApprovalRequest),
            message_id: String::new(),
            to: "jane@doe.example".to_owned(),
            text: format!(
                "approve\n{MARKER}\n\nTo:       Anna Schmidt <anna@acme.example>\n\n\
                 ----- draft 1, begins -----\nDear Anna,\n\nhello.\n----- draft 1, ends -----\n\
                 ref: 7Q2K\n"
            ),
        }
    }

    #[test]
    fn a_request_says_whom_it_is_about_and_what_would_go_out() {
        let request = request();
        assert_eq!(request.about(), ReadableId::parse("ACME-1"));
        assert_eq!(request.asked_to(), Some("anna@acme.example"));
        assert_eq!(request.proposed(), Some("Dear Anna,\n\nhello."));
        assert_eq!(request.told(), "Send to Anna at Acme? (1 of 2) {ACME-1}");
    }

    #[test]
    fn a_code_is_never_shown() {
        assert!(!request().without_code().contains("7Q2K"));
        assert!(request().content().starts_with("To:") && !request().content().contains("ref:"));
    }

    #[test]
    fn only_whole_sentences_are_shown_and_the_first_one_always() {
        for (text, width, expected) in [
            (
                "Approved. It goes out at nine. Until then: reply.",
                30,
                "Approved. It goes out at nine.",
            ),
            ("Approved. It goes out at nine.", 12, "Approved."),
            (
                "A first sentence that is too long. Short. And more of it.",
                20,
                "A first sentence that is too long.",
            ),
            (
                "A first sentence, as long. Yes. And a good deal more.",
                20,
                "A first sentence, as long. Yes.",
            ),
            ("", 20, ""),
        ] {
            assert_eq!(opening(text, width), expected, "{text}");
        }
    }
}
