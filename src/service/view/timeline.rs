//! The history of an application, a line for each fact. Nothing is left out: what was taken back
//! is shown too, and says so.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::domain::address::Correspondent;
use crate::domain::approval::Refusal;
use crate::domain::attribution::Strength;
use crate::domain::event::{Channel, Correction, Event, Fact, Purpose, Source};
use crate::domain::ids::{MessageId, MessageKey};
use crate::domain::reason::Reason;
use crate::service::Record;
use crate::store::EvidenceRow;

use super::Local;

/// One line of an application's history.
#[derive(Debug, Clone)]
pub struct TimelineEntry {
    pub at: Local,
    pub what: String,
    pub source: &'static str,
    /// The message that says so, if one does.
    pub evidence: Option<EvidenceView>,
}

/// A message, and why it counts here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceView {
    pub message_id: Option<MessageId>,
    pub from: Option<Correspondent>,
    pub subject: String,
    /// When it was written, by its own date, else when it arrived.
    pub date: Option<Local>,
    /// The words that decided.
    pub words: Option<String>,
    /// The rule that tied it to the application; `None` if the user took it away from here.
    pub matched_by: Option<Strength>,
}

impl Record {
    /// A line of the history, with the messages that its entries rest on at hand.
    pub(super) fn entry(
        &self,
        event: &Event,
        messages: &BTreeMap<MessageKey, EvidenceRow>,
    ) -> TimelineEntry {
        let source = match event.source {
            Source::Message(_) => "mail",
            Source::Reply(_) => "your reply",
            Source::CommandLine => "command",
            Source::Service => "service",
        };
        let evidence = match event.source {
            Source::Message(key) => messages.get(&key).map(|row| self.evidence(row, &event.fact)),
            Source::Reply(_) | Source::CommandLine | Source::Service => None,
        };
        let (at, what) = (self.local(event.at), self.told(&event.fact));
        TimelineEntry { at, what, source, evidence }
    }

    fn evidence(&self, row: &EvidenceRow, fact: &Fact) -> EvidenceView {
        let message = &row.message;
        let words = match fact {
            Fact::PromiseGiven { promise, .. } => Some(promise.sentence.clone()),
            _ => message.decided_by.clone(),
        };
        let written = message.date.map(|date| date.with_timezone(&Utc)).or(message.arrived_at);
        EvidenceView {
            message_id: message.message_id.clone(),
            from: message.from.clone(),
            subject: message.subject.clone(),
            date: written.map(|at| self.local(at)),
            words: words.filter(|words| !words.is_empty()),
            matched_by: row.matched_by,
        }
    }

