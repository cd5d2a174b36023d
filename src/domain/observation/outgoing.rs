//! The user's own letters to the employer: to whom, and what for (E05, E23).
//!
//! The surprising fact: a letter that asks nothing is an attempt all the same, if one was due.

use chrono::Utc;

use super::Sighting;
use super::learned::heard;
use crate::domain::address::{Address, Correspondent};
use crate::domain::attribution::Strength;
use crate::domain::event::{Fact, Purpose};
use crate::domain::ids::MessageId;
use crate::domain::message::Message;

/// What the user's own message to the employer was.
pub(super) fn outgoing(sighting: &Sighting<'_>) -> Vec<Fact> {
    let message = sighting.message;
    if !is_a_letter(message) || sighting.strength == Strength::Weak {
        return Vec::new();
    }
    let Some(to) = addressee(sighting) else { return Vec::new() };
    // A letter that is seen late was written when the user's own clock says, and not after that.
    let written = message.date.map_or(sighting.at, |date| date.with_timezone(&Utc));
    let overdue = sighting.due.is_some_and(|due| written.min(sighting.at) >= due);
    let purpose = if sighting.follow_up.my_turn_since.is_some() {
        Purpose::Answer
    } else if sighting.due.is_some() && (overdue || asks_for_status(message)) {
        Purpose::Attempt
    } else if thanks(message) {
        Purpose::ThankYou
    } else {
        Purpose::Other
    };
    let message_id: Option<MessageId> = message.message_id.clone();
    let mut facts = vec![Fact::UserWrote {
        to: to.address.clone(),
        also_to: others(message, &to.address),
        purpose,
        message_id,
    }];
    facts.extend(heard(sighting));
    let writable = to.address.is_sendable() && !to.address.is_no_reply();
    if sighting.follow_up.contact.is_none() && writable {
        facts.push(Fact::ContactLearned { contact: to.clone() });
    }
    facts
}

/// Whether the user's own message is one: calendar answers, vacation notes and what is passed on
/// to somebody are not.
#[must_use]
pub fn is_a_letter(message: &Message) -> bool {
    message.invitation.is_none() && message.automatic.is_none() && !message.forwarded
}

/// The contact, if the letter goes to them too; else the first one it goes to.
fn addressee<'a>(sighting: &Sighting<'a>) -> Option<&'a Correspondent> {
    let contact = sighting.follow_up.contact.as_ref();
    let is_contact = |it: &&Correspondent| contact.is_some_and(|known| known.address == it.address);
    let mut recipients = sighting.message.recipients();
    recipients.clone().find(is_contact).or_else(|| recipients.next())
}

/// Everybody else whom the letter goes to; a copy to oneself is to nobody.
fn others(message: &Message, to: &Address) -> Vec<Address> {
    let author = message.author().map(|author| &author.address);
    let mut others: Vec<Address> = Vec::new();
    for address in message.recipients().map(|it| &it.address) {
        if address != to && Some(address) != author && !others.contains(address) {
            others.push(address.clone());
        }
    }
    others
}

/// Whether the user thanks, in the first lines of the letter.
fn thanks(message: &Message) -> bool {
    const WORDS: [&str; 8] = [
        "thank you",
        "thanks",
        "vielen dank",
        "danke",
        "herzlichen dank",
        "merci",
        "gracias",
        "grateful",
    ];
    let lines = message.new_text.lines().map(str::trim).filter(|line| !line.is_empty());
    let opening: String = lines.take(3).map(|line| line.to_lowercase() + "\n").collect();
    WORDS.iter().any(|words| opening.contains(words))
}

/// Whether the user asks how things stand, in the languages of the drafts: in a question, or in
/// words that are always one. Looking forward to an answer asks for nothing.
fn asks_for_status(message: &Message) -> bool {
    const ASKS: [&str; 13] = [
        "any update",
        "any news",
        "follow up on my",
        "following up on",
        "aktuellen stand",
        "stand der dinge",
        "stand meiner",
        "wollte nachfragen",
        "möchte nachfragen",
        "où en est",
        "me permets de vous relancer",
        "alguna noticia",
        "alguna novedad",
    ];
    const IN_A_QUESTION: [&str; 17] = [
        "status",
        "news",
        "update",
        "decision",
        "decided",
        "hear back",
        "heard back",
        "next steps",
        "stand",
        "entscheid",
        "neuigkeiten",
        "neues",
        "nouvelles",
        "décision",
        "novedades",
        "noticias",
        "decisión",
    ];
    let text = message.new_text.to_lowercase();
    let questions =
        text.split_inclusive(['.', '!', '?', '\n']).filter(|it| it.trim().ends_with('?'));
    ASKS.iter().any(|words| text.contains(words))
        || questions.into_iter().any(|it| IN_A_QUESTION.iter().any(|word| it.contains(word)))
}
