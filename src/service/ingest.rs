//! One message that was not seen before: whose is it, what does it mean, and its facts into the
//! ledger, together with the cursor that covers it.
//!
//! Mail that is about no application leaves nothing but a keyed hash. Bodies are fetched only
//! where there is a reason, and never stored.

mod again;
mod apart;
mod arrival;
mod entry;
mod facts;
mod reason;
mod returned;
mod tracking;
mod whose;

use chrono::{DateTime, Utc};

use crate::config::Sender;
use crate::domain::address::Address;
use crate::domain::attribution::Attribution;
use crate::domain::ids::AccountId;
use crate::domain::mailbox::Role;
use crate::domain::message::{Direction, Message};
use crate::domain::observation::{is_a_letter, opens_application};
use crate::imap::FetchedHeaders;
use crate::mail::read::{ReadContext, read_headers};
use crate::store::{NewMessage, Tx, seen_hash};

pub(super) use arrival::Arrival;
pub(super) use reason::{covers, is_looked_into, worth_reading};
pub(super) use tracking::Tracking;

use super::Record;
use super::identity::content_identity;
use super::watch::{Batch, Reader};
use apart::{passed_on_apart, read_apart};

/// Octets read of a message that may be about an application.
const DISCOVERY_CAP: u32 = 64 * 1024;
/// Octets read of a message that is about an application.
const TRACKED_CAP: u32 = 256 * 1024;
/// Characters kept of the words that decided what a message is.
const MOST_WORDS: usize = 200;

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Taken {
    Stored,
    NotOurs,
    /// It was moved or removed while it was read: it is met again where it went.
    Gone,
}

impl Record {
    /// Takes one message in. Every path ends with the message stored or its hash in the batch.
    pub(super) async fn ingest(
        &self,
        reader: &mut Reader,
        arrival: &Arrival<'_>,
        batch: &mut Batch,
    ) -> anyhow::Result<()> {
        if arrival.fetched.draft {
            return Ok(());
        }
        let context = self.read_context(arrival.fetched.arrived_at);
        let head = read_headers(&arrival.fetched.headers, &context);
        let identity = content_identity(&head, arrival.fetched);
        let hash = seen_hash(&self.mark_key, &identity);
        let (place, refers_to) = (arrival.location(), head.refers_to());
        let mut tx = self.store.peek().await?;
        let met = tx.met_before(self.account, &identity, &hash, place, &refers_to).await?;
        let ours = self.is_ours(&mut tx, &head).await?;
        if ours {
            drop(tx);
            if arrival.live {
                self.note_rival(&head).await?;
            }
            let place = (arrival.lane.account, arrival.role());
            return self.arrived_back(&head, place, batch).await;
        }
        if self.is_note_to_self(&head) {
            drop(tx);
            return self.ingest_note_to_self(reader, arrival, identity, batch).await;
        }
        if arrival.live && met.answers_us {
            self.note_stranger(&head, identity, self.clock.now()).await?;
        }
        if let Some(known) = met.stored {
            if met.at_this_place == Some(known) {
                let again = arrival.looking_back && tx.may_be_about_another(known).await?;
                drop(tx);
                if again {
                    self.read_again(reader, arrival, &head, known, batch).await?;
                }
                return Ok(());
            }
            let mut tx = self.store.begin_relaxed().await?;
            tx.add_location(known, arrival.location(), arrival.filed()).await?;
            self.put_batch(&mut tx, batch).await?;
            tx.commit().await?;
            return Ok(());
        }
        let Some(direction) = head.direction(&self.own, &[arrival.place()], false) else {
            return Ok(());
        };
        if met.passed_over && !arrival.looking_back {
            return Ok(());
        }
        batch.tracking.as_at(met.edge, &mut tx, self.account).await?;
        let found = (head, identity, direction);
        let taken = self.ingest_foreign(reader, arrival, found, tx, batch).await?;
        if taken == Taken::NotOurs && is_looked_into(arrival.role()) {
            batch.seen.push(hash);
        }
        Ok(())
    }

