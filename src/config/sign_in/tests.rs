//! `[mail.oauth2]`: what a provider's name fills in, and what a mistake is answered with.

use super::super::{Config, from_text};
use super::*;

const ACCOUNT: &str = "[account]\nname = \"Jane Doe\"\naddress = \"jane@example.com\"\n\
                       time_zone = \"Europe/Berlin\"\n";

/// The rest of a file, after the account.
fn parse(rest: &str) -> Result<Config, ConfigError> {
    from_text(&format!("{ACCOUNT}{rest}"), Path::new("dir/config.toml"))
}

fn oauth2(rest: &str) -> OAuth2 {
    parse(rest).unwrap().access.oauth2().unwrap().clone()
}

const GMAIL: &str = "[mail]\nprovider = \"gmail\"\n[mail.oauth2]\nclient_id = \"7\"\n";

#[test]
fn the_name_of_the_provider_fills_in_what_is_the_same_for_all() {
    let google = oauth2(GMAIL);
    assert_eq!(google.token_url, "https://oauth2.googleapis.com/token");
    assert_eq!(google.scopes, ["https://mail.google.com/"]);
    assert!(google.asked_along.contains(&("access_type", "offline")));
    assert_eq!(google.token_file, Path::new("dir/afterword.token"));
    assert_eq!(google.client_secret, None);

    let relay = "[mail]\nprovider = \"outlook\"\n[mail.oauth2]\nclient_id = \"7\"\n\
                 [smtp]\nhost = \"relay.example.com\"\n";
    let microsoft = oauth2(relay);
    assert!(microsoft.auth_url.starts_with("https://login.microsoftonline.com/"));
    assert_eq!(microsoft.this_computer, "localhost");
    assert_eq!(parse(relay).unwrap().imap.server.host, "outlook.office365.com");
}

#[test]
fn every_key_can_be_set() {
    let text = "[mail]\n[mail.oauth2]\nauth_url = \"https://login.example/authorize\"\n\
                token_url = \"https://login.example/token\"\nclient_id = \"7\"\n\
                scopes = [\"mail\"]\nclient_secret_env = \"CLIENT\"\ntoken_file = \"t/token\"\n\
                [imap]\nhost = \"i.example\"\n[smtp]\nhost = \"s.example\"\n\
                [store]\npath = \"/var/lib/afterword/a.db\"\n";
    let other = oauth2(text);
    assert_eq!(other.auth_url, "https://login.example/authorize");
    assert_eq!(other.scopes, ["mail"]);
    assert_eq!(other.client_secret.as_ref().unwrap().variable(), Some("CLIENT"));
    assert_eq!(other.token_file, Path::new("dir/t/token"));
    let beside = oauth2(&text.replace("token_file = \"t/token\"\n", ""));
    assert_eq!(beside.token_file, Path::new("/var/lib/afterword/afterword.token"));
}

#[test]
fn every_mistake_names_its_key() {
    let with = |line: &str| format!("{GMAIL}{line}\n");
    let outlook = GMAIL.replace("gmail", "outlook");
    for (text, says) in [
        (with("colour = 1"), "mail.oauth2.colour: unknown key; keys here are auth_url"),
        (with("client_secrt_env = \"X\""), "did you mean \"client_secret_env\"?"),
        (
            with("client_secret = \"hunter2\""),
            "mail.oauth2.client_secret: unknown key; a secret is not",
        ),
        (
            with("provider = \"gogle\""),
            "mail.oauth2.provider: unknown provider \"gogle\"; did you mean",
        ),
        (with("token_url = \"http://login.example/token\""), "must begin with https://"),
        (with("auth_url = \"https://jane@login.example/\""), "without user name"),
        (with("auth_url = \"login\""), "is no address"),
        (with("scopes = [\"a b\"]"), "is no scope"),
        (
            with("token_file = \"afterword.db\""),
            "config.toml:9: mail.oauth2.token_file: is the database",
        ),
        (with("token_file = \"./config.toml\""), "mail.oauth2.token_file: is the database or the"),
        (
            with("client_secret_env = \"X\"\nclient_secret_file = \"y\""),
            "there must be one client secret",
        ),
        (GMAIL.replace("client_id = \"7\"", ""), "mail.oauth2.client_id: is missing"),
        (GMAIL.replace("\"7\"", "\"7 8\""), "no client id has"),
        (
            GMAIL.replace("[mail.oauth2]", "password_env = \"X\"\n[mail.oauth2]"),
            "there must be one password source",
        ),
        (GMAIL.replace("mail.oauth2", "mail.oauth"), "did you mean \"oauth2\"?"),
        (GMAIL.replace("gmail", "fastmail"), "mail.oauth2.auth_url: is missing; write provider"),
        (GMAIL.replace("gmail", "fastmail"), "mail.oauth2.token_url: is missing; write provider"),
        ("[mail]\nprovider = \"gmail\"\noauth2 = 1\n".to_owned(), "write [mail.oauth2]"),
        // Microsoft begins without encryption where it takes mail for sending.
        (outlook.clone(), "what works is a relay of your own"),
        (
            format!("{outlook}[smtp]\nhost = \"smtp.office365.com\"\n"),
            "smtp.host: Microsoft takes mail",
        ),
        (format!("{GMAIL}[smtp]\nhost = \"smtp-mail.outlook.com\"\n"), "only on port 587"),
    ] {
        let said = parse(&text).unwrap_err().to_string();
        assert!(said.contains(says), "{says}: {said}");
        assert!(!said.contains("hunter2"), "{said}");
    }
}

#[test]
fn only_an_address_of_this_computer_may_go_without_tls() {
    for (address, fits) in [
        ("https://login.example/token", true),
        ("http://127.0.0.1:8080/token", true),
        ("http://localhost:8080/token", true),
        ("http://[::1]:8080/token", true),
        ("http://localhost.example/token", false),
        ("http://127.0.0.1.example/token", false),
        ("http://10.0.0.1/token", false),
        ("ftp://localhost/token", false),
        ("https://login.example/token#x", false),
    ] {
        assert_eq!(safe_address(address).is_ok(), fits, "{address}");
    }
}
