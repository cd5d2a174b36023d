//! What would happen if nobody wrote: the decisions of the policy, carried out on a copy of the
//! state. Nothing is written, asked or sent. `plan --at` shows it, and the timelines of the tests
//! are lived with it.

use chrono::{DateTime, Days, TimeDelta, Utc};

use super::calendar::moment;
use super::event::{ClosedReason, Event, Fact, Source};
use super::follow_up::FollowUp;
use super::ids::{ApplicationId, DraftId, EventId, MessageId, PursuitId};
use super::policy::{
    Action, Decision, Question, Stop, Surroundings, after_quiet_hours, decide, planned_send,
};
use super::settings::Settings;

/// More steps than any life has; a bound, in case two decisions undo each other.
const MOST_STEPS: usize = 2_000;

/// One application, lived ahead.
#[derive(Debug, Clone)]
pub struct Forecast<'a> {
    pub state: FollowUp,
    pub around: Surroundings,
    settings: &'a Settings,
    events: i64,
}

/// A step that would be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreseen {
    pub at: DateTime<Utc>,
    pub decision: Decision,
}

impl<'a> Forecast<'a> {
    #[must_use]
    pub fn new(state: FollowUp, around: Surroundings, settings: &'a Settings) -> Self {
        Self { state, around, settings, events: 0 }
    }

    /// Everything that would be done from `from` up to and at `until`, in order.
    pub fn run(&mut self, from: DateTime<Utc>, until: DateTime<Utc>) -> Vec<Foreseen> {
        let mut seen = Vec::new();
        let mut now = from;
        while now <= until && seen.len() < MOST_STEPS {
            if self.around.paused.flatten().is_some_and(|end| end <= now) {
                self.around.paused = None;
            }
            let decision = decide(&self.state, &self.around, self.settings, now);
            now = match self.rests_until(&decision, now) {
                Some(next) => next.max(now + TimeDelta::seconds(1)),
                None => {
                    self.carry_out(decision.action, now);
                    seen.push(Foreseen { at: now, decision });
                    now
                }
            };
        }
        seen
    }

    /// When there may be something to do, if there is nothing now. Nobody is asked or told in
    /// quiet hours; where no moment is known, every morning is looked at.
    fn rests_until(&self, decision: &Decision, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let awake = after_quiet_hours(now, self.settings);
        match decision.action {
            Action::Wait { until } => Some(until),
            Action::Nothing => {
                let today = now.with_timezone(&self.settings.zone).date_naive();
                let tomorrow = today.checked_add_days(Days::new(1))?;
                Some(moment(self.settings.zone, tomorrow.and_time(self.settings.ask_time)))
            }
            Action::Ask { .. }
            | Action::Prepare { .. }
            | Action::Stop { what: Stop::Close(ClosedReason::MovedOn) } => {
                (awake > now).then_some(awake)
            }
            Action::Send { .. } | Action::Stop { .. } => None,
        }
    }

    /// Something happens to this application.
    pub fn happens(&mut self, at: DateTime<Utc>, source: Source, fact: Fact) {
        self.events += 1;
        let contact = matches!(
            fact,
            Fact::UserWrote { .. }
                | Fact::Touched { .. }
                | Fact::MessageSent { .. }
                | Fact::SendInDoubt { .. }
        );
        if contact {
            self.around.last_contact = self.around.last_contact.max(Some(at));
        }
        let id = EventId(self.events);
        self.state.apply(&Event { id, application: ApplicationId(0), at, source, fact });
    }

    fn carry_out(&mut self, action: Action, now: DateTime<Utc>) {
        for fact in self.facts(action, now) {
            self.happens(now, Source::Service, fact);
        }
    }

    /// What would be written down about a decision.
    fn facts(&self, action: Action, now: DateTime<Utc>) -> Vec<Fact> {
        match action {
            Action::Wait { .. } | Action::Nothing => vec![],
            Action::Ask { question: Question::Missing(what) } => vec![Fact::FactAsked { what }],
            Action::Ask { question: Question::ApprovalAgain(draft) } => {
                vec![Fact::ApprovalReminded { draft }]
            }
            Action::Ask { question: Question::Call(_) } => vec![Fact::CallAdvised],
            Action::Prepare { kind, slot } => {
                let draft = DraftId(self.events + 1);
                let planned = planned_send(&self.state, &self.around, self.settings, kind, now);
                let to = self.state.contact.as_ref().map(|contact| contact.address.clone());
                let prepared = to.map(|to| Fact::DraftPrepared {
                    draft,
                    pursuit: PursuitId(0),
                    kind,
                    version: 1,
                    to,
                    subject: String::new(),
                    send_at: planned.map_or(slot.opens, |(_, send_at)| send_at),
                });
                let asked = MessageId::parse(&format!("request-{}@forecast", draft.0))
                    .map(|message_id| Fact::ApprovalRequested { draft, message_id });
                prepared.into_iter().chain(asked).collect()
            }
            Action::Send { draft } => {
                let open = self.state.draft.as_ref();
                let id = MessageId::parse(&format!("sent-{}@forecast", draft.0));
                let sent = open.zip(id).map(|(open, message_id)| Fact::MessageSent {
                    draft,
                    kind: open.kind,
                    to: open.to.clone(),
                    message_id,
                });
                sent.into_iter().collect()
            }
            Action::Stop { what: Stop::Withdraw(draft, reason) } => {
                vec![Fact::DraftWithdrawn { draft, reason }]
            }
            Action::Stop { what: Stop::Lapse(draft) } => vec![Fact::DraftLapsed { draft }],
            Action::Stop { what: Stop::Close(reason) } => vec![Fact::Closed { reason }],
        }
    }
}
