//! Whose application a message belongs to: first by the messages we know, then by the people and
//! the employer. The rules are in `domain::attribution`; here the record is asked.

use chrono::Utc;

use crate::domain::attribution::{Attribution, Strength, Tracked, attribute};
use crate::domain::ids::ApplicationId;
use crate::domain::message::{Direction, Message};
use crate::service::Record;
use crate::store::{Linked, Strength as LinkStrength, Tx};

use super::{Arrival, thread_id};

impl Record {
    pub(super) async fn attribute(
        &self,
        tx: &mut Tx,
        message: &Message,
        arrival: &Arrival<'_>,
        direction: Direction,
        tracked: &[Tracked],
    ) -> anyhow::Result<Option<Attribution>> {
        let mut ids = message.refers_to();
        if let Some(bounce) = &message.bounce {
            ids.extend(&bounce.original_message_ids);
        }
        let thread = thread_id(arrival.lane.account, arrival.fetched);
        let Linked { by_ids, by_thread, denied } =
            tx.linked(self.account, &ids, thread.as_deref()).await?;
        let allowed: Vec<Tracked>;
        let tracked = if denied.is_empty() {
            tracked
        } else {
            allowed = tracked.iter().filter(|it| !denied.contains(&it.id)).cloned().collect();
            &allowed
        };
        let found =
            by_links(by_ids, Strength::Reference).or_else(|| by_links(by_thread, Strength::Thread));
        if let Some(found) = found {
            return Ok(self.unless_a_stranger(found, message, direction, tracked));
        }
        let at = message.date.map(|date| date.with_timezone(&Utc)).or(arrival.fetched.arrived_at);
        Ok(attribute(message, direction, tracked, at.unwrap_or_else(|| self.clock.now())))
    }

    /// In a thread of ours somebody else may write: whoever does not belong there makes the match
    /// weak. Bounces and relays have addresses of their own.
    fn unless_a_stranger(
        &self,
        found: Attribution,
        message: &Message,
        direction: Direction,
        tracked: &[Tracked],
    ) -> Option<Attribution> {
        let relayed = message.employer.as_ref().is_some_and(|hint| hint.via.is_some());
        let strange = direction == Direction::Incoming
            && message.automatic.is_none()
            && message.bounce.is_none()
            && !relayed
            && message.author().is_some_and(|author| {
                tracked
                    .iter()
                    .filter(|it| found.applications.contains(&it.id))
                    .all(|it| !it.expects(&author.address))
            });
        if strange { Attribution::weak(found.applications) } else { Some(found) }
    }
}

/// Applications that known messages belong to; what was weak before stays weak.
fn by_links(links: Vec<(ApplicationId, LinkStrength)>, by: Strength) -> Option<Attribution> {
    let strong: Vec<ApplicationId> =
        links.iter().filter(|(_, link)| *link == LinkStrength::Strong).map(|(id, _)| *id).collect();
    if strong.is_empty() {
        let weak = links.into_iter().map(|(id, _)| id).collect();
        return Attribution::weak(weak);
    }
    Attribution::settle(strong, by)
}
