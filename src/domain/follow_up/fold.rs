//! The fold itself: one arm for each fact; the table is in the module above. What takes more than
//! a few lines is in the folder: contact, meetings, the draft.
//!
//! The surprising fact: an entry that was taken back is not undone, it is passed over: the state
//! is the one that would have been without it.

mod contact;
mod draft;
mod meeting;

use crate::domain::draft::DraftState;
use crate::domain::event::{
    Channel, ClosedReason, Event, Fact, MissingFact, Source, WithdrawnReason,
};
use crate::domain::tone::Tone;

use super::taken_back::{harmless, retracted};
use super::{
    Absence, Answer, Deferred, FollowUp, Interview, Offer, OpenDraft, Promise, RestingReason,
};

impl FollowUp {
    /// Folds a whole ledger, without what was taken back, and without the corrections that change
    /// nothing a draft rests on.
    #[must_use]
    pub fn replay<'a>(
        events: impl IntoIterator<Item = &'a Event, IntoIter: DoubleEndedIterator + Clone>,
    ) -> Self {
        let events = events.into_iter();
        let mut passed_over = retracted(events.clone());
        passed_over.extend(harmless(events.clone()));
        events.filter(|event| !passed_over.contains(&event.id)).fold(
            Self::default(),
            |mut state, event| {
                state.apply(event);
                state
            },
        )
    }

    /// Folds one more event.
    #[expect(clippy::too_many_lines, reason = "one arm for every fact there is")]
    pub fn apply(&mut self, event: &Event) {
        self.length += 1;
        let at = event.at;
        match &event.fact {
            Fact::ApplicationRecorded { position, contact } => {
                self.recorded_at = self.recorded_at.or(Some(at));
                self.position = position.clone().or(self.position.take());
                self.contact = contact.clone().or(self.contact.take());
            }
            Fact::PositionLearned { position } => {
                self.position = Some(position.clone());
                self.asked_for.remove(&MissingFact::Position);
            }
            Fact::ContactLearned { contact } => self.learn_contact(contact),
            Fact::StrengthLearned { sentence } => {
                self.strength = Some(sentence.clone()).filter(|it| !it.is_empty());
            }
            Fact::NoteAdded { text } => {
                self.notes.extend(Some(text.clone()).filter(|it| !it.is_empty()));
            }
            Fact::ToneHeard { language, informal } => {
                self.tone = Some(Tone { language: *language, informal: *informal });
            }
            Fact::ClientLearned { name } => self.client = Some(name.clone()),
            Fact::PeopleMet { names } => self.meet(names),
            Fact::InterviewAskedAbout { key, again } => {
                let asked = self.asked_about.entry(key.clone()).or_insert((at, None));
                asked.1 = again.then_some(at).or(asked.1);
            }
            Fact::InterviewScheduled {
                key,
                sequence,
                starts_at,
                ends_at,
                offset,
                round,
                summary,
                message_id,
            } => {
                let interview = Interview {
                    sequence: *sequence,
                    starts_at: *starts_at,
                    ends_at: *ends_at,
                    round: *round,
                    summary: summary.clone(),
                    message_id: message_id.clone(),
                    cancelled: false,
                    by_hand: !matches!(event.source, Source::Message(_)),
                };
                self.schedule(key, interview, *offset);
            }
            Fact::InterviewCancelled { key, sequence } => {
                let by_user = matches!(event.source, Source::Reply(_) | Source::CommandLine);
                self.cancel_interview(key, *sequence, at, by_user);
            }
            Fact::PromiseGiven { promise, said_in } => {
                self.outdate_draft(WithdrawnReason::PlanChanged);
                self.on_hold_since = None;
                if said_in.is_none() {
                    self.told_at = Some(at);
                }
                let said_in = said_in.clone();
                self.promise = Some(Promise { reading: promise.clone(), said_in, given_at: at });
            }
            Fact::NoPromiseGiven => {
                self.outdate_draft(WithdrawnReason::PlanChanged);
                self.promise = None;
                self.told_at = Some(at);
            }
            Fact::EmployerReplied { from, kind, next_step, message_id, weak, offset } => {
                let message_id = message_id.clone();
                let answer = Answer {
                    event: event.id,
                    at,
                    from: from.clone(),
                    kind: *kind,
                    message_id,
                    weak: *weak,
                };
                self.note_offset(at, *offset);
                self.answered(answer, *next_step);
            }
            Fact::AutomaticReceived { .. } => {}
            Fact::OutOfOffice { returns_on, .. } => {
                let by_user = matches!(event.source, Source::Reply(_) | Source::CommandLine);
                self.asked_for.remove(&MissingFact::ReturnDate);
                self.away = Some(Absence { seen_at: at, returns_on: *returns_on, by_user });
            }
            Fact::Bounced { recipient, original, .. } => {
                self.bounce(recipient.as_ref(), original.as_ref(), at);
            }
            Fact::ChannelWanted { channel } => {
                self.channel = Some(*channel).filter(|channel| *channel != Channel::Mail);
                self.outdate_draft(WithdrawnReason::PlanChanged);
            }
            Fact::Touched { channel, purpose } => {
                self.reached_by_hand(event, *purpose, *channel, None, None);
            }
            Fact::HeardBack { .. } => {
                self.news(at);
                self.my_turn_since = None;
                self.their_last_message_at = self.their_last_message_at.max(Some(at));
                self.start_from_answer("heard", event.id, at);
            }
            Fact::PutOnHold => {
                self.on_hold_since = Some(at);
                self.outdate_draft(WithdrawnReason::PlanChanged);
            }
            Fact::OfferReceived { written_on, expires_on, evidence, named } => {
                self.outdate_draft(WithdrawnReason::Answered);
                self.my_turn_since = self.my_turn_since.or(Some(at));
                self.offer = true;
                self.offer_terms = Some(Offer {
                    recorded_at: at,
                    written_on: *written_on,
                    expires_on: *expires_on,
                    evidence: evidence.clone(),
                    named: *named,
                });
            }
            Fact::OfferAccepted => {
                self.outdate_draft(WithdrawnReason::Closed);
                self.accepted_at = Some(at);
                self.closed = Some((at, ClosedReason::Accepted));
            }
            Fact::UserWrote { to, also_to, purpose, message_id } => {
                self.written_to.extend([to].into_iter().chain(also_to).cloned());
                let (to, id) = (Some(to), message_id.as_ref());
                self.reached_by_hand(event, *purpose, Channel::Mail, to, id);
            }
            Fact::DraftPrepared { draft, pursuit, kind, version, to, subject, send_at } => {
                self.begin_draft(*kind, at);
                self.draft = Some(OpenDraft {
                    id: *draft,
                    pursuit: *pursuit,
                    kind: *kind,
                    version: *version,
                    to: to.clone(),
                    subject: subject.clone(),
                    state: DraftState::Prepared,
                    prepared_at: at,
                    asked_at: None,
                    reminded_at: None,
                    approved_at: None,
                    hurried: false,
                    send_at: *send_at,
                    in_doubt_since: None,
                    deferred: None,
                    outdated: None,
                });
            }
            Fact::ApprovalRequested { draft, .. } => self.with_draft(*draft, |open| {
                open.state = DraftState::Asked;
                open.asked_at = Some(at);
            }),
            Fact::ApprovalReminded { draft } => {
                self.with_draft(*draft, |open| open.reminded_at = Some(at));
            }
            Fact::DraftApproved { draft, send_at } => self.with_draft(*draft, |open| {
                open.state = DraftState::Approved;
                open.approved_at = Some(at);
                open.send_at = *send_at;
            }),
            Fact::HurryWanted { draft } => self.with_draft(*draft, |open| open.hurried = true),
            Fact::CommandRefused { .. } => {}
            Fact::DraftPostponed { draft, until } => self.postpone(*draft, *until),
            Fact::LaterWanted { until } => self.postponed_until = Some(*until),
            Fact::DraftSkipped { draft } => self.rest(*draft, RestingReason::Skipped, at),
            Fact::SendRefused { draft, .. } => {
                self.attempts.retain(|attempt| attempt.draft != Some(*draft));
                self.asked_for.remove(&MissingFact::WhetherSent);
                self.rest(*draft, RestingReason::Refused, at);
            }
            Fact::SendDeferred { draft, .. } => self.with_draft(*draft, |open| {
                let known = open.deferred;
                open.deferred = Some(Deferred {
                    tries: known.map_or(1, |known| known.tries.saturating_add(1)),
                    first_at: known.map_or(at, |known| known.first_at),
                    last_at: at,
                });
            }),
            Fact::DraftLapsed { draft } => self.rest(*draft, RestingReason::Lapsed, at),
            Fact::DraftWithdrawn { draft, .. } => self.drop_draft(*draft),
            Fact::DraftWanted => {
                self.draft_wanted = true;
                self.resting = None;
                self.postponed_until = None;
                self.occasion_later = None;
                self.on_hold_since = None;
            }
            Fact::CallAdvised => {
                self.call_advised_at = Some(at);
                self.draft_wanted = false;
            }
            Fact::MessageSent { draft, kind, to, message_id } => {
                self.asked_for.remove(&MissingFact::WhetherSent);
                self.drop_draft(*draft);
                self.went_out(at, *draft, *kind, to, message_id, false);
            }
            Fact::SendInDoubt { draft, kind, to, message_id } => {
                self.with_draft(*draft, |open| {
                    open.state = DraftState::InDoubt;
                    open.in_doubt_since = Some(at);
                });
                self.went_out(at, *draft, *kind, to, message_id, true);
            }
            Fact::FactAsked { what } => {
                self.asked_for.insert(*what);
            }
            Fact::Closed { reason } => {
                self.outdate_draft(WithdrawnReason::Closed);
                self.closed = Some((at, *reason));
            }
            Fact::Reopened => {
                self.closed = None;
                self.accepted_at = None;
                self.said_goodbye = false;
                self.reopened_at = Some(at);
            }
            Fact::Retracted { .. } => self.outdate_draft(WithdrawnReason::PlanChanged),
        }
    }
}
