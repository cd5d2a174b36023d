//! From a secured connection to a logged-in session: greeting, capabilities, login, capabilities
//! again, and who we are if the server wants to know.
//!
//! It tries once, and says goodbye if it was no use. How often, and when next, is the caller's
//! business.
//! Surprising: a PREAUTH greeting is refused. Nobody asked for it, and a session that somebody
//! else opened is not the user's.

use std::fmt;

use async_imap::imap_proto::{Response, Status};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use super::command::{Ended, Heard, Wire};
use super::error::login_refused;
use super::{Capabilities, Deadlines, ImapError, Login, Session, idle, quote};
use crate::net;

/// What a session can run over.
pub trait Transport: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Transport for S {}

impl Session {
    /// Connects over TLS and logs in.
    pub async fn connect(login: &Login, deadlines: &Deadlines) -> Result<Self, ImapError> {
        let stream = net::connect(&login.endpoint).await?;
        Self::over(stream, &login.username, &login.password, deadlines).await
    }

    /// Logs in over a stream that is already secure (or ends inside this process, in tests).
    pub async fn over<S: Transport + 'static>(
        stream: S,
        username: &str,
        password: &SecretString,
        deadlines: &Deadlines,
    ) -> Result<Self, ImapError> {
        let mut wire = Wire::new(Box::new(stream), *deadlines);
        let capabilities = match wire.begin_session(username, password).await {
            Ok(capabilities) => capabilities,
            Err(error) => {
                wire.logout().await;
                return Err(error);
            }
        };
        tracing::debug!(
            idle = capabilities.idle(),
            gmail = capabilities.gmail(),
            objectid = capabilities.objectid(),
            "logged in over IMAP"
        );
        Ok(Self { wire, capabilities, open: false, idle: idle::Habits::default() })
    }
}

impl Wire {
    /// Everything up to a session that can be used; gives what the server offers then.
    async fn begin_session(
        &mut self,
        username: &str,
        password: &SecretString,
    ) -> Result<Capabilities, ImapError> {
        self.greeting().await?;
        let offered = self.capabilities().await?;
        self.login(&offered, username, password).await?;
        let capabilities = self.capabilities().await?;
        if capabilities.has("ID") {
            self.identify().await?;
        }
        Ok(capabilities)
    }

    async fn greeting(&mut self) -> Result<(), ImapError> {
        let until = Instant::now() + self.deadlines.greeting;
        let mut preauth = false;
        let heard = self
            .hear("greeting", until, &mut |response| {
                preauth = matches!(response, Response::Data { status: Status::PreAuth, .. });
                Ok(())
            })
            .await?;
        match heard {
            None => Err(self.spent("greeting: no answer in time".to_owned())),
            Some(Heard::StillHere) => {
                self.ready();
                Ok(())
            }
            Some(_) if preauth => {
                Err(self.broken("the server claims that somebody is logged in already".to_owned()))
            }
            Some(_) => Err(self.broken("the server does not greet as IMAP servers do".to_owned())),
        }
    }

    async fn capabilities(&mut self) -> Result<Capabilities, ImapError> {
        let mut found = Capabilities::default();
        let longest = self.deadlines.login;
        let ended = self
            .run_within("CAPABILITY", "CAPABILITY", longest, &mut |response| {
                if let Response::Capabilities(listed) = response {
                    found = Capabilities::read(listed);
                }
                Ok(())
            })
            .await?;
        ended.into_result("CAPABILITY")?;
        if found.is_empty() {
            return Err(self.broken("the server names no capabilities".to_owned()));
        }
        Ok(found)
    }

    /// LOGIN where it can carry the words, AUTHENTICATE PLAIN (RFC 4616) where it cannot.
    async fn login(
        &mut self,
        offered: &Capabilities,
        username: &str,
        password: &SecretString,
    ) -> Result<(), ImapError> {
        let secret = password.expose_secret();
        let line = login_line(username, secret);
        let ended = match line {
            Ok(line) if !offered.has("LOGINDISABLED") => {
                let longest = self.deadlines.login;
                self.run_within("LOGIN", &line, longest, &mut |_| Ok(())).await?
            }
            _ if offered.has("AUTH=PLAIN") => self.authenticate_plain(username, secret).await?,
            Ok(_) => {
                return Err(ImapError::Auth("the server takes no password logins".to_owned()));
            }
            Err(_) => {
                let text = "the user name or the password has characters this server cannot take";
                return Err(ImapError::Auth(text.to_owned()));
            }
        };
        // A server that repeats what it was told must not get the password into our log.
        let safe = |text: String| {
            if !secret.is_empty() && text.contains(secret) {
                "(no reason)".to_owned()
            } else {
                text
            }
        };
        match ended {
            Ended::Ok => Ok(()),
            Ended::No(text) => Err(login_refused(safe(text))),
            Ended::Bad(text) => Ended::Bad(safe(text)).into_result("LOGIN"),
        }
    }

    async fn authenticate_plain(
        &mut self,
        username: &str,
        secret: &str,
    ) -> Result<Ended, ImapError> {
        const NAME: &str = "AUTHENTICATE";
        if username.contains('\0') || secret.contains('\0') {
            return Err(ImapError::Unsendable("the login holds a NUL"));
        }
        let until = Instant::now() + self.deadlines.login;
        self.begin(NAME, "AUTHENTICATE PLAIN", until).await?;
        if let Some(ended) = self.go_ahead(NAME, until, &mut |_| Ok(())).await? {
            return Ok(ended);
        }
        let plain = Zeroizing::new(format!("\0{username}\0{secret}"));
        let mut line = Zeroizing::new(base64(plain.as_bytes()));
        line.push_str("\r\n");
        self.write(NAME, line.as_bytes(), until).await?;
        self.finish(NAME, until, &mut |_| Ok(())).await
    }

    /// Some servers let nobody read before they know the program (RFC 2971; 163.com, QQ).
    async fn identify(&mut self) -> Result<(), ImapError> {
        let version = env!("CARGO_PKG_VERSION");
        let line = format!("ID (\"name\" \"Afterword\" \"version\" \"{version}\")");
        let longest = self.deadlines.login;
        // A refusal changes nothing; only a lost connection counts.
        let _ended = self.run_within("ID", &line, longest, &mut |_| Ok(())).await?;
        Ok(())
    }
}

fn login_line(username: &str, secret: &str) -> Result<Zeroizing<String>, ImapError> {
    let password = Zeroizing::new(quote::quoted(secret)?);
    Ok(Zeroizing::new(format!("LOGIN {} {}", quote::quoted(username)?, password.as_str())))
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// RFC 4648 §4.
fn base64(octets: &[u8]) -> String {
    let mut text = String::with_capacity(octets.len().div_ceil(3) * 4);
    for group in octets.chunks(3) {
        let at = |i: usize| u32::from(group.get(i).copied().unwrap_or_default());
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for i in 0..4_usize {
            let index = (bits >> (18 - 6 * i)) & 63;
            let letter = ALPHABET.get(index as usize).copied().map_or('A', char::from);
            text.push(if i <= group.len() { letter } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests;
