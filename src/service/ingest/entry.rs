//! What a message says of one application goes into its ledger, with what follows from it: by this
//! one way, whether it is read for the first time or once more.
//!
//! The surprising fact: an answer ends a doubt before it is entered. It proves that what it answers
//! has arrived.

use chrono::{DateTime, Utc};

use crate::domain::event::{Fact, Source};
use crate::domain::ids::{ApplicationId, MessageKey};
use crate::service::Record;
use crate::store::{Outcome, Tx};

/// What a message says of an application.
pub(super) struct Said {
    pub key: MessageKey,
    pub at: DateTime<Utc>,
    /// Arrived while we watched.
    pub live: bool,
    /// Written before the application began: it closes and re-opens nothing.
    pub too_old: bool,
    pub facts: Vec<Fact>,
}

impl Record {
    pub(super) async fn enter(
        &self,
        tx: &mut Tx,
        application: ApplicationId,
        said: Said,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let Said { key, at, live, too_old, mut facts } = said;
        if too_old {
            facts.retain(|fact| !matches!(fact, Fact::Closed { .. } | Fact::Reopened));
        }
        let answers = |fact: &Fact| matches!(fact, Fact::EmployerReplied { weak: false, .. });
        if facts.iter().any(answers) {
            self.answer_ends_doubt(tx, application, now).await?;
        }
        tx.append_all(application, (at, live), Source::Message(key), &facts).await?;
        for fact in &facts {
            if let Fact::Bounced { original: Some(id), .. } = fact
                && let Some(attempt) = tx.attempt_of_message_id(self.account, id).await?
            {
                tx.finish(attempt.id, Outcome::Bounced, Some("came back"), now).await?;
            }
        }
        Ok(())
    }
}
