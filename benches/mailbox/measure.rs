//! Running one program and measuring it: wall time, processor time, and the most memory it held.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use afterword::domain::address::{Address, OwnAddresses};
use afterword::mail::read::{ReadContext, read};

use crate::it::hostile;
use crate::wanted;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_afterword");

/// One run of one program.
#[derive(Debug, Clone)]
pub struct Measured {
    /// From start to end.
    pub took: Duration,
    /// The part of it that dealt with `messages`.
    pub reading: Duration,
    pub messages: u64,
    pub cpu: Duration,
    /// Octets of memory.
    pub peak: u64,
}

impl Measured {
    /// Messages a second.
    pub fn rate(&self) -> f64 {
        count(self.messages) / self.reading.as_secs_f64()
    }

    pub fn micros_of_cpu(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / count(self.messages)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a rate is not exact")]
fn count(number: u64) -> f64 {
    number as f64
}

pub fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Afterword with a configuration. How long the header pass took, it says itself with `-v`.
pub fn run_program(config: &Path, arguments: &[&str]) -> Measured {
    let mut command = Command::new(PROGRAM);
    command.arg("--config").arg(config).args(arguments).env("NO_COLOR", "1");
    let (mut measured, said) = run_until(&mut command, Some("looked_through="));
    let figure = |name: &str| {
        let (_, rest) = said.split_once(&format!("{name}="))?;
        rest.split_whitespace().next()?.parse::<u64>().ok()
    };
    if let (Some(messages), Some(millis)) = (figure("looked_through"), figure("millis")) {
        measured.messages = messages;
        measured.reading = Duration::from_millis(millis.max(1));
    }
    measured
}

/// Runs to the end and gives what was written to both outputs.
pub fn run(command: &mut Command) -> (Measured, String) {
    run_until(command, None)
}

/// The same; processor time counts until the program has written a word, if one is named.
fn run_until(command: &mut Command, word: Option<&str>) -> (Measured, String) {
    let output = tempfile::NamedTempFile::new().unwrap();
    let [out, err] = [output.reopen().unwrap(), output.reopen().unwrap()].map(|mut file| {
        use std::io::Seek as _;
        file.seek(std::io::SeekFrom::End(0)).unwrap();
        file
    });
    let begun = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(out).stderr(err).spawn().unwrap();
    let (mut peak, mut cpu, mut counting) = (0, Duration::ZERO, true);
    let status = loop {
        peak = memory(&child, "VmHWM:").unwrap_or(0).max(peak);
        if counting {
            cpu = processor_time(&child).unwrap_or(cpu);
            let said = std::fs::read_to_string(output.path()).unwrap();
            counting = !word.is_some_and(|word| said.contains(word));
        }
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(1)),
        }
    };
    let took = begun.elapsed();
    let said = std::fs::read_to_string(output.path()).unwrap();
    assert!(status.success(), "{command:?}: {said}");
    (Measured { took, reading: took, messages: 1, cpu, peak }, said)
}

fn memory(child: &Child, what: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with(what))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes << 10)
}

/// User and system time, in ticks of ten milliseconds.
fn processor_time(child: &Child) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", child.id())).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks = fields.split_whitespace().skip(11).take(2).map(|it| it.parse::<u64>().ok());
    Some(Duration::from_millis(ticks.sum::<Option<u64>>()? * 10))
}

/// `run` with nothing to do.
pub fn idle(config: &Path) {
    let mut command = Command::new(PROGRAM);
    command.arg("--config").arg(config).arg("run").stdin(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    std::thread::sleep(Duration::from_secs(6));
    let before = processor_time(&child).unwrap();
    std::thread::sleep(Duration::from_secs(10));
    let used = processor_time(&child).unwrap() - before;
    let held = |what: &str| memory(&child, what).unwrap() as f64 / f64::from(1 << 20);
    println!("\n`run` with nothing to do");
    wanted("memory", &format!("{:.1} MB", held("VmRSS:")), "at most 20 MB");
    println!("  {:.1} MB of it are pages of the program's own file", held("RssFile:"));
    wanted("CPU in 10 s", &format!("{used:?}"), "0ns: less than a tick of 10 ms");
    child.kill().unwrap();
    child.wait().unwrap();
}

/// The longest that one of a thousand hostile messages takes to be read, whole.
pub fn hostile() {
    let account = Address::parse("jane@example.test").unwrap();
    let own = OwnAddresses::new(account, Vec::new());
    let context = ReadContext { own: &own, received: None, zone: chrono_tz::Europe::Berlin };
    let messages = hostile::messages(20_000);
    let longest = messages.iter().map(|bytes| {
        let begun = Instant::now();
        std::hint::black_box(read(bytes, &context));
        begun.elapsed()
    });
    let longest = longest.max().unwrap();
    println!("\n{} hostile messages", messages.len());
    wanted("the longest was read in", &format!("{longest:.0?}"), "at most 1 s");
}
