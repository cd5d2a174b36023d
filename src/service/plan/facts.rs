//! What the record knows for the words of a message or a call, and what a message rests on.

use anyhow::Context as _;
use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::draft::DraftKind;
use crate::domain::person::first_name;
use crate::domain::policy::CompetingOffer;
use crate::domain::policy::due::applicable_promise;
use crate::domain::tone::Tone;
use crate::mail::draft_text::{DraftFacts, OfferFacts};
use crate::service::Record;
use crate::service::record::Case;

impl Record {
    /// What the record knows for words to the person who shows themselves as `name`.
    pub(in crate::service) fn draft_facts(
        &self,
        case: &Case,
        name: Option<&str>,
        kind: DraftKind,
        now: DateTime<Utc>,
    ) -> anyhow::Result<KnownFacts> {
        let state = &case.follow_up;
        let name = name.unwrap_or_default().to_owned();
        let zone = state.recipient_zone(self.settings.zone);
        let promise_by = state
            .pursuit(now)
            .and_then(|pursuit| applicable_promise(state, &pursuit, zone))
            .and_then(|promise| promise.reading.not_before)
            .filter(|day| kind == DraftKind::OfferNotice || *day < zone.day_of(now));
        let offer = case.around.offer.clone().filter(|_| kind == DraftKind::OfferNotice);
        let profile = &self.config.profile;
        Ok(KnownFacts {
            first_name: first_name(&name).unwrap_or_default(),
            name,
            position: state.position.clone().context("A message names the position")?,
            employer: case.application.employer.name.clone(),
            interview_day: state.held_interview(now).map(|(_, it)| zone.day_of(it.starts_at)),
            promise_by,
            was_away: state.away.is_some(),
            strength: state.strength.clone().or_else(|| profile.strength.clone()),
            signature: profile.signature.clone(),
            kind,
            offer,
            tone: state.tone.unwrap_or_default(),
            seed: u64::try_from(case.application.id.0).unwrap_or_default(),
        })
    }
}

/// `DraftFacts`, owned.
pub(in crate::service) struct KnownFacts {
    name: String,
    /// Empty if no first name is known.
    pub first_name: String,
    position: String,
    employer: String,
    interview_day: Option<NaiveDate>,
    promise_by: Option<NaiveDate>,
    was_away: bool,
    strength: Option<String>,
    signature: String,
    kind: DraftKind,
    offer: Option<CompetingOffer>,
    tone: Tone,
    seed: u64,
}

impl KnownFacts {
    pub fn borrow(&self) -> DraftFacts<'_> {
        let offer = self.offer.as_ref();
        DraftFacts {
            name: &self.name,
            first_name: &self.first_name,
            position: &self.position,
            employer: &self.employer,
            interview_day: self.interview_day,
            promise_by: self.promise_by,
            was_away: self.was_away,
            strength: self.strength.as_deref(),
            signature: &self.signature,
            kind: self.kind,
            offer: offer.map(|offer| OfferFacts {
                company: offer.employer.as_deref(),
                expires_on: offer.expires_on,
            }),
            tone: self.tone,
            seed: self.seed,
        }
    }
}

/// What a message rests on: attempts and thanks on their pursuit, the others on their occasion.
pub(super) fn basis(case: &Case, kind: DraftKind, now: DateTime<Utc>) -> Option<String> {
    match kind {
        DraftKind::Attempt(_) | DraftKind::ThankYou => {
            case.follow_up.pursuit(now).map(|pursuit| pursuit.basis)
        }
        DraftKind::OfferNotice => Some("offer".to_owned()),
        DraftKind::ClosingNote => {
            let accepted = case.around.accepted_elsewhere?;
            Some(format!("accepted:{}", accepted.timestamp()))
        }
    }
}
