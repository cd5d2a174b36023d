//! Reading a mailbox, measured side by side in one run against what is physically possible:
//!
//! ```sh
//! cargo bench --bench mailbox -- --messages 100000 --runs 3
//! ```
//!
//! It prints every figure with the value that is wanted. Each is a ratio of medians over alternating
//! runs on this machine. imapflow and mbsync are compared with where they are installed. The server
//! is a Dovecot of its own on loopback. The peak of memory is wanted at two sizes, so
//! `--messages 1000000` is the second run.
//! `--latency` measures the time to a recorded fact alone, over more messages. Server, service and
//! store hand over to each other dozens of times on the way; in a virtual machine each waking of
//! another processor costs more than the work. `taskset -c 0` in front leaves that out.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a measuring program: it prints, and it stops where it cannot measure"
)]

mod compare;
mod generate;
mod latency;
mod measure;
mod plain;
#[path = "../../tests/it"]
#[expect(dead_code, reason = "the tests use more of it")]
mod it {
    pub mod hostile;
    pub mod servers;
}

use std::path::{Path, PathBuf};

use it::servers::{self, Servers};
use measure::{Measured, median, run_program};

/// What is measured, and how often.
struct Options {
    messages: u32,
    runs: usize,
}

fn options() -> Options {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str, default: u32| {
        let at = arguments.iter().position(|argument| argument == name);
        at.and_then(|at| arguments.get(at + 1))
            .map_or(default, |text| text.parse().expect("a number"))
    };
    Options {
        messages: number("--messages", 10_000),
        runs: number("--runs", 3).try_into().unwrap(),
    }
}

fn main() {
    if let Some(how) = std::env::args().nth(1).filter(|how| how == "raw" || how == "parse") {
        let rest: Vec<String> = std::env::args().skip(2).collect();
        plain::run(&how, &rest);
        return;
    }
    let options = options();
    if std::env::args().any(|argument| argument == "--latency") {
        return latency::measure(100);
    }
    let servers = Servers::start();
    let user = servers::unique("jane");
    println!("{} messages, {} runs, medians", options.messages, options.runs);
    generate::fill(&maildir(servers, &user), options.messages);
    let folder = tempfile::tempdir().unwrap();
    let config = write_config(servers, &user, folder.path());

    let plain = |how: &str| plain::start(how, servers, &user);
    // The first reading makes the server's index; it is not measured.
    plain("raw");
    let (mut raw, mut parse, mut sync, mut imapflow) = (vec![], vec![], vec![], vec![]);
    for _ in 0..options.runs {
        raw.push(plain("raw"));
        parse.push(plain("parse"));
        remove_database(folder.path());
        sync.push(run_program(&config, &["once", "-v"]));
        println!("  one run: the whole first `once` took {:.1} s", seconds(sync.last().unwrap()));
        imapflow.extend(compare::imapflow(servers, &user, folder.path()));
    }
    first_sync(options.messages, &raw, &parse, &sync, &imapflow);

    let (mut again, mut mbsync) = (vec![], vec![]);
    let mut mirror = compare::Mbsync::prepare(servers, &user, folder.path(), options.messages);
    for _ in 0..options.runs.max(5) {
        again.push(run_program(&config, &["once"]));
        mbsync.extend(mirror.as_mut().map(compare::Mbsync::run));
    }
    nothing_new(&again, &mbsync);
    measure::idle(&config);
    latency::measure(100);
    measure::hostile();
}

fn seconds(run: &Measured) -> f64 {
    run.took.as_secs_f64()
}

fn first_sync(
    messages: u32,
    raw: &[Measured],
    parse: &[Measured],
    sync: &[Measured],
    imapflow: &[Measured],
) {
    println!("\nfirst sync: headers looked through and stored");
    let rate = |runs: &[Measured]| median(runs.iter().map(Measured::rate));
    let peak = |runs: &[Measured]| runs.iter().map(|it| it.peak >> 20).max().unwrap_or_default();
    let cpu = |runs: &[Measured]| median(runs.iter().map(Measured::micros_of_cpu));
    let limit = rate(raw);
    for (name, runs) in [
        ("limit: octets counted", raw),
        ("fetch and parse, nothing stored", parse),
        ("Afterword, header pass", sync),
        ("imapflow, same headers", imapflow),
    ] {
        if runs.is_empty() {
            println!("  {name:32} not installed");
            continue;
        }
        let (rate, cpu, peak) = (rate(runs), cpu(runs), peak(runs));
        println!("  {name:32} {rate:8.0} messages/s  {cpu:5.1} µs CPU a message  peak {peak} MB");
    }
    let whole = median(sync.iter().map(seconds));
    println!("  the whole first `once`, with what it read and recorded: {whole:.2} s");
    let share = rate(sync) / limit * 100.0;
    wanted("of the limit", &format!("{share:.0} %"), "at least 60 %");
    if !imapflow.is_empty() {
        let times = rate(sync) / rate(imapflow);
        wanted("as fast as imapflow", &format!("{times:.1} times"), "at least 2 times");
    }
    let times = cpu(sync) / cpu(parse);
    wanted("CPU of a stored header / of a parsed one", &format!("{times:.2}"), "at most 2");
    let most = if messages > 100_000 { "at most 60 MB" } else { "at most 40 MB" };
    wanted("peak memory", &format!("{} MB", peak(sync)), most);
}

/// One figure, with the value that it should have.
fn wanted(what: &str, figure: &str, value: &str) {
    println!("  {what:42} {figure:>12}   wanted: {value}");
}

fn nothing_new(again: &[Measured], mbsync: &[Measured]) {
    println!("\na cold pass with nothing new");
    let seconds = |runs: &[Measured]| median(runs.iter().map(seconds));
    println!("  Afterword once   {:.3} s", seconds(again));
    if mbsync.is_empty() {
        println!("  mbsync           not installed");
    } else {
        let ratio = seconds(again) / seconds(mbsync);
        println!("  mbsync           {:.3} s", seconds(mbsync));
        wanted("Afterword / mbsync", &format!("{ratio:.2}"), "at most 0.7");
    }
}

/// Where the server keeps the messages of a user.
fn maildir(servers: &Servers, user: &str) -> PathBuf {
    let (name, domain) = user.split_once('@').unwrap();
    servers.ca_file().with_file_name("mail").join(domain).join(name).join("Maildir")
}

fn remove_database(folder: &Path) {
    for suffix in ["", "-wal", "-shm"] {
        std::fs::remove_file(folder.join(format!("afterword.db{suffix}"))).ok();
    }
}

fn write_config(servers: &Servers, user: &str, folder: &Path) -> PathBuf {
    let (imap, smtp) = (servers.imap_port(), servers.smtp_port());
    let ca = servers.ca_file();
    let ca = ca.display();
    let text = format!(
        "[account]\nname = \"Jane Doe\"\naddress = \"{user}\"\ntime_zone = \"Europe/Berlin\"\n\
         [mail]\nprovider = \"custom\"\npassword_command = [\"echo\", \"{}\"]\n\
         [imap]\nhost = \"localhost\"\nport = {imap}\nca_file = \"{ca}\"\n\
         [smtp]\nhost = \"localhost\"\nport = {smtp}\nca_file = \"{ca}\"\n\
         [watch]\nbackfill_days = 0\n",
        servers::PASSWORD
    );
    let path = folder.join("config.toml");
    std::fs::write(&path, text).unwrap();
    path
}
