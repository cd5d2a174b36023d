//! The state of one application: the fold over its ledger.
//!
//! | event | what it changes |
//! |---|---|
//! | interview scheduled, moved, cancelled | the interviews by key; an older sequence changes nothing |
//! | promise given | the promise (E06); it outdates an open draft |
//! | employer replied, next step theirs | a new pursuit starts at the answer |
//! | employer replied, next step mine, or weak | the turn is the user's (E05) |
//! | user wrote | the turn goes back; an attempt if it asked |
//! | draft prepared … sent, lapsed, skipped | the open draft, the attempts |
//! | a call or another touch | like a message by hand: an attempt if it asked (E10) |
//! | another channel wanted | no draft, but the words for a call (E10) |
//! | heard back by another way | as an answer |
//! | put on hold | nothing until their next word |
//! | offer received | the terms; the turn is the user's |
//! | offer accepted | it is closed |
//! | out of office | the date moves (E12) |
//! | bounced | that attempt does not count; another address is needed (E24) |
//! | closed, re-opened | whether anything happens at all |
//! | retracted | the entries it names are passed over; a draft that may rest on them is outdated |
//!
//! The surprising fact: nothing here knows the present. Whether an interview *was held* is asked
//! with `now`, so the same ledger gives the same state for ever.

mod fold;
mod taken_back;

pub use taken_back::retracted;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};

use super::address::{Address, Correspondent};
use super::calendar::RecipientZone;
use super::draft::{AttemptNumber, DraftKind, DraftState};
use super::event::{Author, Channel, ClosedReason, MissingFact, WithdrawnReason};
use super::ids::{DraftId, EventId, MessageId, PursuitId};
use super::message::{Kind, PromiseReading};
use super::tone::Tone;

/// One interview.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interview {
    pub sequence: i64,
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub round: Option<u32>,
    pub summary: String,
    pub message_id: Option<MessageId>,
    pub cancelled: bool,
    pub by_hand: bool,
}

/// The date the employer gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    pub reading: PromiseReading,
    pub said_in: Option<MessageId>,
    pub given_at: DateTime<Utc>,
}

/// A human answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub event: EventId,
    pub at: DateTime<Utc>,
    pub from: Address,
    pub kind: Kind,
    pub message_id: Option<MessageId>,
    /// It may be about something else.
    pub weak: bool,
}

/// A message that asked for the status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// `None` if it was more than the second of its pursuit, written by hand.
    pub number: Option<AttemptNumber>,
    pub by: Author,
    pub channel: Channel,
    pub sent_at: DateTime<Utc>,
    /// `None` on another channel than mail.
    pub to: Option<Address>,
    pub message_id: Option<MessageId>,
    pub draft: Option<DraftId>,
    /// Handed over, and nobody knows yet whether it left.
    pub in_doubt: bool,
    pub answered_by: Option<MessageId>,
    position: usize,
}

/// A draft that is not finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenDraft {
    pub id: DraftId,
    pub pursuit: PursuitId,
    pub kind: DraftKind,
    pub version: u32,
    pub to: Address,
    pub subject: String,
    pub state: DraftState,
    pub prepared_at: DateTime<Utc>,
    pub asked_at: Option<DateTime<Utc>>,
    pub reminded_at: Option<DateTime<Utc>>,
    pub approved_at: Option<DateTime<Utc>>,
    /// `approve now`.
    pub hurried: bool,
    pub send_at: DateTime<Utc>,
    /// Handed over, and since then nobody knows whether it left.
    pub in_doubt_since: Option<DateTime<Utc>>,
    /// Tries that the mail server did not take, since the approval.
    pub deferred: Option<Deferred>,
    /// Something happened that makes the draft wrong.
    pub outdated: Option<WithdrawnReason>,
}

/// Tries of an approved message in which nothing left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deferred {
    pub tries: u32,
    pub first_at: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
}

