//! The first minutes: `check`, and the look at the mailbox that ends `init`.

use std::process::ExitCode;

use super::failure::Failure;
use super::{init, list_unsent, open, output, progress, status};
use crate::clock::Clock;
use crate::config::Config;

/// The first look after `init`: the login, and what is found; nothing is sent to anybody.
pub async fn set_up(written: init::Written) -> Result<ExitCode, Failure> {
    // The question for the password has taken Ctrl-C away from the system.
    tokio::select! {
        looked = test_and_look(written) => looked,
        pressed = tokio::signal::ctrl_c() => {
            pressed?;
            Err(Failure::Interrupted)
        }
    }
}

async fn test_and_look(written: init::Written) -> Result<ExitCode, Failure> {
    let config = *written.config;
    output::line("\nTesting the login:");
    let checked = check(config.clone(), Clock::System).await?;
    if checked != ExitCode::SUCCESS {
        output::line(&format!(
            "\nMend {} and test it with `afterword check`.",
            written.path.display()
        ));
        return Ok(checked);
    }
    if written.look {
        output::line("\nLooking through your mail; nothing is sent to anybody:");
        let mut service = open(config, Clock::System, true).await?;
        {
            let _bar = progress::show(service.progress());
            service.pass().await?;
        }
        status::status(service.record(), false).await?;
        list_unsent(&service).await?;
    }
    output::line("\nReady. Start the service with:  afterword run");
    Ok(ExitCode::SUCCESS)
}

/// Tests everything, one line each.
pub async fn check(config: Config, clock: Clock) -> Result<ExitCode, Failure> {
    let report = crate::service::check::check(config, clock).await;
    for line in &report.lines {
        output::line(&format!(
            "{:4}  {}: {}",
            if line.ok { "ok" } else { "FAIL" },
            line.what,
            line.says
        ));
    }
    match report.failure {
        None => Ok(ExitCode::SUCCESS),
        Some(error) => Ok(Failure::from(error).exit_code()),
    }
}
