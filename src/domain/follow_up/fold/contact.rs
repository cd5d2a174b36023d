//! Who reached whom: their answers, what came back, and what the user wrote or said by hand. It
//! says whose turn it is and from when the clock runs.
//!
//! The surprising fact: a letter of the user's that answers a question starts the clock and is no
//! attempt.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::address::Address;
use crate::domain::draft::AttemptNumber;
use crate::domain::event::{
    Author, Channel, Event, MissingFact, NextStep, Purpose, WithdrawnReason,
};
use crate::domain::follow_up::{Answer, AnswerBasis, Attempt, FollowUp};
use crate::domain::ids::{EventId, MessageId};
use crate::domain::message::Kind;

/// The user's word on a message by hand and its copy in Sent lie this close together.
const TOLD_AND_SEEN: TimeDelta = TimeDelta::days(3);

impl FollowUp {
    /// Any word of theirs ends what was planned.
    pub(super) fn news(&mut self, at: DateTime<Utc>) {
        self.outdate_draft(WithdrawnReason::Answered);
        self.touch(at);
        self.resting = None;
        self.postponed_until = None;
        self.draft_wanted = false;
        self.on_hold_since = None;
    }

    pub(super) fn answered(&mut self, answer: Answer, next_step: NextStep) {
        let (at, weak) = (answer.at, answer.weak);
        self.news(at);
        self.offer = answer.kind == Kind::Offer;
        if let Some(last) = self.attempts.last_mut() {
            last.answered_by = last.answered_by.take().or(answer.message_id.clone());
        }
        let event = answer.event;
        self.answers.push(answer);
        if weak || next_step == NextStep::Mine {
            self.my_turn_since = Some(at);
            return;
        }
        self.my_turn_since = None;
        self.their_last_message_at = self.their_last_message_at.max(Some(at));
        self.start_from_answer("answer", event, at);
    }

    pub(super) fn start_from_answer(&mut self, how: &str, event: EventId, at: DateTime<Utc>) {
        self.away = None;
        self.their_turn_since = self.their_turn_since.max(Some(at));
        if self.answer_basis.as_ref().is_some_and(|basis| basis.at > at) {
            return;
        }
        let key = format!("{how}:{}", event.0);
        self.answer_basis = Some(AnswerBasis { key, at, position: self.length });
    }

    /// The attempt that came back does not count; an address that does not work is not written to.
    /// Where another one is known by now, that one is.
    pub(super) fn bounce(
        &mut self,
        recipient: Option<&Address>,
        original: Option<&MessageId>,
        at: DateTime<Utc>,
    ) {
        let by_id = self
            .attempts
            .iter()
            .rposition(|attempt| original.is_some() && attempt.message_id.as_ref() == original);
        let dead = if let Some(index) = by_id {
            let attempt = self.attempts.remove(index);
            self.draft = self.draft.take().filter(|open| attempt.draft != Some(open.id));
            self.asked_for.remove(&MissingFact::WhetherSent);
            attempt.to
        } else {
            recipient.cloned()
        };
        let known = self.contact.as_ref().map(|contact| &contact.address);
        if let Some(dead) = dead.filter(|dead| known == Some(dead)) {
            self.bounced = Some((dead, at));
        }
    }

    /// What the user wrote or said without us: it is the week's contact, an answer if one was
    /// due, else an attempt if it asked (E10, E23). What was told and what is seen in Sent is one
    /// message.
    pub(super) fn reached_by_hand(
        &mut self,
        event: &Event,
        purpose: Purpose,
        channel: Channel,
        to: Option<&Address>,
        message_id: Option<&MessageId>,
    ) {
        self.outdate_draft(WithdrawnReason::WroteByHand);
        self.touch(event.at);
        self.user_contact_at = self.user_contact_at.max(Some(event.at));
        if self.my_turn_since.take().is_some() {
            self.resting = None;
            self.start_from_answer("answered", event.id, event.at);
            return;
        }
        let twin = self.attempts.iter_mut().find(|known| {
            known.by == Author::User
                && known.channel == Channel::Mail
                && channel == Channel::Mail
                && known.message_id.is_some() != message_id.is_some()
                && (known.sent_at - event.at).abs() < TOLD_AND_SEEN
        });
        if let Some(twin) = twin.filter(|_| purpose == Purpose::Attempt) {
            twin.message_id = twin.message_id.take().or(message_id.cloned());
            twin.to = twin.to.take().or(to.cloned());
            return;
        }
        if purpose == Purpose::Attempt {
            let number = match self.pursuit(event.at).map_or(0, |pursuit| pursuit.attempts.len()) {
                0 => Some(AttemptNumber::First),
                1 => Some(AttemptNumber::Second),
                _ => None,
            };
            self.attempts.push(Attempt {
                number,
                by: Author::User,
                channel,
                sent_at: event.at,
                to: to.cloned(),
                message_id: message_id.cloned(),
                draft: None,
                in_doubt: false,
                answered_by: None,
                position: self.length,
            });
        }
    }

    pub(super) fn touch(&mut self, at: DateTime<Utc>) {
        self.last_contact_at = self.last_contact_at.max(Some(at));
    }
}
