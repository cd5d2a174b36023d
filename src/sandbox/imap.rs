//! One IMAP connection: reads commands, answers them, and goes wrong where the script says so.
//!
//! It serves what a careful reader of mail needs (RFC 3501, IDLE, ID, special use, and Gmail's
//! items); everything else gets BAD, so that a client which changes something is noticed.
//! Surprising: Gmail's items are no part of the grammar the library knows. They are taken out of
//! the line before it is parsed, and put into the answer afterwards.

mod fetch;
mod search;
mod session;

use std::io;
use std::time::Duration;

use imap_codec::decode::{CommandDecodeError, Decoder as _};
use imap_codec::imap_types::IntoStatic as _;
use imap_codec::imap_types::auth::{AuthMechanism, AuthenticateData};
use imap_codec::imap_types::command::{Command, CommandBody};
use imap_codec::imap_types::core::LiteralMode;
use imap_codec::{AuthenticateDataCodec, CommandCodec};

use super::fault::Action;
use super::wire::Wire;
use super::{Shared, Style, lock};
use session::{Answer, Session};

/// Larger messages are not filed.
const LARGEST_LITERAL: u32 = 16 << 20;
/// Gmail's own attributes of a message.
const GMAIL_ITEMS: [&str; 3] = ["X-GM-MSGID", "X-GM-THRID", "X-GM-LABELS"];

/// Whether the connection goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    GoOn,
    Close,
}

/// Serves a client until it goes away.
pub(super) async fn serve(wire: Wire, shared: &Shared) -> io::Result<()> {
    let mut connection = Connection { wire, shared, session: Session::new(shared) };
    if connection.greet().await? == Then::Close {
        return Ok(());
    }
    while let Some(line) = connection.wire.line().await? {
        if connection.command(line).await? == Then::Close {
            break;
        }
    }
    Ok(())
}

struct Connection<'a> {
    wire: Wire,
    shared: &'a Shared,
    session: Session<'a>,
}

