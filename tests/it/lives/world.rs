//! The rest of the world, played by dice: employers who answer, a user who writes by hand and
//! approves, forgers, a clock that is moved, a machine that dies, a mail server of all moods. The
//! core is the real one: the fold, `decide`, `authorise`, `examine`, `redeem`.

use afterword::domain::address::{Address, Correspondent};
use afterword::domain::approval::{Approval, Request};
use afterword::domain::draft::{Draft, DraftKind, DraftState};
use afterword::domain::event::{
    Channel, ClosedReason, Event, Fact, MissingFact, NextStep, Purpose, Source,
};
use afterword::domain::follow_up::FollowUp;
use afterword::domain::holidays::Region;
use afterword::domain::ids::{ApplicationId, DraftId, EventId, MailboxId, MessageId};
use afterword::domain::message::Kind;
use afterword::domain::policy::{Action, CompetingOffer, Surroundings, decide};
use afterword::domain::settings::Settings;
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

#[path = "employer.rs"]
mod employer;
#[path = "shell.rs"]
mod shell;
#[path = "user.rs"]
mod user;

use super::days::{Clocks, Country};
use super::dice::Dice;
use super::truth::{Asked, Broken, Outside, Place, Truth};

const SENT: MailboxId = MailboxId(2);

/// What is on disk about one application.
#[derive(Debug, Clone, Default)]
struct Disk {
    events: Vec<Event>,
    draft: Option<Draft>,
    requests: Vec<Request>,
    approval: Option<Approval>,
    /// Claimed, and whether bytes may be out.
    claimed: Option<bool>,
}

struct Case {
    disk: Disk,
    /// In memory only: lost in a crash, and rebuilt from the events.
    state: FollowUp,
    truth: Truth,
    offer_let_go: bool,
}

/// One life: two applications to one employer, and a user with an offer of somebody else.
pub struct World {
    dice: Dice,
    settings: Settings,
    place: Place,
    offset: Option<i32>,
    region: Option<Region>,
    now: DateTime<Utc>,
    begin: DateTime<Utc>,
    cases: Vec<Case>,
    outside: Outside,
    offer: Option<CompetingOffer>,
    ids: i64,
    uid: u32,
    pub sent: u64,
    pub decisions: u64,
}

fn person() -> Correspondent {
    let address = Address::parse("anna@acme.example").unwrap();
    Correspondent { name: Some("Anna Schmidt".to_owned()), address }
}

fn message_id(text: &str, number: i64) -> MessageId {
    MessageId::parse(&format!("{text}{number}@example.com")).unwrap()
}

