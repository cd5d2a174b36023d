//! The HTML twin of a mail to the user, made from its text: it cannot say anything else.
//!
//! It has no remote part and no link to a server. The buttons of a request open a new mail to the
//! user's own address, with the command and the code of the request in it; nothing happens until
//! that mail is sent.

use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, context};
use serde::Serialize;

use super::MARKER;
use crate::domain::user_mail::{UserMail, UserMailKind};
pub(in crate::mail) use pieces::pieces;

mod pieces;

const PAGE: &str = include_str!("html/mail.html");
const BUTTONS: [(&str, &str); 4] =
    [("approve", "Approve"), ("later", "Later"), ("skip", "Skip"), ("stop", "Stop")];

#[derive(Debug, Serialize)]
struct Button {
    word: &'static str,
    label: &'static str,
    href: String,
}

/// The page. `to` is the user's address, where the buttons write to.
#[must_use]
pub fn twin(mail: &UserMail, to: &str) -> Option<String> {
    let (answers, reference) = match mail.body.split_once(MARKER) {
        Some((answers, reference)) => (answers, reference),
        None => (mail.body.as_str(), ""),
    };
    let code = reference.lines().rev().find_map(|line| line.strip_prefix("ref: "));
    let buttons: Vec<Button> = match (mail.kind, code) {
        (UserMailKind::ApprovalRequest, Some(code)) => BUTTONS
            .map(|(word, label)| Button {
                word,
                label,
                href: mailto(to, &mail.subject, word, code),
            })
            .into(),
        _ => Vec::new(),
    };
    let mut environment = Environment::empty();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment
        .render_named_str(
            "mail.html",
            PAGE,
            context! {
                subject => mail.subject.as_str(),
                answers => Serde(pieces(answers)),
                marker => MARKER,
                buttons => Serde(buttons),
                reference => Serde(pieces(reference)),
                pictures => Value::from_safe_string(mail.pictures.clone()),
            },
        )
        .ok()
}

/// RFC 6068: the command on the first line, the code below.
fn mailto(to: &str, subject: &str, word: &str, code: &str) -> String {
    let subject = escaped(&format!("Re: {subject}"));
    let body = escaped(&format!("{word}\r\n\r\nref: {code}\r\n"));
    let to = match to.rsplit_once('@') {
        Some((local, domain)) => format!("{}@{}", escaped(local), escaped(domain)),
        None => escaped(to),
    };
    format!("mailto:{to}?subject={subject}&body={body}")
}

fn escaped(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    text.bytes()
        .map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
pub(super) mod tests;
#[cfg(test)]
mod twins;
