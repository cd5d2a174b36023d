//! `login`: the user signs in at the provider with a browser of this computer. The address is
//! printed; nothing is opened by itself.
//!
//! The surprising fact: nothing is changed before the provider has granted something, so whoever
//! gives up, with Ctrl-C or by closing the page, keeps what was granted before.

use std::time::Duration;

use super::failure::Failure;
use super::output;
use crate::clock::Clock;
use crate::config::Config;
use crate::service::sign_in;

/// How long the user may take in the browser.
const WITHIN: Duration = Duration::from_secs(10 * 60);

/// Prints the address, waits for the browser and keeps what was granted.
pub async fn run(config: &Config, clock: Clock) -> Result<(), Failure> {
    let Some(sign_in) = sign_in::begin(config).await? else {
        return Err(Failure::Usage(
            "the configuration has a password, so there is nothing to sign in to; to sign in with \
             a browser, write the section [mail.oauth2] in its place (docs/mailbox-setup.md)"
                .to_owned(),
        ));
    };
    output::line("Open this address in a browser on this computer and sign in:\n");
    output::line(sign_in.address());
    output::line("\nI wait for ten minutes. Ctrl-C gives up and changes nothing.");
    tokio::select! {
        finished = sign_in.finish(WITHIN, move || clock.now()) => {
            finished.map_err(anyhow::Error::from)?;
        }
        pressed = tokio::signal::ctrl_c() => {
            pressed?;
            return Err(Failure::Interrupted);
        }
    }
    output::line("Signed in. Test it with:  afterword check");
    Ok(())
}
