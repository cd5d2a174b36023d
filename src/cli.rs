//! Text in, text out: the commands of the program. Results go to stdout, logs and errors to
//! stderr. Nothing is decided here.
//!
//! | exit code | means |
//! |---|---|
//! | 0 | done |
//! | 1 | unexpected |
//! | 2 | wrong usage or configuration, or another one works on the database |
//! | 3 | the server cannot be reached, or TLS or the login was refused |

mod audit;
mod demo;
pub mod explain;
mod failure;
mod first_steps;
mod history;
mod init;
mod install_service;
mod logging;
mod login;
mod manual;
mod next;
mod old_texts;
mod output;
mod progress;
mod record;
mod reports;
mod serve;
mod status;
mod tell;
mod templates;
mod transfer;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::clock::Clock;
use crate::config::{self, Config};
use crate::domain::command::Told;
use crate::domain::ids::ReadableId;
use crate::service::{Record, Service};

use failure::Failure;
use next::Next;
use record::{InterviewArgs, NewArgs, OfferArgs};

/// Watches a job seeker's own mailbox and takes care of following up.
#[derive(Debug, Parser)]
#[command(name = "afterword", version, about)]
struct Cli {
    /// The configuration [default: ./config.toml, then the user's configuration directory].
    #[arg(long, global = true, value_name = "PATH")]
    config: Option<PathBuf>,
    /// Say more; twice says most. No mail text or password is ever shown.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
    /// Say nothing but errors.
    #[arg(short, long, global = true)]
    quiet: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Set Afterword up: asks where your mailbox is, tests the login, shows what it found.
    Init(Box<init::InitArgs>),
    /// Sign in at your provider with a browser, where `[mail.oauth2]` is configured.
    Login {
        /// Which account, if several are signed in to with a browser.
        #[arg(value_name = "ADDRESS")]
        account: Option<String>,
    },
    /// Test everything the service needs, one line each; sends nothing.
    Check,
    /// The service: watches, records, asks, sends what is approved, mails the summary.
    Run {
        /// Read and record, but send nothing to anybody; what would leave is listed and stays.
        #[arg(long)]
        dry_run: bool,
    },
    /// Write the systemd unit that runs the service for you, and say how to start it.
    InstallService(install_service::ServiceArgs),
    /// Whether the service does its work, in one line; the exit code is 0 or 1.
    Health,
    /// Exactly one full pass of what `run` does, then exit.
    Once {
        /// Read and record, but send nothing to anybody; what would leave is listed and stays.
        #[arg(long)]
        dry_run: bool,
    },
    /// All applications, one line each.
    Status {
        /// As JSON, for programs.
        #[arg(long)]
        json: bool,
    },
    /// One application with its history.
    Show {
        /// Which application, as in `ACME-1`.
        #[arg(value_name = "ID", value_parser = readable_id)]
        id: ReadableId,
        /// As JSON, for programs.
        #[arg(long)]
        json: bool,
        /// Every attempt to send: its approval, the checks before it, digests, the server's answer.
        #[arg(long)]
        audit: bool,
    },
    /// The rules behind the next date of an application.
    Why(Which),
    /// What would happen by a day if nobody writes.
    Plan {
        /// The last day: `2026-12-31`, `31 dec`.
        #[arg(long, value_name = "DATE")]
        at: String,
    },
    /// Show how messages are read; needs no configuration.
    Explain(explain::ExplainArgs),
    /// Record an application that the mailbox does not show.
    New(NewArgs),
    /// Record an interview of an application.
    Interview(InterviewArgs),
    /// Record by when they said you would hear: `4 dec`, `by next friday`, `no date`.
    Promise(tell::Words),
    /// Record a call, a voicemail or another contact that no mailbox shows.
    Log(tell::LogArgs),
    /// Keep a note with an application; it is never sent.
    Note(tell::Words),
    /// Record an offer, in your words: `60,000, expires 10 dec`. If it is in writing, others may
    /// be told of it, each with your approval.
    Offer(OfferArgs),
    /// Take back what you last told about an application.
    Undo(Which),
    /// Their last message is not about this application.
    Wrong(Which),
    /// Ask for a draft now.
    Draft(Which),
    /// Approve the draft that waits, in exactly its words.
    Approve(Which),
    /// Put your own words in the place of the draft that waits.
    Edit(record::EditArgs),
    /// Let the draft go until a day.
    Later {
        /// Which application, as in `ACME-1`.
        #[arg(value_name = "ID", value_parser = readable_id)]
        id: ReadableId,
        /// `fri`, `3d`, `12 jan`, `2027-01-12`.
        #[arg(value_name = "DAY")]
        day: String,
    },
    /// Let the draft go; a new one is written when you ask for it.
    Skip(Which),
    /// Never write to this employer again about this application.
    Stop(Which),
    /// Take a closed application up again.
    Reopen(Which),
    /// Ask nothing and send nothing until further notice.
    Pause {
        /// The day on which it goes on: `2027-01-04`, `4 jan`.
        #[arg(long, value_name = "DATE")]
        until: Option<String>,
    },
    /// End the pause.
    Resume,
    /// Print the weekly summary, or write it as a page.
    Summary(reports::SummaryArgs),
    /// Every contact with employers, as proof of your search.
    Report(reports::ReportArgs),
    /// Write interviews and planned days as a calendar file.
    Calendar {
        /// Where to [default: standard output]; the file is readable by you only.
        file: Option<PathBuf>,
    },
    /// Record the applications of a spreadsheet, or take in what `export` wrote.
    Import(transfer::ImportArgs),
    /// Write the whole record as JSON.
    Export {
        /// Where to [default: standard output]; the file is readable by you only.
        file: Option<PathBuf>,
    },
    /// Copy the database, also while the service runs.
    Backup {
        /// Where to; a file that is there is kept as it is.
        file: PathBuf,
    },
    /// Remove everything kept about an application.
    Forget {
        /// Which application, as in `ACME-1`.
        #[arg(value_name = "ID", value_parser = readable_id)]
        id: ReadableId,
        /// Do not ask.
        #[arg(long)]
        yes: bool,
    },
    /// The whole story in a minute, against an embedded mail server; nothing leaves the computer.
    Demo(demo::DemoArgs),
    /// The wordings of the drafts, as a start for your own; needs no configuration.
    Templates(templates::TemplatesArgs),
    /// Completions for a shell.
    Completions { shell: clap_complete::Shell },
    /// The manual page.
    Man,
}

