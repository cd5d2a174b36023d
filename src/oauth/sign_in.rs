//! One sign-in: an address for the browser, a port of this computer to which the browser comes back
//! (RFC 8252 §7.3), and the exchange of what it brings (with PKCE, RFC 7636) for tokens.
//!
//! The surprising fact: browsers open connections that they may never use, and any program of this
//! computer may open others. So each is heard by a task of its own, only so many at once, and only
//! the answer to our question ends the waiting.

use std::net::Ipv4Addr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use oauth2::basic::BasicClient;
use oauth2::{
    AuthUrl, ClientId, CsrfToken, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, Scope,
};
use secrecy::SecretString;
use tokio::io::{
    AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader,
};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use url::ParseError;

use super::grant::Grant;
use super::redirect::{self, Arrival};
use super::{TokenError, Tokens};

/// How long a browser may take to say what it wants.
const TO_SPEAK: Duration = Duration::from_secs(10);
/// Longer requests are none of a browser that comes back.
const LONGEST_REQUEST: u64 = 32 * 1024;
/// So many are heard at once; others wait until one is done.
const MOST_AT_ONCE: usize = 32;
/// How long it rests if the system has no connection to give.
const BREATH: Duration = Duration::from_millis(100);

/// A sign-in that waits for the browser. Its address holds the state, so there is no `Debug`.
pub struct SignIn {
    tokens: Tokens,
    listener: TcpListener,
    /// Without `/` at its end: it is compared with what was registered.
    redirect: String,
    address: String,
    state: SecretString,
    verifier: PkceCodeVerifier,
    /// Of what will be granted: the challenge is as random as the verifier, and no secret.
    id: String,
}

