//! What lies beyond one application: an offer of one employer, of which others may be told, and
//! its acceptance, which closes the others. Read from the ledgers at every decision, so an offer
//! that is gone is told to nobody.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::domain::calendar::moment;
use crate::domain::event::Fact;
use crate::domain::follow_up::{FollowUp, Offer};
use crate::domain::ids::{MessageId, ReadableId};
use crate::domain::message::Kind;
use crate::domain::policy::CompetingOffer;
use crate::store::{ApplicationRow, StoreError, Tx};

use super::Record;
use super::record::Case;
use super::told::{expiry, kept};

/// What the user tells of an offer.
#[derive(Debug, Clone, Default)]
pub struct NewOffer {
    pub written_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    /// The message it stands in, where it is not recognised as an offer by itself.
    pub evidence: Option<MessageId>,
    /// Whether others may be told who made it.
    pub named: bool,
    /// In the user's words: kept as a note, and read for the last day.
    pub words: String,
}

/// Whether others can be told of an offer (E27).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Solid {
    Yes,
    /// It is not in writing: no message of theirs says so.
    NoEvidence,
    NoExpiry,
    /// The message that was named is none of this application; nothing was recorded.
    UnknownMessage,
}

impl Solid {
    /// What the user is told.
    #[must_use]
    pub fn said(self) -> &'static str {
        match self {
            Self::Yes => {
                "Noted: their offer. Whoever still waits may be told; you are asked about each."
            }
            Self::NoEvidence => {
                "Noted: their offer. It is in no message I know, so nobody is told: ask them to put \
                 it in writing first."
            }
            Self::NoExpiry => {
                "Noted: their offer. Nobody is told before I know its last day, as in: offer: \
                 expires 10 dec."
            }
            Self::UnknownMessage => {
                "no message with that id belongs to this application, so nothing was recorded"
            }
        }
    }
}

impl Record {
    /// Records an offer of the employer of `case`.
    pub(super) fn offer_of(&self, case: &Case, new: &NewOffer) -> (Fact, Solid) {
        let evidence = new.evidence.clone().or_else(|| written_offer(&case.follow_up));
        let known = case.follow_up.offer_terms.as_ref();
        let said = new.expires_on.or_else(|| expiry(&new.words, self.today()));
        let expires_on = said.or(known.and_then(|known| known.expires_on));
        let solid = match (&evidence, expires_on) {
            (None, _) => Solid::NoEvidence,
            (Some(_), None) => Solid::NoExpiry,
            (Some(_), Some(_)) => Solid::Yes,
        };
        let written_on = new.written_on.or(known.and_then(|known| known.written_on));
        let named = new.named;
        (Fact::OfferReceived { written_on, expires_on, evidence, named }, solid)
    }

    /// Whether a message of that id belongs to this application.
    pub(super) async fn is_evidence(
        tx: &mut Tx,
        case: &Case,
        id: &MessageId,
    ) -> Result<bool, StoreError> {
        let messages = tx.load_messages(case.application.id).await?;
        Ok(messages.iter().any(|row| row.message.message_id.as_ref() == Some(id)))
    }

    /// Applications with an offer in their ledger, and their states.
    pub(super) async fn offers(
        &self,
        tx: &mut Tx,
    ) -> Result<Vec<(ApplicationRow, FollowUp)>, StoreError> {
        let mut found = Vec::new();
        for application in tx.with_offers(self.account).await? {
            let events = tx.load_events(application.id).await?;
            found.push((application, FollowUp::replay(&events)));
        }
        Ok(found)
    }

    /// `offer` on this machine. `None` if there is no such application.
    pub async fn record_offer(
        &self,
        id: &ReadableId,
        new: &NewOffer,
    ) -> anyhow::Result<Option<Solid>> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let Some(row) = tx.find_application(self.account, id).await? else { return Ok(None) };
        let case = self.load_case(&mut tx, row, now).await?;
        if let Some(evidence) = &new.evidence
            && !Self::is_evidence(&mut tx, &case, evidence).await?
        {
            return Ok(Some(Solid::UnknownMessage));
        }
        let (fact, solid) = self.offer_of(&case, new);
        for fact in [fact].into_iter().chain(kept(&new.words)) {
            self.typed(&mut tx, case.application.id, fact, now).await?;
        }
        self.withdraw_outdated_quietly(&mut tx, case.application.id, now).await?;
        tx.commit().await?;
        Ok(Some(solid))
    }

    /// The offer this employer may be told of; `None` once it was (E28).
    pub(super) async fn competing_offer(
        &self,
        tx: &mut Tx,
        application: &ApplicationRow,
        offers: &[(ApplicationRow, FollowUp)],
        now: DateTime<Utc>,
    ) -> Result<Option<CompetingOffer>, StoreError> {
        let solid: Vec<Standing<'_>> = others(application, offers)
            .filter_map(|(other, state)| self.standing(other, state, now))
            .collect();
        let Some((offer, recorded_at)) = nearest(&solid) else { return Ok(None) };
        if tx.offer_was_told(application, recorded_at).await? {
            return Ok(None);
        }
        let employer = offer.terms.named.then(|| offer.employer.to_owned());
        Ok(Some(CompetingOffer { recorded_at, expires_on: offer.expires_on, employer }))
    }

    /// What an application has of an offer that is in writing and has a last day.
    fn standing<'a>(
        &self,
        application: &'a ApplicationRow,
        state: &'a FollowUp,
        now: DateTime<Utc>,
    ) -> Option<Standing<'a>> {
        let terms = state.offer_terms.as_ref().filter(|terms| terms.evidence.is_some())?;
        let expires_on = terms.expires_on?;
        let day_after = expires_on.succ_opt().unwrap_or(expires_on);
        let over = moment(self.settings.zone, day_after.and_time(NaiveTime::MIN));
        let closed = state.closed.map(|(at, _)| at);
        let gone_at = closed.into_iter().chain((over <= now).then_some(over)).min();
        Some(Standing { terms, expires_on, employer: &application.employer.name, gone_at })
    }
}

