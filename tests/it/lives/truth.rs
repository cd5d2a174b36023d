//! What really happened, written down without the core, and what must be true of every message
//! that leaves, of every question that is asked, and of every end. The rules are worked out here a
//! second time, from their words. Of the core it knows only what things are called.

use std::collections::BTreeSet;

use afterword::domain::address::Address;
use afterword::domain::draft::{AttemptNumber, DraftKind};
use afterword::domain::event::MissingFact;
use afterword::domain::ids::DraftId;
use chrono::{DateTime, Datelike as _, NaiveDate, TimeDelta, Utc, Weekday};

use super::days::{Clocks, Country, clock, plus};

/// A message that asked for the status, or may have.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    pub at: DateTime<Utc>,
    pub draft: Option<DraftId>,
}

/// One application as it really is.
#[derive(Debug, Clone, Default)]
pub struct Truth {
    pub interview: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// Their last word on a date.
    pub promise: Option<NaiveDate>,
    pub asked: Vec<Asked>,
    /// Messages that asked, of the service, and the address of each; what came back is out again.
    pub letters: Vec<(DraftId, Address)>,
    pub their_last: Option<DateTime<Utc>>,
    /// The user answered their question then: the clock of E04 starts anew.
    pub answered_at: Option<DateTime<Utc>>,
    pub my_turn: bool,
    pub closed: bool,
    pub on_hold: bool,
    pub wants_calls: bool,
    /// The address to write to.
    pub contact: Option<Address>,
    /// An address to write to that does not work.
    pub dead: Option<Address>,
    pub away: Option<(DateTime<Utc>, Option<NaiveDate>)>,
    pub later: Option<DateTime<Utc>>,
    /// The same for a message that is no attempt.
    pub note_later: Option<(DraftKind, DateTime<Utc>)>,
    /// Something came or was written since the draft.
    pub news_since_draft: bool,
    pub reminded: BTreeSet<DraftId>,
    pub asked_for: BTreeSet<MissingFact>,
    pub thanked: u32,
    pub said_goodbye: u32,
    pub reopened_at: Option<DateTime<Utc>>,
}

/// The employer of all applications of a life, and the rest of the world.
#[derive(Debug, Clone, Default)]
pub struct Outside {
    pub last_contact: Option<DateTime<Utc>>,
    pub paused_until: Option<Option<DateTime<Utc>>>,
    /// The last day of a solid offer of somebody else.
    pub offer: Option<NaiveDate>,
    pub told: u32,
    pub accepted: Option<DateTime<Utc>>,
    pub approvals: BTreeSet<DraftId>,
    pub handed_over: BTreeSet<DraftId>,
}

impl Outside {
    fn paused(&self, now: DateTime<Utc>) -> bool {
        self.paused_until.is_some_and(|until| until.is_none_or(|until| now < until))
    }

    /// E09: seven full days since anybody on the user's side was in touch.
    fn week_is_over(&self, now: DateTime<Utc>) -> bool {
        self.last_contact.is_none_or(|last| now - last >= TimeDelta::hours(7 * 24))
    }
}

impl Truth {
    pub fn held(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.interview.map(|(_, ends)| ends).filter(|ends| *ends <= now)
    }

    fn counted(&self, ended: DateTime<Utc>) -> Vec<Asked> {
        self.asked.iter().copied().filter(|asked| asked.at >= ended).collect()
    }

    /// An address is known to work, or is another one.
    pub fn learns(&mut self, contact: Address) {
        self.dead = self.dead.take().filter(|dead| *dead == contact);
        self.contact = Some(contact);
        self.asked_for.remove(&MissingFact::Address);
    }
}

/// A broken promise, in a sentence.
pub type Broken = String;

fn must(holds: bool, what: &str) -> Result<(), Broken> {
    if holds { Ok(()) } else { Err(what.to_owned()) }
}

/// Where and by which numbers a life is lived; all others are those of the rules.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub clocks: Clocks,
    pub country: Country,
    pub grace_business_days: u32,
    pub no_promise_days: u32,
    pub thank_you: bool,
}

/// What is checked when the user is asked anything.
pub fn check_question(outside: &Outside, now: DateTime<Utc>) -> Result<(), Broken> {
    must(!outside.paused(now), "asked in a pause")
}

/// What is checked when the user is asked about a draft.
pub fn check_request(
    truth: &Truth,
    outside: &Outside,
    place: Place,
    kind: DraftKind,
    now: DateTime<Utc>,
) -> Result<(), Broken> {
    check_question(outside, now)?;
    must(!truth.closed, "E22: asked although it is closed")?;
    must(!truth.wants_calls, "E10: a mail to somebody who wants calls")?;
    let postponed = truth.note_later.filter(|(of, _)| *of == kind);
    must(postponed.is_none_or(|(_, later)| now >= later), "E13: asked before the day of a note")?;
    match kind {
        DraftKind::Attempt(_) => {
            let over = truth.promise.is_none_or(|day| place.clocks.is_over(day, now));
            must(over, "E01: drafted before their word has passed")?;
            must(truth.later.is_none_or(|later| now >= later), "E13: asked before the day chosen")
        }
        DraftKind::OfferNotice => {
            let last_day = outside.offer.ok_or("E27: asked about an offer that is not there")?;
            let leaves = leaves(place, now + TimeDelta::minutes(10));
            must(leaves <= last_day, "E26: asked about a notice that would leave too late")
        }
        DraftKind::ThankYou => {
            must(outside.week_is_over(now), "E09: asked about thanks within seven days")?;
            let ended = truth.held(now).ok_or("E30: thanks before an interview")?;
            must(now - ended < TimeDelta::days(1), "E30: thanks a day after the interview")
        }
        DraftKind::ClosingNote => {
            must(outside.week_is_over(now), "E09: asked about a goodbye within seven days")
        }
    }
}

