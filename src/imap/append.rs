//! Filing a copy of a sent message: the only writing this layer does.
//!
//! Whether the copy is wanted, and whether it arrived, is for the caller to find out (search for
//! its Message-ID). Surprising: servers may report other things before they say go ahead; those
//! lines are passed over, not taken for a refusal.

use tokio::time::Instant;

use super::{ImapError, Session, quote};

const NAME: &str = "APPEND";

impl Session {
    /// Files a message, read already, in a mailbox. Lines of `bytes` end in CRLF.
    pub async fn append(&mut self, raw_name: &str, bytes: &[u8]) -> Result<(), ImapError> {
        if bytes.contains(&0) {
            return Err(ImapError::Unsendable("the message holds a NUL"));
        }
        let line = format!("APPEND {} (\\Seen) {{{}}}", quote::quoted(raw_name)?, bytes.len());
        let until = Instant::now() + self.wire.deadlines.command;
        self.wire.begin(NAME, &line, until).await?;
        if let Some(ended) = self.wire.go_ahead(NAME, until, &mut |_| Ok(())).await? {
            ended.into_result(NAME)?;
            return Err(self.wire.broken("APPEND: taken before it was sent".to_owned()));
        }
        self.wire.write(NAME, bytes, until).await?;
        self.wire.write(NAME, b"\r\n", until).await?;
        self.wire.finish(NAME, until, &mut |_| Ok(())).await?.into_result(NAME)
    }
}

#[cfg(test)]
mod tests {
    use super::super::script::{assert_spent, cut, line, say, session, stall};
    use super::*;

    const MAIL: &[u8] = b"Subject: Hi\r\n\r\nHello\r\n";

    #[tokio::test]
    async fn lines_before_the_go_ahead_are_passed_over() {
        let (mut session, lines) = session(|command| {
            command.starts_with("APPEND").then(|| {
                vec![
                    line("* 3 EXISTS\n* OK [ALERT] hello\n"),
                    line("+ go ahead\n"),
                    line("* 4 EXISTS\n$ OK [APPENDUID 7 4] done\n"),
                ]
            })
        })
        .await;
        session.append("Sent", MAIL).await.unwrap();
        let lines = lines.lock().unwrap();
        assert!(lines[lines.len() - 2].ends_with("APPEND \"Sent\" (\\Seen) {22}"));
        assert_eq!(lines.last().unwrap().as_bytes(), [MAIL, b"\r\n"].concat());
    }

    #[tokio::test]
    async fn a_refusal_keeps_its_reason_and_the_session() {
        let (mut session, _) = session(|command| {
            command.starts_with("APPEND").then(|| vec![line("$ NO [TRYCREATE] no such mailbox\n")])
        })
        .await;
        let Err(ImapError::No { text, .. }) = session.append("Sent", MAIL).await else { panic!() };
        assert_eq!(text, "[TRYCREATE] no such mailbox");
        session.noop().await.unwrap();
    }

    #[tokio::test]
    async fn an_end_or_silence_while_filing_spends_the_session() {
        let (mut one, _) =
            session(
                |command| {
                    if command.starts_with("APPEND") { cut("+ go ahead\n") } else { None }
                },
            )
            .await;
        assert!(matches!(one.append("Sent", MAIL).await, Err(ImapError::Gone(_))));
        assert_spent(&mut one).await;
        let (mut other, _) =
            session(|command| if command.starts_with("APPEND") { stall() } else { None }).await;
        assert!(matches!(other.append("Sent", MAIL).await, Err(ImapError::Gone(_))));
        let (mut odd, _) =
            session(
                |command| {
                    if command.starts_with("APPEND") { say("$ OK done\n") } else { None }
                },
            )
            .await;
        assert!(matches!(odd.append("Sent", MAIL).await, Err(ImapError::Protocol(_))));
    }
}
