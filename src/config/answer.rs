//! Single values by the rules of the file, for who asks for them one by one: a wrong one is said at
//! once, and nothing that was answered before is lost.

use super::{account, servers, sign_in};

/// A mail address that can be written to.
///
/// # Errors
/// A sentence that says what is wrong; so for all of these.
pub fn address(text: &str) -> Result<String, String> {
    account::own_address(text).map(|address| address.to_string())
}

/// A name as employers see it.
///
/// # Errors
/// As `address`.
pub fn name(text: &str) -> Result<String, String> {
    account::name(text)
}

/// An IANA time zone.
///
/// # Errors
/// As `address`; with the zone that was probably meant.
pub fn time_zone(text: &str) -> Result<String, String> {
    account::zone(text).map(|zone| zone.name().to_owned())
}

/// A server for reading.
///
/// # Errors
/// As `address`.
pub fn host(text: &str) -> Result<String, String> {
    servers::host(text)
}

/// A server for sending; one that is known not to take mail as this program sends it is refused.
///
/// # Errors
/// As `address`.
pub fn sending_host(text: &str) -> Result<String, String> {
    servers::host(text).and_then(|host| match servers::refused_for_sending(&host) {
        None => Ok(host),
        Some(why) => Err(why.to_owned()),
    })
}

/// An address where one signs in, or gets an access.
///
/// # Errors
/// As `address`.
pub fn sign_in_address(text: &str) -> Result<String, String> {
    // Only whether it will do: it is written as it was typed.
    sign_in::safe_address(text).map(|_| text.trim().to_owned()).map_err(about("the address"))
}

/// A client id.
///
/// # Errors
/// As `address`.
pub fn client_id(text: &str) -> Result<String, String> {
    sign_in::client_id(text).map_err(about("the client id"))
}

/// Makes a sentence of what the file says behind the name of a key.
fn about(what: &'static str) -> impl Fn(String) -> String {
    move |says| {
        let first = says.split(' ').next().unwrap_or_default();
        if matches!(first, "must" | "is" | "has") { format!("{what} {says}") } else { says }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(read: fn(&str) -> Result<String, String>, text: &str, expected: Result<&str, &str>) {
        match (read(text), expected) {
            (Ok(read), Ok(expected)) => assert_eq!(read, expected, "{text}"),
            (Err(says), Err(part)) => assert!(says.contains(part), "{text}: {says}"),
            (read, expected) => panic!("{text}: {read:?}, not {expected:?}"),
        }
    }

    #[test]
    fn a_value_is_taken_or_refused_in_a_sentence_as_in_the_file() {
        check(address, "jane@doe.example", Ok("jane@doe.example"));
        check(address, "jane", Err("\"jane\" is no mail address"));
        check(name, "Jane Doe", Ok("Jane Doe"));
        check(name, "  ", Err("the name is empty"));
        check(time_zone, "Europe/Berlin", Ok("Europe/Berlin"));
        check(time_zone, "berlin", Err("did you mean \"Europe/Berlin\"?"));
        check(host, "mail.example.com", Ok("mail.example.com"));
        check(host, "mail.example.com:993", Err("is no host name"));
        check(sending_host, "relay.example.com", Ok("relay.example.com"));
        check(sending_host, "smtp.office365.com", Err("a relay of your own"));
        let url = "https://login.example/a";
        check(sign_in_address, url, Ok(url));
        check(
            sign_in_address,
            "http://login.example/a",
            Err("the address must begin with https://"),
        );
        check(client_id, "7", Ok("7"));
        check(client_id, "7 8", Err("the client id has a character that no client id has"));
    }
}
