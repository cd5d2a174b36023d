//! What the user tells, by mail or by command, into the ledger: the same words, the same facts.
//! The answer says what was understood, with the weekday, and when a follow-up may come.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::domain::attribution::same_name;
use crate::domain::calendar::{moment, next_slot};
use crate::domain::command::Told;
use crate::domain::date_words;
use crate::domain::event::{Channel, ClosedReason, Fact, NewEvent, Purpose, Source};
use crate::domain::follow_up::Turn;
use crate::domain::ids::ReadableId;
use crate::domain::message::PromiseReading;
use crate::mail::sense::promised_day;
use crate::mail::wording::{self, Noted};
use crate::store::Tx;

use super::Record;
use super::by_hand::{NewInterview, scheduled};
use super::occasion::NewOffer;
use super::record::Case;

/// What became of something told.
pub enum Taken {
    /// What was understood and what follows, a line each.
    Said(Vec<String>),
    /// The words mean no day, or nothing that could be recorded.
    NotRead,
    /// Good words, but there is nothing here they could be about.
    NothingMeant,
}

/// The facts of something told, and what is said about them afterwards.
struct Understood {
    facts: Vec<Fact>,
    say: Say,
}

enum Say {
    Noted(Noted),
    Promise {
        words: String,
        by: NaiveDate,
        other: Option<NaiveDate>,
    },
    /// Something happened; what follows is added.
    Happened(String),
    Touch {
        /// It used one of the two messages.
        asked: bool,
    },
    NoPromise,
}

