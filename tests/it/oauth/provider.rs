//! A provider of OAuth 2 on loopback, over plain HTTP: its token endpoint in a thread of its own,
//! and what happens on the page where people sign in.
//!
//! It gives a new refresh token each time and forgets the old one, as strict providers do.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use oauth2::{PkceCodeChallenge, PkceCodeVerifier};
use url::{Url, form_urlencoded};

pub const CLIENT: &str = "client-7";
pub const SECRET: &str = "s3cret-of-the-client";

type Form = BTreeMap<String, String>;

pub struct Provider {
    pub port: u16,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    /// The parameters with which a code was asked for.
    codes: BTreeMap<String, Form>,
    /// The n-th tokens are `access-n` and `refresh-n`.
    given: usize,
    /// What can be renewed with.
    refresh: Option<String>,
    requests: Vec<Form>,
}

impl Provider {
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let inner = Arc::<Mutex<Inner>>::default();
        let serving = Arc::clone(&inner);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serve(stream, &serving);
            }
        });
        Self { port, inner }
    }

    /// The user signs in on the page that this address shows and says yes; the address that the
    /// browser is sent back to.
    pub fn consent(&self, address: &str) -> String {
        let asked = query(address);
        for (name, expected) in [
            ("response_type", "code"),
            ("client_id", CLIENT),
            ("scope", "mail offline_access"),
            ("code_challenge_method", "S256"),
        ] {
            assert_eq!(asked.get(name).map(String::as_str), Some(expected), "{name} in {address}");
        }
        let mut inner = self.inner.lock().unwrap();
        let code = format!("code/{}", inner.codes.len() + 1);
        let mut back = Url::parse(&asked["redirect_uri"]).unwrap();
        back.query_pairs_mut().append_pair("code", &code).append_pair("state", &asked["state"]);
        inner.codes.insert(code, asked);
        back.into()
    }

    /// The user takes the sign-in back.
    pub fn revoke(&self) {
        self.inner.lock().unwrap().refresh = None;
    }

    /// By what tokens were asked for so far.
    pub fn requests(&self) -> Vec<String> {
        let inner = self.inner.lock().unwrap();
        inner.requests.iter().map(|form| form["grant_type"].clone()).collect()
    }

    /// Everything that must not be shown anywhere: what was given out and what was handed in.
    pub fn secrets(&self) -> Vec<String> {
        let inner = self.inner.lock().unwrap();
        let given = (1..=inner.given).flat_map(|n| [format!("access-{n}"), format!("refresh-{n}")]);
        let handed_in = inner.requests.iter().flat_map(|form| {
            ["code", "code_verifier"].into_iter().filter_map(|name| form.get(name).cloned())
        });
        given.chain(handed_in).chain([SECRET.to_owned()]).collect()
    }
}

/// The parameters of an address.
pub fn query(address: &str) -> Form {
    Url::parse(address).unwrap().query_pairs().into_owned().collect()
}

fn serve(stream: TcpStream, inner: &Mutex<Inner>) {
    let mut stream = BufReader::new(stream);
    let mut length = 0;
    let mut request_line = String::new();
    stream.read_line(&mut request_line).unwrap();
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).unwrap();
        let Some((name, value)) = header.split_once(':') else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    let form: Form = form_urlencoded::parse(&body).into_owned().collect();
    let (status, answer) = if request_line.starts_with("POST /token ") {
        inner.lock().unwrap().answer(form)
    } else {
        ("404 Not Found", "{}".to_owned())
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
         Connection: close\r\n\r\n",
        answer.len()
    );
    stream.get_mut().write_all(format!("{head}{answer}").as_bytes()).unwrap();
}

impl Inner {
    fn answer(&mut self, form: Form) -> (&'static str, String) {
        let said = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
        let client = said("client_id") == CLIENT && said("client_secret") == SECRET;
        let granted = match said("grant_type") {
            "authorization_code" => self.codes.remove(said("code")).is_some_and(|asked| {
                let verifier = PkceCodeVerifier::new(said("code_verifier").to_owned());
                let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
                asked["code_challenge"] == challenge.as_str()
                    && asked["redirect_uri"] == said("redirect_uri")
            }),
            "refresh_token" => self.refresh.as_deref() == Some(said("refresh_token")),
            _ => false,
        };
        self.requests.push(form);
        if !client {
            return ("401 Unauthorized", r#"{"error": "invalid_client"}"#.to_owned());
        }
        if !granted {
            let answer =
                r#"{"error": "invalid_grant", "error_description": "Token has been revoked."}"#;
            return ("400 Bad Request", answer.to_owned());
        }
        self.given += 1;
        let n = self.given;
        self.refresh = Some(format!("refresh-{n}"));
        let answer = format!(
            r#"{{"access_token": "access-{n}", "refresh_token": "refresh-{n}",
                "token_type": "Bearer", "expires_in": 3600}}"#
        );
        ("200 OK", answer)
    }
}
