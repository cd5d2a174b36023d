//! Properties of whole lives: whatever happens in whatever order, no promise is broken.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::domain::draft::DraftState;
use crate::domain::event::Purpose;
use crate::domain::policy::due::WEEK;

/// Steps a random life can take.
#[derive(Debug, Clone)]
enum Step {
    Pass(u32),
    /// Sleep until the moment the last decision named.
    Wait,
    Reply(bool),
    Promise(u16),
    ByHand(bool),
    Away(u8),
    Wanted,
    Approve,
    Look,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        2 => (1u32..200).prop_map(Step::Pass),
        12 => Just(Step::Wait),
        1 => any::<bool>().prop_map(Step::Reply),
        1 => (0u16..40).prop_map(Step::Promise),
        1 => any::<bool>().prop_map(Step::ByHand),
        1 => (0u8..20).prop_map(Step::Away),
        1 => Just(Step::Wanted),
        8 => Just(Step::Approve),
        4 => Just(Step::Look),
    ]
}

/// Plays the shell: carries out what is decided, and checks the promises when something is sent.
struct Player {
    life: Life,
    now: DateTime<Utc>,
    drafts: i64,
    sent_in_pursuit: Vec<(String, DraftKind)>,
    answered_since_draft: bool,
}

impl Player {
    fn look(&mut self) {
        let state = self.life.state();
        let decided = decide(&state, &self.life.around, &self.life.settings, self.now);
        match decided.action {
            Action::Prepare { kind, .. } => {
                self.drafts += 1;
                self.answered_since_draft = false;
                let id = self.drafts;
                let at = self.now.to_rfc3339();
                self.life.prepared(&at, id, kind.number().unwrap());
            }
            Action::Send { draft } => self.send(&state, draft),
            Action::Stop { what: Stop::Withdraw(draft, reason) } => {
                self.life.add_at(self.now, Fact::DraftWithdrawn { draft, reason });
            }
            Action::Stop { what: Stop::Lapse(draft) } => {
                self.life.add_at(self.now, Fact::DraftLapsed { draft });
            }
            Action::Stop { what: Stop::Close(reason) } => {
                self.life.add_at(self.now, Fact::Closed { reason });
            }
            Action::Ask { question: Question::ApprovalAgain(draft) } => {
                self.life.add_at(self.now, Fact::ApprovalReminded { draft });
            }
            Action::Ask { question: Question::Call(_) } => {
                self.life.add_at(self.now, Fact::CallAdvised);
            }
            Action::Ask { question: Question::Missing(what) } => {
                self.life.add_at(self.now, Fact::FactAsked { what });
            }
            Action::Wait { until } => assert!(until > self.now, "a wait ends in the future"),
            Action::Nothing => {}
        }
    }

    fn send(&mut self, state: &FollowUp, id: DraftId) {
        let open = state.draft.as_ref().unwrap();
        assert_eq!(open.id, id);
        assert!(open.approved_at.is_some(), "nothing is sent without approval");
        assert!(!self.answered_since_draft, "nothing is sent after an answer");
        let pursuit = state.pursuit(self.now).unwrap();
        if let Some(last) = self.life.around.last_contact {
            assert!(self.now - last >= WEEK, "never two within seven days");
        }
        if let Some(promise) = &state.promise
            && let Some(day) = promise.reading.not_before
        {
            assert!(promised_day_is_over(day, self.now), "never before their word");
        }
        let this = (pursuit.basis.clone(), open.kind);
        assert!(!self.sent_in_pursuit.contains(&this), "no number twice in a pursuit");
        assert!(pursuit.attempts.len() < 2, "never a third attempt");
        self.sent_in_pursuit.push(this);
        let at = self.now;
        let (kind, to) = (open.kind, open.to.clone());
        let message_id = MessageId::parse(&format!("d{}@example.com", id.0)).unwrap();
        self.life.add_at(at, Fact::MessageSent { draft: id, kind, to, message_id });
    }

    fn take(&mut self, step: &Step) {
        let at = self.now.to_rfc3339();
        match step {
            Step::Wait => {
                let state = self.life.state();
                let around = &self.life.around;
                let decided = decide(&state, around, &self.life.settings, self.now);
                if let Action::Wait { until } = decided.action {
                    self.now = until;
                }
            }
            Step::Pass(hours) => self.now += TimeDelta::hours(i64::from(*hours)),
            Step::Reply(mine) => {
                let next = if *mine { NextStep::Mine } else { NextStep::Theirs };
                self.life.replied(&at, next);
                self.answered_since_draft = true;
            }
            Step::Promise(days) => {
                let day = self.now.date_naive() + chrono::Days::new(u64::from(*days));
                self.life.promised(&at, &day.to_string());
                self.answered_since_draft = true;
            }
            Step::ByHand(asks) => {
                let purpose = if *asks { Purpose::Attempt } else { Purpose::Other };
                self.life.add(
                    &at,
                    Fact::UserWrote { to: anna(), also_to: vec![], purpose, message_id: None },
                );
            }
            Step::Away(days) => {
                let back = self.now.date_naive() + chrono::Days::new(u64::from(*days));
                self.life.add(&at, Fact::OutOfOffice { returns_on: Some(back), message_id: None });
            }
            Step::Wanted => self.life.add(&at, Fact::DraftWanted),
            Step::Approve => {
                let state = self.life.state();
                let asked = state.draft.filter(|it| it.state == DraftState::Asked);
                if let Some(open) = asked.filter(|it| it.outdated.is_none()) {
                    let send_at = self.now + TimeDelta::minutes(10);
                    self.life.add(&at, Fact::DraftApproved { draft: open.id, send_at });
                }
            }
            Step::Look => self.look(),
        }
    }
}

fn promised_day_is_over(day: NaiveDate, now: DateTime<Utc>) -> bool {
    now.with_timezone(&chrono_tz::Europe::Berlin).date_naive() > day
}

proptest! {
    #[test]
    fn no_life_breaks_a_promise(steps in proptest::collection::vec(step(), 1..80)) {
        let mut life = Life::after_interview();
        life.settings.send_days = chrono::WeekdaySet::ALL;
        let mut player = Player {
            life,
            now: utc("2026-11-24T15:00:00Z"),
            drafts: 0,
            sent_in_pursuit: Vec::new(),
            answered_since_draft: false,
        };
        for step in &steps {
            player.take(step);
            player.look();
        }
        let events = &player.life.events;
        let stepwise = events.iter().fold(FollowUp::default(), |mut state, event| {
            state.apply(event);
            state
        });
        prop_assert_eq!(FollowUp::replay(events), stepwise);
    }
}
