//! Opening a mailbox to read it, and learning where it stands.
//!
//! EXAMINE only; a mailbox is never opened for writing.
//! Surprising: a server may keep UIDNEXT to itself. It is then asked with STATUS, and as a last
//! resort taken from the highest UID (mail.163.com answers STATUS with an empty list).

use async_imap::imap_proto::{
    AttributeValue, MailboxDatum, Outcome, Response, ResponseCode, StatusAttribute,
};

use super::{ImapError, Session, quote};
use crate::domain::mailbox::Opened;

/// What EXAMINE has told so far.
#[derive(Default)]
struct Told {
    exists: Option<u32>,
    uid_validity: Option<u32>,
    uid_next: Option<u32>,
}

impl Told {
    fn hear(&mut self, response: &Response<'_>) {
        match response {
            Response::MailboxData(MailboxDatum::Exists(count)) => self.exists = Some(*count),
            Response::Data { outcome, .. } | Response::Done { outcome, .. } => self.code(outcome),
            // The rest of an EXAMINE answer is flags and counts.
            _ => {}
        }
    }

    fn code(&mut self, outcome: &Outcome<'_>) {
        match &outcome.code {
            Some(ResponseCode::UidValidity(value)) => self.uid_validity = Some(*value),
            Some(ResponseCode::UidNext(value)) => self.uid_next = Some(*value),
            // Other codes do not say where the mailbox stands.
            _ => {}
        }
    }
}

impl Session {
    /// Opens a mailbox for reading. `raw_name` is [`super::Listed::raw_name`], as the server wrote it.
    pub async fn examine(&mut self, raw_name: &str) -> Result<Opened, ImapError> {
        let name = quote::quoted(raw_name)?;
        self.open = false;
        let mut told = Told::default();
        let line = format!("EXAMINE {name}");
        self.wire
            .run("EXAMINE", &line, &mut |response| {
                told.hear(response);
                Ok(())
            })
            .await?;
        let Some(uid_validity) = told.uid_validity.filter(|value| *value > 0) else {
            return Err(self.wire.broken("EXAMINE: a mailbox without UIDVALIDITY".to_owned()));
        };
        let Some(exists) = told.exists else {
            return Err(self.wire.broken("EXAMINE: a mailbox without EXISTS".to_owned()));
        };
        let uid_next = match told.uid_next.filter(|value| *value > 0) {
            Some(value) => value,
            None => self.find_uid_next(&name, exists).await?,
        };
        self.open = true;
        self.wire.notes.opened(exists);
        Ok(Opened { uid_validity, uid_next, exists })
    }

    async fn find_uid_next(&mut self, quoted: &str, exists: u32) -> Result<u32, ImapError> {
        let mut uid_next = None;
        let line = format!("STATUS {quoted} (UIDNEXT)");
        let asked = self
            .wire
            .run("STATUS", &line, &mut |response| {
                if let Response::MailboxData(MailboxDatum::Status { status, .. }) = response {
                    for attribute in status {
                        if let StatusAttribute::UidNext(value) = attribute {
                            uid_next = Some(*value).filter(|value| *value > 0);
                        }
                    }
                }
                Ok(())
            })
            .await;
        if !self.wire.is_usable() {
            asked?;
        }
        match uid_next {
            Some(value) => Ok(value),
            None if exists == 0 => Ok(1),
            None => self.after_the_highest_uid().await,
        }
    }