impl Connection<'_> {
    async fn greet(&mut self) -> io::Result<Then> {
        self.note("GREETING");
        let fault = lock(&self.shared.faults).strike("GREETING");
        if let Some(then) = self.instead("*", fault).await? {
            return Ok(then);
        }
        let greeting = match fault {
            Some(Action::Preauth) => "* PREAUTH somebody is here\r\n",
            _ => "* OK the sandbox is ready\r\n",
        };
        let fault = fault.filter(|action| *action != Action::Preauth);
        self.answer("*", Answer::ok(greeting.as_bytes().to_vec()), fault).await
    }

    /// One command, whose first line has been read.
    async fn command(&mut self, line: Vec<u8>) -> io::Result<Then> {
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        let (tag, rest) = text.split_once(' ').unwrap_or((&text, ""));
        self.note(rest);
        let fault = lock(&self.shared.faults).strike(rest);
        if let Some(then) = self.instead(tag, fault).await? {
            return Ok(then);
        }
        let (line, gmail) = self.without_gmail_items(line, rest);
        let Some(command) = self.whole(line).await? else {
            let bad = format!("{tag} BAD this is no command here\r\n");
            return self.answer(tag, Answer::ok(bad.into_bytes()), fault).await;
        };
        match command.body {
            CommandBody::Idle => self.idle(tag, fault).await,
            CommandBody::Authenticate {
                mechanism: mechanism @ (AuthMechanism::Plain | AuthMechanism::XOAuth2),
                initial_response,
            } => {
                let credentials = match initial_response {
                    Some(credentials) => Some(credentials.declassify().to_vec()),
                    None => self.ask_credentials().await?,
                };
                let credentials = credentials.unwrap_or_default();
                let known = match mechanism {
                    AuthMechanism::XOAuth2 => self.takes_token(&credentials).await?,
                    _ => self.shared.knows_plain(&credentials),
                };
                let answer = self.session.authenticated(tag, known);
                self.answer(tag, answer, fault).await
            }
            body => {
                let answer = self.session.carry_out(tag, body, gmail);
                self.answer(tag, answer, fault).await
            }
        }
    }

    /// Keeps what was heard, without the password.
    fn note(&self, line: &str) {
        let word = line.split(' ').next().unwrap_or_default();
        let kept = if word.eq_ignore_ascii_case("LOGIN") { word } else { line };
        lock(&self.shared.heard).push(kept.to_owned());
    }

    /// Faults that come in place of doing anything.
    async fn instead(&mut self, tag: &str, fault: Option<Action>) -> io::Result<Option<Then>> {
        let said = match fault {
            Some(Action::No(text)) => format!("{tag} NO {text}\r\n"),
            Some(Action::Bad) => format!("{tag} BAD so says the script\r\n"),
            Some(Action::Bye) => {
                self.wire.say(b"* BYE so says the script\r\n").await?;
                return Ok(Some(Then::Close));
            }
            Some(Action::CloseBefore) => return Ok(Some(Then::Close)),
            Some(Action::Stall) => {
                self.wire.stall().await?;
                return Ok(Some(Then::Close));
            }
            Some(Action::Garbage) => {
                self.wire.say(b"\x00\xff)(}{ 7 * FETCH ((\r\n").await?;
                return Ok(Some(Then::Close));
            }
            Some(Action::GiantLiteral) => {
                self.wire.say(b"* 1 FETCH (UID 1 BODY[] {4000000000}\r\n").await?;
                self.wire.stall().await?;
                return Ok(Some(Then::Close));
            }
            Some(Action::Nesting) => {
                let deep = "(".repeat(100);
                self.wire.say(format!("* 1 FETCH (UID 1 BODY {deep}\r\n").as_bytes()).await?;
                return Ok(Some(Then::Close));
            }
            Some(
                Action::CloseInside
                | Action::CloseAfter
                | Action::Instead(_)
                | Action::Late(_)
                | Action::WrongTag
                | Action::Unasked
                | Action::DropUidValidity
                | Action::DropUidNext
                | Action::UidNext(_)
                | Action::NothingBut
                | Action::Slowed
                | Action::Preauth,
            )
            | None => return Ok(None),
        };
        self.wire.say(said.as_bytes()).await?;
        Ok(Some(Then::GoOn))
    }

    /// Says an answer, spoiled if the script says so.
    async fn answer(
        &mut self,
        tag: &str,
        answer: Answer,
        fault: Option<Action>,
    ) -> io::Result<Then> {
        let bytes = spoiled(answer.bytes, tag, fault);
        if fault == Some(Action::CloseInside) {
            self.wire.say_half(&bytes).await?;
            return Ok(Then::Close);
        }
        if let Some(Action::Late(milliseconds)) = fault {
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        }
        self.wire.say(&bytes).await?;
        if answer.changed {
            self.shared.announce();
        }
        let close = answer.close || fault == Some(Action::CloseAfter);
        Ok(if close { Then::Close } else { Then::GoOn })
    }

    /// Parses a command; asks for the literals in it. `None` if it is none.
    async fn whole(&mut self, mut text: Vec<u8>) -> io::Result<Option<Command<'static>>> {
        loop {
            let (length, mode) = match CommandCodec::default().decode(&text) {
                Ok((_, command)) => return Ok(Some(command.into_static())),
                Err(CommandDecodeError::LiteralFound { length, mode, .. }) => (length, mode),
                Err(_) => return Ok(None),
            };
            if length > LARGEST_LITERAL {
                return Ok(None);
            }
            if mode == LiteralMode::Sync {
                self.wire.say(b"+ go ahead\r\n").await?;
            }
            let length = usize::try_from(length).unwrap_or_default();
            text.extend(self.wire.exact(length).await?);
            text.extend(self.wire.line().await?.unwrap_or_default());
        }
    }

    async fn ask_credentials(&mut self) -> io::Result<Option<Vec<u8>>> {
        self.wire.say(b"+ \r\n").await?;
        let line = self.wire.line().await?.unwrap_or_default();
        Ok(sasl(&line))
    }

    async fn takes_token(&mut self, response: &[u8]) -> io::Result<bool> {
        let known = self.shared.knows_token(response);
        if !known {
            self.wire.refuse_token("+").await?;
        }
        Ok(known)
    }

    /// Announces new messages until the client has enough (RFC 2177).
    async fn idle(&mut self, tag: &str, fault: Option<Action>) -> io::Result<Then> {
        let mut news = self.shared.news.subscribe();
        if !self.session.has_open_mailbox() {
            let bad = format!("{tag} BAD no mailbox is open\r\n");
            return self.answer(tag, Answer::ok(bad.into_bytes()), fault).await;
        }
        self.wire.say(b"+ idling\r\n").await?;
        loop {
            let told = self.session.news();
            self.wire.say(told.as_bytes()).await?;
            tokio::select! {
                line = self.wire.line() => {
                    let done = line?.is_some_and(|line| line.trim_ascii().eq_ignore_ascii_case(b"DONE"));
                    let end = if done { "OK idle is over" } else { "BAD that is not DONE" };
                    let end = format!("{tag} {end}\r\n");
                    return self.answer(tag, Answer::ok(end.into_bytes()), fault).await;
                }
                _ = news.changed() => {}
            }
        }
    }

    /// The line in the grammar of the library, and whether Gmail's items were asked for.
    fn without_gmail_items(&self, line: Vec<u8>, rest: &str) -> (Vec<u8>, bool) {
        let gmail = lock(&self.shared.post).style == Style::Gmail;
        let fetches = rest.to_ascii_uppercase().starts_with("UID FETCH");
        let text = String::from_utf8_lossy(&line);
        if !gmail || !fetches || !GMAIL_ITEMS.iter().any(|item| text.contains(item)) {
            return (line, false);
        }
        let mut text = text.into_owned();
        for item in GMAIL_ITEMS {
            text = text.replace(&format!("{item} "), "").replace(&format!(" {item}"), "");
        }
        (text.into_bytes(), true)
    }
}