impl SignIn {
    pub(super) async fn begin(tokens: Tokens) -> Result<Self, TokenError> {
        tokens.0.file.check_place()?;
        let config = &tokens.0.config;
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(TokenError::NoPort)?;
        let port = listener.local_addr().map_err(TokenError::NoPort)?.port();
        let redirect = format!("http://{}:{port}", config.this_computer);
        let unusable =
            |_: ParseError| TokenError::NotAccepted("auth_url cannot be read".to_owned());
        let client = BasicClient::new(ClientId::new(config.client_id.clone()))
            .set_auth_uri(AuthUrl::new(config.auth_url.clone()).map_err(unusable)?)
            .set_redirect_uri(RedirectUrl::new(redirect.clone()).map_err(unusable)?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let id = challenge.as_str().to_owned();
        let mut request = client
            .authorize_url(CsrfToken::new_random)
            .add_scopes(config.scopes.iter().cloned().map(Scope::new))
            .add_extra_param("login_hint", tokens.0.owner.username())
            .set_pkce_challenge(challenge);
        for (name, value) in config.asked_along {
            request = request.add_extra_param(*name, *value);
        }
        let (address, state) = request.url();
        let (address, state) = (String::from(address), SecretString::from(state.into_secret()));
        Ok(Self { tokens, listener, redirect, address, state, verifier, id })
    }

    /// What the user opens in a browser on this computer.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Waits for the browser, and keeps what the provider then grants. `now` is asked when it does;
    /// until then nothing is changed.
    ///
    /// # Errors
    /// Every variant but `NotSignedIn` and `OtherOwner`.
    pub async fn finish(
        self,
        within: Duration,
        now: impl FnOnce() -> DateTime<Utc> + Send + 'static,
    ) -> Result<(), TokenError> {
        let code = timeout(within, self.answer()).await.map_err(|_| TokenError::TooLate)??;
        let Self { tokens, redirect, verifier, id, .. } = self;
        let exchanging = move || -> Result<(), TokenError> {
            let kept = &tokens.0;
            let answer = kept.endpoint.exchange_code(&code, verifier, &redirect)?;
            let grant = Grant::first(id, kept.owner.clone(), answer, now());
            let grant = grant.ok_or(TokenError::NothingLasting)?;
            // A service that renews what was granted before must not put that in its place.
            let _lock = kept.file.lock()?;
            kept.file.check_place()?;
            kept.file.write(kept.file.make_room(&grant)?, &grant)
        };
        tokio::task::spawn_blocking(exchanging).await.map_err(|_| TokenError::Stopped)?
    }

    /// The first answer to our question.
    async fn answer(&self) -> Result<SecretString, TokenError> {
        let (sender, mut answers) = mpsc::channel(1);
        let mut browsers: JoinSet<()> = JoinSet::new();
        loop {
            tokio::select! {
                Some(answer) = answers.recv() => return answer,
                Some(_) = browsers.join_next() => {}
                accepted = self.listener.accept(), if browsers.len() < MOST_AT_ONCE => {
                    let Ok((stream, _)) = accepted else {
                        // Mostly too many files are open. It passes.
                        sleep(BREATH).await;
                        continue;
                    };
                    let (state, sender) = (self.state.clone(), sender.clone());
                    browsers.spawn(async move {
                        let answer = match timeout(TO_SPEAK, hear(stream, &state)).await {
                            Ok(Ok(Arrival::Code(code))) => Ok(code),
                            Ok(Ok(Arrival::Denied(why))) => Err(TokenError::Denied(why)),
                            Ok(Ok(Arrival::Elsewhere | Arrival::WrongState) | Err(_)) | Err(_) => {
                                return;
                            }
                        };
                        // Nobody listens any more if another one was first.
                        let _ = sender.send(answer).await;
                    });
                }
            }
        }
    }
}

/// Reads one request and answers it with one page.
async fn hear(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    state: &SecretString,
) -> std::io::Result<Arrival> {
    let mut stream = BufReader::new(stream);
    let mut request_line = String::new();
    let mut limited = (&mut stream).take(LONGEST_REQUEST);
    limited.read_line(&mut request_line).await?;
    // The headers are read so that the answer is not lost with the connection.
    let mut header = Vec::new();
    while limited.read_until(b'\n', &mut header).await? > 0 && !header.trim_ascii_end().is_empty() {
        header.clear();
    }
    let arrival = redirect::read(&request_line, state);
    // A browser that does not wait for the page has answered all the same.
    if stream.write_all(page(&arrival).as_bytes()).await.is_ok() {
        let _ = stream.shutdown().await;
    }
    Ok(arrival)
}

/// A whole HTTP answer. It holds nothing that came with the request.
fn page(arrival: &Arrival) -> String {
    let (status, says) = match arrival {
        Arrival::Code(_) => {
            ("200 OK", "Thank you. Afterword goes on in the terminal; this page can be closed.")
        }
        Arrival::Denied(_) => {
            ("200 OK", "You were not let in. The terminal says why; this page can be closed.")
        }
        Arrival::WrongState => (
            "400 Bad Request",
            "This does not belong to the sign-in that waits. Open the address from the terminal.",
        ),
        Arrival::Elsewhere => ("404 Not Found", "There is nothing here."),
    };
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Afterword</title>\
         <body style=\"font-family:sans-serif;margin:4em auto;max-width:34em\"><p>{says}</p></body></html>\n"
    );
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\n\
         Connection: close\r\n\r\n{body}",
        body.len()
    )
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[tokio::test]
    async fn a_browser_that_does_not_wait_for_the_page_has_answered_all_the_same() {
        let long = b"Cookie: many\r\n".repeat(4000);
        for headers in [&b"Host: x\r\n\r\n"[..], b"Cookie: caf\xe9\r\n\r\n", &long, b""] {
            let (mut browser, stream) = tokio::io::duplex(128 * 1024);
            let request = [&b"GET /?code=c&state=s HTTP/1.1\r\n"[..], headers].concat();
            browser.write_all(&request).await.unwrap();
            drop(browser);
            let arrival = hear(stream, &SecretString::from("s")).await.unwrap();
            assert!(matches!(arrival, Arrival::Code(code) if code.expose_secret() == "c"));
        }
    }
}
