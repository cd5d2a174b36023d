//! A message that the user passes on to himself with our tag and the id of an application in the
//! subject: `Fwd: Interview [Afterword] ACME-1`. What is inside counts as if it had arrived.
//!
//! The surprising fact: a forward is never a command. It can tell what somebody wrote, and by that
//! stop a message; it approves nothing.

use chrono::{DateTime, Utc};

use crate::domain::attribution::Strength;
use crate::domain::command::Command;
use crate::domain::event::{Correction, NewEvent, Source};
use crate::domain::ids::{ApplicationId, MessageKey, ReadableId};
use crate::domain::mailbox::Role;
use crate::domain::message::{Direction, Message};
use crate::domain::observation::observe;
use crate::mail::wording::TAG;
use crate::service::Record;
use crate::service::letters::Receipt;
use crate::service::record::Case;
use crate::store::Tx;

impl Record {
    /// Whether a note to oneself is a message passed on for the record.
    pub(in crate::service) fn is_for_the_record(&self, message: &Message) -> bool {
        message.forwarded && message.subject.contains(TAG)
    }

    /// Attaches what is inside to the application that the subject names.
    pub(in crate::service) async fn attach(
        &self,
        tx: &mut Tx,
        (key, copy): (MessageKey, Role),
        identity: [u8; 32],
        message: &Message,
        inside: Option<&Message>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let Some(mut reply) = self.take_up(tx, key, identity, message, now).await? else {
            return Ok(());
        };
        let letter = Message { forwarded: false, ..message.clone() };
        if self.believed(tx, &letter, &reply.found_at, copy, &Command::Empty).await?.is_err() {
            return Ok(());
        }
        let named = self.named_in(tx, &message.subject).await?;
        let case = match named {
            Some(application) => self.case_of(tx, application, now).await?,
            None => None,
        };
        reply.application = case.as_ref().map(|case| case.application.id);
        let foreign = inside.filter(|it| {
            it.service_kind.is_none()
                && it.author().is_some_and(|author| !self.own.contains(&author.address))
        });
        let said = match (case, foreign) {
            (Some(case), Some(inside)) => self.take_in(tx, &case, key, inside, now).await?,
            (None, _) => vec![format!(
                "I see a message for the record, but not of which application it is. Pass it on \
                 again with its id in the subject, like: {TAG} ACME-1."
            )],
            (Some(case), None) => vec![format!(
                "I found no message of somebody else inside, so nothing was recorded about {}.",
                case.application.employer.name
            )],
        };
        self.conclude(tx, &reply, Ok(Receipt::Said(said))).await
    }

    /// The application whose id stands in a subject.
    async fn named_in(&self, tx: &mut Tx, subject: &str) -> anyhow::Result<Option<ApplicationId>> {
        let words = subject.split(|c: char| !c.is_alphanumeric() && c != '-');
        for id in words.filter_map(ReadableId::parse) {
            if let Some(row) = tx.find_application(self.account, &id).await? {
                return Ok(Some(row.id));
            }
        }
        Ok(None)
    }

    async fn take_in(
        &self,
        tx: &mut Tx,
        case: &Case,
        key: MessageKey,
        inside: &Message,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Vec<String>> {
        let application = case.application.id;
        let employer = &case.application.employer.name;
        let source = Source::Message(key);
        if let Some(id) = &inside.message_id {
            let known = tx.linked(self.account, &[id], None).await?.by_ids;
            if known.iter().any(|(it, _)| *it == application) {
                return Ok(vec![format!("I have this message with {employer} already.")]);
            }
            for (other, message) in tx.tied_by_id(self.account, id).await? {
                let wrong = Correction::NotThisOne;
                self.take_back(tx, other, message, wrong, source, now).await?;
                tx.deny(message, other).await?;
                self.withdraw_outdated_quietly(tx, other, now).await?;
            }
        }
        let written = inside.date.map_or(now, |date| date.with_timezone(&Utc));
        let at = written.min(now);
        let (direction, strength) = (Direction::Incoming, Strength::User);
        let facts =
            observe(&self.sighting(tx, case.standing(), inside, direction, strength, at).await?);
        tx.link(key, application, Strength::User).await?;
        if let Some(id) = &inside.message_id {
            tx.add_message_id(key, id).await?;
        }
        for fact in facts {
            tx.append(&NewEvent { application, at, source, fact }, true).await?;
        }
        self.withdraw_outdated_quietly(tx, application, now).await?;
        let from = inside.author().map(ToString::to_string).unwrap_or_default();
        let day = at.with_timezone(&self.settings.zone).format("%a %-d %b %Y");
        Ok(vec![format!("Noted: the mail of {from}, {day}, is with {employer} now.")])
    }
}
