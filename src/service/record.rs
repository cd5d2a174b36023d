//! Reading the record: applications with their state and what surrounds it. Every step that
//! decides starts here.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::domain::attribution::Tracked;
use crate::domain::event::{Event, Fact, NewEvent, Source};
use crate::domain::follow_up::FollowUp;
use crate::domain::holidays::Region;
use crate::domain::ids::ApplicationId;
use crate::domain::policy::{self, Surroundings};
use crate::store::{ApplicationRow, MailboxRow, StoreError, Tx};

use super::Record;

/// One application with its state.
#[derive(Debug, Clone)]
pub struct Case {
    pub application: ApplicationRow,
    pub events: Vec<Event>,
    pub follow_up: FollowUp,
    pub around: Surroundings,
}

impl Case {
    /// When the next message is or was due, if there is a pursuit at all.
    pub fn due(&self, record: &Record, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let pursuit = self.follow_up.pursuit(now)?;
        Some(policy::due::due(&self.follow_up, &pursuit, &self.around, &record.settings).0)
    }

    /// When the application was recorded, in the time of its ledger.
    pub fn began(&self) -> Option<DateTime<Utc>> {
        let recorded = |event: &&Event| matches!(event.fact, Fact::ApplicationRecorded { .. });
        self.events.iter().find(recorded).map(|event| event.at)
    }

    /// How the matching of messages sees it.
    pub fn tracked(&self) -> Tracked {
        let follow_up = &self.follow_up;
        let people = follow_up
            .contact
            .iter()
            .map(|contact| &contact.address)
            .chain(follow_up.answers.iter().filter(|it| !it.weak).map(|it| &it.from))
            .chain(follow_up.attempts.iter().filter_map(|attempt| attempt.to.as_ref()))
            .filter(|address| !address.is_no_reply())
            .cloned()
            .collect();
        Tracked {
            id: self.application.id,
            employer: self.application.employer.name.clone(),
            domain: self.application.employer.domain.clone(),
            position: follow_up.position.clone(),
            people,
            closed: follow_up.closed.is_some(),
            client: follow_up.client.clone(),
            names: follow_up
                .contact
                .iter()
                .filter_map(|contact| contact.name.as_ref())
                .chain(&follow_up.met)
                .map(|name| name.to_lowercase())
                .collect(),
            subjects: BTreeSet::new(),
            alive_at: follow_up
                .last_contact_at
                .max(follow_up.recorded_at)
                .max(follow_up.reopened_at),
        }
    }
}

impl Record {
    /// When the service first looked at the mailbox.
    pub(super) async fn first_run(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(self.store.snapshot().await?.installation().await?.first_run_at)
    }

    /// The mailboxes that are known.
    pub(super) async fn mailboxes(&self) -> Result<Vec<MailboxRow>, StoreError> {
        self.store.snapshot().await?.load_mailboxes(self.account).await
    }

    /// What surrounds an employer's applications.
    pub(super) async fn around(
        &self,
        tx: &mut Tx,
        application: &ApplicationRow,
        now: DateTime<Utc>,
    ) -> Result<Surroundings, StoreError> {
        let first_run = tx.installation().await?.first_run_at;
        let employer = &application.employer;
        let (recorded, domain) = (employer.country.as_deref(), employer.domain.as_deref());
        Ok(Surroundings {
            last_contact: tx.last_contact(employer.id).await?,
            paused: tx.paused(self.account, now).await?,
            quota_until: tx.quota_until(self.account, now).await?,
            watching_since: first_run.unwrap_or(now),
            region: Region::of_employer(recorded, domain, &self.settings.country),
            offer: self.competing_offer(tx, application).await?,
            accepted_elsewhere: self.accepted_elsewhere(tx, application).await?,
        })
    }

    pub(super) async fn load_case(
        &self,
        tx: &mut Tx,
        application: ApplicationRow,
        now: DateTime<Utc>,
    ) -> Result<Case, StoreError> {
        let events = tx.load_events(application.id).await?;
        let follow_up = FollowUp::replay(&events);
        let around = self.around(tx, &application, now).await?;
        Ok(Case { application, events, follow_up, around })
    }

    pub(super) async fn load_cases(
        &self,
        tx: &mut Tx,
        now: DateTime<Utc>,
    ) -> Result<Vec<Case>, StoreError> {
        let mut cases = Vec::new();
        for application in tx.load_applications(self.account).await? {
            cases.push(self.load_case(tx, application, now).await?);
        }
        Ok(cases)
    }

    /// Appends what the service itself did or saw.
    pub(super) async fn note(
        &self,
        tx: &mut Tx,
        application: ApplicationId,
        fact: Fact,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let event = NewEvent { application, at: now, source: Source::Service, fact };
        tx.append(&event, true).await?;
        Ok(())
    }
}