impl World {
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let zones = [
            chrono_tz::Tz::Europe__Berlin,
            chrono_tz::Tz::America__New_York,
            chrono_tz::Tz::Pacific__Kiritimati,
            chrono_tz::Tz::Pacific__Pago_Pago,
            chrono_tz::Tz::UTC,
        ];
        let zone = zones[dice.below(5) as usize];
        let thank_you = dice.one_in(2);
        let grace_business_days = dice.below(4) + 1;
        let no_promise_days = dice.below(8) + 7;
        let offset = [None, Some(20_700), Some(-39_600), Some(50_400)][dice.below(4) as usize];
        let countries = [Country::Berlin, Country::NewYork, Country::France, Country::Unknown];
        let begin: DateTime<Utc> = "2026-06-01T06:00:00Z".parse().unwrap();
        let begin = begin + TimeDelta::hours(dice.between(0, 24 * 700));
        let country = countries[dice.below(4) as usize];
        let clocks = Clocks { user: zone, theirs: offset };
        let mut world = Self {
            place: Place { clocks, country, grace_business_days, no_promise_days, thank_you },
            region: Region::parse(country.code()),
            settings: Settings {
                zone,
                thank_you,
                grace_business_days,
                no_promise_days,
                ..Settings::default()
            },
            offset,
            dice,
            now: begin,
            begin,
            cases: Vec::new(),
            outside: Outside::default(),
            offer: None,
            ids: 0,
            uid: 10,
            sent: 0,
            decisions: 0,
        };
        for index in 0..2 {
            world.cases.push(Case {
                disk: Disk::default(),
                state: FollowUp::default(),
                truth: Truth { contact: Some(person().address), ..Truth::default() },
                offer_let_go: false,
            });
            let position = Some("Data Engineer".to_owned());
            let contact = Some(person());
            world.append(index, Fact::ApplicationRecorded { position, contact });
            if index == 0 || world.dice.one_in(3) {
                world.interview(index);
            }
        }
        world
    }

    /// Lives on for some steps.
    pub fn live(&mut self, steps: u32) -> Result<(), Broken> {
        for _ in 0..steps {
            self.something_happens();
            self.pass()?;
            self.time_passes();
        }
        self.replay_equals_step_by_step()
    }

    fn id(&mut self) -> i64 {
        self.ids += 1;
        self.ids
    }

    fn append(&mut self, index: usize, fact: Fact) {
        let id = EventId(self.id());
        let (at, application) = (self.now, ApplicationId(index as i64 + 1));
        let event = Event { id, application, at, source: Source::Service, fact };
        self.cases[index].state.apply(&event);
        self.cases[index].disk.events.push(event);
    }

    fn today_there(&self) -> NaiveDate {
        self.place.clocks.there(self.now).date()
    }

    fn touch(&mut self) {
        self.outside.last_contact = self.outside.last_contact.max(Some(self.now));
    }

    fn by_hand(&mut self, index: usize, asks: bool, phone: bool) {
        let purpose = if asks { Purpose::Attempt } else { Purpose::Other };
        let to = person().address;
        self.append(
            index,
            if phone {
                Fact::Touched { channel: Channel::Call, purpose }
            } else {
                Fact::UserWrote { to, also_to: vec![], purpose, message_id: None }
            },
        );
        self.touch();
        let now = self.now;
        let truth = &mut self.cases[index].truth;
        truth.news_since_draft = true;
        if truth.my_turn {
            truth.my_turn = false;
            truth.asked.clear();
            truth.answered_at = Some(now);
            truth.away = None;
        } else if asks {
            truth.asked.push(Asked { at: now, draft: None });
        }
    }

    /// One thing, or none.
    fn something_happens(&mut self) {
        let index = usize::from(self.dice.one_in(4));
        match self.dice.below(44) {
            0 => self.replied(index, Kind::Status, NextStep::Theirs),
            1 => self.replied(index, Kind::Question, NextStep::Mine),
            2 | 3 => self.promise(index),
            4 => self.by_hand(index, true, false),
            5 => self.by_hand(index, false, false),
            6 => {
                let asks = self.dice.one_in(2);
                self.by_hand(index, asks, true);
            }
            7 => self.away(index),
            8 => self.interview(index),
            9 => self.close(index),
            10 => {
                self.draft_wanted(index);
            }
            11 => self.pause(),
            12 => self.offer(),
            13 => self.calls_or_hold(index),
            14 => self.let_go(index),
            15 | 16 => self.forged(index),
            17 if self.dice.one_in(4) => self.crash(),
            18 => self.doubt_ends(index),
            19 if self.dice.one_in(3) => self.bounce(index),
            20 if self.dice.one_in(5) => {
                self.outside.accepted = Some(self.now);
            }
            21..=34 => self.approve(index),
            _ => {}
        }
    }

    fn close(&mut self, index: usize) {
        if self.cases[index].truth.closed {
            self.append(index, Fact::Reopened);
            let now = self.now;
            let truth = &mut self.cases[index].truth;
            truth.closed = false;
            truth.reopened_at = Some(now);
            truth.said_goodbye = 0;
        } else if self.dice.one_in(2) {
            self.append(index, Fact::Closed { reason: ClosedReason::Rejected });
            self.cases[index].truth.closed = true;
        }
    }

    fn pause(&mut self) {
        self.outside.paused_until = match self.outside.paused_until {
            Some(_) => None,
            None if self.dice.one_in(2) => Some(None),
            None => Some(Some(self.now + TimeDelta::days(self.dice.between(1, 30)))),
        };
    }

    fn offer(&mut self) {
        if self.offer.take().is_some() {
            self.outside.offer = None;
            return;
        }
        let ahead = u64::from(self.dice.below(10));
        let Some(day) = self.today_there().checked_add_days(Days::new(ahead)) else { return };
        self.offer =
            Some(CompetingOffer { recorded_at: self.now, expires_on: day, employer: None });
        self.outside.offer = Some(day);
        for case in &mut self.cases {
            case.offer_let_go = false;
        }
    }

    fn doubt_ends(&mut self, index: usize) {
        let Some(open) = self.cases[index].state.draft.clone() else { return };
        if open.state != DraftState::InDoubt {
            return;
        }
        let (draft, kind) = (open.id, open.kind);
        self.cases[index].truth.asked_for.remove(&MissingFact::WhetherSent);
        if self.dice.one_in(2) {
            let message_id = message_id("draft", draft.0);
            self.append(index, Fact::MessageSent { draft, kind, to: open.to, message_id });
        } else {
            self.append(index, Fact::SendRefused { draft, code: 0 });
            self.forget_send(index, draft, kind);
            self.draft_wanted(index);
        }
        self.revoke(index);
    }

    fn draft_wanted(&mut self, index: usize) {
        self.append(index, Fact::DraftWanted);
        let truth = &mut self.cases[index].truth;
        (truth.on_hold, truth.later, truth.note_later) = (false, None, None);
    }

    /// By the user's word it never left.
    fn forget_send(&mut self, index: usize, draft: DraftId, kind: DraftKind) {
        let truth = &mut self.cases[index].truth;
        truth.asked.retain(|asked| asked.draft != Some(draft));
        truth.letters.retain(|(letter, _)| *letter != draft);
        match kind {
            DraftKind::Attempt(_) => {}
            DraftKind::OfferNotice => self.outside.told = self.outside.told.saturating_sub(1),
            DraftKind::ThankYou => truth.thanked = truth.thanked.saturating_sub(1),
            DraftKind::ClosingNote => truth.said_goodbye = truth.said_goodbye.saturating_sub(1),
        }
    }

    /// The machine dies: memory is gone, the disk stays.
    fn crash(&mut self) {
        for index in 0..self.cases.len() {
            let case = &mut self.cases[index];
            case.state = FollowUp::replay(&case.disk.events);
            if case.disk.claimed.take() == Some(true) {
                self.doubtful(index);
            }
        }
    }

    fn doubtful(&mut self, index: usize) {
        let Some(open) = self.cases[index].state.draft.clone() else { return };
        let message_id = message_id("draft", open.id.0);
        let (draft, kind, to) = (open.id, open.kind, open.to);
        self.append(index, Fact::SendInDoubt { draft, kind, to, message_id });
    }

    fn around(&self, index: usize) -> Surroundings {
        let other_notice = self.cases.iter().enumerate().any(|(at, case)| {
            let open = case.state.draft.as_ref();
            at != index && open.is_some_and(|open| open.kind == DraftKind::OfferNotice)
        });
        let told = self.outside.told > 0
            || other_notice
            || self.cases.iter().any(|case| case.offer_let_go);
        Surroundings {
            last_contact: self.outside.last_contact,
            paused: self
                .outside
                .paused_until
                .filter(|until| until.is_none_or(|until| self.now < until)),
            quota_until: None,
            watching_since: self.begin,
            region: self.region,
            offer: self.offer.clone().filter(|_| !told),
            accepted_elsewhere: self.outside.accepted,
        }
    }

    /// Minutes, days, or until the moment the core is waiting for; now and then the clock is set
    /// back, or far ahead.
    fn time_passes(&mut self) {
        let index = usize::from(self.dice.one_in(3));
        let around = self.around(index);
        let decision = decide(&self.cases[index].state, &around, &self.settings, self.now);
        self.decisions += 1;
        match (self.dice.below(40), decision.action) {
            (0, _) => self.now -= TimeDelta::days(self.dice.between(1, 30)),
            (1, _) => self.now += TimeDelta::days(self.dice.between(1, 30)),
            (2..=5, _) => self.now += TimeDelta::hours(self.dice.between(1, 80)),
            (6..=10, _) => self.now += TimeDelta::minutes(self.dice.between(1, 120)),
            (_, Action::Wait { until }) => {
                self.now = until.min(self.now + TimeDelta::days(40));
            }
            (_, _) => self.now += TimeDelta::minutes(self.dice.between(5, 600)),
        }
    }

    fn replay_equals_step_by_step(&self) -> Result<(), Broken> {
        let same = |case: &Case| FollowUp::replay(&case.disk.events) == case.state;
        if self.cases.iter().all(same) { Ok(()) } else { Err("replay differs".to_owned()) }
    }
}
