//! The fold itself: what each fact changes. One arm for each; the table is in the module above.
//!
//! The surprising fact: an entry that was taken back is not undone, it is passed over: the state
//! is the one that would have been without it.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::address::{Address, Correspondent};
use crate::domain::draft::{AttemptNumber, DraftKind, DraftState};
use crate::domain::event::{
    Author, Channel, ClosedReason, Event, Fact, MissingFact, NextStep, Purpose, Source,
    WithdrawnReason,
};
use crate::domain::ids::{DraftId, EventId, MessageId};
use crate::domain::message::Kind;
use crate::domain::tone::Tone;

use super::taken_back::{harmless, retracted};
use super::{
    Absence, Answer, AnswerBasis, Attempt, Deferred, FollowUp, Interview, Offer, OpenDraft,
    Promise, RestingReason,
};

/// The user's word on a message by hand and its copy in Sent lie this close together.
const TOLD_AND_SEEN: TimeDelta = TimeDelta::days(3);

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

    fn learn_contact(&mut self, contact: &Correspondent) {
        if self.contact.as_ref().is_some_and(|known| known.address != contact.address) {
            self.outdate_draft(WithdrawnReason::PlanChanged);
        }
        if self.bounced.as_ref().is_some_and(|(dead, _)| *dead != contact.address) {
            self.bounced = None;
        }
        self.asked_for.remove(&MissingFact::Address);
        self.asked_for.remove(&MissingFact::Name);
        self.contact = Some(contact.clone());
    }

    /// What was asked to arrange it is settled; what stood for the same hour by hand is replaced.
    fn schedule(&mut self, key: &str, interview: Interview, offset: Option<i32>) {
        if self.interviews.get(key).is_some_and(|known| known.sequence > interview.sequence) {
            return;
        }
        self.outdate_draft(WithdrawnReason::PlanChanged);
        self.note_offset(interview.starts_at, offset);
        self.my_turn_since = None;
        self.on_hold_since = None;
        if !interview.by_hand {
            let same = |known: &Interview| {
                known.by_hand && (known.starts_at - interview.starts_at).abs() < TimeDelta::days(1)
            };
            self.interviews.retain(|_, known| !same(known));
        }
        self.interviews.insert(key.to_owned(), interview);
    }

    /// An entry that is removed after the interview was held changes nothing; the user's word that
    /// it was not held does.
    fn cancel_interview(&mut self, key: &str, sequence: i64, at: DateTime<Utc>, by_user: bool) {
        if let Some(interview) = self.interviews.get_mut(key)
            && interview.sequence <= sequence
            && (by_user || at < interview.ends_at)
        {
            interview.cancelled = true;
            self.outdate_draft(WithdrawnReason::PlanChanged);
        }
    }

    /// Whom the user met: the first name of a contact that is only an address.
    fn meet(&mut self, names: &[String]) {
        for name in names {
            if !self.met.contains(name) {
                self.met.push(name.clone());
            }
        }
        let nameless = |name: &Option<String>| {
            name.as_deref().and_then(crate::domain::person::first_name).is_none()
        };
        let [only] = names else { return };
        if let Some(contact) = self.contact.as_mut().filter(|contact| nameless(&contact.name)) {
            contact.name = Some(only.clone());
            self.asked_for.remove(&MissingFact::Name);
        }
    }

    /// Any word of theirs ends what was planned.
    fn news(&mut self, at: DateTime<Utc>) {
        self.outdate_draft(WithdrawnReason::Answered);
        self.touch(at);
        self.resting = None;
        self.postponed_until = None;
        self.draft_wanted = false;
        self.on_hold_since = None;
    }

    fn answered(&mut self, answer: Answer, next_step: NextStep) {
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

    fn start_from_answer(&mut self, how: &str, event: EventId, at: DateTime<Utc>) {
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
    fn bounce(
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
    fn reached_by_hand(
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

    /// A draft goes, and another one of its kind is written on the day the user chose.
    fn postpone(&mut self, id: DraftId, until: DateTime<Utc>) {
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

    /// What a new draft settles.
    fn begin_draft(&mut self, kind: DraftKind, at: DateTime<Utc>) {
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

    /// A message of the service left, or may have. An attempt counts once, however often its
    /// outcome is recorded.
    fn went_out(
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

    fn with_draft(&mut self, id: DraftId, change: impl FnOnce(&mut OpenDraft)) {
        if let Some(open) = self.draft.as_mut().filter(|open| open.id == id) {
            change(open);
        }
    }

    fn drop_draft(&mut self, id: DraftId) {
        self.draft = self.draft.take().filter(|open| open.id != id);
    }

    /// Only an attempt that was let go rests: what is none leaves the attempts as they are.
    fn rest(&mut self, id: DraftId, reason: RestingReason, at: DateTime<Utc>) {
        let open = self.draft.as_ref().filter(|open| open.id == id);
        match open.map(|open| open.kind) {
            None | Some(DraftKind::Attempt(_)) => self.resting = Some((reason, at)),
            Some(DraftKind::OfferNotice) => self.notice_let_go_at = Some(at),
            Some(DraftKind::ThankYou | DraftKind::ClosingNote) => {}
        }
        self.drop_draft(id);
    }

    fn outdate_draft(&mut self, reason: WithdrawnReason) {
        if let Some(open) = &mut self.draft {
            open.outdated = open.outdated.or(Some(reason));
        }
    }

    fn touch(&mut self, at: DateTime<Utc>) {
        self.last_contact_at = self.last_contact_at.max(Some(at));
    }

    fn note_offset(&mut self, at: DateTime<Utc>, offset: Option<i32>) {
        if let Some(offset) = offset {
            self.their_offset = Some((at, offset));
        }
    }
}
