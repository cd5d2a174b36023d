//! What a parsed message means for a job search: its kind, the employer, the position, the
//! signer, what was promised, and an invitation. Pure functions over text; nothing is fetched,
//! nothing is remembered, and the thread is not known here: whoever attributes the message to an
//! application may know better than `about_a_job`.

mod channel;
mod dates;
mod employer;
pub mod hint;
mod invitation;
mod kind;
mod pattern;
mod person;
mod phrases;
mod position;
mod promise;
mod proposal;
mod relays;
mod text;
mod tone;

use chrono::{DateTime, FixedOffset, NaiveDate};

use crate::domain::address::{Address, Correspondent, OwnAddresses};
use crate::domain::date_words;
use crate::domain::message::{
    AutomaticClass, EmployerHint, Evidence, Invitation, InvitationMethod, Kind, MeetingProposal,
    Message, PromiseReading,
};
use crate::domain::tone::Tone;

use kind::{Surroundings, Verdict, Votes};
use phrases::Sign;
use relays::Sender;
use text::{Text, fold};
pub(super) use tone::{is_in_another, language_of};

/// What is known before sensing.
#[derive(Debug, Clone, Copy)]
pub struct SenseInput<'a> {
    /// From, to, subject, new text and `automatic` are filled.
    pub message: &'a Message,
    /// Text of `text/calendar` parts and `.ics` attachments.
    pub calendars: &'a [String],
    /// Signature block cut from the text.
    pub signature: &'a str,
    pub html_only: bool,
    /// When the user's server received it; the message's own date is the second choice.
    pub received: Option<DateTime<FixedOffset>>,
    /// The user's.
    pub zone: chrono_tz::Tz,
    pub own: &'a OwnAddresses,
}

/// What was sensed.
#[derive(Debug, Clone, PartialEq)]
pub struct Sensed {
    pub kind: Kind,
    /// 0 to 1.
    pub confidence: f32,
    pub evidence: Vec<Evidence>,
    /// Read by itself, the message belongs to a job application.
    pub about_a_job: bool,
    pub employer: Option<EmployerHint>,
    pub position: Option<String>,
    /// The number of the opening.
    pub reference: Option<String>,
    pub tone: Option<Tone>,
    pub signed_by: Option<String>,
    pub promises: Vec<PromiseReading>,
    pub invitation: Option<Invitation>,
    pub proposals: Vec<MeetingProposal>,
    /// They want to be called instead of written to.
    pub wants_a_call: bool,
}

/// The last day that a few words of the user mean, as an employer's promise (E03), and the earlier
/// day they could also mean.
#[must_use]
pub fn promised_day(words: &str, today: NaiveDate) -> Option<(NaiveDate, Option<NaiveDate>)> {
    let text = Text::new(words);
    let days = text.sentences.iter().flat_map(|sentence| {
        dates::Language::ALL.into_iter().flat_map(|language| {
            dates::read(&sentence.words, language, today).into_iter().filter_map(|it| {
                match it.when {
                    dates::When::Day(day) => Some(day),
                    dates::When::Vague | dates::When::Nothing => None,
                }
            })
        })
    });
    let plain = words.trim().to_lowercase();
    let plain = plain.strip_prefix("by ").unwrap_or(&plain);
    let day = date_words::parse_promise(plain, today).or_else(|| days.max())?;
    let earlier = plain.strip_prefix("next ").and_then(|day| date_words::parse(day, today));
    Some((day, earlier.filter(|earlier| *earlier < day)))
}

