//! What a browser brings back from the provider (RFC 6749 §4.1.2), as the first line of its
//! request. Pure.
//!
//! The surprising fact: any page in that browser can send requests here. Only who knows the `state`
//! that went to the provider is believed; it is compared in constant time.

use secrecy::{ExposeSecret as _, SecretString};
use subtle::ConstantTimeEq as _;
use url::form_urlencoded;

use crate::net;

/// The longest reason of a refusal that is shown.
const LONGEST_REASON: usize = 200;

/// What a request is.
#[derive(Debug)]
pub(super) enum Arrival {
    /// Something a browser asks for by itself, or a stranger.
    Elsewhere,
    /// It looks like the answer, but is not to our question.
    WrongState,
    /// The user or the provider said no.
    Denied(String),
    /// The code that is exchanged for tokens.
    Code(SecretString),
}

/// Reads `GET /?code=…&state=… HTTP/1.1`.
pub(super) fn read(request_line: &str, state: &SecretString) -> Arrival {
    let mut words = request_line.split_ascii_whitespace();
    let (Some("GET"), Some(target)) = (words.next(), words.next()) else {
        return Arrival::Elsewhere;
    };
    let Some(query) = target.strip_prefix("/?") else { return Arrival::Elsewhere };
    let [said, code, error, description] =
        ["state", "code", "error", "error_description"].map(|name| only(query, name));
    if code.is_none() && error.is_none() {
        return Arrival::Elsewhere;
    }
    let said = said.unwrap_or_default();
    if !bool::from(said.as_bytes().ct_eq(state.expose_secret().as_bytes())) {
        return Arrival::WrongState;
    }
    match (error, code) {
        (Some(error), _) => Arrival::Denied(reason(&error, description.as_deref())),
        (None, Some(code)) => Arrival::Code(code.into()),
        (None, None) => Arrival::Elsewhere,
    }
}

/// The value of a parameter that is there once.
fn only(query: &str, name: &str) -> Option<String> {
    let mut found = form_urlencoded::parse(query.as_bytes()).filter(|(key, _)| key == name);
    let (_, value) = found.next()?;
    found.next().is_none().then(|| value.into_owned())
}

/// The provider's words, fit to be shown.
pub(super) fn reason(error: &str, description: Option<&str>) -> String {
    let text = match description {
        Some(description) if !description.is_empty() => format!("{error}: {description}"),
        Some(_) | None => error.to_owned(),
    };
    net::one_line(&text, LONGEST_REASON)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrival(request_line: &str) -> String {
        match read(request_line, &"s3/t=te".into()) {
            Arrival::Elsewhere => "elsewhere".to_owned(),
            Arrival::WrongState => "wrong state".to_owned(),
            Arrival::Denied(why) => format!("denied {why}"),
            Arrival::Code(code) => format!("code {}", code.expose_secret()),
        }
    }

    #[test]
    fn only_the_answer_to_our_question_counts() {
        for (line, expected) in [
            ("GET /?state=s3%2Ft%3Dte&code=4%2F0A+b&scope=x HTTP/1.1", "code 4/0A b"),
            ("GET /?code=c&state=s3/t=te HTTP/1.1", "code c"),
            ("GET /?code=c&state=other HTTP/1.1", "wrong state"),
            ("GET /?code=c HTTP/1.1", "wrong state"),
            ("GET /?code=c&state= HTTP/1.1", "wrong state"),
            ("GET /?code=c&state=s3/t=te&state=s3/t=te HTTP/1.1", "wrong state"),
            ("GET /?code=c&code=d&state=s3/t=te HTTP/1.1", "elsewhere"),
            ("GET /?error=access_denied&state=other HTTP/1.1", "wrong state"),
            ("GET /?error=access_denied&state=s3/t=te HTTP/1.1", "denied access_denied"),
            (
                "GET /?error=invalid_scope&error_description=no%0D%0Asuch%1B[2J&state=s3/t=te HTTP/1.1",
                "denied invalid_scope: no such [2J",
            ),
            ("GET /?state=s3/t=te HTTP/1.1", "elsewhere"),
            ("GET /favicon.ico HTTP/1.1", "elsewhere"),
            ("GET / HTTP/1.1", "elsewhere"),
            ("POST /?code=c&state=s3/t=te HTTP/1.1", "elsewhere"),
            ("GET /other?code=c&state=s3/t=te HTTP/1.1", "elsewhere"),
            ("GET http://127.0.0.1/?code=c&state=s3/t=te HTTP/1.1", "elsewhere"),
            ("", "elsewhere"),
            ("\u{16}\u{3}\u{1}", "elsewhere"),
        ] {
            assert_eq!(arrival(line), expected, "{line}");
        }
    }

    #[test]
    fn what_a_provider_says_is_one_short_line() {
        assert_eq!(reason("invalid_grant", Some("")), "invalid_grant");
        assert_eq!(reason("x", Some(&"y".repeat(1000))).chars().count(), LONGEST_REASON);
    }
}
