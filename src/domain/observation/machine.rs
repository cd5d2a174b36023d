//! Mail that no person wrote, and what of it counts all the same.
//!
//! The surprising fact: what a machine asks only makes the user look, but its rejection closes.

use super::Sighting;
use crate::domain::attribution::Strength;
use crate::domain::message::{AutomaticClass, Kind, Message};

pub(super) enum MachineSays {
    Nothing,
    Away,
    /// An invitation or a question of an applicant system: it holds, and the user looks.
    LookAtIt,
    /// A rejection closes, whoever typed it.
    No,
}

pub(super) fn what_a_machine_says(message: &Message, class: AutomaticClass) -> MachineSays {
    match class {
        AutomaticClass::OutOfOffice => return MachineSays::Away,
        AutomaticClass::Receipt | AutomaticClass::Bounce => return MachineSays::Nothing,
        AutomaticClass::Bulk | AutomaticClass::Other => {}
    }
    match message.kind {
        Kind::Rejection => MachineSays::No,
        Kind::Interview | Kind::Assessment | Kind::Question | Kind::Offer | Kind::Status => {
            MachineSays::LookAtIt
        }
        Kind::Receipt | Kind::Outreach | Kind::Alert | Kind::Other => MachineSays::Nothing,
    }
}

/// Mail of a company's machines that is about something else, matched by the domain alone, and
/// the receipt of an applicant system.
pub(super) fn is_a_machine(sighting: &Sighting<'_>) -> bool {
    let message = sighting.message;
    let by_machine = message.author().is_some_and(|author| author.address.is_no_reply());
    let elsewhere = sighting.strength == Strength::Employer && !message.about_a_job;
    by_machine && (elsewhere || message.kind == Kind::Receipt)
}

/// Whether somebody should look at it: a person wrote it, or a machine that says something.
#[must_use]
pub fn speaks(message: &Message) -> bool {
    message.bounce.is_none()
        && message.automatic.as_ref().is_none_or(|automatic| {
            !matches!(
                what_a_machine_says(message, automatic.class),
                MachineSays::Nothing | MachineSays::Away
            )
        })
}