/// Reads one message.
#[must_use]
pub fn sense(input: &SenseInput<'_>) -> Sensed {
    let message = input.message;
    let subject = Text::new(&message.subject);
    let text = Text::new(&message.new_text);
    let invitation = invitation::invitation(input.calendars, input.zone);
    let by_user = message.author().is_some_and(|author| input.own.contains(&author.address));
    let promises = if by_user || is_silent_machine(message) {
        Vec::new()
    } else {
        promised_from(input).map(|day| promise::promises(&text, day)).unwrap_or_default()
    };
    let other_side = other_side(input, by_user);
    let employer = other_side.and_then(|them| employer::employer(them, &subject, &text));
    let summary = invitation.as_ref().map_or("", |invitation| invitation.summary.as_str());
    let name = employer.as_ref().map(|employer| employer.name.as_str());
    let position = position::position(&subject, summary, &text, name);
    let votes = Votes::count(&subject, &text);
    let around = Surroundings {
        has_position: position.is_some(),
        has_promise: !promises.is_empty(),
        ..surroundings(message, other_side, invitation.as_ref(), &votes)
    };
    let verdict = verdict(kind::decide(&votes, around), by_user, invitation.as_ref());
    let verdict = if is_silent_machine(message) { unspoken(verdict, message) } else { verdict };
    let about_a_meeting =
        verdict.about_a_job && votes.sum(Sign::Invite) + votes.sum(Sign::Interview) > 0.0;
    let reference = position::reference::reference(&message.subject, &message.new_text)
        .filter(|_| verdict.about_a_job);
    let shown = message.author().and_then(|author| author.name.as_deref());
    let proposals = if is_silent_machine(message) || !(by_user || about_a_meeting) {
        Vec::new()
    } else {
        today(input).map(|day| proposals(&text, day, input.zone, &invitation)).unwrap_or_default()
    };
    let is_appointment = invitation.is_some() || !proposals.is_empty();
    let by_person = !by_user && message.automatic.is_none();
    Sensed {
        wants_a_call: by_person && !is_appointment && channel::wants_a_call(&text),
        kind: verdict.kind,
        confidence: verdict.confidence,
        evidence: verdict.evidence,
        about_a_job: verdict.about_a_job,
        employer,
        position,
        reference,
        tone: tone::tone(&message.new_text),
        signed_by: person::signed_by(&message.new_text, input.signature, shown),
        promises,
        proposals,
        invitation,
    }
}

/// What plain words say about meetings beyond the invitation.
fn proposals(
    text: &Text,
    today: NaiveDate,
    zone: chrono_tz::Tz,
    invitation: &Option<Invitation>,
) -> Vec<MeetingProposal> {
    let known = invitation.as_ref().and_then(|invitation| invitation.starts_at);
    let mut found = proposal::proposals(text, today, zone);
    found.retain(|proposal| Some(proposal.starts_at) != known);
    found
}

/// From which day on a promise counts: the later of the day on which the message arrived where the
/// user lives, and that on which it was written where its sender lives (E03). Between the ends of
/// the world lie two days; a date that is farther from the arrival is a mistake of a clock.
fn promised_from(input: &SenseInput<'_>) -> Option<NaiveDate> {
    let arrived = today(input)?;
    let written = input.message.date.map(|date| date.date_naive());
    let plausible = written.filter(|day| (1..=2).contains(&(*day - arrived).num_days()));
    Some(plausible.unwrap_or(arrived))
}

/// The day the message arrived, where the user lives.
fn today(input: &SenseInput<'_>) -> Option<NaiveDate> {
    let arrived = input.received.or(input.message.date)?;
    Some(arrived.with_timezone(&input.zone).date_naive())
}

/// Somebody's absence or a bounce promises and refuses nothing.
fn is_silent_machine(message: &Message) -> bool {
    let absent = message.automatic.as_ref().is_some_and(|automatic| match automatic.class {
        AutomaticClass::OutOfOffice | AutomaticClass::Bounce => true,
        AutomaticClass::Receipt | AutomaticClass::Bulk | AutomaticClass::Other => false,
    });
    absent || is_mail_system(message)
}

/// A mail server reporting on a message.
fn is_mail_system(message: &Message) -> bool {
    message.bounce.is_some()
        || message.automatic.as_ref().is_some_and(|it| it.class == AutomaticClass::Bounce)
        || message.from.iter().any(|author| {
            let local = author.address.local();
            matches!(local, "mailer-daemon" | "mailerdaemon" | "postmaster")
        })
}

/// The sender, or the first other recipient of what the user wrote.
fn other_side<'a>(input: &SenseInput<'a>, by_user: bool) -> Option<&'a Correspondent> {
    let message = input.message;
    if by_user {
        return message.recipients().find(|them| !input.own.contains_with_suffix(&them.address));
    }
    message.from.first()
}

