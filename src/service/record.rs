//! Reading the record: applications with their state and what surrounds it. Every step that
//! decides starts here.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use crate::domain::attribution::{Strength, Tracked};
use crate::domain::event::{Event, Fact, NewEvent, Source};
use crate::domain::follow_up::FollowUp;
use crate::domain::holidays::Region;
use crate::domain::ids::{AccountId, ApplicationId};
use crate::domain::message::{Direction, Message};
use crate::domain::observation::Sighting;
use crate::domain::policy::{self, Surroundings};
use crate::store::{ApplicationRow, MailboxRow, StoreError, Tx};

use super::Record;
use super::occasion::accepted_elsewhere;

/// One application with its state.
#[derive(Debug, Clone)]
pub struct Case {
    pub application: ApplicationRow,
    pub events: Vec<Event>,
    pub follow_up: FollowUp,
    pub around: Surroundings,
    /// When its texts were removed by age.
    pub texts_removed_at: Option<DateTime<Utc>>,
}

impl Case {
    /// When the next message is or was due, if there is a pursuit at all.
    pub fn due(&self, record: &Record, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let pursuit = self.follow_up.pursuit(now)?;
        Some(policy::due::due(&self.follow_up, &pursuit, &self.around, &record.settings).0)
    }

    pub(super) fn standing(&self) -> Standing<'_> {
        Standing { application: &self.application, follow_up: &self.follow_up }
    }

    /// When the application was recorded, in the time of its ledger.
    pub fn began(&self) -> Option<DateTime<Utc>> {
        let recorded = |event: &&Event| matches!(event.fact, Fact::ApplicationRecorded { .. });
        self.events.iter().find(recorded).map(|event| event.at)
    }

    /// How the matching of messages sees it.
    pub fn tracked(&self) -> Tracked {
        tracked(&self.application, &self.follow_up)
    }
}

/// An application and what its ledger comes to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing<'a> {
    pub application: &'a ApplicationRow,
    pub follow_up: &'a FollowUp,
}

/// What is known about an account, as far as decisions rest on it.
#[derive(Clone, Copy, Default)]
struct Known {
    quota_until: Option<DateTime<Utc>>,
    first_run: Option<DateTime<Utc>>,
}

/// What surrounds every application.
struct Horizon {
    now: DateTime<Utc>,
    paused: Option<Option<DateTime<Utc>>>,
    accounts: BTreeMap<AccountId, Known>,
    offers: Vec<(ApplicationRow, FollowUp)>,
}

impl Record {
    /// When the service first looked at an account.
    pub(super) async fn first_run(
        &self,
        account: AccountId,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.store.snapshot().await?.first_run_of(account).await
    }

    /// The mailboxes of an account that are known.
    pub(super) async fn mailboxes_of(
        &self,
        account: AccountId,
    ) -> Result<Vec<MailboxRow>, StoreError> {
        self.store.snapshot().await?.load_mailboxes(account).await
    }

    /// Those of all accounts of the configuration.
    pub(super) async fn all_mailboxes(&self, tx: &mut Tx) -> Result<Vec<MailboxRow>, StoreError> {
        let mut all = Vec::new();
        for account in self.accounts.iter() {
            all.extend(tx.load_mailboxes(account.id).await?);
        }
        Ok(all)
    }

    /// What surrounds the applications, whoever the employer is.
    async fn horizon(&self, tx: &mut Tx, now: DateTime<Utc>) -> Result<Horizon, StoreError> {
        let mut accounts = BTreeMap::new();
        for account in self.accounts.iter() {
            let quota_until = tx.quota_until(account.id, now).await?;
            let first_run = tx.first_run_of(account.id).await?;
            accounts.insert(account.id, Known { quota_until, first_run });
        }
        Ok(Horizon {
            paused: tx.paused(self.account, now).await?,
            now,
            accounts,
            offers: self.offers(tx).await?,
        })
    }

    /// What surrounds an employer's applications.
    async fn around(
        &self,
        tx: &mut Tx,
        application: &ApplicationRow,
        horizon: &Horizon,
        last_contact: Option<DateTime<Utc>>,
    ) -> Result<Surroundings, StoreError> {
        let employer = &application.employer;
        let (recorded, domain) = (employer.country.as_deref(), employer.domain.as_deref());
        let place = self.place_of(tx, application.id).await?;
        let known = horizon.accounts.get(&place).copied().unwrap_or_default();
        Ok(Surroundings {
            last_contact,
            paused: horizon.paused,
            quota_until: known.quota_until,
            watching_since: known.first_run.unwrap_or(horizon.now),
            region: Region::of_employer(recorded, domain, &self.settings.country),
            offer: self.competing_offer(tx, application, &horizon.offers, horizon.now).await?,
            accepted_elsewhere: accepted_elsewhere(application, &horizon.offers),
        })
    }