/// What is about one application and needs nothing else.
#[derive(Debug, clap::Args)]
struct Which {
    /// Which application, as in `ACME-1`.
    #[arg(value_name = "ID", value_parser = readable_id)]
    id: ReadableId,
}

fn readable_id(text: &str) -> Result<ReadableId, String> {
    ReadableId::parse(text).ok_or_else(|| "ids look like ACME-1; see `afterword status`".to_owned())
}

/// What can be written on the command line: every command, option and argument.
#[must_use]
pub fn command_line() -> clap::Command {
    Cli::command()
}

/// Runs the program.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    logging::start(cli.quiet, cli.verbose);
    let next = Next::new(cli.config.as_deref());
    match run(cli, &next).and_then(|code| output::all_written().map(|()| code)) {
        Ok(code) => code,
        Err(failure) => {
            output::error(&failure, &next);
            failure.exit_code()
        }
    }
}

fn run(cli: Cli, next: &Next) -> Result<ExitCode, Failure> {
    match cli.command {
        Command::Explain(args) => {
            let words = explain::own_words(cli.config.as_deref())?;
            let (mut out, mut err) = (io::stdout().lock(), io::stderr().lock());
            match explain::run(&args, &words, &mut out, &mut err) {
                // Who reads no more has seen enough.
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
                explained => Ok(ExitCode::from(explained?)),
            }
        }
        Command::Demo(args) => demo::run(&args),
        Command::Init(args) => {
            let written = init::run(&args, cli.config.as_deref())?;
            runtime()?.block_on(first_steps::set_up(written, next))
        }
        Command::Templates(args) => {
            templates::run(&args)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut command_line(), "afterword", &mut script);
            output::raw(&String::from_utf8_lossy(&script));
            Ok(ExitCode::SUCCESS)
        }
        Command::Man => {
            output::raw(manual::page(command_line())?.trim_end());
            Ok(ExitCode::SUCCESS)
        }
        command => {
            let path = config::find(cli.config.as_deref())?;
            let config = config::load(&path)?;
            if let Command::InstallService(args) = &command {
                install_service::run(args, &path, &config)?;
                return Ok(ExitCode::SUCCESS);
            }
            // Of the first account: what fails in another says so.
            let signs_in = config.access.oauth2().is_some();
            let ran = runtime()?.block_on(with_config(command, config, next));
            ran.map_err(|failure| failure.of_sign_in(signs_in))
        }
    }
}

fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

async fn with_config(command: Command, config: Config, next: &Next) -> Result<ExitCode, Failure> {
    let clock = Clock::System;
    match command {
        Command::Once { dry_run } => {
            let mut service = open(config, clock, dry_run).await?;
            let _bar = progress::show(service.progress());
            service.pass().await?;
            if dry_run {
                list_unsent(&service).await?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        Command::Run { dry_run } => return serve::serve(open(config, clock, dry_run).await?).await,
        Command::Login { account } => login::run(&config, account.as_deref(), clock, next).await?,
        Command::Check => return first_steps::check(config, clock, next).await,
        Command::Health => return status::is_healthy(&Record::open(config, clock).await?).await,
        command => beside(command, Record::open(config, clock).await?).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn open(config: Config, clock: Clock, dry_run: bool) -> anyhow::Result<Service> {
    let service = Service::open(config, clock).await?;
    Ok(if dry_run { service.dry() } else { service })
}

/// What a pass would have sent.
async fn list_unsent(service: &Service) -> Result<(), Failure> {
    let unsent = service.record().unsent().await?;
    for line in &unsent {
        output::line(line);
    }
    if unsent.is_empty() {
        output::line("Nothing would be sent now.");
    }
    Ok(())
}

/// Commands that work beside a running service.
async fn beside(command: Command, record: Record) -> Result<(), Failure> {
    match command {
        Command::Status { json } => status::status(&record, json).await,
        Command::Show { id, json, audit } => status::show(&record, &id, json, audit).await,
        Command::Why(Which { id }) => status::why(&record, &id).await,
        Command::Plan { at } => status::plan(&record, &at).await,
        Command::Offer(args) => record::offer(&record, args).await,
        Command::New(args) => record::new(&record, args).await,
        Command::Interview(args) => record::interview(&record, args).await,
        Command::Promise(args) => tell::promise(&record, args).await,
        Command::Log(args) => tell::log(&record, args).await,
        Command::Note(args) => tell::note(&record, args).await,
        Command::Undo(Which { id }) => tell::tell(&record, &id, Told::Undo).await,
        Command::Wrong(Which { id }) => tell::tell(&record, &id, Told::NotThisOne(None)).await,
        Command::Draft(Which { id }) => record::draft(&record, &id).await,
        Command::Approve(Which { id }) => record::approve(&record, &id).await,
        Command::Edit(args) => record::edit(&record, &args).await,
        Command::Later { id, day } => record::later(&record, &id, &day).await,
        Command::Skip(Which { id }) => record::skip(&record, &id).await,
        Command::Stop(Which { id }) => record::stop(&record, &id).await,
        Command::Reopen(Which { id }) => record::reopen(&record, &id).await,
        Command::Pause { until } => record::pause(&record, until.as_deref()).await,
        Command::Resume => record::resume(&record).await,
        Command::Import(args) => transfer::import(&record, args).await,
        Command::Export { file } => transfer::export(&record, file.as_deref()).await,
        Command::Backup { file } => transfer::backup(&record, &file).await,
        Command::Forget { id, yes } => transfer::forget(&record, &id, yes).await,
        Command::Summary(args) => reports::summary(&record, args).await,
        Command::Report(args) => reports::report(&record, args).await,
        Command::Calendar { file } => reports::calendar(&record, file.as_deref()).await,
        Command::Check
        | Command::Login { .. }
        | Command::Init(_)
        | Command::InstallService(_)
        | Command::Health
        | Command::Run { .. }
        | Command::Once { .. }
        | Command::Explain(_)
        | Command::Demo(_)
        | Command::Templates(_)
        | Command::Completions { .. }
        | Command::Man => Ok(()),
    }
}