fn surroundings(
    message: &Message,
    other_side: Option<&Correspondent>,
    invitation: Option<&Invitation>,
    votes: &Votes,
) -> Surroundings {
    let sender = other_side.map_or(Sender::Direct, |them| Sender::of(&them.address));
    let calendar = invitation.map(|invitation| invitation.method);
    let speaks_of_jobs = |votes: &Votes| votes.sum(Sign::Job) + votes.sum(Sign::Interview) >= 2.0;
    let summary = invitation.map_or("", |invitation| invitation.summary.as_str());
    let summary_votes = Votes::count(&Text::new(summary), &Text::default());
    Surroundings {
        for_applicants: sender.is_for_applicants(),
        from_recruiting: other_side.is_some_and(is_recruiting),
        from_board: matches!(sender, Sender::Board(_)),
        from_newsletter: sender == Sender::Newsletter,
        bulk: message.automatic.as_ref().is_some_and(|it| it.class == AutomaticClass::Bulk),
        calendar_request: calendar == Some(Some(InvitationMethod::Request)),
        calendar_of_a_job: calendar.is_some()
            && (speaks_of_jobs(&summary_votes)
                || speaks_of_jobs(votes)
                || sender.is_for_applicants()
                || is_meeting_of_strangers(summary)),
        has_position: false,
        has_promise: false,
    }
}

/// Words for a first talk that no table of phrases counts, because friends use them too.
fn is_meeting_of_strangers(summary: &str) -> bool {
    const WORDS: [&str; 9] = [
        "kennenlern",
        "screening",
        "intro call",
        "onsite",
        "hiring",
        "erstgespraech",
        "probetag",
        "probearbeit",
        "recruit",
    ];
    let summary = fold(summary);
    WORDS.iter().any(|word| summary.contains(word))
}

/// `careers@`, `Acme Recruiting`.
fn is_recruiting(them: &Correspondent) -> bool {
    const MAILBOXES: [&str; 16] = [
        "career", "karriere", "job", "recruit", "talent", "hr", "bewerb", "hiring", "personal",
        "people", "rrhh", "rh", "empleo", "recrut", "candidat", "human",
    ];
    const NAMES: [&str; 12] = [
        "recruit",
        "talent",
        "career",
        "karriere",
        "hiring",
        "human resources",
        "personalabteilung",
        "bewerb",
        "recrut",
        "people team",
        "seleccion",
        "rrhh",
    ];
    let local = them.address.local();
    let parts = || local.split(['.', '-', '_', '+']);
    let mailbox = MAILBOXES.iter().any(|word| {
        parts().any(|part| part == *word || (word.len() > 2 && part.starts_with(word)))
    });
    let shown = them.name.as_deref().map(fold).unwrap_or_default();
    mailbox || NAMES.iter().any(|word| shown.contains(word))
}

/// A machine's words are of no kind; a bounce belongs to the message it is about.
fn unspoken(verdict: Verdict, message: &Message) -> Verdict {
    let rule = message.automatic.as_ref().map_or("mail-system", |it| it.rule.as_str());
    Verdict {
        kind: Kind::Other,
        confidence: 0.9,
        evidence: vec![Evidence { rule: rule.to_owned(), text: String::new() }],
        about_a_job: verdict.about_a_job && !is_mail_system(message),
    }
}

/// What the user wrote is of no kind; an answer in the calendar is activity, not words.
fn verdict(verdict: Verdict, by_user: bool, invitation: Option<&Invitation>) -> Verdict {
    let method = invitation.and_then(|invitation| invitation.method);
    if by_user {
        return Verdict {
            kind: Kind::Other,
            confidence: 1.0,
            evidence: vec![Evidence { rule: "own".to_owned(), text: String::new() }],
            ..verdict
        };
    }
    if verdict.kind == Kind::Rejection {
        return verdict;
    }
    let rule = match method {
        Some(InvitationMethod::Reply) => "calendar-reply",
        Some(InvitationMethod::Request) if verdict.kind == Kind::Interview => "calendar-request",
        Some(InvitationMethod::Cancel) if verdict.about_a_job => "calendar-cancel",
        Some(_) | None => return verdict,
    };
    let kind = match method {
        Some(InvitationMethod::Reply) => Kind::Other,
        Some(_) | None => Kind::Interview,
    };
    let summary = invitation.map(|invitation| invitation.summary.clone()).unwrap_or_default();
    let mut evidence = vec![Evidence { rule: rule.to_owned(), text: summary }];
    evidence.extend(verdict.evidence);
    Verdict { kind, confidence: verdict.confidence.max(0.9), evidence, ..verdict }
}

/// Whether the address' domain belongs to one employer: no relay, no freemail.
#[must_use]
pub fn identifies_employer(address: &Address) -> bool {
    matches!(Sender::of(address), Sender::Direct)
}

#[cfg(test)]
mod tests;
