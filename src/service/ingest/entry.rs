//! What a message says of one application goes into its ledger, with what follows from it: by this
//! one way, whether it is read for the first time or once more.
//!
//! The surprising fact: an answer ends a doubt before it is entered. It proves that what it answers
//! has arrived.

use chrono::{DateTime, Utc};

use crate::domain::event::{Fact, NewEvent, Source};
use crate::domain::ids::MessageKey;
use crate::service::Record;
use crate::service::record::Case;
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
        case: &Case,
        said: Said,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let Said { key, at, live, too_old, facts } = said;
        let answers = |fact: &Fact| matches!(fact, Fact::EmployerReplied { weak: false, .. });
        if facts.iter().any(answers) {
            self.answer_ends_doubt(tx, case, now).await?;
        }
        for fact in facts {
            if too_old && matches!(fact, Fact::Closed { .. } | Fact::Reopened) {
                continue;
            }
            let bounced = match &fact {
                Fact::Bounced { original, .. } => original.clone(),
                _ => None,
            };
            let (application, source) = (case.application.id, Source::Message(key));
            tx.append(&NewEvent { application, at, source, fact }, live).await?;
            if let Some(id) = bounced
                && let Some(attempt) = tx.attempt_of_message_id(self.account, &id).await?
            {
                tx.finish(attempt.id, Outcome::Bounced, Some("came back"), now).await?;
            }
        }
        Ok(())
    }
}