/// What one series of at most two messages rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pursuit {
    /// The same basis has the same key for ever: it names the row that counts attempts.
    pub basis: String,
    /// The clock of E04: the end of the interview, or their last message if that is later.
    pub clock_from: DateTime<Utc>,
    pub after_interview: bool,
    /// The end of the last interview that was held.
    pub interview_ended: DateTime<Utc>,
    /// Attempts made in it, oldest first.
    pub attempts: Vec<Attempt>,
}

/// Whose step is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    Them,
    Me,
    Nobody,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RestingReason {
    Lapsed,
    Skipped,
    /// A mail server did not take it.
    Refused,
}

/// Out of office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Absence {
    pub seen_at: DateTime<Utc>,
    /// The first day back; `None` if they did not say.
    pub returns_on: Option<NaiveDate>,
    /// The user said so: it is not asked about.
    pub by_user: bool,
}

/// An offer of this employer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub recorded_at: DateTime<Utc>,
    pub written_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
    /// The message it stands in.
    pub evidence: Option<MessageId>,
    pub named: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct AnswerBasis {
    key: String,
    at: DateTime<Utc>,
    position: usize,
}

/// The state of one application.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FollowUp {
    pub position: Option<String>,
    pub contact: Option<Correspondent>,
    pub strength: Option<String>,
    pub notes: Vec<String>,
    /// How the two sides speak to each other, once it was heard.
    pub tone: Option<Tone>,
    /// Whom an agency works for.
    pub client: Option<String>,
    /// Who the user met, by their word.
    pub met: Vec<String>,
    /// Whom the user wrote to about it, from any client.
    pub written_to: BTreeSet<Address>,
    pub interviews: BTreeMap<String, Interview>,
    pub promise: Option<Promise>,
    pub answers: Vec<Answer>,
    pub attempts: Vec<Attempt>,
    pub draft: Option<OpenDraft>,
    pub my_turn_since: Option<DateTime<Utc>>,
    /// When their last answer, or the user's answer to it, made it their turn.
    their_turn_since: Option<DateTime<Utc>>,
    /// When the user was asked about an interview, first and once more.
    pub asked_about: BTreeMap<String, (DateTime<Utc>, Option<DateTime<Utc>>)>,
    /// When the user last said what was promised, a date or none.
    pub told_at: Option<DateTime<Utc>>,
    /// Their last word was an offer.
    pub offer: bool,
    /// The offer in its terms, as far as they are recorded.
    pub offer_terms: Option<Offer>,
    /// When the user took it.
    pub accepted_at: Option<DateTime<Utc>>,
    /// The channel the employer asked for, if it is not mail.
    pub channel: Option<Channel>,
    /// When the words for a call were given last.
    pub call_advised_at: Option<DateTime<Utc>>,
    pub on_hold_since: Option<DateTime<Utc>>,
    /// An employer is told of an offer once (E28).
    pub offer_told: bool,
    /// When a notice of an offer was let go without being sent.
    pub notice_let_go_at: Option<DateTime<Utc>>,
    /// When the last thank-you note was drafted.
    pub thanks_drafted_at: Option<DateTime<Utc>>,
    /// A closing note is written once, unless the application is opened again.
    pub said_goodbye: bool,
    /// When the user last wrote, called or sent something.
    pub user_contact_at: Option<DateTime<Utc>>,
    pub resting: Option<(RestingReason, DateTime<Utc>)>,
    pub postponed_until: Option<DateTime<Utc>>,
    /// When the user wants to be asked again about a message that is no attempt.
    pub occasion_later: Option<(DraftKind, DateTime<Utc>)>,
    pub away: Option<Absence>,
    /// The address that does not work, and when that was known.
    pub bounced: Option<(Address, DateTime<Utc>)>,
    pub asked_for: BTreeSet<MissingFact>,
    pub draft_wanted: bool,
    pub closed: Option<(DateTime<Utc>, ClosedReason)>,
    pub reopened_at: Option<DateTime<Utc>>,
    pub recorded_at: Option<DateTime<Utc>>,
    pub last_contact_at: Option<DateTime<Utc>>,
    their_offset: Option<(DateTime<Utc>, i32)>,
    their_last_message_at: Option<DateTime<Utc>>,
    answer_basis: Option<AnswerBasis>,
    length: usize,
}

