//! A scripted SMTP server over a pipe in memory: one answer, silence or a cut per step. It checks
//! nothing and remembers what it was told.

use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, duplex};
use tokio::task::JoinHandle;

use super::Deadlines;

/// What the server does when a step comes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Say(&'static [u8]),
    SayAndClose(&'static [u8]),
    Stall,
    Close,
}

/// One step for each thing a client says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Script {
    pub greeting: Step,
    pub ehlo: Step,
    pub auth: Step,
    /// Answers to the lines after AUTH LOGIN.
    pub challenges: [Step; 2],
    pub mail: Step,
    pub rcpt: Step,
    pub data: Step,
    pub dot: Step,
    pub quit: Step,
}

pub(super) const WILLING: Script = Script {
    greeting: Step::Say(b"220 fake\r\n"),
    ehlo: Step::Say(b"250-fake\r\n250 AUTH PLAIN LOGIN\r\n"),
    auth: Step::Say(b"235 2.7.0 welcome\r\n"),
    challenges: [Step::Say(b"334 UGFzc3dvcmQ6\r\n"), Step::Say(b"235 2.7.0 welcome\r\n")],
    mail: Step::Say(b"250 2.1.0 ok\r\n"),
    rcpt: Step::Say(b"250 2.1.5 ok\r\n"),
    data: Step::Say(b"354 go on\r\n"),
    dot: Step::Say(b"250 2.0.0 queued as 17\r\n"),
    quit: Step::SayAndClose(b"221 bye\r\n"),
};

/// What the server was told.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub lines: Vec<String>,
    /// The body as it came, dots still doubled, without the final dot.
    pub body: String,
    pub whole_body: bool,
}

impl Script {
    /// Short where the server stalls, and long enough for a busy machine elsewhere.
    pub fn deadlines(&self) -> Deadlines {
        let for_steps = |steps: &[Step]| {
            let stalls = steps.iter().any(|step| matches!(step, Step::Stall));
            if stalls { Duration::from_millis(100) } else { Duration::from_secs(20) }
        };
        Deadlines {
            greeting: for_steps(&[self.greeting, self.ehlo]),
            login: for_steps(&[self.auth, self.challenges[0], self.challenges[1]]),
            command: for_steps(&[self.mail, self.rcpt]),
            data: for_steps(&[self.data]),
            body: for_steps(&[self.dot]),
            quit: for_steps(&[self.quit]),
        }
    }

    /// Starts the server; it ends when the client is gone.
    pub fn start(self) -> (DuplexStream, JoinHandle<Told>) {
        let (client, server) = duplex(4096);
        (client, tokio::spawn(self.serve(server)))
    }

    async fn serve(self, stream: DuplexStream) -> Told {
        let mut stream = BufReader::new(stream);
        let mut told = Told::default();
        let mut challenges = self.challenges.into_iter();
        let mut step = self.greeting;
        loop {
            let (answer, closing) = match step {
                Step::Say(answer) => (answer, false),
                Step::SayAndClose(answer) => (answer, true),
                Step::Stall => {
                    while next_line(&mut stream).await.is_some() {}
                    return told;
                }
                Step::Close => return told,
            };
            if stream.write_all(answer).await.is_err() || closing {
                return told;
            }
            let Some(line) = next_line(&mut stream).await else { return told };
            let word = line.split([' ', ':', '\r']).next().unwrap_or_default().to_owned();
            told.lines.push(line.trim_end().to_owned());
            step = match word.as_str() {
                "EHLO" => self.ehlo,
                "AUTH" => self.auth,
                "MAIL" => self.mail,
                "RCPT" => self.rcpt,
                "DATA" => self.data,
                "QUIT" => self.quit,
                _ if answer.starts_with(b"354") => {
                    read_body(&mut stream, line, &mut told).await;
                    self.dot
                }
                _ => challenges.next().unwrap_or(Step::Close),
            };
        }
    }
}

async fn next_line(stream: &mut BufReader<DuplexStream>) -> Option<String> {
    let mut line = String::new();
    let read = stream.read_line(&mut line).await.unwrap_or(0);
    (read > 0).then_some(line)
}

async fn read_body(stream: &mut BufReader<DuplexStream>, first: String, told: &mut Told) {
    told.lines.pop();
    let mut line = first;
    while line != ".\r\n" {
        told.body.push_str(&line);
        match next_line(stream).await {
            Some(next) => line = next,
            None => return,
        }
    }
    told.whole_body = true;
}
