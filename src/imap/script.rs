//! A server for tests: it answers each line by a script and notes what it was told.
//!
//! In a reply, `$` is the tag of the last command and a line break is CRLF.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use secrecy::SecretString;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::io::{DuplexStream, duplex};

use super::{Deadlines, ImapError, Session};
use crate::net::Credential;

/// What the server does next.
pub(super) enum Step {
    Say(Vec<u8>),
    Wait(Duration),
    Close,
}

pub(super) type Steps = Option<Vec<Step>>;
pub(super) type Lines = Arc<Mutex<Vec<String>>>;

pub(super) fn say(text: &str) -> Steps {
    Some(vec![line(text)])
}

pub(super) fn line(text: &str) -> Step {
    Step::Say(text.replace('\n', "\r\n").into_bytes())
}

/// Says something, then hangs up.
pub(super) fn cut(text: &str) -> Steps {
    Some(vec![line(text), Step::Close])
}

pub(super) fn stall() -> Steps {
    Some(vec![Step::Wait(Duration::from_secs(3600))])
}

pub(super) fn wait(milliseconds: u64) -> Step {
    Step::Wait(Duration::from_millis(milliseconds))
}

/// Short enough for tests, long enough for a busy machine.
pub(super) fn deadlines() -> Deadlines {
    let short = Duration::from_millis(600);
    Deadlines {
        greeting: short,
        login: short,
        quiet: short,
        command: short * 3,
        idle_begin: short,
        idle_end: short,
        idle_silence: short,
        idle_served: short,
        logout: short,
    }
}

pub(super) fn password() -> Credential {
    Credential::Password(SecretString::from("hunter2"))
}

/// The usual answers, for everything the script leaves alone.
fn usual(command: &str) -> Steps {
    let word = command.split(' ').next().unwrap_or_default();
    match word {
        "CAPABILITY" => say("* CAPABILITY IMAP4rev1 IDLE\n$ OK done\n"),
        "EXAMINE" => say("* 9 EXISTS\n* OK [UIDVALIDITY 7] x\n* OK [UIDNEXT 100] x\n$ OK done\n"),
        "IDLE" => say("+ idling\n"),
        "LOGOUT" => cut("* BYE see you\n$ OK done\n"),
        _ => say("$ OK done\n"),
    }
}

/// Starts a server that greets and then answers by the script.
pub(super) fn server(
    greeting: &str,
    mut script: impl FnMut(&str) -> Steps + Send + 'static,
) -> (DuplexStream, Lines) {
    let (ours, theirs) = duplex(1 << 16);
    let lines = Lines::default();
    let noted = Arc::clone(&lines);
    let greeting = greeting.replace('\n', "\r\n");
    tokio::spawn(async move {
        let (reader, mut writer) = tokio::io::split(theirs);
        let mut reader = BufReader::new(reader);
        let mut tag = String::new();
        writer.write_all(greeting.as_bytes()).await.ok();
        loop {
            let mut text = String::new();
            if reader.read_line(&mut text).await.unwrap_or(0) == 0 {
                return;
            }
            let text = text.trim_end();
            noted.lock().unwrap().push(text.to_owned());
            let command = match text.split_once(' ') {
                Some((first, rest)) if first.starts_with('a') => {
                    first.clone_into(&mut tag);
                    rest
                }
                _ => text,
            };
            for step in script(command).or_else(|| usual(command)).unwrap() {
                match step {
                    Step::Say(octets) => {
                        let said = String::from_utf8_lossy(&octets).replace('$', &tag);
                        let said = if octets.is_ascii() { said.into_bytes() } else { octets };
                        if writer.write_all(&said).await.is_err() {
                            return;
                        }
                        if let Some(size) = literal(command).filter(|_| said.contains(&b'+')) {
                            let mut data = vec![0; size + 2];
                            reader.read_exact(&mut data).await.unwrap();
                            let data = String::from_utf8_lossy(&data).into_owned();
                            noted.lock().unwrap().push(data);
                        }
                    }
                    Step::Wait(time) => tokio::time::sleep(time).await,
                    Step::Close => return,
                }
            }
        }
    });
    (ours, lines)
}

fn literal(command: &str) -> Option<usize> {
    command.strip_suffix('}')?.rsplit_once('{')?.1.parse().ok()
}

/// A logged-in session with a scripted server.
pub(super) async fn session(
    script: impl FnMut(&str) -> Steps + Send + 'static,
) -> (Session, Lines) {
    let (stream, lines) = server("* OK ready\n", script);
    let session = Session::over(stream, "jane", &password(), &deadlines()).await.unwrap();
    (session, lines)
}

/// A session with an open mailbox.
pub(super) async fn opened(script: impl FnMut(&str) -> Steps + Send + 'static) -> (Session, Lines) {
    let (mut session, lines) = session(script).await;
    session.examine("INBOX").await.unwrap();
    (session, lines)
}

/// Every further call on a spent session says so.
pub(super) async fn assert_spent(session: &mut Session) {
    assert!(!session.is_usable());
    assert!(matches!(session.noop().await, Err(ImapError::Gone(_))));
    assert!(matches!(session.examine("INBOX").await, Err(ImapError::Gone(_))));
}
