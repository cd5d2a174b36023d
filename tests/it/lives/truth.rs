//! What really happened, written down without the core, and what must be true of every message
//! that leaves. The arithmetic of the rules is done here a second time, on purpose.

use std::collections::BTreeSet;

use afterword::domain::calendar::RecipientZone;
use afterword::domain::draft::{AttemptNumber, DraftKind};
use afterword::domain::holidays::Region;
use afterword::domain::ids::DraftId;
use afterword::domain::settings::Settings;
use chrono::{DateTime, Datelike as _, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};

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
    /// Their word, and whether it was given since the last basis.
    pub promise: Option<(NaiveDate, DateTime<Utc>)>,
    pub asked: Vec<Asked>,
    pub their_last: Option<DateTime<Utc>>,
    /// The user answered their question then: the clock of E04 starts anew.
    pub answered_at: Option<DateTime<Utc>>,
    pub my_turn: bool,
    pub closed: bool,
    pub on_hold: bool,
    pub wants_calls: bool,
    pub bounced: bool,
    pub away: Option<(DateTime<Utc>, Option<NaiveDate>)>,
    pub later: Option<DateTime<Utc>>,
    /// Something came or was written since the draft.
    pub news_since_draft: bool,
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

impl Truth {
    pub fn held(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.interview.map(|(_, ends)| ends).filter(|ends| *ends <= now)
    }

    fn counted(&self, ended: DateTime<Utc>) -> Vec<Asked> {
        self.asked.iter().copied().filter(|asked| asked.at >= ended).collect()
    }
}

/// A broken promise, in a sentence.
pub type Broken = String;

fn weekday(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

fn works(day: NaiveDate, region: Option<Region>) -> bool {
    weekday(day) && !region.is_some_and(|region| region.is_holiday(day))
}

/// The n-th day after `day` on which they work.
fn nth(day: NaiveDate, n: u32, region: Option<Region>) -> NaiveDate {
    let days = day.iter_days().skip(1).filter(|it| works(*it, region));
    days.take(n as usize).last().unwrap_or(day)
}

/// Where and by which numbers a life is lived.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub zone: RecipientZone,
    pub region: Option<Region>,
    pub settings: &'a Settings,
}

/// What is checked when a message is handed over.
pub fn check(
    truth: &Truth,
    outside: &Outside,
    place: Place<'_>,
    draft: DraftId,
    kind: DraftKind,
    now: DateTime<Utc>,
) -> Result<(), Broken> {
    let must = |holds: bool, what: &str| if holds { Ok(()) } else { Err(what.to_owned()) };
    must(outside.approvals.contains(&draft), "E20: sent without an approval")?;
    must(!outside.handed_over.contains(&draft), "one approval was used twice")?;
    must(!truth.news_since_draft, "E21, E23: sent after an answer or a message by hand")?;
    must(!truth.closed, "E22: sent although it is closed")?;
    must(!truth.my_turn, "E05: sent although it is the user's turn")?;
    must(!truth.bounced, "E24: sent to a dead address")?;
    must(!truth.wants_calls, "E10: sent to somebody who wants calls")?;
    let paused = outside.paused_until.is_some_and(|until| until.is_none_or(|until| now < until));
    must(!paused, "sent in a pause")?;
    must(in_hours(place, kind, now), "E11: sent at an hour or on a day that is not allowed")?;
    if kind.waits_for_the_week() {
        let last = outside.last_contact;
        must(last.is_none_or(|last| now - last >= TimeDelta::days(7)), "E09: within seven days")?;
    }
    match kind {
        DraftKind::Attempt(number) => attempt(truth, outside, place, number, now),
        DraftKind::OfferNotice => {
            must(outside.told == 0, "E28: told of an offer twice")?;
            let today =
                place.zone.day_of(now).max(now.with_timezone(&place.settings.zone).date_naive());
            let open = outside.offer.is_some_and(|last_day| today <= last_day);
            must(open, "E27: told of an offer that is not there")
        }
        DraftKind::ThankYou => {
            must(place.settings.thank_you, "E30: thanks although they are switched off")?;
            must(truth.thanked == 0, "E30: thanked twice")
        }
        DraftKind::ClosingNote => {
            must(outside.accepted.is_some(), "E22: goodbye although nothing was accepted")?;
            must(truth.said_goodbye == 0, "E22: said goodbye twice")
        }
    }
}

fn in_hours(place: Place<'_>, kind: DraftKind, now: DateTime<Utc>) -> bool {
    let local = place.zone.local(now);
    let (day, time) = (local.date_naive(), local.time());
    let hour = |h| NaiveTime::MIN + TimeDelta::hours(h);
    let (from, to, days) = match kind {
        DraftKind::Attempt(_) => (
            hour(9),
            hour(11) + TimeDelta::minutes(30),
            place.settings.send_days.contains(day.weekday()),
        ),
        DraftKind::OfferNotice | DraftKind::ThankYou | DraftKind::ClosingNote => {
            (hour(8), hour(18), true)
        }
    };
    days && works(day, place.region) && time >= from && time < to
}

fn attempt(
    truth: &Truth,
    outside: &Outside,
    place: Place<'_>,
    number: AttemptNumber,
    now: DateTime<Utc>,
) -> Result<(), Broken> {
    let must = |holds: bool, what: &str| if holds { Ok(()) } else { Err(what.to_owned()) };
    let today = place.zone.day_of(now);
    let ended = truth.held(now).ok_or("Q04: sent before any interview was held")?;
    let before = truth.counted(ended);
    must(!truth.on_hold, "sent although it is on hold")?;
    let over = outside.accepted.is_some_and(|at| truth.reopened_at.is_none_or(|re| re < at));
    must(!over, "E22: asked although the user accepted elsewhere")?;
    must(before.len() < 2, "E08: a third message")?;
    let next = if before.is_empty() { AttemptNumber::First } else { AttemptNumber::Second };
    // After a clock that was set back, an answer may not free a number; the core then counts more.
    must(number >= next, "E08: the wrong number")?;
    if let Some((day, given_at)) = truth.promise {
        let earliest = nth(day, place.settings.grace_business_days, place.region);
        must(today > day, "E01: before their word")?;
        must(
            today >= earliest || given_at < ended && day < place.zone.day_of(ended),
            "E02: within the grace",
        )?;
    }
    if let Some(first) = before.first() {
        let day = plus(place.zone.day_of(first.at), place.settings.second_attempt_days);
        must(today >= day, "E07: the second too early")?;
    } else if number == AttemptNumber::First {
        let clock = Some(ended).max(truth.their_last).max(truth.answered_at).unwrap_or(ended);
        let promised = truth.promise.is_some_and(|(day, _)| day >= place.zone.day_of(clock));
        let day = plus(place.zone.day_of(clock), place.settings.no_promise_days);
        must(promised || today >= day, "E04: before the tenth day")?;
    }
    if let Some((seen, back)) = truth.away {
        let earliest = match back {
            Some(back) => nth(back, 2, place.region),
            None => plus(place.zone.day_of(seen), 7),
        };
        must(today >= earliest, "E12: while they are away")?;
    }
    must(truth.later.is_none_or(|later| now >= later), "E13: before the day the user chose")
}

fn plus(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(u64::from(days))).unwrap_or(day)
}
