//! Interviews, and the people there: when one is held, whom the user met, who is written to, and
//! by which clock they live.
//!
//! The surprising fact: an entry of a calendar takes the place of what the user told of that day.

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::address::Correspondent;
use crate::domain::event::{MissingFact, WithdrawnReason};
use crate::domain::follow_up::{FollowUp, Interview};

impl FollowUp {
    pub(super) fn learn_contact(&mut self, contact: &Correspondent) {
        if self.contact.as_ref().is_some_and(|known| known.address != contact.address) {
            self.outdate_draft(WithdrawnReason::PlanChanged);
        }
        if self.bounced.as_ref().is_some_and(|(dead, _)| *dead != contact.address) {
            self.bounced = None;
        }
        self.asked_for.remove(&MissingFact::Address);
        self.asked_for.remove(&MissingFact::Name);
        self.contact = Some(contact.clone());
    }

    /// Whom the user met: the first name of a contact that is only an address. Where the names were
    /// removed by age, the user is asked again if one is needed again.
    pub(super) fn meet(&mut self, names: &[String]) {
        if names.is_empty() {
            self.asked_for.remove(&MissingFact::Name);
        }
        for name in names {
            if !self.met.contains(name) {
                self.met.push(name.clone());
            }
        }
        let nameless = |name: &Option<String>| {
            name.as_deref().and_then(crate::domain::person::first_name).is_none()
        };
        let [only] = names else { return };
        if let Some(contact) = self.contact.as_mut().filter(|contact| nameless(&contact.name)) {
            contact.name = Some(only.clone());
            self.asked_for.remove(&MissingFact::Name);
        }
    }

    /// What was asked to arrange it is settled; an interview less than a day away from it that was
    /// told by hand is replaced.
    pub(super) fn schedule(&mut self, key: &str, interview: Interview, offset: Option<i32>) {
        if self.interviews.get(key).is_some_and(|known| known.sequence > interview.sequence) {
            return;
        }
        self.outdate_draft(WithdrawnReason::PlanChanged);
        self.note_offset(interview.starts_at, offset);
        self.my_turn_since = None;
        self.on_hold_since = None;
        if !interview.by_hand {
            let same = |known: &Interview| {
                known.by_hand && (known.starts_at - interview.starts_at).abs() < TimeDelta::days(1)
            };
            self.interviews.retain(|_, known| !same(known));
        }
        self.interviews.insert(key.to_owned(), interview);
    }

    /// An entry that is removed after the interview was held changes nothing; the user's word that
    /// it was not held does.
    pub(super) fn cancel_interview(
        &mut self,
        key: &str,
        sequence: i64,
        at: DateTime<Utc>,
        by_user: bool,
    ) {
        if let Some(interview) = self.interviews.get_mut(key)
            && interview.sequence <= sequence
            && (by_user || at < interview.ends_at)
        {
            interview.cancelled = true;
            self.outdate_draft(WithdrawnReason::PlanChanged);
        }
    }

    pub(super) fn note_offset(&mut self, at: DateTime<Utc>, offset: Option<i32>) {
        if let Some(offset) = offset {
            self.their_offset = Some((at, offset));
        }
    }
}