/// Those of other employers.
fn others<'a>(
    application: &ApplicationRow,
    offers: &'a [(ApplicationRow, FollowUp)],
) -> impl Iterator<Item = &'a (ApplicationRow, FollowUp)> {
    let employer = application.employer.id;
    offers.iter().filter(move |(other, _)| other.employer.id != employer)
}

/// An offer that is solid enough to be told (E27), while it stands.
struct Standing<'a> {
    terms: &'a Offer,
    expires_on: NaiveDate,
    employer: &'a str,
    gone_at: Option<DateTime<Utc>>,
}

/// The nearest offer that stands, and since when it is the nearest: a notice that was written
/// before, and may be about another one, is not right any more.
fn nearest<'a, 'b>(solid: &'b [Standing<'a>]) -> Option<(&'b Standing<'a>, DateTime<Utc>)> {
    let standing = solid.iter().filter(|offer| offer.gone_at.is_none());
    let nearest = standing.min_by_key(|offer| offer.expires_on)?;
    let before = solid.iter().filter(|offer| offer.expires_on <= nearest.expires_on);
    let since = before.filter_map(|offer| offer.gone_at).max();
    Some((nearest, since.max(Some(nearest.terms.recorded_at))?))
}

/// When the user took the offer of another employer.
pub(super) fn accepted_elsewhere(
    application: &ApplicationRow,
    offers: &[(ApplicationRow, FollowUp)],
) -> Option<DateTime<Utc>> {
    others(application, offers).filter_map(|(_, state)| state.accepted_at).max()
}

/// The message in which they made an offer.
fn written_offer(state: &FollowUp) -> Option<MessageId> {
    let known = state.offer_terms.as_ref().and_then(|terms| terms.evidence.clone());
    known.or_else(|| {
        let offers = state.answers.iter().filter(|it| it.kind == Kind::Offer && !it.weak);
        offers.filter_map(|answer| answer.message_id.clone()).next_back()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// The last day of the nearest of some offers, and since when it is that. Each has a last day
    /// and, perhaps, the moment it was gone; all were recorded on 1 December.
    fn found(offers: &[(&str, Option<&str>)]) -> Option<(String, DateTime<Utc>)> {
        let terms = Offer {
            recorded_at: utc("2026-12-01T09:00:00Z"),
            written_on: None,
            expires_on: None,
            evidence: None,
            named: false,
        };
        let solid: Vec<Standing<'_>> = offers
            .iter()
            .map(|(last_day, gone_at)| Standing {
                terms: &terms,
                expires_on: last_day.parse().unwrap(),
                employer: "Globex",
                gone_at: gone_at.map(utc),
            })
            .collect();
        nearest(&solid).map(|(offer, since)| (offer.expires_on.to_string(), since))
    }

    #[test]
    fn e27_an_offer_that_is_gone_makes_room_for_the_next_and_not_for_its_old_notice() {
        let (recorded, gone) = ("2026-12-01T09:00:00Z", "2026-12-05T00:00:00Z");
        for (offers, expected) in [
            (vec![], None),
            (vec![("2026-12-10", None), ("2026-12-04", None)], Some(("2026-12-04", recorded))),
            (vec![("2026-12-10", None), ("2026-12-04", Some(gone))], Some(("2026-12-10", gone))),
            // What was never the nearest changes nothing.
            (
                vec![("2026-12-10", None), ("2026-12-11", Some(gone))],
                Some(("2026-12-10", recorded)),
            ),
            (vec![("2026-12-04", Some(gone))], None),
        ] {
            let expected = expected.map(|(day, since)| (day.to_owned(), utc(since)));
            assert_eq!(found(&offers), expected, "{offers:?}");
        }
    }
}
