//! Which configuration the options make, and which options do not go together. Nobody is asked here:
//! every answer is an option.

use clap::Parser as _;

use super::*;
use crate::cli::{Cli, Command};

const JANE: &str =
    "afterword init --address jane@doe.example --name Jane --time-zone Europe/Berlin";

/// What follows the account in the configuration, or what is said instead.
fn made(options: &str) -> Result<String, String> {
    let words = JANE.split_whitespace().chain(options.split_whitespace());
    let cli = Cli::try_parse_from(words).map_err(|error| error.to_string())?;
    let Command::Init(args) = cli.command else { return Err("another command".to_owned()) };
    let path = Path::new("dir/config.toml");
    let said = |failure: Failure| failure.to_string();
    let answers = answers(&args, path, &mut Asker::new()).map_err(said)?;
    assert!(answers.typed.is_none(), "{options}");
    config::from_text(&answers.text, path).map_err(|error| error.to_string())?;
    Ok(answers.text.split_once("\n[mail]\n").unwrap().1.to_owned())
}

fn check(options: &str, expected: &str) {
    assert_eq!(made(options).as_deref(), Ok(expected), "{options}");
}

#[test]
fn the_options_make_a_complete_configuration() {
    check("--provider gmail --password-env X", "provider = \"gmail\"\npassword_env = \"X\"\n");
    check(
        "--provider gmail --client-id 7 --client-secret-file /s",
        "provider = \"gmail\"\n\n[mail.oauth2]\nclient_id = \"7\"\nclient_secret_file = \"/s\"\n",
    );
    check(
        "--provider gmail --oauth --client-id 7 --client-secret-env X --imap-port 994",
        "provider = \"gmail\"\n\n[mail.oauth2]\nclient_id = \"7\"\nclient_secret_env = \"X\"\n\
         \n[imap]\nport = 994\n",
    );
    // A client there has no secret, and mail is sent by a relay.
    check(
        "--provider outlook --client-id 7 --smtp-host relay.doe.example",
        "provider = \"outlook\"\n\n[mail.oauth2]\nclient_id = \"7\"\n\
         \n[smtp]\nhost = \"relay.doe.example\"\n",
    );
    check(
        "--provider Microsoft --client-id 7 --client-secret-command c --smtp-host r.example \
         --auth-url https://login.example/a",
        "provider = \"outlook\"\n\n[mail.oauth2]\nauth_url = \"https://login.example/a\"\n\
         client_id = \"7\"\nclient_secret_command = \"c\"\n\n[smtp]\nhost = \"r.example\"\n",
    );
    check(
        "--provider fastmail --client-id 7 --auth-url https://login.example/a \
         --token-url https://login.example/t --scope mail --scope offline_access",
        "provider = \"fastmail\"\n\n[mail.oauth2]\nauth_url = \"https://login.example/a\"\n\
         token_url = \"https://login.example/t\"\nscopes = [\"mail\", \"offline_access\"]\n\
         client_id = \"7\"\n",
    );
    check(
        "--provider custom --imap-host i.example --smtp-host s.example --password-command c",
        "provider = \"custom\"\npassword_command = \"c\"\n\n[imap]\nhost = \"i.example\"\n\
         \n[smtp]\nhost = \"s.example\"\n",
    );
}

#[test]
fn a_file_is_named_so_that_it_is_found_from_anywhere() {
    let here = std::path::absolute("s").unwrap().display().to_string();
    for (named, written) in [("s", here.as_str()), ("/etc/s", "/etc/s"), ("~/s", "~/s")] {
        check(
            &format!("--provider gmail --password-file {named}"),
            &format!("provider = \"gmail\"\npassword_file = \"{written}\"\n"),
        );
    }
}

#[test]
fn options_that_do_not_go_together_are_refused_with_what_to_do() {
    for (options, says) in [
        ("--oauth --password-env X", "cannot be used with"),
        ("--client-id 7 --password-command c", "cannot be used with"),
        ("--client-secret-env X --password-file f", "cannot be used with"),
        ("--scope mail --password-env X", "cannot be used with"),
        ("--password-env X --password-file f", "cannot be used with"),
        ("--client-secret-env X --client-secret-file f", "cannot be used with"),
        ("--provider outlook --smtp-host r --password-env X", "sign in with a browser (--oauth)"),
        ("--provider outlook --smtp-host r --keyring", "sign in with a browser (--oauth)"),
        (
            "--provider outlook --client-id 7 --smtp-host smtp.office365.com",
            "a relay of your own, named in [smtp]",
        ),
        (
            "--provider gmx --client-id 7 --auth-url http://a.example --token-url http://a.example \
             --scope mail",
            "must begin with https://",
        ),
        ("--provider gmail --password-env X --imap-host imap.example.com:993", "is no host name"),
        ("--provider nowhere --client-id 7", "there is no provider \"nowhere\""),
    ] {
        let said = made(options).unwrap_err();
        assert!(said.contains(says), "{options}: {said}");
    }
}
