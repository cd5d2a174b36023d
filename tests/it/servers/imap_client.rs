//! The tests' own look into mailboxes: a few IMAP commands over a plain loopback connection,
//! independent of the code under test. It only looks (EXAMINE, PEEK), except for `append` and
//! `make_anew`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::PASSWORD;

const DATE: &str = "%d-%b-%Y %H:%M:%S %z";

pub struct ImapClient {
    stream: BufReader<TcpStream>,
}

/// One response: its text without literals, and the literals.
#[derive(Default)]
struct Response {
    text: String,
    literals: Vec<Vec<u8>>,
}

impl ImapClient {
    pub fn log_in(port: u16, user: &str) -> Self {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect("Dovecot listens");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a deadline");
        stream.set_nodelay(true).expect("an open socket");
        let mut client = Self { stream: BufReader::new(stream) };
        client.response();
        client.run(&format!("LOGIN \"{user}\" {PASSWORD}"));
        client
    }

    pub fn append(&mut self, mailbox: &str, bytes: &[u8], internal_date: DateTime<Utc>) -> u32 {
        let date = internal_date.format(DATE);
        let head = format!("APPEND \"{mailbox}\" \"{date}\" {{{}+}}\r\n", bytes.len());
        let command = [head.as_bytes(), bytes].concat();
        let mut answer = self.try_run(&command);
        if answer.as_ref().is_err_and(|no| no.contains("[TRYCREATE]")) {
            self.run(&format!("CREATE \"{mailbox}\""));
            answer = self.try_run(&command);
        }
        let (done, _) = answer.unwrap_or_else(|no| panic!("APPEND: {no}"));
        let uid = done
            .split_once("[APPENDUID ")
            .and_then(|(_, rest)| rest.split(']').next()?.split(' ').next_back()?.parse().ok());
        uid.unwrap_or_else(|| panic!("no UID in {done}"))
    }

    /// Removes a mailbox and makes another one of the same name.
    pub fn make_anew(&mut self, mailbox: &str) {
        self.run(&format!("DELETE \"{mailbox}\""));
        self.run(&format!("CREATE \"{mailbox}\""));
    }

    pub fn messages(&mut self, mailbox: &str) -> Vec<Vec<u8>> {
        let fetched = self.fetch(mailbox, "BODY.PEEK[]");
        fetched.into_iter().filter_map(|mut response| response.literals.pop()).collect()
    }

    pub fn flags(&mut self, mailbox: &str) -> Vec<Vec<String>> {
        let fetched = self.fetch(mailbox, "FLAGS");
        fetched
            .iter()
            .filter_map(|response| {
                let (_, rest) = response.text.split_once("FLAGS (")?;
                let mut flags: Vec<String> = rest
                    .split(')')
                    .next()?
                    .split_whitespace()
                    .filter(|flag| *flag != "\\Recent")
                    .map(str::to_owned)
                    .collect();
                flags.sort();
                Some(flags)
            })
            .collect()
    }

    pub fn dates(&mut self, mailbox: &str) -> Vec<DateTime<Utc>> {
        let fetched = self.fetch(mailbox, "INTERNALDATE");
        fetched
            .iter()
            .filter_map(|response| {
                let quoted = response.text.split('"').nth(1)?;
                Some(DateTime::parse_from_str(quoted.trim(), DATE).ok()?.to_utc())
            })
            .collect()
    }

    /// One response for each message, lowest UID first.
    fn fetch(&mut self, mailbox: &str, what: &str) -> Vec<Response> {
        match self.try_run(format!("EXAMINE \"{mailbox}\"").as_bytes()) {
            Ok(_) => {}
            Err(no) if no.contains("doesn't exist") => return Vec::new(),
            Err(no) => panic!("EXAMINE {mailbox}: {no}"),
        }
        let mut fetched = self.run(&format!("UID FETCH 1:* (UID {what})"));
        fetched.retain(|response| response.text.contains(" FETCH ("));
        fetched.sort_by_key(|response| {
            let uid = response.text.split_once("UID ").map(|(_, rest)| rest);
            uid.and_then(|rest| rest.split([' ', ')']).next()?.parse::<u32>().ok())
        });
        fetched
    }

    fn run(&mut self, command: &str) -> Vec<Response> {
        match self.try_run(command.as_bytes()) {
            Ok((_, untagged)) => untagged,
            Err(no) => panic!("{command}: {no}"),
        }
    }

    /// The tagged OK and the responses before it, or the tagged NO or BAD.
    fn try_run(&mut self, command: &[u8]) -> Result<(String, Vec<Response>), String> {
        let line = [b"t ", command, b"\r\n"].concat();
        self.stream.get_mut().write_all(&line).expect("Dovecot reads");
        let mut untagged = Vec::new();
        loop {
            let response = self.response();
            match response.text.strip_prefix("t ") {
                Some(done) if done.starts_with("OK") => return Ok((done.to_owned(), untagged)),
                Some(no) => return Err(no.to_owned()),
                None => untagged.push(response),
            }
        }
    }

    fn response(&mut self) -> Response {
        let mut response = Response::default();
        loop {
            let mut line = String::new();
            let read = self.stream.read_line(&mut line).expect("Dovecot answers in time");
            assert!(read > 0, "Dovecot closed the connection");
            let line = line.trim_end();
            response.text.push_str(line);
            let Some(octets) = literal(line) else { return response };
            let mut bytes = vec![0; octets];
            self.stream.read_exact(&mut bytes).expect("the announced octets");
            response.literals.push(bytes);
        }
    }
}

/// The length announced at the end of a line: `{17}`.
fn literal(line: &str) -> Option<usize> {
    line.strip_suffix('}')?.rsplit_once('{')?.1.parse().ok()
}
