//! From votes to one kind, and to the question whether it belongs to an application at all.

use super::super::phrases::Sign;
use super::Votes;
use crate::domain::message::{Evidence, Kind};

/// A phrase of this weight decides alone.
const ENOUGH: f32 = 4.0;

/// What is known about a message besides its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in super::super) struct Surroundings {
    /// It comes from a system that mails to applicants.
    pub for_applicants: bool,
    /// `careers@`, `Acme Recruiting`.
    pub from_recruiting: bool,
    pub from_board: bool,
    pub from_newsletter: bool,
    /// Certain bulk mail.
    pub bulk: bool,
    pub has_position: bool,
    /// Its calendar part asks for a meeting.
    pub calendar_request: bool,
    /// The calendar part speaks of an interview.
    pub calendar_of_a_job: bool,
    pub has_promise: bool,
}

/// What was made of a message.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) struct Verdict {
    pub kind: Kind,
    pub confidence: f32,
    pub evidence: Vec<Evidence>,
    pub about_a_job: bool,
}

pub(in super::super) fn decide(votes: &Votes, around: Surroundings) -> Verdict {
    let (kind, signs) = kind(votes, around);
    let noise = noise(votes, around);
    let job = job(votes, around);
    let alert = kind == Kind::Alert;
    let about_a_job = !alert && job >= ENOUGH && job > noise;
    // Noise is never an answer of an employer, whatever its words look like.
    if !about_a_job && !alert && noise >= ENOUGH {
        return Verdict {
            kind: Kind::Other,
            confidence: 0.8,
            evidence: votes.evidence(&[Sign::Noise, Sign::Alert], "noise"),
            about_a_job,
        };
    }
    let evidence = votes.evidence(signs, kind.as_str());
    Verdict { kind, confidence: confidence(votes, kind, signs), evidence, about_a_job }
}

/// Words and senders that are about applying, whatever is said.
fn about_applying(votes: &Votes, around: Surroundings) -> f32 {
    let points = |holds: bool, points: f32| if holds { points } else { 0.0 };
    votes.sum(Sign::Job).min(8.0)
        + votes.sum(Sign::Interview).min(3.0)
        + points(around.for_applicants, 5.0)
        + points(around.from_recruiting, 3.0)
        + points(around.has_position, 2.0)
        + points(around.calendar_of_a_job, 4.0)
}

/// Weight that speaks for an application.
fn job(votes: &Votes, around: Surroundings) -> f32 {
    let base = about_applying(votes, around);
    let spoken = [
        Sign::Receipt,
        Sign::Interview,
        Sign::Invite,
        Sign::Assessment,
        Sign::Question,
        Sign::Status,
        Sign::Rejection,
        Sign::Refusal,
        Sign::Offer,
        Sign::Outreach,
    ];
    let heaviest = spoken.iter().map(|sign| votes.heaviest(*sign)).fold(0.0, f32::max);
    let promise = if around.has_promise { 1.0 } else { 0.0 };
    // Friends also ask when one is free; only words that applications alone use stand alone.
    let calm = votes.sum(Sign::Noise) + votes.sum(Sign::Alert) == 0.0
        && !(around.bulk || around.from_board || around.from_newsletter);
    let alone = calm
        && (votes.heaviest(Sign::Rejection) >= ENOUGH
            || votes.heaviest(Sign::Assessment) > ENOUGH
            || votes.sum(Sign::Offer) > 2.0 * ENOUGH
            || votes.sum(Sign::Status) >= 2.0 * ENOUGH);
    if base > 0.0 || alone { base + heaviest + promise } else { heaviest / 2.0 + promise }
}

/// Weight that speaks against one.
fn noise(votes: &Votes, around: Surroundings) -> f32 {
    let points = |holds: bool, points: f32| if holds { points } else { 0.0 };
    votes.sum(Sign::Noise).min(18.0)
        + votes.sum(Sign::Alert).min(6.0)
        + points(around.from_newsletter, 10.0)
        + points(around.from_board, 2.0)
        + points(around.bulk && !around.for_applicants, 3.0)
}

fn kind(votes: &Votes, around: Surroundings) -> (Kind, &'static [Sign]) {
    let sum = |sign| votes.sum(sign);
    let heaviest = |sign| votes.heaviest(sign);
    let receipt = sum(Sign::Receipt);
    let invited = heaviest(Sign::Invite) >= ENOUGH;
    if is_rejection(votes, around) {
        return (Kind::Rejection, &[Sign::Rejection, Sign::Refusal, Sign::Regret]);
    }
    if around.calendar_request && around.calendar_of_a_job {
        return (Kind::Interview, &[Sign::Invite, Sign::Interview]);
    }
    if is_alert(votes, around) {
        return (Kind::Alert, &[Sign::Alert]);
    }
    if heaviest(Sign::Offer) >= ENOUGH {
        return (Kind::Offer, &[Sign::Offer]);
    }
    let applied = receipt >= ENOUGH || heaviest(Sign::Job) >= ENOUGH;
    if sum(Sign::Outreach) >= ENOUGH && !applied {
        return (Kind::Outreach, &[Sign::Outreach]);
    }
    if heaviest(Sign::Assessment) >= ENOUGH
        && (!invited || sum(Sign::Assessment) >= sum(Sign::Invite))
    {
        return (Kind::Assessment, &[Sign::Assessment]);
    }
    // `When could you start?` asks for a date, not for a meeting.
    let asked = heaviest(Sign::Question) >= ENOUGH
        && heaviest(Sign::Invite) < 6.0
        && sum(Sign::Question) > sum(Sign::Invite) + sum(Sign::Interview);
    if invited && !asked {
        return (Kind::Interview, &[Sign::Invite, Sign::Interview]);
    }
    if heaviest(Sign::Question) >= ENOUGH {
        return (Kind::Question, &[Sign::Question]);
    }
    if heaviest(Sign::Status) >= ENOUGH && sum(Sign::Status) >= receipt {
        return (Kind::Status, &[Sign::Status]);
    }
    weaker(votes, around)
}

