//! The real program in a process of its own, at a moment that the test names.
//!
//! Time is moved by the library of Debian's `faketime`. It is loaded without the wrapper of that
//! name, so that the process started here is the program itself: it can be killed and signalled,
//! and its exit code is its own. From the named moment on its clock goes at the usual speed.

use std::fs::File;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use chrono::DateTime;
use serde_json::Value;

use crate::servers::Servers;
use crate::world::utc;

/// `$LIB` is filled in by the loader.
const FAKETIME: &str = "/usr/$LIB/faketime/libfaketime.so.1";
/// Far more than any command needs, on any machine.
const LONGEST: Duration = Duration::from_secs(60);

/// The program with one configuration.
pub struct Program {
    config: PathBuf,
}

/// What a finished process left.
#[derive(Debug)]
pub struct Ran {
    /// `None` if a signal ended it.
    pub code: Option<i32>,
    pub out: String,
    pub err: String,
    pub took: Duration,
}

/// A process that goes on beside the test; it is killed when the test lets go of it.
pub struct Running {
    child: Child,
    begun: Instant,
    output: tempfile::TempDir,
}

impl Program {
    pub fn new(config: &Path) -> Self {
        check_faketime();
        Self { config: config.to_owned() }
    }

    /// The same database with another configuration: `from`, which must be there once, is `to`.
    pub fn changed(&self, name: &str, from: &str, to: &str) -> Self {
        let text = std::fs::read_to_string(&self.config).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from}");
        let config = self.config.with_file_name(format!("{name}.toml"));
        std::fs::write(&config, text.replace(from, to)).unwrap();
        Self { config }
    }

    /// The same, but mail is handed in at another port.
    pub fn with_smtp_port(&self, servers: &Servers, port: u16) -> Self {
        let [from, to] = [servers.smtp_port(), port].map(|port| format!("port = {port}\n"));
        self.changed(&format!("smtp-{port}"), &from, &to)
    }

    /// The same, but mail is read at another port.
    pub fn with_imap_port(&self, servers: &Servers, port: u16) -> Self {
        let [from, to] = [servers.imap_port(), port].map(|port| format!("port = {port}\n"));
        self.changed(&format!("imap-{port}"), &from, &to)
    }

    /// The same servers with a copy of everything that lies beside the configuration: from here
    /// on there are two histories.
    pub fn copy_to(&self, folder: &Path) -> Self {
        for entry in std::fs::read_dir(self.config.parent().unwrap()).unwrap() {
            let from = entry.unwrap().path();
            std::fs::copy(&from, folder.join(from.file_name().unwrap())).unwrap();
        }
        Self { config: folder.join(self.config.file_name().unwrap()) }
    }

    /// The configuration of the same name in another folder.
    pub fn in_folder(&self, folder: &Path) -> Self {
        Self { config: folder.join(self.config.file_name().unwrap()) }
    }

    /// Starts the program when it is `now`.
    pub fn start(&self, now: &str, arguments: &[&str]) -> Running {
        self.start_typing(now, arguments, "")
    }

    /// The same, with a clock that goes so many times faster than ours.
    pub fn start_hurried(&self, now: &str, times: u32, arguments: &[&str]) -> Running {
        let output = tempfile::tempdir().unwrap();
        let mut command = self.command(output.path(), now, arguments);
        let from = moved_clock(now).into_iter().find(|(name, _)| *name == "FAKETIME");
        command.env("FAKETIME", format!("{} x{times}", from.unwrap().1));
        Running::of(command, output)
    }

    fn start_typing(&self, now: &str, arguments: &[&str], typed: &str) -> Running {
        let output = tempfile::tempdir().unwrap();
        std::fs::write(output.path().join("in"), typed).unwrap();
        let mut command = self.command(output.path(), now, arguments);
        command.stdin(File::open(output.path().join("in")).unwrap());
        Running::of(command, output)
    }

    /// The program with its clock moved, and nothing to type.
    fn command(&self, output: &Path, now: &str, arguments: &[&str]) -> Command {
        let file = |name: &str| File::create(output.join(name)).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_afterword"));
        command.arg("--config").arg(&self.config).args(arguments);
        command.env_clear().env("HOME", output);
        move_clock(&mut command, now);
        command.stdin(Stdio::null()).stdout(file("out")).stderr(file("err"));
        command
    }

    /// Runs a command and kills it at the n-th of the calls to the system by which it makes
    /// something durable (`fsync,fdatasync`, `pwrite64`). `false` if it ended before that.
    pub fn killed_at(&self, now: &str, arguments: &[&str], calls: &str, n: u32) -> bool {
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={calls}"), "-e"]);
        command.arg(format!("inject={calls}:signal=SIGKILL:when={n}"));
        for (name, value) in moved_clock(now) {
            command.arg("-E").arg(format!("{name}={value}"));
        }
        command.arg(env!("CARGO_BIN_EXE_afterword")).arg("--config").arg(&self.config);
        let ran = command.args(arguments).output().expect("the package strace");
        let killed = ran.status.signal() == Some(9);
        let err = String::from_utf8_lossy(&ran.stderr);
        assert!(killed || ran.status.success(), "at {calls} {n}: {err}");
        killed
    }

    /// Runs a command to its end.
    pub fn at(&self, now: &str, arguments: &[&str]) -> Ran {
        self.start(now, arguments).end_within(LONGEST)
    }

    /// Runs a command to its end with something typed at it.
    pub fn typing_at(&self, now: &str, arguments: &[&str], typed: &str) -> Ran {
        self.start_typing(now, arguments, typed).end_within(LONGEST)
    }

    /// One pass that has to end well and in silence.
    pub fn pass_at(&self, now: &str) {
        let ran = self.at(now, &["once"]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "at {now}");
    }

    /// `status --json`.
    pub fn status_at(&self, now: &str) -> Value {
        let ran = self.at(now, &["status", "--json"]);
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "at {now}");
        serde_json::from_str(&ran.out).unwrap()
    }

    /// The one application that `status --json` shows.
    pub fn application_at(&self, now: &str) -> Value {
        let mut status = self.status_at(now);
        let applications = status["applications"].as_array_mut().unwrap();
        assert_eq!(applications.len(), 1, "one application: {applications:#?}");
        applications.remove(0)
    }

    pub fn config(&self) -> &Path {
        &self.config
    }

    /// The database, where the configuration does not name another.
    pub fn database(&self) -> PathBuf {
        self.config.with_file_name("afterword.db")
    }
}

