//! One SMTP connection: login, one message after another, and faults where the script says so.
//!
//! It accepts mail for anybody and passes nothing on: what is not for the account is listed.
//! Surprising: a fault at `BODY` with `CloseInside` is the case every sender has to think of: the
//! message was taken, and the sender never hears it.

use std::io;
use std::time::Duration;

use super::fault::Action;
use super::imap::sasl;
use super::wire::Wire;
use super::{Shared, lock};

/// What came so far of a message.
#[derive(Default)]
struct Letter {
    from: Option<String>,
    to: Vec<String>,
}

struct Connection<'a> {
    wire: Wire,
    shared: &'a Shared,
    logged_in: bool,
    letter: Letter,
}

/// Serves a client until it goes away.
pub(super) async fn serve(wire: Wire, shared: &Shared) -> io::Result<()> {
    let letter = Letter::default();
    let mut connection = Connection { wire, shared, logged_in: false, letter };
    if !connection.say("CONNECT", "220 localhost ESMTP sandbox\r\n").await? {
        return Ok(());
    }
    while let Some(line) = connection.wire.line().await? {
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        if !connection.command(&line).await? {
            break;
        }
    }
    Ok(())
}

impl Connection<'_> {
    /// `false` ends the connection.
    async fn command(&mut self, line: &str) -> io::Result<bool> {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb.to_ascii_uppercase().as_str() {
            "EHLO" => {
                let tokens = if self.shared.takes_tokens() { " XOAUTH2" } else { "" };
                let offers = format!(
                    "250-localhost\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n\
                     250 AUTH PLAIN LOGIN{tokens}\r\n"
                );
                self.say(line, &offers).await
            }
            "AUTH" => self.log_in(line, rest).await,
            "MAIL" if !self.logged_in => self.say(line, "530 5.7.0 log in first\r\n").await,
            "MAIL" => {
                let fault = lock(&self.shared.faults).strike(line);
                let from = address(rest).filter(|_| !prevents(fault));
                self.letter = Letter { from, to: Vec::new() };
                self.say_with(fault, "250 2.1.0 from you\r\n").await
            }
            "RCPT" if self.letter.from.is_some() => match address(rest) {
                Some(to) if to.contains('@') => {
                    let fault = lock(&self.shared.faults).strike(line);
                    self.letter.to.extend(Some(to).filter(|_| !prevents(fault)));
                    self.say_with(fault, "250 2.1.5 to them\r\n").await
                }
                _ => self.say(line, "501 5.1.3 that is no address\r\n").await,
            },
            "DATA" if !self.letter.to.is_empty() => self.data(line).await,
            "RSET" => {
                self.letter = Letter::default();
                self.say(line, "250 2.0.0 forgotten\r\n").await
            }
            "NOOP" => self.say(line, "250 2.0.0 nothing\r\n").await,
            "QUIT" => {
                self.say(line, "221 2.0.0 see you\r\n").await?;
                Ok(false)
            }
            "RCPT" | "DATA" => self.say(line, "503 5.5.1 not yet\r\n").await,
            _ => self.say(line, "502 5.5.1 this is not served here\r\n").await,
        }
    }

    async fn log_in(&mut self, line: &str, rest: &str) -> io::Result<bool> {
        let (how, first) = rest.split_once(' ').unwrap_or((rest, ""));
        self.logged_in = if how.eq_ignore_ascii_case("PLAIN") {
            let credentials = match first {
                "" => self.ask("334 \r\n").await?,
                first => sasl(format!("{first}\r\n").as_bytes()),
            };
            credentials.is_some_and(|it| self.shared.knows_plain(&it))
        } else if how.eq_ignore_ascii_case("LOGIN") {
            let name = self.ask("334 VXNlcm5hbWU6\r\n").await?.unwrap_or_default();
            let password = self.ask("334 UGFzc3dvcmQ6\r\n").await?.unwrap_or_default();
            self.shared.knows(&name, &password)
        } else if how.eq_ignore_ascii_case("XOAUTH2") && self.shared.takes_tokens() {
            let response = sasl(format!("{first}\r\n").as_bytes()).unwrap_or_default();
            self.takes_token(&response).await?
        } else {
            return self.say(line, "504 5.5.4 unknown mechanism\r\n").await;
        };
        let fault = lock(&self.shared.faults).strike(line);
        self.logged_in &= !prevents(fault);
        let said =
            if self.logged_in { "235 2.7.0 welcome\r\n" } else { "535 5.7.8 who are you?\r\n" };
        self.say_with(fault, said).await
    }

    async fn takes_token(&mut self, response: &[u8]) -> io::Result<bool> {
        let known = self.shared.knows_token(response);
        if !known {
            self.wire.refuse_token("334").await?;
        }
        Ok(known)
    }

    async fn ask(&mut self, challenge: &str) -> io::Result<Option<Vec<u8>>> {
        self.wire.say(challenge.as_bytes()).await?;
        Ok(self.wire.line().await?.and_then(|line| sasl(&line)))
    }

    async fn data(&mut self, line: &str) -> io::Result<bool> {
        let fault = lock(&self.shared.faults).strike(line);
        if !self.say_with(fault, "354 go ahead\r\n").await? {
            return Ok(false);
        }
        if matches!(fault, Some(Action::No(_) | Action::Bad)) {
            return Ok(true);
        }
        let mut bytes = Vec::new();
        loop {
            let Some(line) = self.wire.line().await? else { return Ok(false) };
            if line == b".\r\n" {
                break;
            }
            // A leading dot was doubled on the way (RFC 5321 §4.5.2).
            bytes.extend(line.strip_prefix(b".").unwrap_or(&line));
        }
        let letter = std::mem::take(&mut self.letter);
        let fault = lock(&self.shared.faults).strike("BODY");
        if !prevents(fault) {
            let now = self.shared.now();
            let from = letter.from.unwrap_or_default();
            lock(&self.shared.post).submit(&from, &letter.to, &bytes, now);
            self.shared.announce();
        }
        self.say_with(fault, "250 2.0.0 taken\r\n").await
    }

    /// Answers a line, or goes wrong. `false` ends the connection.
    async fn say(&mut self, line: &str, answer: &str) -> io::Result<bool> {
        let fault = lock(&self.shared.faults).strike(line);
        self.say_with(fault, answer).await
    }

    async fn say_with(&mut self, fault: Option<Action>, answer: &str) -> io::Result<bool> {
        match fault {
            None => self.wire.say(answer.as_bytes()).await.map(|()| true),
            Some(Action::No(text)) => {
                self.wire.say(format!("451 4.3.0 {text}\r\n").as_bytes()).await.map(|()| true)
            }
            Some(Action::Bad) => {
                self.wire.say(b"550 5.0.0 so says the script\r\n").await.map(|()| true)
            }
            Some(Action::Bye) => {
                self.wire.say(b"421 4.3.0 so says the script\r\n").await.map(|()| false)
            }
            Some(Action::Instead(line)) => {
                self.wire.say(format!("{line}\r\n").as_bytes()).await.map(|()| true)
            }
            Some(Action::Late(milliseconds)) => {
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
                self.wire.say(answer.as_bytes()).await.map(|()| true)
            }
            Some(Action::CloseInside) => {
                self.wire.say_half(answer.as_bytes()).await.map(|()| false)
            }
            Some(Action::CloseAfter) => self.wire.say(answer.as_bytes()).await.map(|()| false),
            Some(Action::Stall) => self.wire.stall().await.map(|()| false),
            Some(Action::Garbage) => self.wire.say(b"\x00\xff)(\r\n").await.map(|()| false),
            Some(
                Action::CloseBefore
                | Action::WrongTag
                | Action::GiantLiteral
                | Action::Nesting
                | Action::Unasked
                | Action::DropUidValidity
                | Action::DropUidNext
                | Action::UidNext(_)
                | Action::NothingBut
                | Action::Slowed
                | Action::Preauth,
            ) => Ok(false),
        }
    }
}

/// Whether a fault comes in place of taking the message.
fn prevents(fault: Option<Action>) -> bool {
    match fault {
        None
        | Some(Action::CloseInside | Action::CloseAfter | Action::Instead(_) | Action::Late(_)) => {
            false
        }
        Some(
            Action::No(_)
            | Action::Bad
            | Action::Bye
            | Action::CloseBefore
            | Action::Stall
            | Action::Garbage
            | Action::WrongTag
            | Action::GiantLiteral
            | Action::Nesting
            | Action::Unasked
            | Action::DropUidValidity
            | Action::DropUidNext
            | Action::UidNext(_)
            | Action::NothingBut
            | Action::Slowed
            | Action::Preauth,
        ) => true,
    }
}

/// The address in `FROM:<a@b> SIZE=1`.
fn address(rest: &str) -> Option<String> {
    let (_, after) = rest.split_once('<')?;
    after.split_once('>').map(|(address, _)| address.to_owned())
}
