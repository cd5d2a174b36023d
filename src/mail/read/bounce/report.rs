//! The fields of a delivery report. Only the first recipient's block counts: our messages have
//! one recipient.

use super::super::ids;
use crate::domain::address::Address;
use crate::domain::ids::MessageId;

const ACTIONS: [&str; 5] = ["failed", "delayed", "delivered", "relayed", "expanded"];
/// Field names that hold the id of the message in question.
const ID_FIELDS: [&str; 9] = [
    "message-id:",
    "message id:",
    "original-message-id:",
    "x-original-message-id:",
    "x-microsoft-original-message-id:",
    "nachrichten-id:",
    "id du message:",
    "id. de mensaje:",
    "messageid:",
];

/// What a report says about its first recipient.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    pub action: Option<String>,
    pub status: Option<String>,
    pub recipient: Option<Address>,
    pub diagnostic: String,
}

impl Report {
    /// Reads the first block with a recipient; `None` if the text has none.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let mut report = Self::default();
        let (mut named, mut last) = (false, "");
        for line in text.lines() {
            let line = line.trim_end_matches('\r');
            if named && line.trim().is_empty() && report.action.is_some() {
                break;
            }
            if line.starts_with([' ', '\t']) && last == "diagnostic-code" {
                report.diagnostic.push_str(line);
                continue;
            }
            let Some((name, value)) = line.split_once(':') else { continue };
            let name = name.trim().to_ascii_lowercase();
            let value = value.trim();
            last = "";
            match name.as_str() {
                "final-recipient" | "original-recipient" => {
                    if named && name == "final-recipient" && report.action.is_some() {
                        break;
                    }
                    named = true;
                    report.takes_recipient(&name, value);
                }
                "action" => report.action = report.action.or_else(|| action_of(value)),
                "status" => report.status = report.status.or_else(|| status_of(value)),
                "diagnostic-code" if report.diagnostic.is_empty() => {
                    value.clone_into(&mut report.diagnostic);
                    last = "diagnostic-code";
                }
                _ => {}
            }
        }
        (named && (report.action.is_some() || report.status.is_some())).then_some(report)
    }

    /// The address as we wrote it is better than what became of it.
    fn takes_recipient(&mut self, name: &str, value: &str) {
        let address = value.rsplit_once(';').map_or(value, |(_, address)| address);
        let address = address.trim().trim_matches(['<', '>', '"']);
        if (self.recipient.is_none() || name == "original-recipient")
            && let Some(address) = Address::parse(address)
        {
            self.recipient = Some(address);
        }
    }
}

fn action_of(value: &str) -> Option<String> {
    let lower = value.to_ascii_lowercase();
    let word = lower.split(|c: char| !c.is_ascii_alphabetic()).find(|w| !w.is_empty())?;
    let word = if word == "fail" || word == "failure" { "failed" } else { word };
    ACTIONS.contains(&word).then(|| word.to_owned())
}

fn status_of(value: &str) -> Option<String> {
    super::words::enhanced(value.split([' ', '(', ';']).next().unwrap_or_default())
}

/// Ids named anywhere in a text, in the lines that name one; the line may be folded.
#[must_use]
pub fn ids_in(text: &str) -> Vec<MessageId> {
    let mut found = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let bare = line.trim_start_matches([' ', '\t', '>', '|', '*', '-']);
        let lower = bare.to_lowercase();
        let Some(field) = ID_FIELDS.iter().find(|field| lower.starts_with(*field)) else {
            continue;
        };
        let mut value = bare.get(field.len()..).unwrap_or_default().to_owned();
        if !value.contains('@')
            && let Some(next) = lines.peek()
        {
            value.push_str(next);
        }
        found.extend(ids::of_value(value.as_bytes()).into_iter().next());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_recipient_counts() {
        let report = Report::of(
            "Reporting-MTA: dns; mx\n\nOriginal-Recipient: rfc822;anna@acme.example\n\
             Final-Recipient: rfc822;a.schmidt@inner.example\nAction: FAILED\nStatus: 5.1.1 (bad)\n\n\
             Final-Recipient: rfc822;tom@acme.example\nAction: delayed\n",
        )
        .unwrap();
        assert_eq!(report.recipient.unwrap().as_str(), "anna@acme.example");
        assert_eq!(report.action.as_deref(), Some("failed"));
        assert_eq!(report.status.as_deref(), Some("5.1.1"));
        assert_eq!(Report::of("Action: failed\nStatus: 5.0.0"), None);
    }

    #[test]
    fn ids_are_found_in_copied_headers() {
        let ids = ids_in("text\n> Message-ID: <a@b>\nMessage-Id:\n <c@d>\nno id: <e@f>");
        assert_eq!(ids.iter().map(MessageId::as_str).collect::<Vec<_>>(), ["a@b", "c@d"]);
    }
}