impl Record {
    /// Records what was told about one application. The draft it makes wrong is withdrawn.
    pub(super) async fn take_told(
        &self,
        tx: &mut Tx,
        case: &Case,
        told: &Told,
        source: Source,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Taken> {
        match told {
            Told::NotThisOne(name) => {
                return self.not_this_one(tx, case, name.as_deref(), source, now).await;
            }
            Told::Undo => return self.undo(tx, case, source, now).await,
            Told::Choice(_) => return Ok(Taken::NothingMeant),
            Told::Promise { .. }
            | Told::NoPromise
            | Told::Interview(_)
            | Told::Moved(_)
            | Told::Cancelled
            | Told::Met(_)
            | Told::Client(_)
            | Told::HeardBack { .. }
            | Told::Contacted { .. }
            | Told::Rejected
            | Told::Withdrawn
            | Told::Accepted
            | Told::OnHold
            | Told::Offer(_)
            | Told::Note(_) => {}
        }
        if let Told::Offer(words) = told
            && let Some(taken) = self.offer_of_another(tx, case, words, source, now).await?
        {
            return Ok(taken);
        }
        let Some(understood) = self.understand(case, told, now) else { return Ok(Taken::NotRead) };
        let application = case.application.id;
        for fact in understood.facts {
            let by_user = matches!(fact, Fact::Touched { .. });
            tx.append(&NewEvent { application, at: now, source, fact }, true).await?;
            if by_user {
                tx.note_contact(case.application.employer.id, now).await?;
            }
        }
        self.withdraw_outdated_quietly(tx, application, now).await?;
        if *told == Told::Accepted {
            self.ask_to_close_the_others(tx, case, now).await?;
        }
        let after = self.case_of(tx, application, now).await?;
        let earliest = after.as_ref().and_then(|case| self.earliest(case, now));
        let id = &case.application.readable_id;
        let by_command = (source == Source::CommandLine).then_some(id);
        Ok(Taken::Said(vec![self.said_of(understood.say, earliest, by_command)]))
    }

    /// `offer: Globex, expires 10 dec` in reply to a mail about somebody else: recorded where it
    /// belongs. `None` if the words name nobody else.
    async fn offer_of_another(
        &self,
        tx: &mut Tx,
        case: &Case,
        words: &str,
        source: Source,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Option<Taken>> {
        let Some(name) = offering_employer(words) else { return Ok(None) };
        if same_name(&case.application.employer.name, name) {
            return Ok(None);
        }
        let others = self.load_cases(tx, now).await?;
        let named: Vec<&Case> = others
            .iter()
            .filter(|it| same_name(&it.application.employer.name, name))
            .filter(|it| it.follow_up.closed.is_none())
            .collect();
        let [other] = named.as_slice() else {
            let known = if named.is_empty() { "no open application" } else { "several" };
            return Ok(Some(Taken::Said(vec![format!(
                "I know {known} at {name}, so nothing was recorded. Write the offer as the answer \
                 to a mail about that application, or on the computer I run on: afterword offer ID"
            )])));
        };
        let new = NewOffer { words: words.to_owned(), ..NewOffer::default() };
        let (received, solid) = self.offer_of(other, &new);
        let application = other.application.id;
        for fact in [received].into_iter().chain(kept(words)) {
            tx.append(&NewEvent { application, at: now, source, fact }, true).await?;
        }
        self.withdraw_outdated_quietly(tx, application, now).await?;
        let id = &other.application.readable_id;
        Ok(Some(Taken::Said(vec![format!("{id}: {}", solid.said())])))
    }

    /// The first day on which a follow-up may go, if one may go at all: none while the next step is
    /// the user's, or an interview is ahead.
    pub(super) fn earliest(&self, case: &Case, now: DateTime<Utc>) -> Option<NaiveDate> {
        let state = &case.follow_up;
        if state.on_hold_since.is_some() || state.turn(now) != Turn::Them {
            return None;
        }
        let due = case.due(self, now)?;
        let place = case.around.place(&case.follow_up, &self.settings);
        next_slot(due.max(now), place, &self.settings).map(|slot| slot.day)
    }

    fn said_of(
        &self,
        say: Say,
        earliest: Option<NaiveDate>,
        by_command: Option<&ReadableId>,
    ) -> String {
        let today = self.today();
        let noted = match (say, earliest) {
            (Say::Promise { words, by, other }, earliest) => {
                Noted::Promise { words, by, other, earliest }
            }
            (Say::NoPromise, Some(earliest)) => Noted::NoPromise { earliest },
            (Say::Touch { asked: false }, Some(earliest)) => Noted::Touch { earliest },
            (Say::Touch { asked: true }, Some(earliest)) => {
                return format!(
                    "Noted. It counts as one of the two messages; nothing from me before {}.",
                    wording::day(earliest, today)
                );
            }
            (Say::NoPromise, None) => return "Understood: no date was given.".to_owned(),
            (Say::Touch { asked: false }, None) => {
                return "Noted. It counts for this week.".to_owned();
            }
            (Say::Touch { asked: true }, None) => {
                return "Noted. It counts for this week, and as one of the two messages."
                    .to_owned();
            }
            (Say::Happened(what), Some(earliest)) => {
                return format!("{what} Earliest follow-up: {}.", wording::day(earliest, today));
            }
            (Say::Happened(what), None) => return what,
            (Say::Noted(noted), _) => noted,
        };
        wording::noted(&noted, today, by_command)
    }

    /// `None` if the words cannot be read.
    fn understand(&self, case: &Case, told: &Told, now: DateTime<Utc>) -> Option<Understood> {
        let fact = |fact: Fact, say: Say| Some(Understood { facts: vec![fact], say });
        let known =
            |what: &str, value: String| Say::Noted(Noted::Fact { what: what.to_owned(), value });
        match told {
            Told::Promise { words, channel } => {
                let (by, other) = promised_day(words, self.today())?;
                let sentence = match channel {
                    Some(Channel::Call) => format!("they call {words}"),
                    Some(_) | None => words.clone(),
                };
                let words = words.strip_prefix("by ").unwrap_or(words).to_owned();
                fact(promise(&words, sentence, by), Say::Promise { words, by, other })
            }
            Told::NoPromise => fact(Fact::NoPromiseGiven, Say::NoPromise),
            Told::Interview(words) => self.interview_told(case, words, now),
            Told::Moved(words) => self.moved(case, words, now),
            Told::Cancelled => self.cancelled(case, now),
            Told::Met(names) => {
                let shown = names.join(", ");
                fact(Fact::PeopleMet { names: names.clone() }, known("whom you met", shown))
            }
            Told::Client(name) => {
                fact(Fact::ClientLearned { name: name.clone() }, known("the client", name.clone()))
            }
            Told::HeardBack { channel, text } => Some(self.heard_back(*channel, text)),
            Told::Contacted { channel, purpose, text } => {
                let touched = Fact::Touched { channel: *channel, purpose: *purpose };
                let facts = [touched].into_iter().chain(kept(text)).collect();
                let say = Say::Touch { asked: *purpose == Purpose::Attempt };
                Some(Understood { facts, say })
            }
            Told::Rejected => ended(case, ClosedReason::Rejected, "they decided against it"),
            Told::Withdrawn => ended(case, ClosedReason::Withdrawn, "you withdrew"),
            Told::Accepted => {
                let how = "you accepted their offer".to_owned();
                fact(Fact::OfferAccepted, Say::Noted(Noted::End { how }))
            }
            Told::OnHold => {
                let say = Say::Happened("Noted: they put it on hold.".to_owned());
                fact(Fact::PutOnHold, say)
            }
            Told::Offer(text) => {
                let new = NewOffer { words: text.clone(), ..NewOffer::default() };
                let (received, solid) = self.offer_of(case, &new);
                let facts = [received].into_iter().chain(kept(text)).collect();
                Some(Understood { facts, say: Say::Happened(solid.said().to_owned()) })
            }
            Told::Note(text) => match text.strip_prefix("strength:").map(str::trim) {
                Some(sentence) => {
                    let sentence = sentence.to_owned();
                    let say = known("your strength", sentence.clone());
                    fact(Fact::StrengthLearned { sentence }, say)
                }
                None => fact(Fact::NoteAdded { text: text.clone() }, Say::Noted(Noted::Note)),
            },
            Told::NotThisOne(_) | Told::Undo | Told::Choice(_) => None,
        }
    }

    /// They answered; a day in the words is what they promised.
    fn heard_back(&self, channel: Channel, text: &str) -> Understood {
        let mut facts = vec![Fact::HeardBack { channel, text: text.to_owned() }];
        let promised = promised_day(text, self.today());
        facts.extend(promised.map(|(day, _)| promise(text, text.to_owned(), day)));
        let say = match promised {
            Some((by, other)) => Say::Promise { words: text.to_owned(), by, other },
            None => Say::Happened("Noted: they answered.".to_owned()),
        };
        Understood { facts, say }
    }

    /// An interview of an hour; one that was told before and is still to come is moved.
    fn interview_told(&self, case: &Case, words: &str, now: DateTime<Utc>) -> Option<Understood> {
        let starts_at = self.day_and_time(words)?;
        let ends_at = starts_at + TimeDelta::hours(1);
        let interview = NewInterview { starts_at, ends_at, round: None };
        let fact = scheduled(&case.application.readable_id, interview, &case.follow_up, now);
        let at = starts_at.with_timezone(&self.settings.zone).naive_local();
        let at = wording::moment(at, self.today());
        let then = if ends_at > now { " I ask that evening what they said." } else { "" };
        let say = Say::Happened(format!("Understood: an interview on {at}.{then}"));
        Some(Understood { facts: vec![fact], say })
    }

    /// The interview that is meant: the next one, else the last one.
    fn moved(&self, case: &Case, words: &str, now: DateTime<Utc>) -> Option<Understood> {
        let starts_at = self.day_and_time(words)?;
        let state = &case.follow_up;
        let coming = state.interviews.iter().find(|(_, it)| !it.cancelled && it.ends_at > now);
        let (key, known) = coming.or_else(|| state.held_interview(now))?;
        let fact = Fact::InterviewScheduled {
            key: key.clone(),
            sequence: known.sequence.saturating_add(1),
            starts_at,
            ends_at: starts_at + (known.ends_at - known.starts_at),
            offset: None,
            round: known.round,
            summary: known.summary.clone(),
            message_id: known.message_id.clone(),
        };
        let at = starts_at.with_timezone(&self.settings.zone).naive_local();
        let at = wording::moment(at, self.today());
        let say = format!("Understood: the interview is on {at}. I ask again that evening.");
        Some(Understood { facts: vec![fact], say: Say::Happened(say) })
    }

    fn cancelled(&self, case: &Case, now: DateTime<Utc>) -> Option<Understood> {
        let state = &case.follow_up;
        let coming = state.interviews.iter().find(|(_, it)| !it.cancelled && it.ends_at > now);
        let (key, known) = coming.or_else(|| state.held_interview(now))?;
        let fact = Fact::InterviewCancelled { key: key.clone(), sequence: known.sequence };
        let at = known.starts_at.with_timezone(&self.settings.zone).date_naive();
        let say = format!(
            "Understood: the interview on {} did not take place. No follow-up rests on it.",
            wording::day(at, self.today())
        );
        Some(Understood { facts: vec![fact], say: Say::Happened(say) })
    }

    /// The user's time: `30 nov 14:00`, `friday 9:30`, `2026-11-30T14:00`.
    #[must_use]
    pub fn day_and_time(&self, words: &str) -> Option<DateTime<Utc>> {
        let words = words.trim().to_lowercase();
        let (day, time) = words.rsplit_once(['t', ' ']).filter(|(_, it)| it.contains(':'))?;
        let time = time.trim_end_matches('h');
        let with_seconds = |_| NaiveTime::parse_from_str(time, "%H:%M:%S");
        let time = NaiveTime::parse_from_str(time, "%H:%M").or_else(with_seconds).ok()?;
        let day = day.trim().trim_end_matches(" at").trim_end_matches(',');
        let today = self.today();
        let day = match day {
            "today" => today,
            day => day.parse().ok().or_else(|| date_words::parse(day, today))?,
        };
        Some(moment(self.settings.zone, day.and_time(time)))
    }
}

fn promise(reading: &str, sentence: String, day: NaiveDate) -> Fact {
    let promise = PromiseReading {
        not_before: Some(day),
        reading: reading.to_owned(),
        sentence,
        vague: false,
    };
    Fact::PromiseGiven { promise, said_in: None }
}

/// Words that a fact has no place for are kept as a note.
pub(super) fn kept(text: &str) -> Option<Fact> {
    (!text.is_empty()).then(|| Fact::NoteAdded { text: text.to_owned() })
}

fn ended(case: &Case, reason: ClosedReason, how: &str) -> Option<Understood> {
    let open = case.follow_up.closed.is_none();
    let facts = if open { vec![Fact::Closed { reason }] } else { Vec::new() };
    Some(Understood { facts, say: Say::Noted(Noted::End { how: how.to_owned() }) })
}

/// Whose offer it is, where the words begin with a name.
fn offering_employer(words: &str) -> Option<&str> {
    let first = words.split([',', ';']).next()?.trim();
    let plain = first.to_lowercase();
    let about_the_offer = ["expires", "until", "valid", "written", "by ", "from ", "they ", "i "];
    let is_name = first.chars().next().is_some_and(char::is_alphabetic)
        && first.split_whitespace().count() <= 4
        && words.len() > first.len()
        && !about_the_offer.iter().any(|word| plain.starts_with(word));
    is_name.then_some(first)
}

/// The day after `expires` or `until` in the words on an offer.
pub(super) fn expiry(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let plain = text.to_lowercase();
    let words = ["expires on ", "expires ", "valid until ", "until "];
    let after = words.iter().find_map(|word| plain.split_once(word).map(|(_, after)| after))?;
    let after = after.split([',', ';', '.']).next().unwrap_or(after);
    date_words::parse(after, today)
}
