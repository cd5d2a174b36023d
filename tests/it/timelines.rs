//! Whole lives of a follow-up, as `tests/timelines/*.txt` has them: dated lines in, decisions out.
//! A line is a moment in the user's zone and what happens then; below `----` stands what the
//! service does, with the rules that decided. A life that differs is shown as it was lived, to be
//! read, and copied into the file if it is right.
//!
//! | line | means |
//! |---|---|
//! | `zone`, `country`, `offset`, `set` | the user's zone, the employer's country, their clock, a setting |
//! | `interview MINUTES`, `moved DATE TIME`, `cancelled` | the interview begins, moves, falls |
//! | `promise DATE`, `no promise` | they name their day, or say that there is none |
//! | `reply`, `asks`, `rejects`, `holds` | they write: next step theirs; next step the user's; no; on hold |
//! | `wrote`, `asked by hand`, `called`, `asked by phone` | the user, without the service |
//! | `away DATE`, `away`, `back DATE` | out of office; the user says when they are back |
//! | `approve`, `approve now`, `skip`, `later DATE`, `stop`, `reopen`, `draft` | the user's words |
//! | `offer DATE`, `offer gone`, `accepted elsewhere` | of another employer |
//! | `wants calls`, `wants mail`, `bounce`, `pause DATE`, `pause`, `resume`, `doubt`, `contact` | as they say; `contact` is another application to the same employer |
//! | `look` | how it stands at that moment |
//! | `end` | where the life is left |

use std::fmt::Write as _;
use std::path::Path;

use afterword::domain::address::{Address, Correspondent};
use afterword::domain::calendar::moment;
use afterword::domain::draft::DraftState;
use afterword::domain::event::{
    Channel, ClosedReason, Fact, MissingFact, NextStep, Purpose, Source,
};
use afterword::domain::follow_up::FollowUp;
use afterword::domain::forecast::{Forecast, Foreseen};
use afterword::domain::holidays::Region;
use afterword::domain::ids::{MessageId, ReplyId};
use afterword::domain::message::{Kind, PromiseReading};
use afterword::domain::policy::{
    Action, CompetingOffer, Decision, Question, Stop, Surroundings, decide, planned_send,
};
use afterword::domain::settings::Settings;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

struct Script {
    settings: Settings,
    region: Option<Region>,
    offset: Option<i32>,
    lines: Vec<(DateTime<Utc>, String)>,
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|_| panic!("{text:?} is no day"))
}

fn read(text: &str) -> Script {
    let mut script = Script {
        settings: Settings { zone: Tz::Europe__Berlin, ..Settings::default() },
        region: Region::parse("DE-BE"),
        offset: None,
        lines: Vec::new(),
    };
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (head, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        match head {
            "zone" => script.settings.zone = rest.parse().unwrap(),
            "country" => script.region = Region::parse(rest),
            "offset" => script.offset = Some(rest.parse::<i32>().unwrap() * 60),
            "set" => set(&mut script.settings, rest),
            _ => {
                let (time, what) = rest.split_once(' ').unwrap_or_else(|| panic!("{line:?}"));
                let at = NaiveDateTime::new(day(head), time.parse().unwrap());
                script.lines.push((moment(script.settings.zone, at), what.trim().to_owned()));
            }
        }
    }
    script
}

fn set(settings: &mut Settings, what: &str) {
    let (key, value) = what.split_once(" = ").unwrap_or_else(|| panic!("{what:?}"));
    let number = || value.parse::<u32>().unwrap();
    match key {
        "grace_business_days" => settings.grace_business_days = number(),
        "no_promise_days" => settings.no_promise_days = number(),
        "second_attempt_days" => settings.second_attempt_days = number(),
        "close_after_days" => settings.close_after_days = number(),
        "extra_holiday" => settings.extra_holidays.push(day(value)),
        "thank_you" => settings.thank_you = value == "true",
        "valid_hours" => settings.valid_hours = number(),
        "undo_minutes" => settings.undo_minutes = number(),
        other => panic!("{other:?} is no setting of a timeline"),
    }
}

/// Lives one script and tells what was done.
struct Life<'a> {
    script: &'a Script,
    forecast: Forecast<'a>,
    told: String,
}

fn anna() -> Address {
    Address::parse("anna@acme.example").unwrap()
}

fn live(script: &Script) -> String {
    let begin = script.lines.first().map(|(at, _)| *at).unwrap();
    let around = Surroundings {
        last_contact: None,
        paused: None,
        quota_until: None,
        watching_since: begin - TimeDelta::days(1),
        region: script.region,
        offer: None,
        accepted_elsewhere: None,
    };
    let forecast = Forecast::new(FollowUp::default(), around, &script.settings);
    let mut life = Life { script, forecast, told: String::new() };
    life.happens(
        begin,
        Fact::ApplicationRecorded {
            position: Some("Data Engineer".to_owned()),
            contact: Some(Correspondent { name: Some("Anna Schmidt".to_owned()), address: anna() }),
        },
    );
    let mut now = begin;
    for (at, what) in &script.lines {
        let steps = life.forecast.run(now, *at - TimeDelta::seconds(1));
        life.tell(&steps);
        life.take(*at, what);
        now = *at;
    }
    life.told
}

