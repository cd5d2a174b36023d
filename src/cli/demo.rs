//! `afterword demo`: seven weeks of a job search in a few seconds, against the embedded mail server,
//! with a clock that is moved from one event to the next.
//!
//! The service in it is the one that `run` starts, with a configuration file of its own; nothing
//! in here tells it what to do but mail. Surprising: there is no script of what the service will
//! say. The story only has what other people do; what comes of it is read from the record and
//! the mailboxes, so a viewer who answers differently sees another story.

mod keep;
mod letter;
mod mails;
mod page;
mod stage;
mod story;
mod viewer;

use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use tempfile::TempDir;
use tokio::signal::unix::{SignalKind, signal};

use crate::clock::Clock;
use crate::config;
use crate::domain::hexadecimal::hexadecimal;
use crate::sandbox::{Options, Sandbox, Style};
use crate::service::Service;

use super::failure::Failure;
use super::output;
use stage::Stage;

/// Ended by Ctrl-C, as shells count it.
const INTERRUPTED: u8 = 130;

#[derive(Debug, clap::Args)]
pub struct DemoArgs {
    /// Approve everything and run through.
    #[arg(long)]
    yes: bool,
    /// Leave every mail as .eml, the fullest weekly summary and a report as HTML, and the database,
    /// in this new or empty directory.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// Plays the story; leaves nothing behind, however it ends, but what is to be kept.
pub fn run(args: &DemoArgs) -> Result<ExitCode, Failure> {
    if let Some(dir) = &args.keep {
        keep::make_empty(dir)?;
    }
    let folder = tempfile::Builder::new()
        .prefix("afterword-demo-")
        .tempdir()
        .context("Make a temporary directory")?;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let played = runtime.block_on(async {
        tokio::select! {
            played = play(args, &folder) => played.map(|()| ExitCode::SUCCESS),
            stopped = interrupted() => stopped.map(|()| {
                // A question may have been left open on its line.
                output::line("");
                ExitCode::from(INTERRUPTED)
            }),
        }
    });
    // Not waited for: a thread may still be waiting for a line of the viewer.
    runtime.shutdown_background();
    played
}

/// Ctrl-C, the end of the computer's session, or a terminal that was closed.
async fn interrupted() -> Result<(), Failure> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    tokio::select! {
        pressed = tokio::signal::ctrl_c() => pressed?,
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
    }
    Ok(())
}

async fn play(args: &DemoArgs, folder: &TempDir) -> Result<(), Failure> {
    let clock = Clock::Fixed(story::begins());
    let password = password()?;
    let sandbox = Sandbox::start(Options {
        address: story::USER.to_owned(),
        password: password.clone(),
        style: Style::Plain,
        clock,
        folder: folder.path().to_owned(),
    })
    .await?;
    let path = configure(folder.path(), &sandbox, &password)?;
    let service = Service::open(config::load(&path)?, clock).await?;
    let mut stage = Stage::new(service, sandbox, args.yes);
    stage.play().await?;
    let left = stage.leave();
    if let Some(dir) = &args.keep {
        keep::keep(dir, &left, config::load(&path)?).await?;
        page::paragraph(&format!(
            "In {}: every mail, summary.html, report.html and the database.",
            dir.display()
        ));
    }
    Ok(())
}

/// Nobody else on this computer can log in.
fn password() -> Result<String, Failure> {
    let mut random = [0u8; 16];
    getrandom::fill(&mut random).map_err(|e| anyhow::anyhow!("No randomness: {e}"))?;
    Ok(hexadecimal(&random))
}

/// The configuration of somebody who looks for work, with the embedded server as their provider.
fn configure(folder: &Path, sandbox: &Sandbox, password: &str) -> Result<PathBuf, Failure> {
    write_private(&folder.join("password"), password)?;
    let path = folder.join("config.toml");
    let ca_file = toml::Value::String(sandbox.ca_file().display().to_string());
    let text = format!(
        "[account]\nname = \"{name}\"\naddress = \"{address}\"\ntime_zone = \"Europe/Berlin\"\n\
         country = \"DE\"\n\n[mail]\nprovider = \"custom\"\npassword_file = \"password\"\n\n\
         [imap]\nhost = \"localhost\"\nport = {imap}\nca_file = {ca_file}\n\n\
         [smtp]\nhost = \"localhost\"\nport = {smtp}\nca_file = {ca_file}\n\n\
         [profile]\nstrength = \"{strength}\"\nsignature = \"{name}\"\n",
        name = story::NAME,
        address = story::USER,
        strength = story::STRENGTH,
        imap = sandbox.imap_port(),
        smtp = sandbox.smtp_port(),
    );
    write_private(&path, &text)?;
    Ok(path)
}

fn write_private(path: &Path, text: &str) -> Result<(), Failure> {
    use std::io::Write as _;
    let mut file =
        std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    Ok(file.write_all(text.as_bytes())?)
}