/// Nothing decided alone: the heavier of what is there.
fn weaker(votes: &Votes, around: Surroundings) -> (Kind, &'static [Sign]) {
    let sum = |sign| votes.sum(sign);
    let receipt = sum(Sign::Receipt);
    if receipt >= ENOUGH {
        return (Kind::Receipt, &[Sign::Receipt]);
    }
    let status = sum(Sign::Status) + if around.has_promise { 2.0 } else { 0.0 };
    if sum(Sign::Assessment) >= 3.0 {
        (Kind::Assessment, &[Sign::Assessment])
    } else if votes.heaviest(Sign::Invite) >= 3.0
        && sum(Sign::Invite) + votes.heaviest(Sign::Interview) >= 5.0
    {
        (Kind::Interview, &[Sign::Invite, Sign::Interview])
    } else if sum(Sign::Question) >= 3.0 && sum(Sign::Question) > status {
        (Kind::Question, &[Sign::Question])
    } else if status >= 2.0 && status >= receipt {
        (Kind::Status, &[Sign::Status])
    } else if votes.heaviest(Sign::Interview) >= 2.0 && receipt < 2.0 {
        (Kind::Interview, &[Sign::Interview])
    } else if receipt >= 2.0 {
        (Kind::Receipt, &[Sign::Receipt])
    } else if sum(Sign::Assessment) >= 2.0 {
        (Kind::Assessment, &[Sign::Assessment])
    } else {
        (Kind::Other, &[])
    }
}

/// An explicit phrase, or a weaker one with regret; taken back by an invitation further down.
fn is_rejection(votes: &Votes, around: Surroundings) -> bool {
    let signs: &[Sign] = if about_applying(votes, around) > 0.0 {
        &[Sign::Rejection, Sign::Refusal]
    } else {
        &[Sign::Rejection]
    };
    let said: f32 = signs.iter().map(|sign| votes.sum(*sign)).sum();
    let regretted = said >= 3.0 && votes.sum(Sign::Regret) >= 1.0;
    let explicit = signs.iter().any(|sign| votes.heaviest(*sign) >= ENOUGH);
    if !explicit && !regretted {
        return is_farewell(votes, around);
    }
    let last = signs
        .iter()
        .flat_map(|sign| votes.of(*sign))
        .filter(|vote| vote.weight >= 3.0)
        .map(|vote| vote.sentence)
        .max()
        .unwrap_or(0);
    let invited_after =
        votes.of(Sign::Invite).any(|vote| vote.weight >= ENOUGH && vote.sentence > last);
    !invited_after && !around.calendar_request
}

/// Regret upon regret and good wishes, and nothing else: a refusal that is never spelled out.
fn is_farewell(votes: &Votes, around: Surroundings) -> bool {
    const ANSWERS: [Sign; 5] =
        [Sign::Invite, Sign::Assessment, Sign::Question, Sign::Status, Sign::Offer];
    // One `unfortunately … not` weighs six by itself, and may be about anything.
    let parting = votes.sum(Sign::Regret);
    let needed = if votes.heaviest(Sign::Receipt) >= ENOUGH { 8.0 } else { 7.0 };
    parting >= needed
        && votes.heaviest(Sign::Regret) >= 2.0
        && about_applying(votes, around) >= 2.0
        && !around.has_promise
        && !around.calendar_request
        && ANSWERS.iter().all(|sign| votes.heaviest(*sign) < ENOUGH)
}

fn is_alert(votes: &Votes, around: Surroundings) -> bool {
    let personal = [Sign::Receipt, Sign::Invite, Sign::Assessment, Sign::Offer]
        .iter()
        .any(|sign| votes.heaviest(*sign) >= ENOUGH);
    let machine = around.bulk || around.from_board || around.from_newsletter;
    votes.sum(Sign::Alert) >= if machine { 3.0 } else { ENOUGH }
        && !personal
        && votes.heaviest(Sign::Outreach) < 5.0
}

fn confidence(votes: &Votes, kind: Kind, signs: &[Sign]) -> f32 {
    let weight: f32 = signs.iter().map(|sign| votes.sum(*sign)).sum();
    let sure = (0.4 + 0.06 * weight).min(0.97);
    match kind {
        // What looks like an offer is often about one: the user decides.
        Kind::Offer => sure.min(0.5),
        Kind::Other => 0.3,
        Kind::Receipt
        | Kind::Interview
        | Kind::Assessment
        | Kind::Question
        | Kind::Status
        | Kind::Rejection
        | Kind::Outreach
        | Kind::Alert => sure,
    }
}