    /// Whether a message in a mailbox that is new to us came after a moment: by the server's clock
    /// or by its own.
    pub(super) fn came_after(&self, fetched: &FetchedHeaders, moment: DateTime<Utc>) -> bool {
        let context = self.read_context(fetched.arrived_at);
        let written = || read_headers(&fetched.headers, &context).date;
        fetched.arrived_at.is_some_and(|at| at >= moment)
            || written().is_some_and(|at| at.with_timezone(&Utc) >= moment)
    }

    fn read_context(&self, received: Option<DateTime<Utc>>) -> ReadContext<'_> {
        ReadContext { own: &self.own, received, zone: self.settings.zone }
    }

    /// Made by this service: by its id, by its mark, or by its plain header from the user.
    async fn is_ours(&self, tx: &mut Tx, head: &Message) -> anyhow::Result<bool> {
        let by_user = head.author().is_some_and(|author| self.own.contains(&author.address));
        if by_user && head.service_kind.is_some() {
            return Ok(true);
        }
        for id in head.message_id.iter().chain(&head.former_ids) {
            let marked = head.mark.as_ref().is_some_and(|mark| self.mark.verify(id, mark));
            if marked || (by_user && tx.is_own_message(self.account, id).await?) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// From the user, to nobody but the user.
    fn is_note_to_self(&self, head: &Message) -> bool {
        let by_user = head.author().is_some_and(|author| self.own.contains(&author.address));
        let mut recipients = head.recipients().peekable();
        by_user
            && recipients.peek().is_some()
            && recipients.all(|it| self.own.contains_with_suffix(&it.address))
    }

    fn is_worth_reading(
        &self,
        head: &Message,
        arrival: &Arrival<'_>,
        direction: Direction,
    ) -> bool {
        worth_reading(head, &arrival.fetched.headers, arrival.role(), direction, arrival.live)
    }

    /// Reads the body where there is a reason to; `looked` is where it was not known.
    async fn ingest_foreign(
        &self,
        reader: &mut Reader,
        arrival: &Arrival<'_>,
        (head, identity, direction): (Message, [u8; 32], Direction),
        mut looked: Tx,
        batch: &mut Batch,
    ) -> anyhow::Result<Taken> {
        let now = self.clock.now();
        let named = |senders: &[Sender]| covers(senders, &head);
        if named(&self.config.matching.ignore) {
            return Ok(Taken::NotOurs);
        }
        let wanted = named(&self.config.matching.track);
        let tracked = batch.tracking.all();
        let by_headers = self.attribute(&mut looked, &head, arrival, direction, tracked).await?;
        drop(looked);
        let cap = match &by_headers {
            Some(_) => TRACKED_CAP,
            None if wanted || self.is_worth_reading(&head, arrival, direction) => DISCOVERY_CAP,
            None => return Ok(Taken::NotOurs),
        };
        let mut message = head;
        if !arrival.by_headers_only {
            let body = reader.body(arrival.lane, arrival.fetched.uid, cap).await?;
            let Some(bytes) = body else { return Ok(Taken::Gone) };
            message = read_apart(&bytes, &self.read_context(Some(arrival.at(&message, now))));
            if self.is_report_on_a_mail_to_the_user(&message, now).await? {
                return Ok(Taken::NotOurs);
            }
        }
        message.about_a_job |= wanted;
        let mut tx = self.store.begin_relaxed().await?;
        let tracked = batch.tracking.now(&mut tx, self.account).await?;
        let attribution =
            match self.attribute(&mut tx, &message, arrival, direction, tracked).await? {
                Some(attribution) => Some(attribution),
                None if !arrival.looking_back && opens_application(&message, direction) => {
                    Some(self.open_application(&mut tx, &message, arrival, batch).await?)
                }
                None => by_headers.and_then(|found| Attribution::weak(found.applications)),
            };
        let Some(attribution) = attribution else { return Ok(Taken::NotOurs) };
        if direction == Direction::Outgoing && !is_a_letter(&message) {
            return Ok(Taken::NotOurs);
        }
        let holder = self.accounts.holder(&message, arrival.lane.account);
        let new = new_message(&message, arrival, identity, holder, direction, now);
        let place = (arrival.location(), arrival.filed());
        let key = tx.insert_found(self.account, &new, place, &attribution).await?;
        if arrival.looking_back {
            tx.unmark_seen(self.account, seen_hash(&self.mark_key, &identity)).await?;
        }
        let found = (&message, direction, &attribution, key);
        self.record(&mut tx, arrival, found, &batch.tracking, now).await?;
        batch.tracking.tied(key, &attribution);
        if arrival.live && direction == Direction::Incoming {
            let at = arrival.at(&message, now);
            self.question(&mut tx, &message, &attribution, key, at, now).await?;
        }
        self.put_batch(&mut tx, batch).await?;
        tx.commit().await?;
        Ok(Taken::Stored)
    }

    /// As what a copy of a reply counts: one in Sent proves something only in the account in which
    /// the user is asked.
    fn counts_as(&self, arrival: &Arrival<'_>) -> Role {
        let asked_there = arrival.lane.account == self.accounts.first().id;
        if asked_there { arrival.role() } else { Role::Other }
    }

    /// A reply of the user to one of our mails, or a note to oneself that is none of our business.
    async fn ingest_note_to_self(
        &self,
        reader: &mut Reader,
        arrival: &Arrival<'_>,
        identity: [u8; 32],
        batch: &mut Batch,
    ) -> anyhow::Result<()> {
        if arrival.by_headers_only {
            return Ok(());
        }
        let now = self.clock.now();
        let body = reader.body(arrival.lane, arrival.fetched.uid, TRACKED_CAP).await?;
        let Some(bytes) = body else { return Ok(()) };
        let context = self.read_context(arrival.fetched.arrived_at);
        let message = read_apart(&bytes, &context);
        let mut tx = self.store.begin().await?;
        let answers_us = self.refers_to_us(&mut tx, &message).await?;
        if !answers_us && !self.is_for_the_record(&message) {
            return Ok(());
        }
        let inside = if answers_us { None } else { passed_on_apart(&bytes, &context) };
        drop(bytes);
        let key = match tx.find_message(self.account, &identity).await? {
            Some(known) => known.key,
            None => {
                let direction = Direction::Outgoing;
                let holder = arrival.lane.account;
                let new = new_message(&message, arrival, identity, holder, direction, now);
                tx.insert_message(self.account, &new).await?
            }
        };
        tx.add_location(key, arrival.location(), arrival.filed()).await?;
        if answers_us {
            self.obey(&mut tx, key, self.counts_as(arrival), identity, &message, now).await?;
        } else {
            let copy = (key, self.counts_as(arrival));
            self.attach(&mut tx, copy, identity, &message, inside.as_ref(), now).await?;
        }
        self.put_batch(&mut tx, batch).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// The provider's thread. Its number means something in its account only, so the account is in it.
pub(super) fn thread_id(account: AccountId, fetched: &FetchedHeaders) -> Option<String> {
    let id = fetched.gmail_thread_id.map(|id| id.to_string());
    let id = id.or_else(|| fetched.thread_id.clone())?;
    Some(format!("{}:{id}", account.0))
}

/// Where a message wants to be answered, if that is not where it came from.
fn reply_to(message: &Message) -> Option<Address> {
    let from = message.author()?;
    let wanted = message.reply_to.first()?;
    (wanted.address != from.address).then(|| wanted.address.clone())
}

fn new_message(
    message: &Message,
    arrival: &Arrival<'_>,
    identity: [u8; 32],
    held_by: AccountId,
    direction: Direction,
    now: DateTime<Utc>,
) -> NewMessage {
    NewMessage {
        identity,
        held_by,
        message_id: message.message_id.clone(),
        former_ids: message.former_ids.clone(),
        provider_id: arrival
            .fetched
            .gmail_message_id
            .map(|id| id.to_string())
            .or_else(|| arrival.fetched.email_id.clone()),
        thread_id: thread_id(arrival.lane.account, arrival.fetched),
        direction,
        from: message.author().cloned(),
        reply_to: reply_to(message),
        subject: message.subject.clone(),
        date: message.date,
        arrived_at: arrival.fetched.arrived_at,
        first_seen_at: now,
        automatic: message.automatic.as_ref().map(|automatic| automatic.class),
        kind: message.kind,
        decided_by: message.deciding_words(MOST_WORDS),
    }
}
