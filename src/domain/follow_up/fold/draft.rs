//! The open draft from its first version to the message that left, or to where it was let go.
//!
//! The surprising fact: a message in doubt counts as one that left, until more is known of it.

use chrono::{DateTime, Utc};

use crate::domain::address::Address;
use crate::domain::draft::DraftKind;
use crate::domain::event::{Author, Channel, WithdrawnReason};
use crate::domain::follow_up::{Attempt, FollowUp, OpenDraft, RestingReason};
use crate::domain::ids::{DraftId, MessageId};

impl FollowUp {
    /// What a new draft settles.
    pub(super) fn begin_draft(&mut self, kind: DraftKind, at: DateTime<Utc>) {
        self.occasion_later = self.occasion_later.filter(|(of, _)| *of != kind);
        match kind {
            DraftKind::Attempt(_) => {
                self.draft_wanted = false;
                self.resting = None;
                self.postponed_until = None;
            }
            DraftKind::ThankYou => self.thanks_drafted_at = Some(at),
            DraftKind::ClosingNote => self.said_goodbye = true,
            DraftKind::OfferNotice => {}
        }
    }

    pub(super) fn with_draft(&mut self, id: DraftId, change: impl FnOnce(&mut OpenDraft)) {
        if let Some(open) = self.draft.as_mut().filter(|open| open.id == id) {
            change(open);
        }
    }

    pub(super) fn outdate_draft(&mut self, reason: WithdrawnReason) {
        if let Some(open) = &mut self.draft {
            open.outdated = open.outdated.or(Some(reason));
        }
    }

    /// A draft goes, and another one of its kind is written on the day the user chose.
    pub(super) fn postpone(&mut self, id: DraftId, until: DateTime<Utc>) {
        let open = self.draft.as_ref().filter(|open| open.id == id);
        match open.map(|open| open.kind) {
            None | Some(DraftKind::Attempt(_)) => self.postponed_until = Some(until),
            Some(kind @ DraftKind::OfferNotice) => self.occasion_later = Some((kind, until)),
            Some(kind @ DraftKind::ThankYou) => {
                self.occasion_later = Some((kind, until));
                self.thanks_drafted_at = None;
            }
            Some(kind @ DraftKind::ClosingNote) => {
                self.occasion_later = Some((kind, until));
                self.said_goodbye = false;
            }
        }
        self.drop_draft(id);
    }

    /// Only an attempt that was let go rests: what is none leaves the attempts as they are.
    pub(super) fn rest(&mut self, id: DraftId, reason: RestingReason, at: DateTime<Utc>) {
        let open = self.draft.as_ref().filter(|open| open.id == id);
        match open.map(|open| open.kind) {
            None | Some(DraftKind::Attempt(_)) => self.resting = Some((reason, at)),
            Some(DraftKind::OfferNotice) => self.notice_let_go_at = Some(at),
            Some(DraftKind::ThankYou | DraftKind::ClosingNote) => {}
        }
        self.drop_draft(id);
    }

    pub(super) fn drop_draft(&mut self, id: DraftId) {
        self.draft = self.draft.take().filter(|open| open.id != id);
    }

    /// A message of the service left, or may have. An attempt counts once, however often its
    /// outcome is recorded.
    pub(super) fn went_out(
        &mut self,
        at: DateTime<Utc>,
        draft: DraftId,
        kind: DraftKind,
        to: &Address,
        message_id: &MessageId,
        in_doubt: bool,
    ) {
        self.touch(at);
        self.user_contact_at = self.user_contact_at.max(Some(at));
        self.offer_told |= kind == DraftKind::OfferNotice;
        let DraftKind::Attempt(number) = kind else { return };
        if let Some(known) = self.attempts.iter_mut().find(|known| known.draft == Some(draft)) {
            known.in_doubt = in_doubt;
            return;
        }
        self.attempts.push(Attempt {
            number: Some(number),
            by: Author::Service,
            channel: Channel::Mail,
            sent_at: at,
            to: Some(to.clone()),
            message_id: Some(message_id.clone()),
            draft: Some(draft),
            in_doubt,
            answered_by: None,
            position: self.length,
        });
    }
}
