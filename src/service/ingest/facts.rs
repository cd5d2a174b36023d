//! What a message puts into the ledger: the facts it says, for every application it belongs to, and
//! an application of its own where it opens one.
//!
//! The surprising fact: the state that its facts depend on is not read here. It was read when the
//! message was matched, and holds in the same transaction.

use chrono::{DateTime, Utc};

use crate::domain::attribution::{Attribution, Strength, same_name};
use crate::domain::event::{Event, Fact, NewEvent, Source};
use crate::domain::ids::MessageKey;
use crate::domain::message::{Direction, Message};
use crate::domain::observation::{contact_in, observe};
use crate::service::Record;
use crate::service::record::Case;
use crate::service::watch::Batch;
use crate::store::{StoreError, Tx};

use super::entry::Said;
use super::{Arrival, Tracking};

impl Record {
    /// A message that opens an application by itself.
    pub(super) async fn open_application(
        &self,
        tx: &mut Tx,
        message: &Message,
        arrival: &Arrival<'_>,
        batch: &mut Batch,
    ) -> anyhow::Result<Attribution> {
        let (name, domain) = message
            .employer
            .as_ref()
            .map_or(("Employer", None), |hint| (hint.name.as_str(), hint.domain.as_deref()));
        let known = batch.tracking.all().iter().find(|known| {
            let either = domain.is_none() || known.domain.is_none();
            either && same_name(&known.employer, name)
        });
        let known = known.and_then(|known| batch.tracking.standing(known.id));
        let employer = match known {
            Some(known) => known.application.employer.id,
            None => tx.ensure_employer(self.account, name, domain).await?,
        };
        let now = self.clock.now();
        let (application, readable_id) = tx.create_application(self.account, employer, now).await?;
        tracing::info!(%readable_id, "an application was recognised");
        let at = arrival.at(message, now);
        let fact = Fact::ApplicationRecorded {
            position: message.position.clone(),
            contact: contact_in(message),
        };
        let new = NewEvent { application, at, source: Source::Service, fact };
        let id = tx.append(&new, arrival.live).await?;
        if let Some(row) = tx.load_application(application).await? {
            let NewEvent { application, at, source, fact } = new;
            batch.tracking.opened(row, &Event { id, application, at, source, fact });
        }
        Ok(Attribution { applications: vec![application], strength: Strength::Opened })
    }

    /// The facts of a message, for every application it belongs to.
    pub(super) async fn record(
        &self,
        tx: &mut Tx,
        arrival: &Arrival<'_>,
        (message, direction, attribution, key): (&Message, Direction, &Attribution, MessageKey),
        tracking: &Tracking,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let at = arrival.at(message, now);
        let strength = attribution.strength;
        for application in &attribution.applications {
            let Some(known) = tracking.standing(*application) else { continue };
            // What turns up late is compared with more than what the ledger comes to.
            let case =
                if arrival.live { None } else { self.case_of(tx, *application, now).await? };
            let facts = observe(&self.sighting(tx, known, message, direction, strength, at).await?);
            let too_old = match case.as_ref().filter(|_| arrival.looking_back) {
                Some(case) => before_it_began(tx, case, message, at).await?,
                None => false,
            };
            let said = Said { key, at, live: arrival.live, too_old, facts };
            self.enter(tx, *application, said, now).await?;
            let employer = &known.application.employer;
            if direction == Direction::Outgoing {
                tx.note_contact(employer.id, at).await?;
            }
            let domain = message.employer.as_ref().and_then(|hint| hint.domain.as_deref());
            if strength != Strength::Weak
                && employer.domain.is_none()
                && let Some(domain) = domain
            {
                tx.learn_domain(employer.id, domain).await?;
            }
            if let Some(case) = &case {
                self.withdraw_for_the_past(tx, case, now).await?;
            }
            // No message makes a draft: without one before, there is none to withdraw.
            if known.follow_up.draft.is_some() {
                self.withdraw_outdated(tx, *application, now).await?;
            }
        }
        Ok(())
    }
}

/// Whether a message was written before the one that the application began with, or before the
/// user recorded it. Their own dates say so: in which order they are read says nothing.
pub(super) async fn before_it_began(
    tx: &mut Tx,
    case: &Case,
    message: &Message,
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let written = message.date.map_or(at, |date| date.with_timezone(&Utc)).min(at);
    let began = tx.opened_at(case.application.id).await?.or(case.began());
    Ok(began.is_none_or(|began| written < began))
}
