//! Borders of the rules, and properties of whole lives.

mod border;
mod ends;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use proptest::prelude::*;

use super::due::WEEK;
use super::*;
use crate::domain::address::{Address, Correspondent};
use crate::domain::draft::DraftState;
use crate::domain::event::{Event, Fact, NextStep, Purpose, Source};
use crate::domain::ids::{ApplicationId, EventId, MessageId, PursuitId};
use crate::domain::message::{Kind, PromiseReading};

/// A life written down event by event.
struct Life {
    events: Vec<Event>,
    around: Surroundings,
    settings: Settings,
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn anna() -> Address {
    Address::parse("anna@acme.example").unwrap()
}

impl Life {
    /// An interview on Tuesday 24 November 2026, 14:00 to 15:00 in Berlin.
    fn after_interview() -> Self {
        let mut life = Self {
            events: Vec::new(),
            around: Surroundings {
                last_contact: None,
                paused: None,
                quota_until: None,
                watching_since: utc("2026-11-01T00:00:00Z"),
                region: Region::parse("DE-BE"),
                offer: None,
                accepted_elsewhere: None,
            },
            settings: Settings { zone: chrono_tz::Europe::Berlin, ..Settings::default() },
        };
        let contact = Correspondent { name: Some("Anna Schmidt".to_owned()), address: anna() };
        life.add(
            "2026-11-20T09:00:00Z",
            Fact::ApplicationRecorded {
                position: Some("Data Engineer".to_owned()),
                contact: Some(contact),
            },
        );
        life.add(
            "2026-11-20T09:00:00Z",
            Fact::InterviewScheduled {
                key: "uid-1".to_owned(),
                sequence: 0,
                starts_at: utc("2026-11-24T13:00:00Z"),
                ends_at: utc("2026-11-24T14:00:00Z"),
                offset: None,
                round: None,
                summary: String::new(),
                message_id: None,
            },
        );
        life
    }

    fn add(&mut self, at: &str, fact: Fact) {
        self.add_at(utc(at), fact);
    }

    fn add_at(&mut self, at: DateTime<Utc>, fact: Fact) {
        let id = EventId(i64::try_from(self.events.len()).unwrap() + 1);
        let contact = matches!(fact, Fact::UserWrote { .. } | Fact::MessageSent { .. });
        if contact {
            self.around.last_contact = self.around.last_contact.max(Some(at));
        }
        let source = Source::Service;
        self.events.push(Event { id, application: ApplicationId(1), at, source, fact });
    }

    fn replied(&mut self, at: &str, next_step: NextStep) {
        self.add(
            at,
            Fact::EmployerReplied {
                from: anna(),
                kind: Kind::Other,
                next_step,
                message_id: None,
                weak: false,
                offset: None,
            },
        );
    }

    fn promised(&mut self, at: &str, day: &str) {
        self.replied(at, NextStep::Theirs);
        let promise = PromiseReading {
            not_before: day.parse().ok(),
            reading: day.to_owned(),
            sentence: String::new(),
            vague: false,
        };
        self.add(at, Fact::PromiseGiven { promise, said_in: None });
    }

    fn prepared(&mut self, at: &str, id: i64, number: AttemptNumber) {
        let send_at = utc(at);
        self.add(
            at,
            Fact::DraftPrepared {
                draft: DraftId(id),
                pursuit: PursuitId(1),
                kind: DraftKind::Attempt(number),
                version: 1,
                to: anna(),
                subject: String::new(),
                send_at,
            },
        );
        let message_id = MessageId::parse("request@example.com").unwrap();
        self.add(at, Fact::ApprovalRequested { draft: DraftId(id), message_id });
    }

    fn sent(&mut self, at: &str, id: i64, number: AttemptNumber) {
        self.prepared(at, id, number);
        self.add(
            at,
            Fact::MessageSent {
                draft: DraftId(id),
                kind: DraftKind::Attempt(number),
                to: anna(),
                message_id: MessageId::parse(&format!("d{id}@example.com")).unwrap(),
            },
        );
    }

    fn state(&self) -> FollowUp {
        FollowUp::replay(&self.events)
    }

    fn decide(&self, now: &str) -> Decision {
        decide(&self.state(), &self.around, &self.settings, utc(now))
    }

    fn action(&self, now: &str) -> Action {
        self.decide(now).action
    }

