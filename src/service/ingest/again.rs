//! A message that was read before the application it names was known: it is read once more when
//! that one turns up, and goes there.
//!
//! The surprising fact: only the position in it moves a message. By anything else, what closed one
//! application would wander to the next one, because the record has grown since.

use crate::domain::attribution::{Strength, named_instead};
use crate::domain::event::{Correction, Source};
use crate::domain::ids::{ApplicationId, MessageKey};
use crate::domain::message::{Direction, Message};
use crate::domain::observation::observe;
use crate::service::Record;
use crate::service::watch::{Batch, Reader};
use crate::store::Tx;

use super::entry::Said;
use super::facts::before_it_began;
use super::{Arrival, TRACKED_CAP, read_apart};

impl Record {
    /// Reads a stored message again, and moves it if it names another application of the employer
    /// than those it is tied to.
    pub(super) async fn read_again(
        &self,
        reader: &mut Reader,
        arrival: &Arrival<'_>,
        head: &Message,
        key: MessageKey,
        batch: &mut Batch,
    ) -> anyhow::Result<()> {
        let now = self.clock.now();
        let incoming = head.direction(&self.own, &[arrival.place()], false);
        if arrival.by_headers_only || incoming != Some(Direction::Incoming) {
            return Ok(());
        }
        let body = reader.body(arrival.lane, arrival.fetched.uid, TRACKED_CAP).await?;
        let Some(bytes) = body else { return Ok(()) };
        let message = read_apart(&bytes, &self.read_context(Some(arrival.at(head, now))));
        let mut tx = self.store.begin_relaxed().await?;
        let tied = tx.applications_of_message(key).await?;
        let tracked = batch.tracking.now(&mut tx, self.account).await?;
        let Some(named) = named_instead(&message, &tied, tracked) else { return Ok(()) };
        let (wrong, source) = (Correction::NotThisOne, Source::Service);
        for other in &tied {
            self.take_back(&mut tx, *other, key, wrong, source, now).await?;
            tx.untie(key, *other).await?;
            self.withdraw_outdated(&mut tx, *other, now).await?;
        }
        tx.settle_match(key, now).await?;
        self.give_to(&mut tx, arrival, &message, key, named).await?;
        let concerned: Vec<ApplicationId> = tied.into_iter().chain([named]).collect();
        batch.tracking.changed(&mut tx, self.account, &concerned).await?;
        self.put_batch(&mut tx, batch).await?;
        Ok(tx.commit().await?)
    }

    /// What a message says, for the application it names. It counts from when it was read first.
    async fn give_to(
        &self,
        tx: &mut Tx,
        arrival: &Arrival<'_>,
        message: &Message,
        key: MessageKey,
        application: ApplicationId,
    ) -> anyhow::Result<()> {
        let now = self.clock.now();
        let Some(case) = self.case_of(tx, application, now).await? else { return Ok(()) };
        let first = tx.first_noted(key).await?;
        let (at, live) = first.unwrap_or_else(|| (arrival.at(message, now), arrival.live));
        let (direction, strength) = (Direction::Incoming, Strength::Employer);
        let too_old = before_it_began(tx, &case, message, at).await?;
        let facts =
            observe(&self.sighting(tx, case.standing(), message, direction, strength, at).await?);
        tx.link(key, application, strength).await?;
        self.enter(tx, application, Said { key, at, live, too_old, facts }, now).await?;
        self.withdraw_outdated(tx, application, now).await
    }
}
