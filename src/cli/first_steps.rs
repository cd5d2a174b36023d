//! The first minutes: `check`, and the look at the mailbox that ends `init`.

use std::process::ExitCode;

use super::failure::Failure;
use super::next::Next;
use super::{init, list_unsent, login, open, output, progress, status};
use crate::clock::Clock;
use crate::config::Config;

/// What comes after the questions of `init`: the sign-in where there is no password, the test of the
/// logins, and the first look. Nothing is sent to anybody.
pub async fn set_up(written: init::Written, next: &Next) -> Result<ExitCode, Failure> {
    if let Err(code) = sign_in(&written, next).await {
        return Ok(code);
    }
    // The question for a secret has taken Ctrl-C away from the system.
    tokio::select! {
        looked = test_and_look(written, next) => looked,
        pressed = tokio::signal::ctrl_c() => {
            pressed?;
            Err(Failure::Interrupted)
        }
    }
}

/// Signs in for the first time. Whoever gives up, or is not let in, keeps what was written, and is
/// told how to go on; the error is the exit code.
async fn sign_in(written: &init::Written, next: &Next) -> Result<(), ExitCode> {
    let accounts = written.config.mail_accounts();
    let Some(account) = accounts.iter().find(|it| it.access.oauth2().is_some()) else {
        return Ok(());
    };
    output::line("");
    let Err(failure) = login::through_browser(account, Clock::System).await else {
        output::line("Signed in.");
        return Ok(());
    };
    let failure = failure.of_sign_in(true);
    output::error(&failure, next);
    output::line(&format!(
        "\nYour answers stay in {}. When you are ready, go on with:  {}",
        written.path.display(),
        next.command("login")
    ));
    Err(failure.exit_code())
}

async fn test_and_look(written: init::Written, next: &Next) -> Result<ExitCode, Failure> {
    let config = *written.config;
    let signs_in = config.access.oauth2().is_some();
    output::line("\nTesting the login:");
    let checked = check(config.clone(), Clock::System, next).await?;
    if checked != ExitCode::SUCCESS {
        let path = written.path.display();
        output::line(&next.in_text(&if signs_in {
            format!(
                "\nSign in again with `afterword login` and allow both reading and sending, or mend \
                 {path}; then test it with `afterword check`."
            )
        } else {
            format!("\nMend {path} and test it with `afterword check`.")
        }));
        return Ok(checked);
    }
    if written.look {
        output::line("\nLooking through your mail; nothing is sent to anybody:");
        look(config).await.map_err(|failure| failure.of_sign_in(signs_in))?;
    }
    output::line(&format!("\nReady. Start the service with:  {}", next.command("run")));
    Ok(ExitCode::SUCCESS)
}

/// A pass that sends nothing, and what it found.
async fn look(config: Config) -> Result<(), Failure> {
    let mut service = open(config, Clock::System, true).await?;
    {
        let _bar = progress::show(service.progress());
        service.pass().await?;
    }
    status::status(service.record(), false).await?;
    list_unsent(&service).await
}

/// Tests everything, one line each.
pub async fn check(config: Config, clock: Clock, next: &Next) -> Result<ExitCode, Failure> {
    let report = crate::service::check::check(config, clock).await;
    for line in &report.lines {
        output::line(&format!(
            "{:4}  {}: {}",
            if line.ok { "ok" } else { "FAIL" },
            line.what,
            next.in_text(&line.says)
        ));
    }
    match report.failure {
        None => Ok(ExitCode::SUCCESS),
        Some(error) => Ok(Failure::from(error).exit_code()),
    }
}