    fn prepares(&self, now: &str) -> Option<AttemptNumber> {
        match self.action(now) {
            Action::Prepare { kind, .. } => kind.number(),
            _ => None,
        }
    }
}

#[test]
fn e01_e02_nothing_before_the_second_business_day_after_their_word() {
    let mut life = Life::after_interview();
    life.promised("2026-11-25T10:00:00Z", "2026-12-04");
    let asked = Action::Wait { until: utc("2026-12-08T07:00:00Z") };
    for early in [
        "2026-11-26T08:00:00Z",
        "2026-12-04T23:00:00Z",
        "2026-12-07T09:00:00Z",
        "2026-12-08T06:59:59Z",
    ] {
        assert_eq!(life.action(early), asked, "{early}");
    }
    assert_eq!(life.prepares("2026-12-08T07:00:00Z"), Some(AttemptNumber::First));
    let rules: Vec<&str> =
        life.decide("2026-12-08T07:00:00Z").because.iter().map(Reason::rule).collect();
    assert_eq!(rules, ["E01", "E02", "E11"]);
}

#[test]
fn e04_without_a_date_ten_days_after_the_interview() {
    let life = Life::after_interview();
    // The tenth day is Friday 4 December; the first allowed day after it is Tuesday.
    assert_eq!(life.prepares("2026-12-04T09:00:00Z"), None);
    assert_eq!(life.prepares("2026-12-08T07:00:00Z"), Some(AttemptNumber::First));
}

#[test]
fn e04_the_clock_starts_at_their_last_message_if_that_is_later() {
    let mut life = Life::after_interview();
    life.replied("2026-11-30T10:00:00Z", NextStep::Theirs);
    assert_eq!(life.prepares("2026-12-09T10:00:00Z"), None);
    assert_eq!(life.prepares("2026-12-10T07:00:00Z"), Some(AttemptNumber::First));
}

#[test]
fn e05_the_clock_stops_while_it_is_the_users_turn() {
    let mut life = Life::after_interview();
    life.replied("2026-11-30T10:00:00Z", NextStep::Mine);
    assert_eq!(life.action("2026-12-22T09:00:00Z"), Action::Nothing);
    life.add(
        "2026-12-22T10:00:00Z",
        Fact::UserWrote { to: anna(), also_to: vec![], purpose: Purpose::Other, message_id: None },
    );
    assert_eq!(life.prepares("2026-12-31T10:00:00Z"), None);
    // The tenth day after the answer is Friday 1 January.
    assert_eq!(life.prepares("2027-01-05T08:00:00Z"), Some(AttemptNumber::First));
}

#[test]
fn e06_a_new_promise_replaces_the_old_one() {
    let mut life = Life::after_interview();
    life.promised("2026-11-25T10:00:00Z", "2026-12-04");
    life.promised("2026-12-04T10:00:00Z", "2026-12-11");
    assert_eq!(life.prepares("2026-12-10T09:00:00Z"), None);
    assert_eq!(life.prepares("2026-12-15T07:00:00Z"), Some(AttemptNumber::First));
}

#[test]
fn e07_e08_a_second_after_fourteen_days_then_the_end() {
    let mut life = Life::after_interview();
    life.sent("2026-12-08T08:12:00Z", 1, AttemptNumber::First);
    assert_eq!(life.prepares("2026-12-17T08:30:00Z"), None);
    assert_eq!(life.prepares("2026-12-22T07:00:00Z"), Some(AttemptNumber::Second));
    life.sent("2026-12-22T08:05:00Z", 2, AttemptNumber::Second);
    assert_eq!(
        life.action("2027-01-04T22:59:59Z"),
        Action::Wait { until: utc("2027-01-04T23:00:00Z") }
    );
    let moved_on = Action::Stop { what: Stop::Close(ClosedReason::MovedOn) };
    assert_eq!(life.action("2027-01-04T23:00:00Z"), moved_on);
    life.add("2027-01-05T08:00:00Z", Fact::Closed { reason: ClosedReason::MovedOn });
    assert_eq!(life.action("2027-06-05T08:00:00Z"), Action::Nothing);
}

#[test]
fn e09_a_message_by_hand_to_the_same_employer_counts_for_the_week() {
    let mut life = Life::after_interview();
    life.around.last_contact = Some(utc("2026-12-07T09:00:00Z"));
    assert_eq!(life.prepares("2026-12-08T07:00:00Z"), None);
    assert_eq!(life.prepares("2026-12-15T07:00:00Z"), Some(AttemptNumber::First));
}

#[test]
fn e12_an_out_of_office_moves_the_date_and_uses_no_attempt() {
    let mut life = Life::after_interview();
    life.add(
        "2026-12-01T09:00:00Z",
        Fact::OutOfOffice { returns_on: "2026-12-14".parse().ok(), message_id: None },
    );
    assert_eq!(life.prepares("2026-12-15T08:00:00Z"), None);
    assert_eq!(life.prepares("2026-12-16T07:00:00Z"), Some(AttemptNumber::First));
}

#[test]
fn e13_one_reminder_after_48_hours_then_a_quiet_lapse() {
    let mut life = Life::after_interview();
    life.prepared("2026-12-08T07:00:00Z", 1, AttemptNumber::First);
    let remind = Action::Ask { question: Question::ApprovalAgain(DraftId(1)) };
    assert_eq!(
        life.action("2026-12-10T06:59:00Z"),
        Action::Wait { until: utc("2026-12-10T07:00:00Z") }
    );
    assert_eq!(life.action("2026-12-10T07:00:00Z"), remind);
    life.add("2026-12-10T07:00:00Z", Fact::ApprovalReminded { draft: DraftId(1) });
    assert_eq!(
        life.action("2026-12-14T07:00:00Z"),
        Action::Wait { until: utc("2026-12-15T07:00:00Z") }
    );
    let lapse = Action::Stop { what: Stop::Lapse(DraftId(1)) };
    assert_eq!(life.action("2026-12-15T07:00:00Z"), lapse);
    life.add("2026-12-15T07:00:00Z", Fact::DraftLapsed { draft: DraftId(1) });
    assert_eq!(life.action("2026-12-16T09:00:00Z"), Action::Nothing);
    life.add("2026-12-16T09:00:00Z", Fact::DraftWanted);
    assert_eq!(life.prepares("2026-12-16T09:30:00Z"), Some(AttemptNumber::First));
}

#[test]
fn e11_e20_an_approved_draft_leaves_inside_the_window_after_the_undo_time() {
    let mut life = Life::after_interview();
    life.prepared("2026-12-08T07:00:00Z", 1, AttemptNumber::First);
    let granted = utc("2026-12-08T07:02:00Z");
    let (_, send_at) = planned_send(
        &life.state(),
        &life.around,
        &life.settings,
        DraftKind::Attempt(AttemptNumber::First),
        granted,
    )
    .unwrap();
    assert_eq!(send_at, utc("2026-12-08T08:00:00Z"));
    life.add("2026-12-08T07:02:00Z", Fact::DraftApproved { draft: DraftId(1), send_at });
    assert_eq!(life.action("2026-12-08T07:59:59Z"), Action::Wait { until: send_at });
    assert_eq!(life.action("2026-12-08T08:00:00Z"), Action::Send { draft: DraftId(1) });
    assert_eq!(
        life.action("2026-12-08T10:30:00Z"),
        Action::Wait { until: utc("2026-12-09T08:00:00Z") }
    );
    let late = utc("2026-12-08T10:25:00Z");
    let first = DraftKind::Attempt(AttemptNumber::First);
    let (slot, send_at) =
        planned_send(&life.state(), &life.around, &life.settings, first, late).unwrap();
    assert_eq!((slot.day, send_at), ("2026-12-09".parse().unwrap(), utc("2026-12-09T08:00:00Z")));
}

#[test]
fn e21_an_answer_withdraws_the_draft() {
    let mut life = Life::after_interview();
    life.prepared("2026-12-08T07:00:00Z", 1, AttemptNumber::First);
    life.add(
        "2026-12-08T07:02:00Z",
        Fact::DraftApproved { draft: DraftId(1), send_at: utc("2026-12-08T08:00:00Z") },
    );
    life.replied("2026-12-08T07:41:00Z", NextStep::Mine);
    let withdraw = Action::Stop { what: Stop::Withdraw(DraftId(1), WithdrawnReason::Answered) };
    assert_eq!(life.action("2026-12-08T08:00:00Z"), withdraw);
}

#[test]
fn e23_a_message_by_hand_counts_and_withdraws_the_draft() {
    let mut life = Life::after_interview();
    life.prepared("2026-12-08T07:00:00Z", 1, AttemptNumber::First);
    life.add(
        "2026-12-08T09:00:00Z",
        Fact::UserWrote {
            to: anna(),
            also_to: vec![],
            purpose: Purpose::Attempt,
            message_id: None,
        },
    );
    let withdraw = Action::Stop { what: Stop::Withdraw(DraftId(1), WithdrawnReason::WroteByHand) };
    assert_eq!(life.action("2026-12-08T09:01:00Z"), withdraw);
    let reason = WithdrawnReason::WroteByHand;
    life.add("2026-12-08T09:01:00Z", Fact::DraftWithdrawn { draft: DraftId(1), reason });
    assert_eq!(life.prepares("2026-12-17T09:00:00Z"), None);
    assert_eq!(life.prepares("2026-12-22T09:00:00Z"), Some(AttemptNumber::Second));
}

#[test]
fn e24_a_bounce_is_no_attempt_and_asks_for_another_address() {
    let mut life = Life::after_interview();
    life.sent("2026-12-08T08:12:00Z", 1, AttemptNumber::First);
    life.add(
        "2026-12-08T08:13:00Z",
        Fact::Bounced {
            hard: true,
            recipient: Some(anna()),
            original: MessageId::parse("d1@example.com"),
        },
    );
    assert!(life.state().attempts.is_empty());
    let ask = Action::Ask { question: Question::Missing(MissingFact::Address) };
    assert_eq!(life.action("2026-12-08T09:00:00Z"), ask);
}

#[test]
fn e25_a_late_answer_reopens_with_a_new_pursuit() {
    let mut life = Life::after_interview();
    life.sent("2026-12-08T08:12:00Z", 1, AttemptNumber::First);
    life.sent("2026-12-22T08:12:00Z", 2, AttemptNumber::Second);
    life.add("2027-01-05T08:00:00Z", Fact::Closed { reason: ClosedReason::MovedOn });
    life.add("2027-01-11T08:00:00Z", Fact::Reopened);
    life.promised("2027-01-11T08:00:00Z", "2027-01-15");
    assert_eq!(life.prepares("2027-01-19T08:00:00Z"), Some(AttemptNumber::First));
}

#[test]
fn a_coming_interview_stops_the_clock() {
    let mut life = Life::after_interview();
    life.add(
        "2026-11-30T09:00:00Z",
        Fact::InterviewScheduled {
            key: "uid-2".to_owned(),
            sequence: 0,
            starts_at: utc("2026-12-16T09:00:00Z"),
            ends_at: utc("2026-12-16T10:00:00Z"),
            offset: None,
            round: Some(2),
            summary: String::new(),
            message_id: None,
        },
    );
    assert_eq!(
        life.action("2026-12-09T09:00:00Z"),
        Action::Wait { until: utc("2026-12-16T10:00:00Z") }
    );
    assert_eq!(life.prepares("2026-12-29T09:00:00Z"), Some(AttemptNumber::First));
}

#[test]
fn what_was_overdue_at_the_first_run_waits_until_it_is_picked() {
    let mut life = Life::after_interview();
    life.around.watching_since = utc("2026-12-20T00:00:00Z");
    assert_eq!(life.action("2026-12-22T08:00:00Z"), Action::Nothing);
    life.add("2026-12-22T08:00:00Z", Fact::DraftWanted);
    assert_eq!(life.prepares("2026-12-22T09:00:00Z"), Some(AttemptNumber::First));
}

#[test]
fn sixty_silent_days_are_history() {
    let mut life = Life::after_interview();
    life.around.watching_since = utc("2027-03-01T00:00:00Z");
    let history = Action::Stop { what: Stop::Close(ClosedReason::History) };
    assert_eq!(life.action("2027-01-23T14:00:00Z"), Action::Nothing);
    assert_eq!(life.action("2027-01-23T14:00:01Z"), history);
}

#[test]
fn e11_whoever_lives_east_of_the_user_is_asked_about_as_well() {
    let mut life = Life::after_interview();
    life.settings.zone = chrono_tz::America::New_York;
    life.events.clear();
    let contact = Correspondent { name: Some("Anna Schmidt".to_owned()), address: anna() };
    life.add(
        "2026-11-20T09:00:00Z",
        Fact::ApplicationRecorded {
            position: Some("Data Engineer".to_owned()),
            contact: Some(contact),
        },
    );
    life.add(
        "2026-11-20T09:00:00Z",
        Fact::InterviewScheduled {
            key: "uid-1".to_owned(),
            sequence: 0,
            starts_at: utc("2026-11-24T13:00:00Z"),
            ends_at: utc("2026-11-24T14:00:00Z"),
            offset: Some(3600),
            round: None,
            summary: String::new(),
            message_id: None,
        },
    );
    // 08:00 in New York is 14:00 in Berlin: asked on the day, sent on the next one.
    assert_eq!(life.prepares("2026-12-08T12:59:00Z"), None);
    let decided = life.decide("2026-12-08T13:00:00Z");
    let Action::Prepare { slot, .. } = decided.action else { panic!("{decided:?}") };
    assert_eq!(slot.opens, utc("2026-12-09T08:00:00Z"));
}

#[test]
fn e11_a_server_that_stamps_utc_does_not_move_a_person_to_greenwich() {
    let mut life = Life::after_interview();
    life.add(
        "2026-11-25T10:00:00Z",
        Fact::EmployerReplied {
            from: anna(),
            kind: Kind::Other,
            next_step: NextStep::Theirs,
            message_id: None,
            weak: false,
            offset: Some(0),
        },
    );
    let zone = life.state().recipient_zone(life.settings.zone);
    assert_eq!(zone, crate::domain::calendar::RecipientZone::Named(chrono_tz::Europe::Berlin));
}

#[test]
fn e24_a_bounce_of_something_else_takes_no_attempt_back() {
    let mut life = Life::after_interview();
    life.sent("2026-12-08T08:12:00Z", 1, AttemptNumber::First);
    let original = MessageId::parse("rewritten@elsewhere.example");
    life.add(
        "2026-12-08T08:13:00Z",
        Fact::Bounced { hard: true, recipient: Some(anna()), original },
    );
    assert_eq!(life.state().attempts.len(), 1);
}

#[test]
fn a_reopened_application_is_not_closed_again_at_once() {
    let mut life = Life::after_interview();
    life.add("2027-01-24T08:00:00Z", Fact::Closed { reason: ClosedReason::History });
    life.add("2027-02-01T08:00:00Z", Fact::Reopened);
    let now = "2027-02-01T09:00:00Z";
    assert!(!matches!(life.action(now), Action::Stop { .. }), "{:?}", life.action(now));
}

#[test]
fn e06_a_promise_of_the_last_round_says_nothing_about_this_one() {
    let mut life = Life::after_interview();
    life.promised("2026-11-12T10:00:00Z", "2026-11-17");
    let rules: Vec<&str> =
        life.decide("2026-12-01T08:00:00Z").because.iter().map(Reason::rule).collect();
    assert_eq!(rules, ["E04", "E11"]);
}

#[test]
fn an_entry_removed_after_the_interview_was_held_changes_nothing() {
    let mut life = Life::after_interview();
    let key = "uid-1".to_owned();
    life.add("2026-11-30T09:00:00Z", Fact::InterviewCancelled { key, sequence: 1 });
    assert_eq!(life.prepares("2026-12-08T07:00:00Z"), Some(AttemptNumber::First));
}

#[test]
fn a_message_in_doubt_is_asked_about_after_a_day_and_never_sent_again() {
    let mut life = Life::after_interview();
    life.prepared("2026-12-08T07:00:00Z", 1, AttemptNumber::First);
    life.add(
        "2026-12-08T08:00:00Z",
        Fact::SendInDoubt {
            draft: DraftId(1),
            kind: DraftKind::Attempt(AttemptNumber::First),
            to: anna(),
            message_id: MessageId::parse("d1@example.com").unwrap(),
        },
    );
    let ask = Action::Ask { question: Question::Missing(MissingFact::WhetherSent) };
    assert_eq!(
        life.action("2026-12-08T09:00:00Z"),
        Action::Wait { until: utc("2026-12-09T08:00:00Z") }
    );
    assert_eq!(life.action("2026-12-09T08:00:00Z"), ask);
    life.add("2026-12-09T08:00:00Z", Fact::FactAsked { what: MissingFact::WhetherSent });
    assert_eq!(life.action("2026-12-30T08:00:00Z"), Action::Nothing);
}

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