    /// The account in which the conversation of an application is; the first before there is one.
    async fn place_of(
        &self,
        tx: &mut Tx,
        application: ApplicationId,
    ) -> Result<AccountId, StoreError> {
        let first = self.accounts.first().id;
        if !self.accounts.are_several() {
            return Ok(first);
        }
        let holding = tx.accounts_holding(application).await?;
        Ok(holding.into_iter().find(|id| self.accounts.get(*id).is_ok()).unwrap_or(first))
    }

    pub(super) async fn load_case(
        &self,
        tx: &mut Tx,
        application: ApplicationRow,
        now: DateTime<Utc>,
    ) -> Result<Case, StoreError> {
        let events = tx.load_events(application.id).await?;
        let around = self.surroundings(tx, &application, now).await?;
        let follow_up = FollowUp::replay(&events);
        let texts_removed_at = tx.texts_removed_at(application.id).await?;
        Ok(Case { application, events, follow_up, around, texts_removed_at })
    }

    async fn surroundings(
        &self,
        tx: &mut Tx,
        application: &ApplicationRow,
        now: DateTime<Utc>,
    ) -> Result<Surroundings, StoreError> {
        let horizon = self.horizon(tx, now).await?;
        let last_contact = tx.last_contact(application.employer.id).await?;
        self.around(tx, application, &horizon, last_contact).await
    }

    /// Every application; what they share is asked for once.
    pub(super) async fn load_cases(
        &self,
        tx: &mut Tx,
        now: DateTime<Utc>,
    ) -> Result<Vec<Case>, StoreError> {
        let horizon = self.horizon(tx, now).await?;
        let contacts = tx.last_contacts(self.account).await?;
        let mut ledgers = tx.load_all_events(self.account).await?;
        let bare = tx.texts_removed(self.account).await?;
        let mut cases = Vec::new();
        for application in tx.load_applications(self.account).await? {
            let last_contact = contacts.get(&application.employer.id).copied();
            let around = self.around(tx, &application, &horizon, last_contact).await?;
            let events = ledgers.remove(&application.id).unwrap_or_default();
            let follow_up = FollowUp::replay(&events);
            let texts_removed_at = bare.get(&application.id).copied();
            cases.push(Case { application, events, follow_up, around, texts_removed_at });
        }
        Ok(cases)
    }

    /// One application; `None` if it is gone.
    pub(super) async fn case_of(
        &self,
        tx: &mut Tx,
        application: ApplicationId,
        now: DateTime<Utc>,
    ) -> Result<Option<Case>, StoreError> {
        match tx.load_application(application).await? {
            Some(row) => Ok(Some(self.load_case(tx, row, now).await?)),
            None => Ok(None),
        }
    }

    /// A message that came at `at`, as one application sees it. The record is asked only for what
    /// such a message is compared with.
    pub(super) async fn sighting<'a>(
        &self,
        tx: &mut Tx,
        Standing { application, follow_up }: Standing<'a>,
        message: &'a Message,
        direction: Direction,
        strength: Strength,
        at: DateTime<Utc>,
    ) -> Result<Sighting<'a>, StoreError> {
        let said_in = follow_up.promise.as_ref().and_then(|promise| promise.said_in.as_ref());
        let word_written_at = match said_in {
            Some(id) if !message.promises.is_empty() => tx.written_at(self.account, id).await?,
            Some(_) | None => None,
        };
        let due = match follow_up.pursuit(at).filter(|_| direction == Direction::Outgoing) {
            Some(pursuit) => {
                let around = self.surroundings(tx, application, at).await?;
                Some(policy::due::due(follow_up, &pursuit, &around, &self.settings).0)
            }
            None => None,
        };
        Ok(Sighting { message, direction, strength, follow_up, word_written_at, due, at })
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

/// An application as the matching of messages sees it.
pub(super) fn tracked(application: &ApplicationRow, follow_up: &FollowUp) -> Tracked {
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
        id: application.id,
        employer: application.employer.name.clone(),
        domain: application.employer.domain.clone(),
        position: follow_up.position.clone(),
        people,
        written_to: follow_up.written_to.clone(),
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
        alive_at: follow_up.last_contact_at.max(follow_up.recorded_at).max(follow_up.reopened_at),
    }
}
