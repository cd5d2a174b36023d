//! Starting the servers, and making sure that they end with this process.
//!
//! A shell process of its own group starts them and then reads from a pipe whose other end only
//! this process holds: whether it ends, panics or is killed, the pipe closes, and the shell stops
//! the servers and removes their directory.

use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Starts Dovecot and Postfix.
pub const PAIR: &str = include_str!("watch.sh");

/// Panics with one sentence if the servers cannot be started here.
pub fn check_requirements() {
    let uid = std::fs::metadata("/proc/self").expect("Linux").uid();
    assert_eq!(
        uid, 0,
        "the tests with real servers need root, since Dovecot and Postfix start as root"
    );
    let programs = [
        ("/usr/lib/dovecot/imap", "dovecot-imapd"),
        ("/usr/lib/dovecot/lmtp", "dovecot-lmtpd"),
        ("/usr/sbin/postfix", "postfix"),
    ];
    for (program, package) in programs {
        assert!(
            Path::new(program).exists(),
            "the tests with real servers need the packages dovecot-imapd, dovecot-lmtpd and \
             postfix; {package} is missing (.ci/install-packages.sh installs them)"
        );
    }
}

/// Right below /tmp: the paths of sockets must be short, and the servers' own users must be able
/// to walk there.
pub fn new_directory() -> PathBuf {
    let dir = tempfile::Builder::new().prefix("afterword-").tempdir_in("/tmp");
    dir.expect("a directory below /tmp").keep()
}

/// What the servers wrote, for messages of failed tests.
pub fn logs(dir: &Path) -> String {
    ["start.log", "dovecot.log", "postfix.log"]
        .iter()
        .filter_map(|name| std::fs::read_to_string(dir.join(name)).ok())
        .collect()
}

/// The shell process that watches over the servers, and our end of its pipe.
pub struct Watched(#[expect(dead_code, reason = "held for the pipe inside")] Child);

impl Watched {
    /// Runs a script that says "ready" and holds the servers until its input ends.
    pub fn start(dir: &Path, script: &str, more: &[&str]) -> Self {
        let mut child = Command::new("sh")
            .args(["-c", script, "watch.sh"])
            .arg(dir)
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // An interrupt typed at the terminal must not reach it before it has cleaned up.
            .process_group(0)
            .spawn()
            .expect("a shell");
        let mut said = BufReader::new(child.stdout.take().expect("its output is piped"));
        let mut line = String::new();
        said.read_line(&mut line).expect("an answer of the shell");
        if line != "ready\n" {
            said.read_to_string(&mut line).expect("the rest of its answer");
            panic!("the servers did not start:\n{line}");
        }
        Self(child)
    }
}
