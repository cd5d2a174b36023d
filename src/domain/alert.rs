//! What happened to an application that the user should know before the weekly mail: a question,
//! an invitation, an offer and its last days; a rejection only where the user wants it at once.
//!
//! The surprising fact: one message of the employer gives one alert, the weightiest, and none is
//! given for what has become old or was taken back.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::address::Address;
use super::event::{ClosedReason, Event, Fact, NextStep, Source, WithdrawnReason};
use super::follow_up::{FollowUp, Turn, retracted};
use super::ids::{EventId, MessageKey};
use super::message::Kind;

/// News older than this stands in the weekly mail and in the mailbox, and is told no more.
const FRESH: TimeDelta = TimeDelta::hours(48);
/// The user is reminded of the last day of an offer so many days before it.
const BEFORE_THE_LAST_DAY: i64 = 2;

/// One piece of news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    pub what: News,
    /// Two alerts with one key are one.
    pub key: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// A person wrote, and the next step is the user's.
    YourTurn {
        from: Address,
        at: DateTime<Utc>,
    },
    Invited {
        starts_at: DateTime<Utc>,
    },
    Offer {
        from: Address,
        expires_on: Option<NaiveDate>,
    },
    OfferExpires {
        on: NaiveDate,
    },
    Rejected,
}

/// What an alert is given for, besides the ledger.
#[derive(Debug, Clone, Copy)]
pub struct When {
    /// Nothing before this is news.
    pub since: DateTime<Utc>,
    pub now: DateTime<Utc>,
    /// The day it is for the user.
    pub today: NaiveDate,
    /// Whether a rejection is told at once.
    pub rejections: bool,
}

/// What is to be told of one application, the oldest first.
#[must_use]
pub fn alerts(events: &[Event], follow_up: &FollowUp, when: &When) -> Vec<Alert> {
    let gone = retracted(events.iter());
    let fresh = events.iter().filter(|event| {
        let told_already = withdrew_a_draft(events, event);
        !gone.contains(&event.id)
            && event.at >= when.since
            && when.now - event.at < FRESH
            && !told_already
    });
    let mut found: Vec<(MessageKey, EventId, News)> = Vec::new();
    for event in fresh {
        let Source::Message(message) = event.source else { continue };
        let Some(news) = news_in(event, follow_up, when) else { continue };
        match found.iter_mut().find(|(known, _, _)| *known == message) {
            Some((_, id, known)) if weight(&news) > weight(known) => {
                (*id, *known) = (event.id, news);
            }
            Some(_) => {}
            None => found.push((message, event.id, news)),
        }
    }
    let alerts = found.into_iter().map(|(_, id, what)| Alert { what, key: id.0.to_string() });
    alerts.chain(last_days(follow_up, when)).collect()
}

fn news_in(event: &Event, follow_up: &FollowUp, when: &When) -> Option<News> {
    match &event.fact {
        Fact::EmployerReplied { from, kind, next_step, weak: false, .. } => match (kind, next_step)
        {
            (Kind::Rejection, _) => None,
            (Kind::Offer, _) => {
                let terms = follow_up.offer_terms.as_ref();
                let expires_on = terms.and_then(|offer| offer.expires_on);
                Some(News::Offer { from: from.clone(), expires_on })
            }
            (_, NextStep::Mine) => {
                let last = follow_up.answers.iter().rev().find(|answer| !answer.weak);
                let open = follow_up.turn(when.now) == Turn::Me
                    && last.is_some_and(|answer| answer.event == event.id);
                open.then(|| News::YourTurn { from: from.clone(), at: event.at })
            }
            (_, NextStep::Theirs) => None,
        },
        Fact::InterviewScheduled { key, sequence, starts_at, .. } => {
            let known = follow_up.interviews.get(key)?;
            let holds = known.sequence == *sequence && !known.cancelled;
            (holds && known.starts_at == *starts_at && *starts_at > when.now)
                .then_some(News::Invited { starts_at: *starts_at })
        }
        Fact::Closed { reason: ClosedReason::Rejected } if when.rejections => Some(News::Rejected),
        _ => None,
    }
}

fn weight(news: &News) -> u8 {
    match news {
        News::YourTurn { .. } => 0,
        News::Invited { .. } => 1,
        News::Offer { .. } | News::OfferExpires { .. } => 2,
        News::Rejected => 3,
    }
}

/// The answer ended a draft that was before the user: that was told with its withdrawal.
fn withdrew_a_draft(events: &[Event], answer: &Event) -> bool {
    let asked = |draft| {
        events.iter().any(|event| {
            matches!(event.fact, Fact::ApprovalRequested { draft: asked, .. } if asked == draft)
        })
    };
    matches!(answer.fact, Fact::EmployerReplied { .. })
        && events.iter().filter(|event| event.id > answer.id).any(|event| match event.fact {
            Fact::DraftWithdrawn { draft, reason: WithdrawnReason::Answered } => asked(draft),
            _ => false,
        })
}

fn last_days(follow_up: &FollowUp, when: &When) -> Option<Alert> {
    let on = follow_up.offer_terms.as_ref()?.expires_on?;
    let left = (on - when.today).num_days();
    let open = follow_up.closed.is_none() && follow_up.accepted_at.is_none();
    (open && (0..=BEFORE_THE_LAST_DAY).contains(&left))
        .then(|| Alert { what: News::OfferExpires { on }, key: format!("until-{on}") })
}

#[cfg(test)]
mod tests;
