//! `login`: the user signs in at the provider with a browser of this computer. The address is
//! printed; nothing is opened by itself. `init` signs in by the same function.
//!
//! The surprising fact: nothing is changed before the provider has granted something, so whoever
//! gives up, with Ctrl-C or by closing the page, keeps what was granted before.

use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use super::failure::Failure;
use super::next::Next;
use super::output;
use crate::clock::Clock;
use crate::config::{Config, MailAccount};
use crate::service::sign_in;

/// How long the user may take in the browser.
const WITHIN: Duration = Duration::from_secs(10 * 60);

/// What is said where no account is signed in to with a browser.
const PASSWORD: &str = "the configuration has a password, so there is nothing to sign in to; to sign \
    in with a browser, write the section [mail.oauth2] in its place (docs/mailbox-setup.md)";

/// Signs in at the account that is meant.
pub async fn run(
    config: &Config,
    mailbox: Option<&str>,
    clock: Clock,
    next: &Next,
) -> Result<(), Failure> {
    let account = meant(config.mail_accounts(), mailbox).map_err(Failure::Usage)?;
    through_browser(&account, clock).await?;
    output::line(&format!("Signed in. Test it with:  {}", next.command("check")));
    Ok(())
}

/// Prints the address, waits for the browser and keeps what was granted.
pub async fn through_browser(account: &MailAccount, clock: Clock) -> Result<(), Failure> {
    let Some(sign_in) = sign_in::begin(account).await? else {
        return Err(Failure::Usage(PASSWORD.to_owned()));
    };
    // Before anybody is told of it: from here on no Ctrl-C is lost.
    let mut gives_up = signal(SignalKind::interrupt())?;
    output::line("Open this address in a browser on this computer and sign in:\n");
    output::line(sign_in.address());
    output::line("\nI wait for ten minutes. Ctrl-C gives up and changes nothing.");
    tokio::select! {
        finished = sign_in.finish(WITHIN, move || clock.now()) => {
            finished.map_err(anyhow::Error::from)?;
            Ok(())
        }
        _ = gives_up.recv() => Err(Failure::Interrupted),
    }
}

/// The account that is named, or else the only one that is signed in to with a browser.
fn meant(accounts: Vec<MailAccount>, mailbox: Option<&str>) -> Result<MailAccount, String> {
    let names = |accounts: &[MailAccount]| {
        accounts.iter().map(|account| account.address.to_string()).collect::<Vec<_>>().join(" or ")
    };
    if let Some(mailbox) = mailbox {
        let all = names(&accounts);
        let is_it = |account: &MailAccount| account.address.as_str().eq_ignore_ascii_case(mailbox);
        let named = accounts.into_iter().find(is_it);
        return named.ok_or_else(|| format!("{mailbox} is no account here; write {all}"));
    }
    let mut signing_in = accounts;
    signing_in.retain(|account| account.access.oauth2().is_some());
    if signing_in.len() > 1 {
        return Err(format!("say which account: `afterword login {}`", names(&signing_in)));
    }
    signing_in.pop().ok_or_else(|| PASSWORD.to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config;

    const PERSON: &str = "[[account]]\nname = \"Jane Doe\"\naddress = \"jane@gmail.com\"\n";
    const OTHER: &str = "[[account]]\naddress = \"jane@work.example\"\n";
    const BROWSER: &str =
        "[account.mail]\nprovider = \"gmail\"\n[account.mail.oauth2]\nclient_id = \"7\"\n";
    const WORD: &str = "[account.mail]\nprovider = \"gmail\"\npassword_env = \"X\"\n";

    /// The account that is signed in to, or what is said.
    fn found(first: &str, second: &str, mailbox: Option<&str>) -> Result<String, String> {
        let text = format!("{PERSON}{first}{OTHER}{second}");
        let config = config::from_text(&text, Path::new("config.toml")).unwrap();
        meant(config.mail_accounts(), mailbox).map(|account| account.address.to_string())
    }

    #[test]
    fn the_only_account_without_a_password_is_meant_and_of_several_one_is_named() {
        let (jane, work) = ("jane@gmail.com", "jane@work.example");
        assert_eq!(found(WORD, BROWSER, None).as_deref(), Ok(work));
        assert_eq!(found(BROWSER, WORD, None).as_deref(), Ok(jane));
        assert_eq!(found(BROWSER, BROWSER, Some("Jane@Work.example")).as_deref(), Ok(work));
        for (second, mailbox, says) in [
            (BROWSER, None, "`afterword login jane@gmail.com or jane@work.example`"),
            (WORD, Some("anna@work.example"), "is no account here"),
        ] {
            let said = found(BROWSER, second, mailbox).unwrap_err();
            assert!(said.contains(says), "{said}");
        }
        assert!(found(WORD, WORD, None).unwrap_err().contains("has a password"));
    }
}
