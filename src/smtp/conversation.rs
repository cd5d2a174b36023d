//! The lines of one SMTP session, each under its own deadline. It knows what to say next and
//! leaves the judgement of answers to `outcome`.
//!
//! The library reads any 2xx and 3xx as success and knows no deadlines, so codes are compared
//! and time is kept here. It is never asked to `send` a message as a whole: that hides how far
//! the message came.

use std::fmt::Display;
use std::net::Ipv4Addr;
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Auth, Data, Mail, Quit, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use secrecy::ExposeSecret as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;

use super::envelope::Route;
use super::outcome::{Heard, Outcome, Phase, after_body, before_body, stopped};
use super::plain_answers::PlainAnswers;
use super::{Deadlines, Login};
use crate::net::Credential;

/// How a password is shown, and how an access token is (as Google wrote it down:
/// <https://developers.google.com/gmail/imap/xoauth2-protocol>).
const BY_PASSWORD: &[Mechanism] = &[Mechanism::Plain, Mechanism::Login];
const BY_TOKEN: &[Mechanism] = &[Mechanism::Xoauth2];

/// LOGIN asks for the name and for the password.
const MOST_CHALLENGES: usize = 2;

pub(super) struct Conversation {
    connection: AsyncSmtpConnection,
    deadlines: Deadlines,
}

impl Conversation {
    /// Waits for the greeting and says EHLO, with an address literal that tells nothing about
    /// this machine (RFC 5321 §4.1.4).
    pub(super) async fn begin<S>(stream: S, deadlines: Deadlines) -> Result<Self, Outcome>
    where
        S: AsyncRead + AsyncWrite + Send + Sync + Unpin + 'static,
    {
        let name = ClientId::Ipv4(Ipv4Addr::LOCALHOST);
        let stream = Box::new(PlainAnswers(stream));
        let connecting = AsyncSmtpConnection::connect_with_transport(stream, &name);
        let heard = match timeout(deadlines.greeting, connecting).await {
            Ok(Ok(connection)) => return Ok(Self { connection, deadlines }),
            Ok(Err(error)) => Heard::from(Err(error)),
            Err(_) => too_late(deadlines.greeting),
        };
        Err(stopped(Phase::Greeting, heard))
    }

    /// AUTH with the first of PLAIN and LOGIN that the server offers, or with XOAUTH2 where there is
    /// a token.
    pub(super) async fn log_in(&mut self, login: &Login) -> Result<(), Outcome> {
        let (wanted, secret) = match &login.credential {
            Credential::Password(secret) => (BY_PASSWORD, secret),
            Credential::AccessToken(secret) => (BY_TOKEN, secret),
        };
        let info = self.connection.server_info();
        let offered = wanted
            .iter()
            .copied()
            .find(|mechanism| info.supports_auth_mechanism(*mechanism))
            .ok_or_else(|| no_mechanism(wanted))?;
        let credentials =
            Credentials::new(login.username.clone(), secret.expose_secret().to_owned());
        let heard = match self.exchange(offered, &credentials).await {
            Ok(heard) => heard,
            Err(error) => Heard::from(Err(error)),
        };
        let heard = heard.without(secret.expose_secret());
        before_body(Phase::Login, heard, |code| code == 235)
    }

    async fn exchange(
        &mut self,
        mechanism: Mechanism,
        credentials: &Credentials,
    ) -> Result<Heard, Error> {
        let within = self.deadlines.login;
        let mut line = Auth::new(mechanism, credentials.clone(), None)?;
        for _ in 0..MOST_CHALLENGES {
            match self.say(line, within).await {
                // A token was refused: this is the reason, and the server waits for an empty line
                // before it says no.
                Some(Ok(reason)) if reason.has_code(334) && mechanism == Mechanism::Xoauth2 => {
                    let answer = self.say("\r\n", within).await;
                    return Ok(heard(answer, within));
                }
                Some(Ok(challenge)) if challenge.has_code(334) => {
                    line = Auth::new_from_response(mechanism, credentials.clone(), &challenge)?;
                }
                answer => return Ok(heard(answer, within)),
            }
        }
        let answer = self.say(line, within).await;
        Ok(heard(answer, within))
    }

    /// MAIL, the one RCPT, and DATA.
    pub(super) async fn announce(&mut self, route: &Route) -> Result<(), Outcome> {
        let Deadlines { command, data, .. } = self.deadlines;
        let yes = |code| (200..300).contains(&code);
        let mail = self.say(Mail::new(Some(route.from.clone()), vec![]), command).await;
        before_body(Phase::Mail, heard(mail, command), yes)?;
        let rcpt = self.say(Rcpt::new(route.to.clone(), vec![]), command).await;
        before_body(Phase::Rcpt, heard(rcpt, command), yes)?;
        let go_on = self.say(Data, data).await;
        before_body(Phase::Data, heard(go_on, data), |code| code == 354)
    }

    /// Sends the body and waits for the one answer that matters.
    pub(super) async fn hand_over(mut self, bytes: &[u8]) -> Outcome {
        // The library ends the message with a line end of its own; without this the message
        // would arrive with an empty line that nobody approved.
        let bytes = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
        let within = self.deadlines.body;
        let answer = timeout(within, self.connection.message(bytes)).await.ok();
        let outcome = after_body(heard(answer, within));
        self.leave_after(outcome).await
    }

    /// Says good-bye if the server still listens to commands, and hands the outcome through.
    pub(super) async fn leave_after(self, outcome: Outcome) -> Outcome {
        let in_step = match &outcome {
            Outcome::Accepted { .. } => true,
            // After DATA a QUIT could be taken for the first line of a body.
            Outcome::Refused { phase, .. } => *phase != Phase::Data,
            Outcome::Deferred { phase, code, .. } => code.is_some() && *phase != Phase::Data,
            Outcome::Unknown { .. } => false,
        };
        if in_step {
            self.leave().await;
        }
        outcome
    }

    /// QUIT. Whatever comes of it changes nothing.
    pub(super) async fn leave(mut self) {
        let within = self.deadlines.quit;
        drop(self.say(Quit, within).await);
    }

    /// `None` if the deadline passed; the session is out of step then and must not be used.
    async fn say<C: Display>(
        &mut self,
        line: C,
        within: Duration,
    ) -> Option<Result<Response, Error>> {
        timeout(within, self.connection.command(line)).await.ok()
    }
}

fn heard(answer: Option<Result<Response, Error>>, within: Duration) -> Heard {
    answer.map_or_else(|| too_late(within), Heard::from)
}

fn too_late(within: Duration) -> Heard {
    Heard::Nothing { cause: format!("no answer within {} seconds", within.as_secs_f32()) }
}

fn no_mechanism(wanted: &[Mechanism]) -> Outcome {
    let names: Vec<String> = wanted.iter().map(ToString::to_string).collect();
    let answer = format!("the server does not offer {}", names.join(" or "));
    Outcome::Deferred { phase: Phase::Login, code: None, answer, login_refused: false }
}