impl Ran {
    pub fn assert_code(&self, code: i32) {
        assert_eq!(self.code, Some(code), "{}\n{}", self.out, self.err);
    }
}

impl Running {
    fn of(mut command: Command, output: tempfile::TempDir) -> Self {
        Self { child: command.spawn().unwrap(), begun: Instant::now(), output }
    }

    /// `None` while it runs.
    pub fn ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM.
    pub fn terminate(&self) {
        self.signal("TERM");
    }

    /// Any signal, by its name: `STOP`, `CONT`.
    pub fn signal(&self, name: &str) {
        let (kill, id) = (format!("kill -{name} $0"), self.child.id().to_string());
        assert!(Command::new("sh").args(["-c", &kill, &id]).status().unwrap().success());
    }

    pub fn end_within(mut self, longest: Duration) -> Ran {
        while !self.ended() {
            assert!(self.begun.elapsed() < longest, "still running; {}", self.read("err"));
            std::thread::sleep(Duration::from_millis(5));
        }
        Ran {
            code: self.child.wait().unwrap().code(),
            out: self.read("out"),
            err: self.read("err"),
            took: self.begun.elapsed(),
        }
    }

    /// The most memory it ever held, in bytes; `None` when it is gone.
    pub fn peak_memory(&self) -> Option<u64> {
        self.memory("VmHWM:")
    }

    /// The memory it holds now, in bytes; `None` when it is gone.
    pub fn held_memory(&self) -> Option<u64> {
        self.memory("VmRSS:")
    }

    fn memory(&self, what: &str) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix(what))?;
        let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kilobytes * 1024)
    }

    /// Open descriptors; `None` when it is gone.
    pub fn descriptors(&self) -> Option<usize> {
        Some(std::fs::read_dir(format!("/proc/{}/fd", self.child.id())).ok()?.count())
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.output.path().join(name)).unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.ended() {
            self.child.kill().unwrap();
            self.child.wait().unwrap();
        }
    }
}

/// Starts the clock of a process at a moment.
pub fn move_clock(command: &mut Command, now: &str) {
    command.envs(moved_clock(now));
}

fn moved_clock(now: &str) -> [(&'static str, String); 3] {
    let now = utc(now).format("@%Y-%m-%d %H:%M:%S").to_string();
    [("TZ", "UTC".to_owned()), ("LD_PRELOAD", FAKETIME.to_owned()), ("FAKETIME", now)]
}

/// A missing library would only be a warning of the loader, and every test would be wrong.
fn check_faketime() {
    static MOVED: OnceLock<bool> = OnceLock::new();
    let moved = MOVED.get_or_init(|| {
        let mut date = Command::new("date");
        move_clock(date.arg("+%s"), "2001-02-03T04:05:06Z");
        let seconds = String::from_utf8(date.output().unwrap().stdout).unwrap();
        let shown = seconds.trim().parse().ok().and_then(|it| DateTime::from_timestamp(it, 0));
        shown.is_some_and(|it| (it - utc("2001-02-03T04:05:06Z")).num_seconds() < 60)
    });
    assert!(moved, "these tests need the package faketime (.ci/install-packages.sh installs it)");
}
