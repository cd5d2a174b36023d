//! `afterword login`: begins a sign-in at the provider. What follows happens in the browser.

use anyhow::Context as _;

use crate::config::MailAccount;
use crate::oauth::Tokens;

pub use crate::oauth::SignIn;

/// `None` where the account has a password, so that there is nothing to sign in to.
pub async fn begin(account: &MailAccount) -> anyhow::Result<Option<SignIn>> {
    let Some(oauth2) = account.access.oauth2() else { return Ok(None) };
    let tokens = Tokens::for_sign_in(oauth2, &account.login.username)?;
    let sign_in = tokens.begin_sign_in().await.context("Begin to sign in")?;
    Ok(Some(sign_in))
}
