//! The log: which levels are written to stderr, and what of a bug in the program.
//!
//! Surprising: what a panic says is not written, only where it happened. Its words may quote the
//! text that was being read, and no line of mail belongs in a log.

use std::io;
use std::panic::{self, PanicHookInfo};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;

/// Levels are set here and nowhere else; the libraries that would write lines of mail are kept
/// below trace whatever the user asks for.
pub(super) fn start(quiet: bool, verbose: u8) {
    let level = match (quiet, verbose) {
        (true, _) => LevelFilter::ERROR,
        (false, 0) => LevelFilter::WARN,
        (false, 1) => LevelFilter::INFO,
        (false, 2) => LevelFilter::DEBUG,
        (false, _) => LevelFilter::TRACE,
    };
    let targets = Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_target("afterword", level)
        .with_target("async_imap", LevelFilter::WARN)
        .with_target("lettre", LevelFilter::WARN)
        .with_target("sqlx", LevelFilter::WARN)
        .with_target("ureq", LevelFilter::WARN)
        .with_target("ureq_proto", LevelFilter::WARN);
    // Without colours: it is read in files, in the journal and in cron's mails as well.
    let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_target(false);
    let to_stderr = lines.with_writer(io::stderr);
    tracing_subscriber::registry().with(to_stderr.with_filter(targets)).init();
    panic::set_hook(Box::new(|bug| tracing::error!("{}", words_for(bug))));
}

/// Where it happened, without a word of what was said there.
fn words_for(bug: &PanicHookInfo<'_>) -> String {
    let place = bug.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    format!("the program has a bug at {place}; what it was working on was given up")
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[test]
    fn of_a_panic_the_log_says_where_it_was_and_none_of_its_words() {
        let said = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&said);
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |bug| heard.lock().unwrap().push(words_for(bug))));
        let text = "The codeword is marzipan.".to_owned();
        let caught = panic::catch_unwind(|| assert!(text.is_empty(), "{text} was not expected"));
        panic::set_hook(usual);
        assert!(caught.is_err());
        let said = said.lock().unwrap().join("\n");
        assert!(said.contains("logging.rs"), "{said}");
        assert!(!said.contains("codeword"), "{said}");
    }
}
