//! From a secured connection to a logged-in session: greeting, capabilities, login, capabilities
//! again, and who we are if the server wants to know.
//!
//! It tries once, and says goodbye if it was no use. How often, and when next, is the caller's
//! business.
//! Surprising: a PREAUTH greeting is refused. Nobody asked for it, and a session that somebody
//! else opened is not the user's.

use std::fmt;

use async_imap::imap_proto::{Response, Status};
use secrecy::ExposeSecret as _;
use secrecy::zeroize::Zeroizing;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;

use super::command::{Ended, Heard, Wire};
use super::error::login_refused;
use super::{Capabilities, Deadlines, ImapError, Login, Session, idle, quote};
use crate::net::{self, Credential};

/// What a session can run over.
pub trait Transport: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Transport for S {}

impl Session {
    /// Connects over TLS and logs in.
    pub async fn connect(login: &Login, deadlines: &Deadlines) -> Result<Self, ImapError> {
        let stream = net::connect(&login.endpoint).await?;
        Self::over(stream, &login.username, &login.credential, deadlines).await
    }

    /// Logs in over a stream that is already secure (or ends inside this process, in tests).
    pub async fn over<S: Transport + 'static>(
        stream: S,
        username: &str,
        credential: &Credential,
        deadlines: &Deadlines,
    ) -> Result<Self, ImapError> {
        let mut wire = Wire::new(Box::new(stream), *deadlines);
        let capabilities = match wire.begin_session(username, credential).await {
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
        credential: &Credential,
    ) -> Result<Capabilities, ImapError> {
        self.greeting().await?;
        let offered = self.capabilities().await?;
        self.login(&offered, username, credential).await?;
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

    async fn login(
        &mut self,
        offered: &Capabilities,
        username: &str,
        credential: &Credential,
    ) -> Result<(), ImapError> {
        let (ended, secret) = match credential {
            Credential::Password(secret) => {
                let secret = secret.expose_secret();
                (self.by_password(offered, username, secret).await?, secret)
            }
            Credential::AccessToken(secret) => {
                let secret = secret.expose_secret();
                (self.by_token(offered, username, secret).await?, secret)
            }
        };
        // A server that repeats what it was told must not get the secret into our log.
        let safe = |text: String| {
            if net::repeats(&text, secret) { "(no reason)".to_owned() } else { text }
        };
        match ended {
            Ended::Ok => Ok(()),
            Ended::No(text) => Err(login_refused(safe(text))),
            Ended::Bad(text) => Ended::Bad(safe(text)).into_result("LOGIN"),
        }
    }

    /// LOGIN where it can carry the words, AUTHENTICATE PLAIN (RFC 4616) where it cannot.
    async fn by_password(
        &mut self,
        offered: &Capabilities,
        username: &str,
        secret: &str,
    ) -> Result<Ended, ImapError> {
        match login_line(username, secret) {
            Ok(line) if !offered.has("LOGINDISABLED") => {
                let longest = self.deadlines.login;
                self.run_within("LOGIN", &line, longest, &mut |_| Ok(())).await
            }
            _ if offered.has("AUTH=PLAIN") => {
                if username.contains('\0') || secret.contains('\0') {
                    return Err(ImapError::Unsendable("the login holds a NUL"));
                }
                let words = Zeroizing::new(format!("\0{username}\0{secret}"));
                self.authenticate("AUTHENTICATE PLAIN", &words).await
            }
            Ok(_) => Err(ImapError::Auth("the server takes no password logins".to_owned())),
            Err(_) => {
                let text = "the user name or the password has characters this server cannot take";
                Err(ImapError::Auth(text.to_owned()))
            }
        }
    }

    /// XOAUTH2, as Google wrote it down (<https://developers.google.com/gmail/imap/xoauth2-protocol>).
    async fn by_token(
        &mut self,
        offered: &Capabilities,
        username: &str,
        secret: &str,
    ) -> Result<Ended, ImapError> {
        if !offered.has("AUTH=XOAUTH2") {
            return Err(ImapError::Auth("the server takes no logins by OAuth 2".to_owned()));
        }
        if [username, secret].iter().any(|part| part.contains('\u{1}')) {
            return Err(ImapError::Unsendable("the login holds a control character"));
        }
        let words = Zeroizing::new(format!("user={username}\u{1}auth=Bearer {secret}\u{1}\u{1}"));
        self.authenticate("AUTHENTICATE XOAUTH2", &words).await
    }

    /// One SASL exchange in which we speak once. A server that then says more than yes or no tells
    /// why it refuses; it waits for an empty line before it says so.
    async fn authenticate(&mut self, line: &str, words: &str) -> Result<Ended, ImapError> {
        const NAME: &str = "AUTHENTICATE";
        let until = Instant::now() + self.deadlines.login;
        self.begin(NAME, line, until).await?;
        if let Some(ended) = self.go_ahead(NAME, until, &mut |_| Ok(())).await? {
            return Ok(ended);
        }
        let mut response = Zeroizing::new(net::base64(words.as_bytes()));
        response.push_str("\r\n");
        self.write(NAME, response.as_bytes(), until).await?;
        if let Some(ended) = self.go_ahead(NAME, until, &mut |_| Ok(())).await? {
            return Ok(ended);
        }
        self.write(NAME, b"\r\n", until).await?;
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

#[cfg(test)]
mod tests;