    /// A fact in a few words.
    #[expect(clippy::too_many_lines, reason = "a line for every fact there is")]
    pub(in crate::service) fn told(&self, fact: &Fact) -> String {
        let day = |day: &NaiveDate| crate::domain::reason::plain_day(*day);
        let time = |at: &DateTime<Utc>| self.local(*at).format("%a %-d %b %Y %H:%M").to_string();
        match fact {
            Fact::ApplicationRecorded { .. } => "application recorded".to_owned(),
            Fact::PositionLearned { position } => format!("position: {position}"),
            Fact::ContactLearned { contact } => format!("contact: {contact}"),
            // What was removed by age is empty.
            Fact::StrengthLearned { sentence } if sentence.is_empty() => {
                "what speaks for you".to_owned()
            }
            Fact::StrengthLearned { sentence } => format!("strength: {sentence}"),
            Fact::NoteAdded { text } if text.is_empty() => "a note".to_owned(),
            Fact::NoteAdded { text } => format!("note: {text}"),
            Fact::HurryWanted { .. } => "it is to go out now".to_owned(),
            Fact::CommandRefused { code } => {
                let why = Refusal::parse(code)
                    .map_or("its words must be mended first.", Refusal::sentence);
                format!("a reply was not obeyed: {why}")
            }
            Fact::ToneHeard { language, informal } => {
                let form = if *informal { "informal" } else { "formal" };
                format!("they write {}, {form}", language.in_english())
            }
            Fact::InterviewScheduled { starts_at, .. } => {
                format!("interview on {}", time(starts_at))
            }
            Fact::InterviewCancelled { .. } => "interview cancelled".to_owned(),
            Fact::PromiseGiven { promise, .. } => match &promise.not_before {
                Some(by) if promise.reading.is_empty() => format!("promise: {}", day(by)),
                None if promise.reading.is_empty() => "promise without a date".to_owned(),
                Some(by) => format!("promise: \"{}\", read as {}", promise.reading, day(by)),
                None => format!("promise without a date: \"{}\"", promise.reading),
            },
            Fact::NoPromiseGiven => "no date was promised".to_owned(),
            Fact::EmployerReplied { from, weak: false, .. } => format!("{from} wrote"),
            Fact::EmployerReplied { from, weak: true, .. } => {
                format!("{from} wrote; perhaps about this")
            }
            Fact::AutomaticReceived { .. } => "automatic mail".to_owned(),
            Fact::OutOfOffice { returns_on: Some(back), .. } => {
                format!("out of office until {}", day(back))
            }
            Fact::OutOfOffice { returns_on: None, .. } => "out of office".to_owned(),
            Fact::Bounced { .. } => "the message came back".to_owned(),
            Fact::ChannelWanted { channel: Channel::Mail } => "mail is welcome again".to_owned(),
            Fact::ChannelWanted { .. } => "they want to be called, not written to".to_owned(),
            Fact::Touched { channel, purpose } => {
                let how = match channel {
                    Channel::Mail => "mail",
                    Channel::Call => "telephone",
                    Channel::Voicemail => "voice message",
                    Channel::LinkedIn => "LinkedIn",
                    Channel::InPerson => "word of mouth",
                };
                format!("you {} by {how}", purpose_in_words(*purpose))
            }
            Fact::PutOnHold => "they put it on hold".to_owned(),
            Fact::OfferReceived { expires_on: Some(by), .. } => {
                format!("an offer, open until {}", day(by))
            }
            Fact::OfferReceived { expires_on: None, .. } => "an offer".to_owned(),
            Fact::OfferAccepted => "you took their offer".to_owned(),
            Fact::CallAdvised => "you were given the words for a call".to_owned(),
            Fact::UserWrote { to, also_to, purpose, .. } => {
                let to = [to].into_iter().chain(also_to).map(ToString::to_string);
                let to = to.collect::<Vec<_>>().join(", ");
                format!("you {} in a mail to {to}", purpose_in_words(*purpose))
            }
            Fact::DraftPrepared { kind, .. } => format!("draft: {kind}"),
            Fact::ApprovalRequested { .. } => "you were asked to approve it".to_owned(),
            Fact::ApprovalReminded { .. } => "you were asked again".to_owned(),
            Fact::DraftApproved { send_at, .. } => {
                format!("you approved it; planned for {}", time(send_at))
            }
            Fact::DraftPostponed { until, .. } | Fact::LaterWanted { until } => {
                format!("later: {}", time(until))
            }
            Fact::DraftSkipped { .. } => "draft let go".to_owned(),
            Fact::DraftLapsed { .. } => "draft lapsed".to_owned(),
            Fact::DraftWithdrawn { reason, .. } => {
                format!("draft withdrawn. {}", Reason::Outdated(*reason))
            }
            Fact::DraftWanted => "you asked for a draft".to_owned(),
            Fact::MessageSent { kind, to, .. } => format!("{kind} sent to {to}"),
            Fact::SendRefused { .. } => "the mail server refused the message".to_owned(),
            Fact::SendDeferred { code: Some(code), .. } => {
                format!("the mail server did not take it now ({code})")
            }
            Fact::SendDeferred { code: None, .. } => {
                "the mail server could not be reached, or said nothing".to_owned()
            }
            Fact::SendInDoubt { kind, .. } => format!("{kind} may or may not have left"),
            Fact::FactAsked { .. } => "you were asked for a missing fact".to_owned(),
            Fact::Closed { reason } => Reason::Closed(*reason).to_string(),
            Fact::Reopened => "open again".to_owned(),
            Fact::ClientLearned { name } => format!("for: {name}"),
            Fact::PeopleMet { names } if names.is_empty() => "you said whom you met".to_owned(),
            Fact::PeopleMet { names } => format!("you met: {}", names.join(", ")),
            Fact::InterviewAskedAbout { again: false, .. } => {
                "you were asked what they said".to_owned()
            }
            Fact::InterviewAskedAbout { again: true, .. } => {
                "you were asked once more what they said".to_owned()
            }
            Fact::HeardBack { text, .. } if text.is_empty() => "they answered".to_owned(),
            Fact::HeardBack { text, .. } => format!("they answered: {text}"),
            Fact::Retracted { events, because } => {
                let what = match because {
                    Correction::NotThisOne => "not about this application",
                    Correction::Undone => "undone",
                };
                match events.len() {
                    1 => format!("corrected ({what}): 1 entry does not count"),
                    count => format!("corrected ({what}): {count} entries do not count"),
                }
            }
        }
    }
}

fn purpose_in_words(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Attempt => "asked how it stands",
        Purpose::ThankYou => "thanked",
        Purpose::Answer => "answered",
        Purpose::Other => "got in touch",
    }
}