/// An answer as the script wants it.
fn spoiled(bytes: Vec<u8>, tag: &str, fault: Option<Action>) -> Vec<u8> {
    let without = |word: &str| -> Vec<u8> {
        let lines = bytes.split_inclusive(|octet| *octet == b'\n');
        let kept = lines.filter(|line| !String::from_utf8_lossy(line).contains(word));
        kept.flatten().copied().collect()
    };
    match fault {
        Some(Action::Instead(line)) => format!("{line}\r\n").into_bytes(),
        Some(Action::DropUidValidity) => without("[UIDVALIDITY "),
        Some(Action::DropUidNext) => without("[UIDNEXT "),
        Some(Action::UidNext(uid)) => {
            let line = format!("* OK [UIDNEXT {uid}] so says the script\r\n");
            let (head, good) = parted(&without("[UIDNEXT "), tag);
            [head, line.into_bytes(), good].concat()
        }
        Some(Action::NothingBut) => parted(&bytes, tag).1,
        Some(Action::Slowed) => {
            let (head, _) = parted(&bytes, tag);
            [head, format!("{tag} OK Success [THROTTLED]\r\n").into_bytes()].concat()
        }
        Some(Action::WrongTag) => {
            let text = String::from_utf8_lossy(&bytes);
            text.replace(&format!("{tag} OK"), "zz99 OK").into_bytes()
        }
        Some(Action::Unasked) => {
            let before = b"* OK still here\r\n* OK [ALERT] tea is ready\r\n* FLAGS (\\Seen)\r\n";
            [before.as_slice(), &bytes].concat()
        }
        _ => bytes,
    }
}

/// What is said before the good reply, and the reply.
fn parted(bytes: &[u8], tag: &str) -> (Vec<u8>, Vec<u8>) {
    let good = format!("{tag} OK done\r\n").into_bytes();
    match bytes.strip_suffix(good.as_slice()) {
        Some(head) => (head.to_vec(), good),
        None => (bytes.to_vec(), Vec::new()),
    }
}

/// The octets of a line in base64; `None` if the client gives up or it is none.
pub(super) fn sasl(line: &[u8]) -> Option<Vec<u8>> {
    match AuthenticateDataCodec::default().decode(line) {
        Ok((_, AuthenticateData::Continue(data))) => Some(data.declassify().to_vec()),
        _ => None,
    }
}
