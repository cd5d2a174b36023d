//! What comes next, in sentences: the conclusion of a decision, and what would happen by a day if
//! nobody writes. Nothing is written down here.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::domain::calendar::moment;
use crate::domain::draft::{AttemptNumber, DraftKind};
use crate::domain::event::MissingFact;
use crate::domain::forecast::{Forecast, Foreseen};
use crate::domain::ids::ReadableId;
use crate::domain::policy::{Action, Decision, Question, Stop, planned_send};
use crate::domain::reason::Reason;

use super::Record;
use super::record::Case;
use super::view::Local;

/// One step that would be taken.
#[derive(Debug, Clone)]
pub struct Step {
    pub at: Local,
    pub id: ReadableId,
    pub what: String,
    pub why: Vec<Reason>,
}

impl Record {
    /// What would happen up to the end of a day if nobody writes, in order. Another application
    /// to the same employer is not foreseen: each is looked at by itself.
    pub async fn ahead(&self, day: NaiveDate) -> anyhow::Result<Vec<Step>> {
        let now = self.clock.now();
        let last = day.succ_opt().unwrap_or(day).and_time(NaiveTime::MIN);
        let until = moment(self.settings.zone, last);
        let mut tx = self.store.snapshot().await?;
        let mut steps = Vec::new();
        for case in self.load_cases(&mut tx, now).await? {
            let Case { application, follow_up, around, .. } = &case;
            let mut forecast = Forecast::new(follow_up.clone(), around.clone(), &self.settings);
            for Foreseen { at, decision } in forecast.run(now, until) {
                steps.push(Step {
                    at: self.local(at),
                    id: application.readable_id.clone(),
                    what: self.done(&case, &decision, at),
                    why: decision.because,
                });
            }
        }
        steps.sort_by_key(|step| step.at);
        Ok(steps)
    }

    /// A decision as something that happens.
    fn done(&self, case: &Case, decision: &Decision, at: DateTime<Utc>) -> String {
        let them = format!("{} at {}", case.first_name(), case.application.employer.name);
        match decision.action {
            Action::Prepare { kind, slot } => {
                let opens = self.clock_words(slot.opens.max(at));
                format!("I ask you about the {kind} to {them}; it could go out {opens}")
            }
            Action::Send { .. } => format!("the approved message goes out to {them}"),
            Action::Ask { question } => asked(question, &them),
            Action::Stop { what: Stop::Withdraw(..) } => "the draft is withdrawn".to_owned(),
            Action::Stop { what: Stop::Lapse(_) } => {
                "the draft nobody answered is let go".to_owned()
            }
            Action::Stop { what: Stop::Close(reason) } => Reason::Closed(reason).to_string(),
            Action::Wait { .. } | Action::Nothing => String::new(),
        }
    }

    /// The conclusion of a decision, for a person who waits.
    pub(super) fn conclusion(
        &self,
        case: &Case,
        decision: &Decision,
        now: DateTime<Utc>,
    ) -> String {
        match decision.action {
            Action::Wait { until } => self.until_then(case, decision, until),
            Action::Nothing => "nothing happens by itself.".to_owned(),
            Action::Prepare { .. } | Action::Ask { .. } | Action::Stop { .. } => {
                format!("{}.", self.done(case, decision, now).trim_end_matches('.'))
            }
            Action::Send { .. } => "it goes out now.".to_owned(),
        }
    }

    /// What a decision to wait comes to.
    fn until_then(&self, case: &Case, decision: &Decision, until: DateTime<Utc>) -> String {
        let said = |at: DateTime<Utc>| self.clock_words(at);
        let rests_on = |one: fn(&Reason) -> bool| decision.because.iter().any(one);
        if rests_on(|reason| matches!(reason, Reason::Paused { .. })) {
            return match case.around.paused.flatten() {
                Some(end) => format!("nothing before the pause is over, {}.", said(end)),
                None => "nothing before you end the pause.".to_owned(),
            };
        }
        if rests_on(|reason| matches!(reason, Reason::Waiting { .. })) {
            return "it waits for your answer; without it nothing is sent.".to_owned();
        }
        if rests_on(|reason| matches!(reason, Reason::CallInstead)) {
            return format!("I give you the words for a call {}.", said(until));
        }
        match self.planned_after(case, decision, until) {
            Some(planned) => {
                format!("I ask you {}; if you approve, it goes out {}.", said(until), said(planned))
            }
            None if approved(decision) => format!("it goes out {}.", said(until)),
            None => format!("nothing before {}.", said(until)),
        }
    }

    /// When the attempt that is asked about at `ask_at` could go out.
    fn planned_after(
        &self,
        case: &Case,
        decision: &Decision,
        ask_at: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let is_window = |reason: &Reason| matches!(reason, Reason::Window { .. });
        let due = decision.because.iter().any(is_window) && !approved(decision);
        let pursuit = case.follow_up.pursuit(ask_at).filter(|_| due)?;
        let number = match pursuit.attempts.as_slice() {
            [] => AttemptNumber::First,
            [..] => AttemptNumber::Second,
        };
        let kind = DraftKind::Attempt(number);
        let Case { follow_up, around, .. } = case;
        planned_send(follow_up, around, &self.settings, kind, ask_at).map(|(_, at)| at)
    }

    /// `Tue 8 Dec, 09:10`
    pub(super) fn clock_words(&self, at: DateTime<Utc>) -> String {
        self.local(at).format("%a %-d %b, %H:%M").to_string()
    }
}

fn approved(decision: &Decision) -> bool {
    decision.because.iter().any(|reason| matches!(reason, Reason::Approved { .. }))
}

fn asked(question: Question, them: &str) -> String {
    match question {
        Question::ApprovalAgain(_) => "I ask you once more about the draft".to_owned(),
        Question::Call(number) => {
            format!("I ask you to call {them} ({number} of 2) and give you the words")
        }
        Question::Missing(what) => {
            let what = match what {
                MissingFact::Name => "the first name of the person you spoke to",
                MissingFact::Position => "the position",
                MissingFact::Address => "an address that somebody reads",
                MissingFact::ReturnDate => "the day they are back",
                MissingFact::WhetherSent => "whether the message left",
            };
            format!("I ask you for {what}")
        }
    }
}