impl FollowUp {
    /// The zone of the person the next message goes to.
    #[must_use]
    pub fn recipient_zone(&self, user: chrono_tz::Tz) -> RecipientZone {
        RecipientZone::infer(user, self.their_offset)
    }

    /// The next interview that is still to come.
    #[must_use]
    pub fn coming_interview(&self, now: DateTime<Utc>) -> Option<&Interview> {
        self.interviews
            .values()
            .filter(|interview| !interview.cancelled && interview.ends_at > now)
            .min_by_key(|interview| interview.starts_at)
    }

    /// The last interview that is over.
    #[must_use]
    pub fn held_interview(&self, now: DateTime<Utc>) -> Option<(&String, &Interview)> {
        self.interviews
            .iter()
            .filter(|(_, interview)| !interview.cancelled && interview.ends_at <= now)
            .max_by_key(|(_, interview)| interview.ends_at)
    }

    /// When the employer last said something, by mail or otherwise.
    #[must_use]
    pub fn their_last_word(&self) -> Option<DateTime<Utc>> {
        let answered = self.answers.iter().filter(|answer| !answer.weak).map(|answer| answer.at);
        answered.max().max(self.their_last_message_at)
    }

    /// The series of messages that is due or running, if there is a reason for one.
    #[must_use]
    pub fn pursuit(&self, now: DateTime<Utc>) -> Option<Pursuit> {
        let (key, interview) = self.held_interview(now)?;
        let ended = interview.ends_at;
        let answer = self.answer_basis.as_ref();
        let after_interview = answer.is_none_or(|answer| ended > answer.at);
        let basis = match answer {
            Some(answer) if !after_interview => answer.key.clone(),
            Some(_) | None => format!("interview:{key}:{}", ended.timestamp()),
        };
        let attempts = self
            .attempts
            .iter()
            .filter(|attempt| {
                answer.is_none_or(|answer| attempt.position > answer.position)
                    && attempt.sent_at >= ended
            })
            .cloned()
            .collect();
        let clock_from = Some(ended)
            .max(self.their_last_message_at)
            .max(answer.map(|answer| answer.at))
            .unwrap_or(ended);
        Some(Pursuit { basis, clock_from, after_interview, interview_ended: ended, attempts })
    }

    /// The last time anything happened between the two sides.
    #[must_use]
    pub fn silent_since(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let ended = self.held_interview(now).map(|(_, interview)| interview.ends_at);
        self.last_contact_at.max(ended).max(self.recorded_at).max(self.reopened_at)
    }

    /// Since when it has been the turn of whoever it is. `None` if nothing is recorded yet.
    #[must_use]
    pub fn turn_since(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self.turn(now) {
            Turn::Me => self.my_turn_since,
            Turn::Nobody => match self.closed {
                Some((at, _)) => Some(at),
                None => self.their_turn_since.max(self.recorded_at),
            },
            Turn::Them => {
                let ended = self.held_interview(now).map(|(_, interview)| interview.ends_at);
                self.their_turn_since.max(ended).max(self.recorded_at).max(self.reopened_at)
            }
        }
    }

    /// Whose step is next.
    #[must_use]
    pub fn turn(&self, now: DateTime<Utc>) -> Turn {
        if self.closed.is_some() {
            Turn::Nobody
        } else if self.my_turn_since.is_some() {
            Turn::Me
        } else if self.coming_interview(now).is_some() {
            Turn::Nobody
        } else {
            Turn::Them
        }
    }
}

#[cfg(test)]
mod tests;
