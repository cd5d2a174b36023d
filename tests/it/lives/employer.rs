//! What employers do: they invite, promise, ask, are away, want calls, and their mail comes back.

use afterword::domain::address::{Address, Correspondent};
use afterword::domain::event::{Channel, Fact, MissingFact, NextStep};
use afterword::domain::message::{Kind, PromiseReading};
use chrono::{Days, TimeDelta};

use super::{World, message_id, person};

impl World {
    pub(super) fn interview(&mut self, index: usize) {
        let starts_at = self.now + TimeDelta::hours(self.dice.between(1, 72));
        let ends_at = starts_at + TimeDelta::hours(1);
        let (key, offset) = ("uid".to_owned(), self.offset);
        let sequence = self.id();
        self.append(
            index,
            Fact::InterviewScheduled {
                key,
                sequence,
                starts_at,
                ends_at,
                offset,
                round: None,
                summary: String::new(),
                message_id: None,
            },
        );
        let truth = &mut self.cases[index].truth;
        truth.interview = Some((starts_at, ends_at));
        truth.my_turn = false;
        truth.on_hold = false;
        truth.news_since_draft = true;
        truth.thanked = 0;
    }

    pub(super) fn replied(&mut self, index: usize, kind: Kind, next_step: NextStep) {
        let offset = self.offset;
        let number = self.id();
        let message_id = Some(message_id("reply", number));
        let from = person().address;
        self.append(
            index,
            Fact::EmployerReplied { from, kind, next_step, message_id, weak: false, offset },
        );
        let now = self.now;
        let truth = &mut self.cases[index].truth;
        truth.news_since_draft = true;
        truth.on_hold = false;
        truth.later = None;
        match next_step {
            NextStep::Theirs => {
                truth.my_turn = false;
                truth.asked.clear();
                truth.their_last = Some(now);
                truth.away = None;
            }
            NextStep::Mine => truth.my_turn = true,
        }
    }

    pub(super) fn promise(&mut self, index: usize) {
        self.replied(index, Kind::Status, NextStep::Theirs);
        let ahead = u64::from(self.dice.below(30));
        let Some(day) = self.today_there().checked_add_days(Days::new(ahead)) else { return };
        let promise = PromiseReading {
            not_before: Some(day),
            reading: day.to_string(),
            sentence: String::new(),
            vague: false,
        };
        self.append(index, Fact::PromiseGiven { promise, said_in: None });
        self.cases[index].truth.promise = Some(day);
    }

    pub(super) fn away(&mut self, index: usize) {
        let ahead = u64::from(self.dice.below(40));
        let back = self.today_there().checked_add_days(Days::new(ahead));
        let returns_on = back.filter(|_| !self.dice.one_in(4));
        self.append(index, Fact::OutOfOffice { returns_on, message_id: None });
        let truth = &mut self.cases[index].truth;
        truth.away = Some((self.now, returns_on));
        truth.asked_for.remove(&MissingFact::ReturnDate);
    }

    pub(super) fn calls_or_hold(&mut self, index: usize) {
        if self.dice.one_in(2) {
            let wants = !self.cases[index].truth.wants_calls;
            let channel = if wants { Channel::Call } else { Channel::Mail };
            self.append(index, Fact::ChannelWanted { channel });
            let truth = &mut self.cases[index].truth;
            truth.wants_calls = wants;
            truth.news_since_draft = true;
        } else {
            self.replied(index, Kind::Status, NextStep::Theirs);
            self.append(index, Fact::PutOnHold);
            self.cases[index].truth.on_hold = true;
        }
    }

    /// The user names an address.
    pub(super) fn learns(&mut self, index: usize, contact: Correspondent) {
        self.cases[index].truth.learns(contact.address.clone());
        self.append(index, Fact::ContactLearned { contact });
    }

    pub(super) fn bounce(&mut self, index: usize) {
        let truth = &mut self.cases[index].truth;
        let Some((letter, to)) = truth.letters.pop() else { return };
        truth.asked.retain(|asked| asked.draft != Some(letter));
        truth.asked_for.remove(&MissingFact::WhetherSent);
        if truth.contact.as_ref() == Some(&to) {
            truth.dead = Some(to.clone());
        }
        let (recipient, original) = (Some(to), Some(message_id("draft", letter.0)));
        self.append(index, Fact::Bounced { hard: true, recipient, original });
        let disk = &mut self.cases[index].disk;
        if disk.draft.as_ref().is_some_and(|draft| draft.id == letter) {
            (disk.claimed, disk.draft) = (None, None);
        }
        if self.dice.one_in(2) {
            let address = Address::parse("anna2@acme.example").unwrap();
            self.learns(index, Correspondent { address, ..person() });
        }
    }
}