/// The day there on which a message leaves that may go from a moment on, in office hours.
fn leaves(place: Place, from: DateTime<Utc>) -> NaiveDate {
    let there = place.clocks.there(from);
    if place.country.works(there.date()) && there.time() < clock(18, 0) {
        there.date()
    } else {
        place.country.nth_work_day(there.date(), 1)
    }
}

/// What is checked when it is closed because nobody answered.
pub fn check_moved_on(truth: &Truth, place: Place, now: DateTime<Utc>) -> Result<(), Broken> {
    let Some(last) = truth.held(now).and_then(|ended| truth.counted(ended).pop()) else {
        return Ok(());
    };
    let day = plus(place.clocks.there(last.at).date(), 14);
    must(place.clocks.there(now).date() >= day, "E08: closed before fourteen silent days")
}

/// What is checked when a message is handed over.
pub fn check(
    truth: &Truth,
    outside: &Outside,
    place: Place,
    (draft, kind, to): (DraftId, DraftKind, &Address),
    now: DateTime<Utc>,
) -> Result<(), Broken> {
    must(outside.approvals.contains(&draft), "E20: sent without an approval")?;
    must(!outside.handed_over.contains(&draft), "one approval was used twice")?;
    must(!truth.news_since_draft, "E21, E23: sent after an answer or a message by hand")?;
    must(!truth.closed, "E22: sent although it is closed")?;
    must(!truth.my_turn, "E05: sent although it is the user's turn")?;
    must(truth.dead.is_none(), "E24: sent to a dead address")?;
    must(truth.contact.as_ref() == Some(to), "E19: sent to another address")?;
    must(!truth.wants_calls, "E10: sent to somebody who wants calls")?;
    must(!outside.paused(now), "sent in a pause")?;
    must(in_hours(place, kind, now), "E11: sent at an hour or on a day that is not allowed")?;
    // E26 is the one exception from the week.
    let exempt = match kind {
        DraftKind::OfferNotice => true,
        DraftKind::Attempt(_) | DraftKind::ThankYou | DraftKind::ClosingNote => false,
    };
    must(exempt || outside.week_is_over(now), "E09: within seven days")?;
    match kind {
        DraftKind::Attempt(number) => attempt(truth, outside, place, number, now),
        DraftKind::OfferNotice => {
            must(outside.told == 0, "E28: told of an offer twice")?;
            let open = outside.offer.is_some_and(|last_day| {
                place.clocks.here(now).date() <= last_day
                    && place.clocks.there(now).date() <= last_day
            });
            must(open, "E27: told of an offer that is not there")
        }
        DraftKind::ThankYou => {
            must(place.thank_you, "E30: thanks although they are switched off")?;
            must(truth.thanked == 0, "E30: thanked twice")
        }
        DraftKind::ClosingNote => {
            must(outside.accepted.is_some(), "E22: goodbye although nothing was accepted")?;
            must(truth.said_goodbye == 0, "E22: said goodbye twice")
        }
    }
}

fn in_hours(place: Place, kind: DraftKind, now: DateTime<Utc>) -> bool {
    let local = place.clocks.there(now);
    let (day, time) = (local.date(), local.time());
    let (from, to, preferred) = match kind {
        DraftKind::Attempt(_) => {
            let days = [Weekday::Tue, Weekday::Wed, Weekday::Thu];
            (clock(9, 0), clock(11, 30), days.contains(&day.weekday()))
        }
        DraftKind::OfferNotice | DraftKind::ThankYou | DraftKind::ClosingNote => {
            (clock(8, 0), clock(18, 0), true)
        }
    };
    preferred && place.country.works(day) && time >= from && time < to
}

fn attempt(
    truth: &Truth,
    outside: &Outside,
    place: Place,
    number: AttemptNumber,
    now: DateTime<Utc>,
) -> Result<(), Broken> {
    let there = |at: DateTime<Utc>| place.clocks.there(at).date();
    let today = there(now);
    let ended = truth.held(now).ok_or("Q04: sent before any interview was held")?;
    let before = truth.counted(ended);
    must(!truth.on_hold, "sent although it is on hold")?;
    let over = outside.accepted.is_some_and(|at| truth.reopened_at.is_none_or(|re| re < at));
    must(!over, "E22: asked although the user accepted elsewhere")?;
    must(before.len() < 2, "E08: a third message")?;
    // After a clock that was set back, an answer may not free a number; the core then counts more.
    must(number == AttemptNumber::Second || before.is_empty(), "E08: the wrong number")?;
    if let Some(day) = truth.promise {
        must(place.clocks.is_over(day, now), "E01: before their word")?;
        let earliest = place.country.nth_work_day(day, place.grace_business_days);
        must(today >= earliest, "E02: within the grace")?;
    }
    if let Some(first) = before.first() {
        must(today >= plus(there(first.at), 14), "E07: the second too early")?;
    } else if number == AttemptNumber::First {
        let clock = Some(ended).max(truth.their_last).max(truth.answered_at).unwrap_or(ended);
        let promised = truth.promise.is_some_and(|day| day >= there(clock));
        let day = plus(there(clock), place.no_promise_days);
        must(promised || today >= day, "E04: before the tenth day")?;
    }
    if let Some((seen, back)) = truth.away {
        let earliest = match back {
            Some(back) => place.country.nth_work_day(back, 2),
            None => plus(there(seen), 7),
        };
        must(today >= earliest, "E12: while they are away")?;
    }
    must(truth.later.is_none_or(|later| now >= later), "E13: before the day the user chose")
}