    async fn after_the_highest_uid(&mut self) -> Result<u32, ImapError> {
        let mut highest = 0;
        self.wire
            .run("FETCH", "UID FETCH * (UID)", &mut |response| {
                if let Response::Fetch(_, attributes) = response {
                    for attribute in attributes {
                        if let AttributeValue::Uid(uid) = attribute {
                            highest = highest.max(*uid);
                        }
                    }
                }
                Ok(())
            })
            .await?;
        if highest == 0 {
            return Err(self.wire.broken("EXAMINE: UIDNEXT cannot be found out".to_owned()));
        }
        Ok(highest.saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::super::script::{Steps, assert_spent, cut, say, session};
    use super::*;

    fn script(
        examine: &'static str,
        status: &'static str,
        fetch: &'static str,
    ) -> impl FnMut(&str) -> Steps + Send {
        move |command| match command.split(' ').next() {
            Some("EXAMINE") => say(examine),
            Some("STATUS") => say(status),
            Some("UID") => say(fetch),
            _ => None,
        }
    }

    const WITHOUT_UIDNEXT: &str = "* 9 EXISTS\n* OK [UIDVALIDITY 7] x\n$ OK [READ-ONLY] done\n";

    #[tokio::test]
    async fn a_mailbox_says_where_it_stands() {
        let (mut session, lines) = session(|_| None).await;
        let opened = session.examine("Sent \"Items\"").await.unwrap();
        assert_eq!(opened, Opened { uid_validity: 7, uid_next: 100, exists: 9 });
        assert!(lines.lock().unwrap().last().unwrap().ends_with("EXAMINE \"Sent \\\"Items\\\"\""));
    }

    #[tokio::test]
    async fn a_missing_uidnext_is_found_out() {
        let cases = [
            (WITHOUT_UIDNEXT, "* STATUS INBOX (UIDNEXT 41)\n$ OK\n", "$ OK\n", 41),
            (WITHOUT_UIDNEXT, "* STATUS INBOX ()\n$ OK\n", "* 9 FETCH (UID 70)\n$ OK\n", 71),
            (WITHOUT_UIDNEXT, "$ NO not now\n", "* 9 FETCH (UID 70)\n$ OK\n", 71),
            (WITHOUT_UIDNEXT, "$ BAD what\n", "* 9 FETCH (UID 70)\n$ OK\n", 71),
            (
                "* 0 EXISTS\n* OK [UIDVALIDITY 7] x\n$ OK\n",
                "* STATUS INBOX ()\n$ OK\n",
                "$ OK\n",
                1,
            ),
        ];
        for (examine, status, fetch, expected) in cases {
            let (mut session, _) = session(script(examine, status, fetch)).await;
            assert_eq!(session.examine("INBOX").await.unwrap().uid_next, expected, "{status}");
        }
    }

    #[tokio::test]
    async fn nothing_is_believed_of_a_mailbox_without_uidvalidity() {
        for reply in [
            "* 9 EXISTS\n* OK [UIDNEXT 5] x\n$ OK done\n",
            "* 9 EXISTS\n* OK [UIDVALIDITY 0] x\n* OK [UIDNEXT 5] x\n$ OK done\n",
            "* OK [UIDVALIDITY 7] x\n* OK [UIDNEXT 5] x\n$ OK done\n",
            "$ OK done\n",
        ] {
            let (mut session, _) = session(script(reply, "$ OK\n", "$ OK\n")).await;
            let result = session.examine("INBOX").await;
            assert!(matches!(result, Err(ImapError::Protocol(_))), "{reply}");
            assert_spent(&mut session).await;
        }
        let (mut session, _) =
            session(
                |command| {
                    if command.starts_with("EXAMINE") { cut("* 7 EXISTS\n") } else { None }
                },
            )
            .await;
        assert!(matches!(session.examine("INBOX").await, Err(ImapError::Gone(_))));
    }

    #[tokio::test]
    async fn a_refused_mailbox_leaves_none_open() {
        let mut opened = 0;
        let (mut session, lines) = session(move |command| {
            if !command.starts_with("EXAMINE") {
                return None;
            }
            opened += 1;
            if opened == 1 { None } else { say("$ NO [NONEXISTENT] no such mailbox\n") }
        })
        .await;
        session.examine("INBOX").await.unwrap();
        assert!(matches!(session.examine("Nowhere").await, Err(ImapError::No { .. })));
        let sent = lines.lock().unwrap().len();
        assert!(session.fetch_body(1, 10).await.is_err());
        assert_eq!(lines.lock().unwrap().len(), sent, "nothing is asked of no mailbox");
    }
}
