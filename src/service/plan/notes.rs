//! The words of what is no follow-up, and what such a message rests on.

use anyhow::Context as _;
use chrono::{DateTime, Utc};

use crate::domain::address::Correspondent;
use crate::domain::draft::DraftKind;
use crate::domain::person::first_name;
use crate::domain::policy::due::applicable_promise;
use crate::mail::draft_text::notes::{self, NoteFacts};
use crate::service::Record;
use crate::service::record::Case;

impl Record {
    pub(super) fn note_words(
        &self,
        case: &Case,
        kind: DraftKind,
        to: &Correspondent,
        now: DateTime<Utc>,
    ) -> anyhow::Result<String> {
        let name = to.name.as_deref().and_then(first_name).context("The person has a name")?;
        let facts = self.note_facts(case, &name, now)?;
        match kind {
            DraftKind::ThankYou => Ok(notes::thank_you(&facts)),
            DraftKind::ClosingNote => Ok(notes::closing_note(&facts)),
            DraftKind::OfferNotice => {
                let offer = case.around.offer.as_ref().context("A notice is about an offer")?;
                let from = offer.employer.as_deref();
                Ok(notes::offer_notice(&facts, offer.expires_on, from))
            }
            DraftKind::Attempt(_) => anyhow::bail!("an attempt is written from wordings"),
        }
    }

    /// What such a message, or a call, is put into words from.
    pub(in crate::service) fn note_facts<'a>(
        &'a self,
        case: &'a Case,
        first_name: &'a str,
        now: DateTime<Utc>,
    ) -> anyhow::Result<NoteFacts<'a>> {
        let state = &case.follow_up;
        let zone = state.recipient_zone(self.settings.zone);
        let profile = &self.config.profile;
        let promise_by = state
            .pursuit(now)
            .and_then(|pursuit| applicable_promise(state, &pursuit, zone))
            .and_then(|promise| promise.reading.not_before);
        Ok(NoteFacts {
            first_name,
            position: state.position.as_deref().context("A message names the position")?,
            employer: &case.application.employer.name,
            interview_day: state.held_interview(now).map(|(_, it)| zone.day_of(it.starts_at)),
            promise_by,
            strength: state.strength.as_deref().or(profile.strength.as_deref()),
            signature: &profile.signature,
        })
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