impl Life<'_> {
    fn happens(&mut self, at: DateTime<Utc>, fact: Fact) {
        self.forecast.happens(at, Source::Service, fact);
    }

    fn replied(&mut self, at: DateTime<Utc>, kind: Kind, next_step: NextStep) {
        let message_id = MessageId::parse(&format!("r{}@acme.example", at.timestamp()));
        let (from, offset) = (anna(), self.script.offset);
        let weak = false;
        self.happens(at, Fact::EmployerReplied { from, kind, next_step, message_id, weak, offset });
    }

    fn interview(&mut self, at: DateTime<Utc>, minutes: i64, sequence: i64) {
        self.happens(
            at,
            Fact::InterviewScheduled {
                key: "uid-1".to_owned(),
                sequence,
                starts_at: at,
                ends_at: at + TimeDelta::minutes(minutes),
                offset: self.script.offset,
                round: None,
                summary: String::new(),
                message_id: None,
            },
        );
    }

    fn by_hand(&mut self, at: DateTime<Utc>, purpose: Purpose) {
        self.happens(
            at,
            Fact::UserWrote { to: anna(), also_to: vec![], purpose, message_id: None },
        );
    }

    /// What the employer does; else it is the user.
    fn take(&mut self, at: DateTime<Utc>, what: &str) {
        let (word, rest) = what.split_once(' ').unwrap_or((what, ""));
        match (word, rest) {
            ("interview", minutes) => self.interview(at, minutes.parse().unwrap(), 0),
            ("moved", to) => {
                let to = NaiveDateTime::parse_from_str(to, "%Y-%m-%d %H:%M").unwrap();
                self.interview(moment(self.script.settings.zone, to), 60, 1);
            }
            ("cancelled", _) => {
                self.happens(at, Fact::InterviewCancelled { key: "uid-1".to_owned(), sequence: 9 });
            }
            ("promise", by) => {
                self.replied(at, Kind::Status, NextStep::Theirs);
                let promise = PromiseReading {
                    not_before: Some(day(by)),
                    reading: by.to_owned(),
                    sentence: String::new(),
                    vague: false,
                };
                self.happens(at, Fact::PromiseGiven { promise, said_in: None });
            }
            ("no", "promise") => self.happens(at, Fact::NoPromiseGiven),
            ("reply", _) => self.replied(at, Kind::Status, NextStep::Theirs),
            ("asks", _) => self.replied(at, Kind::Question, NextStep::Mine),
            ("rejects", _) => {
                self.replied(at, Kind::Rejection, NextStep::Theirs);
                self.happens(at, Fact::Closed { reason: ClosedReason::Rejected });
            }
            ("holds", _) => {
                self.replied(at, Kind::Status, NextStep::Theirs);
                self.happens(at, Fact::PutOnHold);
            }
            ("wants", "calls") => {
                self.happens(at, Fact::ChannelWanted { channel: Channel::Call });
            }
            ("wants", "mail") => {
                self.happens(at, Fact::ChannelWanted { channel: Channel::Mail });
            }
            ("away", back) => {
                let returns_on = (!back.is_empty()).then(|| day(back));
                self.happens(at, Fact::OutOfOffice { returns_on, message_id: None });
            }
            ("bounce", _) => {
                let last = self.forecast.state.attempts.last();
                let original = last.and_then(|attempt| attempt.message_id.clone());
                let recipient = Some(anna());
                self.happens(at, Fact::Bounced { hard: true, recipient, original });
            }
            (word, rest) => self.of_the_user(at, word, rest),
        }
    }

    /// What the user does.
    fn of_the_user(&mut self, at: DateTime<Utc>, word: &str, rest: &str) {
        match (word, rest) {
            ("wrote", _) => self.by_hand(at, Purpose::Other),
            ("asked", "by hand") => self.by_hand(at, Purpose::Attempt),
            ("called", _) => {
                self.happens(at, Fact::Touched { channel: Channel::Call, purpose: Purpose::Other })
            }
            ("asked", "by phone") => self
                .happens(at, Fact::Touched { channel: Channel::Call, purpose: Purpose::Attempt }),
            ("back", on) => self.forecast.happens(
                at,
                Source::Reply(ReplyId(1)),
                Fact::OutOfOffice { returns_on: Some(day(on)), message_id: None },
            ),
            ("stop", _) => self.happens(at, Fact::Closed { reason: ClosedReason::ByUser }),
            ("reopen", _) => self.happens(at, Fact::Reopened),
            ("draft", _) => self.happens(at, Fact::DraftWanted),
            (word, rest) => self.beyond(at, word, rest),
        }
    }

    /// What lies beyond this application.
    fn beyond(&mut self, at: DateTime<Utc>, word: &str, rest: &str) {
        match (word, rest) {
            ("offer", "gone") => self.forecast.around.offer = None,
            ("offer", expires) => {
                let expires_on = day(expires);
                let offer = CompetingOffer { recorded_at: at, expires_on, employer: None };
                self.forecast.around.offer = Some(offer);
            }
            ("accepted", "elsewhere") => self.forecast.around.accepted_elsewhere = Some(at),
            ("contact", _) => {
                self.forecast.around.last_contact = Some(at);
            }
            ("pause", until) => {
                let zone = self.script.settings.zone;
                let until =
                    (!until.is_empty()).then(|| moment(zone, day(until).and_time(NaiveTime::MIN)));
                self.forecast.around.paused = Some(until);
            }
            ("resume", _) => self.forecast.around.paused = None,
            ("look", _) => {
                let Forecast { state, around, .. } = &self.forecast;
                let decision = decide(state, around, &self.script.settings, at);
                self.tell(&[Foreseen { at, decision }]);
            }
            ("end", _) => {}
            (word, rest) => self.answer(at, word, rest),
        }
    }

    /// The user's word on the open draft.
    fn answer(&mut self, at: DateTime<Utc>, word: &str, rest: &str) {
        let open = self.forecast.state.draft.clone();
        let open = open.unwrap_or_else(|| panic!("{word:?} without a draft at {at}"));
        let fact = match word {
            "approve" => {
                assert_eq!(open.state, DraftState::Asked, "approved at {at}");
                if rest == "now" {
                    self.happens(at, Fact::HurryWanted { draft: open.id });
                }
                let Forecast { state, around, .. } = &self.forecast;
                let settings = &self.script.settings;
                let (_, send_at) = planned_send(state, around, settings, open.kind, at).unwrap();
                Fact::DraftApproved { draft: open.id, send_at }
            }
            "skip" => Fact::DraftSkipped { draft: open.id },
            "later" => {
                let until = moment(self.script.settings.zone, day(rest).and_time(NaiveTime::MIN));
                Fact::DraftPostponed { draft: open.id, until }
            }
            "doubt" => Fact::SendInDoubt {
                draft: open.id,
                kind: open.kind,
                to: open.to.clone(),
                message_id: MessageId::parse("doubt@example.com").unwrap(),
            },
            other => panic!("{other:?} is no word of a timeline"),
        };
        self.happens(at, fact);
    }

    fn tell(&mut self, steps: &[Foreseen]) {
        for Foreseen { at, decision } in steps {
            let what = self.said(*at, decision.action);
            let at = self.local(*at);
            writeln!(self.told, "{at}  {what}  [{}]", rules(decision)).unwrap();
        }
    }

    fn local(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.script.settings.zone).format("%Y-%m-%d %H:%M").to_string()
    }

    fn said(&self, at: DateTime<Utc>, action: Action) -> String {
        match action {
            Action::Wait { until } => format!("waits until {}", self.local(until)),
            Action::Nothing => "waits".to_owned(),
            Action::Prepare { kind, slot } => {
                format!("asks about the {kind}, for {}", self.local(slot.opens.max(at)))
            }
            Action::Send { .. } => "sends it".to_owned(),
            Action::Ask { question: Question::ApprovalAgain(_) } => "asks once more".to_owned(),
            Action::Ask { question: Question::Call(number) } => format!("advises call {number}"),
            Action::Ask { question: Question::Missing(what) } => match what {
                MissingFact::Name => "asks for the name".to_owned(),
                MissingFact::Position => "asks for the position".to_owned(),
                MissingFact::Address => "asks for another address".to_owned(),
                MissingFact::ReturnDate => "asks when they are back".to_owned(),
                MissingFact::WhetherSent => "asks whether it left".to_owned(),
            },
            Action::Stop { what: Stop::Withdraw(_, reason) } => {
                format!("withdraws it: {reason:?}")
            }
            Action::Stop { what: Stop::Lapse(_) } => "lets it lapse".to_owned(),
            Action::Stop { what: Stop::Close(reason) } => format!("closes: {reason:?}"),
        }
    }
}

fn rules(decision: &Decision) -> String {
    let rules: Vec<&str> = decision.because.iter().map(|reason| reason.rule()).collect();
    rules.join(" ")
}

#[test]
fn every_life_of_the_timelines_is_lived_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/timelines");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 40, "only {} lives", files.len());
    let mut different = String::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let name = file.file_name().unwrap().to_string_lossy();
        let (script, expected) = text.split_once("----\n").unwrap_or((&text, ""));
        let lived = live(&read(script));
        if lived != expected {
            write!(different, "\n=== {name}\n{lived}").unwrap();
        }
    }
    assert!(different.is_empty(), "{different}");
}
