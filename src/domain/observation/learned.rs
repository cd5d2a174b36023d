//! What a message teaches beside its answer: position, contact, language and address.
//!
//! The surprising fact: the first person stays the contact, whoever writes later.

use super::Sighting;
use crate::domain::address::Correspondent;
use crate::domain::event::Fact;
use crate::domain::message::Message;
use crate::domain::person::first_name;

/// Position and contact, where they were missing. The first person stays the contact.
pub(super) fn learned(sighting: &Sighting<'_>) -> Vec<Fact> {
    let message = sighting.message;
    let follow_up = sighting.follow_up;
    let mut facts = Vec::new();
    if follow_up.position.is_none()
        && let Some(position) = &message.position
    {
        facts.push(Fact::PositionLearned { position: position.clone() });
    }
    facts.extend(heard(sighting));
    let Some(candidate) = contact_in(message) else { return facts };
    let learns = match &follow_up.contact {
        None => true,
        Some(known) if known.address == candidate.address => {
            known.name.is_none() && candidate.name.is_some()
        }
        Some(known) => {
            let unusable = known.address.is_no_reply() || !known.address.is_sendable();
            let a_person = |it: &Correspondent| has_first_name(it.name.as_deref());
            unusable || (!a_person(known) && a_person(&candidate))
        }
    };
    if learns {
        facts.push(Fact::ContactLearned { contact: candidate });
    }
    facts
}

/// Language and address, where they are other than before. A machine speaks to nobody.
pub(super) fn heard(sighting: &Sighting<'_>) -> Option<Fact> {
    let spoken = sighting.message.automatic.is_none();
    let tone = sighting.message.tone.filter(|_| spoken)?;
    let news = sighting.follow_up.tone != Some(tone);
    news.then_some(Fact::ToneHeard { language: tone.language, informal: tone.informal })
}

/// The person behind an incoming message: its author, or who organised the invitation.
#[must_use]
pub fn contact_in(message: &Message) -> Option<Correspondent> {
    let writable =
        |person: &&Correspondent| person.address.is_sendable() && !person.address.is_no_reply();
    let organizer = message.invitation.as_ref().and_then(|it| it.organizer.as_ref());
    let person = message.author().filter(writable).or(organizer.filter(writable))?;
    if message.automatic.is_some() && organizer.is_none() {
        return None;
    }
    let same_organizer =
        organizer.filter(|it| it.address == person.address).and_then(|it| it.name.clone());
    let name = [person.name.clone(), same_organizer, message.signed_by.clone()]
        .into_iter()
        .find(|name| has_first_name(name.as_deref()))
        .flatten();
    Some(Correspondent {
        name: name.or_else(|| person.name.clone()),
        address: person.address.clone(),
    })
}

fn has_first_name(name: Option<&str>) -> bool {
    name.is_some_and(|name| first_name(name).is_some())
}
