//! The program at a terminal, as a person has it: a pseudo-terminal with a shell and the program on
//! one side, and on the other a test that reads the screen and types. What is typed shows on the
//! screen unless the program hides it, so a test can tell whether it does.
//!
//! `setsid` (util-linux) makes the terminal the shell's own, so that the program finds it as
//! `/dev/tty`. The shell stays until the end: what a terminal is like after the program ended can
//! be seen only as long as somebody has it.
//!
//! How long everything took to come is kept, and told to who wants to see it (`make walk`). No test
//! asserts it.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rustix::pty::{OpenptFlags, grantpt, ioctl_tiocgptpeer, openpt, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

use crate::program::move_clock;

/// Far more than any answer takes, on any machine.
const LONGEST: Duration = Duration::from_secs(60);

/// A shell outlives the Ctrl-C that ends what it runs.
const SHELL: &str = "trap : INT; \"$@\"; echo \"ended with $?\"; read -r _";

pub const CTRL_C: &str = "\u{3}";
pub const ENTER: &str = "\r";

pub struct Terminal {
    keyboard: File,
    screen: Receiver<Vec<u8>>,
    shown: String,
    /// How much of it the test has passed by.
    passed: usize,
    /// Each line that was waited for, and how long it took to come.
    walk: Vec<(String, Duration)>,
    begun: Instant,
    /// The last thing that happened: a line came, or a key was pressed.
    since: Instant,
    shell: Child,
}

impl Terminal {
    /// Starts the program when it is `now`, for somebody with this home directory.
    pub fn start(home: &Path, now: &str, arguments: &[String]) -> Self {
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let ours = openpt(flags).unwrap();
        grantpt(&ours).unwrap();
        unlockpt(&ours).unwrap();
        let theirs = ioctl_tiocgptpeer(&ours, flags).unwrap();
        let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&ours, size).unwrap();
        let mut command = Command::new("setsid");
        // A test that runs in the background of a script has inherited that Ctrl-C is ignored.
        command.args(["--ctty", "env", "--default-signal=INT"]);
        command.args(["sh", "-c", SHELL, "sh", env!("CARGO_BIN_EXE_afterword")]);
        command.args(arguments).env_clear().env("HOME", home);
        move_clock(&mut command, now);
        command.stdin(theirs.try_clone().unwrap()).stdout(theirs.try_clone().unwrap());
        let begun = Instant::now();
        let shell = command.stderr(theirs).spawn().expect("the package util-linux");
        let keyboard = File::from(ours);
        let screen = read(keyboard.try_clone().unwrap());
        // With `command` goes our hold on their side; the shell alone keeps it open.
        let (shown, walk) = (String::new(), Vec::new());
        Self { keyboard, screen, shown, passed: 0, walk, begun, since: begun, shell }
    }

    /// Waits until this stands on the screen, after all that was waited for before; gives what
    /// stands between.
    pub fn until(&mut self, text: &str) -> String {
        let before = self.wait_for(text);
        let shown = format!("{before}{text}");
        let line = shown.trim().lines().next_back().unwrap_or_default().trim().to_owned();
        self.walk.push((line, self.since.elapsed()));
        self.since = Instant::now();
        before
    }

    fn wait_for(&mut self, text: &str) -> String {
        let deadline = Instant::now() + LONGEST;
        loop {
            let new = self.shown.get(self.passed..).unwrap_or_default();
            if let Some((before, _)) = new.split_once(text) {
                let before = before.to_owned();
                self.passed += before.len() + text.len();
                return before;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            match self.screen.recv_timeout(left) {
                Ok(bytes) => self.shown.push_str(&String::from_utf8_lossy(&bytes)),
                Err(_) => panic!("{text:?} does not come; on the screen is:\n{}", self.shown),
            }
        }
    }

    pub fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.since = Instant::now();
    }

    /// Waits for a question and answers it; the answer shows.
    pub fn answer(&mut self, question: &str, answer: &str) {
        self.until(question);
        self.press(&format!("{answer}{ENTER}"));
        self.wait_for(answer);
    }

    /// Waits for a question whose answer is not to be seen. Nobody types before the screen hides
    /// it: that comes a moment after the question.
    pub fn until_hidden(&mut self, question: &str) {
        self.until(question);
        let begun = Instant::now();
        while self.shows_what_is_typed() {
            assert!(begun.elapsed() < LONGEST, "{question:?} does not hide its answer");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn shows_what_is_typed(&self) -> bool {
        tcgetattr(&self.keyboard).unwrap().local_modes.contains(LocalModes::ECHO)
    }

    /// Waits for the end of the program; gives its exit code as a shell has it, 130 for one that
    /// Ctrl-C ended.
    pub fn code(&mut self) -> i32 {
        self.wait_for("ended with ");
        self.wait_for("\r\n").parse().unwrap()
    }

    /// Prints what was waited for, with the seconds it took to come, and the whole.
    #[expect(clippy::print_stdout, reason = "its figures are wanted")]
    pub fn tell_times(&self, walk: &str) {
        println!("\n{walk}");
        for (line, took) in &self.walk {
            println!("{line} · {:.2}", took.as_secs_f64());
        }
        println!("from the start to the end · {:.2}", self.begun.elapsed().as_secs_f64());
    }

    /// Everything that has stood on the screen.
    pub fn shown(&self) -> &str {
        &self.shown
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.shell.kill().unwrap();
        self.shell.wait().unwrap();
    }
}

/// What comes to the screen, until the other side is closed: then the kernel says EIO.
fn read(mut screen: File) -> Receiver<Vec<u8>> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        while let Ok(length @ 1..) = screen.read(&mut bytes) {
            if sender.send(bytes[..length].to_vec()).is_err() {
                return;
            }
        }
    });
    receiver
}
