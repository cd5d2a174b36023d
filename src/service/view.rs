//! What the commands show: plain values, worked out from the record at one moment. Wording and
//! JSON are made where they are printed.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

use crate::domain::address::{Address, Correspondent};
use crate::domain::draft::{AttemptNumber, DraftKind, DraftState};
use crate::domain::event::{Author, Channel, ClosedReason, Event, Fact, Purpose, Source};
use crate::domain::follow_up::{Attempt, FollowUp, Turn};
use crate::domain::ids::{MessageId, ReadableId};
use crate::domain::mailbox::Role;
use crate::domain::message::{Kind, PromiseReading};
use crate::domain::policy::{self, Action};
use crate::domain::reason::Reason;
use crate::store::MailboxRow;

use super::Record;
use super::record::Case;

/// A moment with the offset of the user's zone.
pub type Local = DateTime<FixedOffset>;

/// Everything `status` shows.
#[derive(Debug, Clone)]
pub struct Overview {
    pub applications: Vec<ApplicationView>,
    pub health: Health,
}

/// One application at one moment.
#[derive(Debug, Clone)]
pub struct ApplicationView {
    pub id: ReadableId,
    pub employer: String,
    pub position: Option<String>,
    pub contact: Option<Correspondent>,
    pub state: State,
    pub turn: Turn,
    pub interviews: Vec<InterviewView>,
    pub promise: Option<PromiseView>,
    pub attempts: Vec<AttemptView>,
    /// How many of the two messages of the running pursuit went out.
    pub sent_now: usize,
    pub replies: Vec<ReplyView>,
    pub draft: Option<DraftView>,
    pub next: NextView,
    pub closed: Option<(Local, ClosedReason)>,
    pub notes: Vec<String>,
}

/// The state in one word, as the outside knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Applied,
    Interviewing,
    Waiting,
    YourTurn,
    Asked,
    Approved,
    InDoubt,
    MovedOn,
    Closed,
    Offer,
}

#[derive(Debug, Clone)]
pub struct InterviewView {
    pub starts_at: Local,
    pub ends_at: Local,
    pub round: u32,
    pub by_hand: bool,
    pub cancelled: bool,
}

#[derive(Debug, Clone)]
pub struct PromiseView {
    pub reading: PromiseReading,
    pub said_in: Option<MessageId>,
}

#[derive(Debug, Clone)]
pub struct AttemptView {
    pub number: Option<AttemptNumber>,
    pub by: Author,
    pub channel: Channel,
    pub sent_at: Local,
    pub to: Option<Address>,
    pub message_id: Option<MessageId>,
    pub answered_by: Option<MessageId>,
}

#[derive(Debug, Clone)]
pub struct ReplyView {
    pub at: Local,
    pub from: Address,
    pub kind: Kind,
    pub message_id: Option<MessageId>,
}

#[derive(Debug, Clone)]
pub struct DraftView {
    pub version: u32,
    pub kind: DraftKind,
    pub to: Address,
    pub subject: String,
    pub state: DraftState,
    pub send_at: Local,
}

/// What comes next.
#[derive(Debug, Clone)]
pub struct NextView {
    /// `wait`, `ask`, `send`, `close`, `nothing`.
    pub action: &'static str,
    pub at: Option<Local>,
    pub why: Vec<Reason>,
}

#[derive(Debug, Clone)]
pub struct Health {
    pub mailboxes: Vec<MailboxView>,
    pub blind_since: Option<Local>,
    pub in_doubt: usize,
    pub pending_approvals: usize,
}

#[derive(Debug, Clone)]
pub struct MailboxView {
    pub name: String,
    pub role: Role,
    pub last_read_at: Option<Local>,
    pub messages: u32,
    pub error: Option<String>,
}

/// One line of an application's history.
#[derive(Debug, Clone)]
pub struct TimelineEntry {
    pub at: Local,
    pub what: String,
    pub source: &'static str,
}

impl Record {
    /// Every application, those that need the user first.
    pub async fn overview(&self) -> anyhow::Result<Overview> {
        let now = self.clock.now();
        let mut tx = self.store.snapshot().await?;
        let cases = self.load_cases(&mut tx, now).await?;
        let mailboxes = tx.load_mailboxes(self.account).await?;
        let mut applications: Vec<ApplicationView> =
            cases.iter().map(|case| self.view(case, now)).collect();
        applications.sort_by_key(|view| urgency(view.state));
        let count = |state: State| applications.iter().filter(|it| it.state == state).count();
        let health = Health {
            blind_since: self.blind_since(&mailboxes),
            in_doubt: count(State::InDoubt),
            pending_approvals: count(State::Asked),
            mailboxes: mailboxes.into_iter().map(|row| self.mailbox_view(row)).collect(),
        };
        Ok(Overview { applications, health })
    }

    /// One application with its history; `None` if there is none of that name.
    pub async fn application(
        &self,
        id: &ReadableId,
    ) -> anyhow::Result<Option<(ApplicationView, Vec<TimelineEntry>)>> {
        let now = self.clock.now();
        let mut tx = self.store.snapshot().await?;
        let Some(row) = tx.find_application(self.account, id).await? else { return Ok(None) };
        let case = self.load_case(&mut tx, row, now).await?;
        let timeline = case.events.iter().map(|event| self.entry(event)).collect();
        Ok(Some((self.view(&case, now), timeline)))
    }

    fn local(&self, at: DateTime<Utc>) -> Local {
        at.with_timezone(&self.settings.zone).fixed_offset()
    }

    /// Since when some mailbox has not been read.
    fn blind_since(&self, mailboxes: &[MailboxRow]) -> Option<Local> {
        mailboxes
            .iter()
            .filter(|mailbox| mailbox.error.is_some())
            .filter_map(|mailbox| mailbox.last_read_at)
            .min()
            .map(|at| self.local(at))
    }

    fn mailbox_view(&self, row: MailboxRow) -> MailboxView {
        MailboxView {
            name: row.display_name,
            role: row.role,
            last_read_at: row.last_read_at.map(|at| self.local(at)),
            messages: row.messages,
            error: row.error,
        }
    }

    pub(super) fn view(&self, case: &Case, now: DateTime<Utc>) -> ApplicationView {
        let state = &case.follow_up;
        let mut interviews: Vec<InterviewView> = state
            .interviews
            .values()
            .map(|interview| InterviewView {
                starts_at: self.local(interview.starts_at),
                ends_at: self.local(interview.ends_at),
                round: interview.round.unwrap_or(0),
                by_hand: interview.by_hand,
                cancelled: interview.cancelled,
            })
            .collect();
        interviews.sort_by_key(|interview| interview.starts_at);
        for (round, interview) in (1u32..).zip(interviews.iter_mut()) {
            interview.round = if interview.round == 0 { round } else { interview.round };
        }
        ApplicationView {
            id: case.application.readable_id.clone(),
            employer: case.application.employer.name.clone(),
            position: state.position.clone(),
            contact: state.contact.clone(),
            state: state_of(state, now),
            turn: state.turn(now),
            interviews,
            promise: state.promise.as_ref().map(|promise| PromiseView {
                reading: promise.reading.clone(),
                said_in: promise.said_in.clone(),
            }),
            attempts: state.attempts.iter().map(|attempt| self.attempt_view(attempt)).collect(),
            sent_now: state.pursuit(now).map_or(0, |pursuit| pursuit.attempts.len()),
            replies: state
                .answers
                .iter()
                .map(|answer| ReplyView {
                    at: self.local(answer.at),
                    from: answer.from.clone(),
                    kind: answer.kind,
                    message_id: answer.message_id.clone(),
                })
                .collect(),
            draft: state.draft.as_ref().map(|draft| DraftView {
                version: draft.version,
                kind: draft.kind,
                to: draft.to.clone(),
                subject: draft.subject.clone(),
                state: draft.state,
                send_at: self.local(draft.send_at),
            }),
            next: self.next_view(case, now),
            closed: state.closed.map(|(at, reason)| (self.local(at), reason)),
            notes: state.notes.clone(),
        }
    }

    fn attempt_view(&self, attempt: &Attempt) -> AttemptView {
        AttemptView {
            number: attempt.number,
            by: attempt.by,
            channel: attempt.channel,
            sent_at: self.local(attempt.sent_at),
            to: attempt.to.clone(),
            message_id: attempt.message_id.clone(),
            answered_by: attempt.answered_by.clone(),
        }
    }

    fn next_view(&self, case: &Case, now: DateTime<Utc>) -> NextView {
        let decision = policy::decide(&case.follow_up, &case.around, &self.settings, now);
        let now = Some(self.local(now));
        let (action, at) = match decision.action {
            Action::Wait { until } => ("wait", Some(self.local(until))),
            Action::Ask { .. } | Action::Prepare { .. } => ("ask", now),
            Action::Send { .. } => ("send", now),
            Action::Stop { .. } => ("close", now),
            Action::Nothing => ("nothing", None),
        };
        NextView { action, at, why: decision.because }
    }

    fn entry(&self, event: &Event) -> TimelineEntry {
        let source = match event.source {
            Source::Message(_) => "mail",
            Source::Reply(_) => "your reply",
            Source::CommandLine => "command",
            Source::Service => "service",
        };
        TimelineEntry { at: self.local(event.at), what: self.told(&event.fact), source }
    }

    /// A fact in a few words.
    #[expect(clippy::too_many_lines, reason = "a line for every fact there is")]
    fn told(&self, fact: &Fact) -> String {
        let day = |day: &NaiveDate| crate::domain::reason::plain_day(*day);
        let time = |at: &DateTime<Utc>| self.local(*at).format("%a %-d %b %Y %H:%M").to_string();
        match fact {
            Fact::ApplicationRecorded { .. } => "application recorded".to_owned(),
            Fact::PositionLearned { position } => format!("position: {position}"),
            Fact::ContactLearned { contact } => format!("contact: {contact}"),
            Fact::StrengthLearned { sentence } => format!("strength: {sentence}"),
            Fact::NoteAdded { text } => format!("note: {text}"),
            Fact::ToneHeard { language, informal } => {
                let form = if *informal { "informal" } else { "formal" };
                format!("they write {}, {form}", language.as_str())
            }
            Fact::InterviewScheduled { starts_at, .. } => {
                format!("interview on {}", time(starts_at))
            }
            Fact::InterviewCancelled { .. } => "interview cancelled".to_owned(),
            Fact::PromiseGiven { promise, .. } => match &promise.not_before {
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
                let asked = match purpose {
                    Purpose::Attempt => " and asked how it stands",
                    Purpose::Other => "",
                };
                format!("you {}{asked}", touched(*channel))
            }
            Fact::PutOnHold => "they put it on hold".to_owned(),
            Fact::OfferReceived { expires_on: Some(by), .. } => {
                format!("an offer, open until {}", day(by))
            }
            Fact::OfferReceived { expires_on: None, .. } => "an offer".to_owned(),
            Fact::OfferAccepted => "you took their offer".to_owned(),
            Fact::CallAdvised => "you were given the words for a call".to_owned(),
            Fact::UserWrote { to, .. } => format!("you wrote to {to}"),
            Fact::DraftPrepared { kind, .. } => format!("draft: {kind}"),
            Fact::ApprovalRequested { .. } => "you were asked to approve it".to_owned(),
            Fact::ApprovalReminded { .. } => "you were asked again".to_owned(),
            Fact::DraftApproved { send_at, .. } => {
                format!("you approved it; planned for {}", time(send_at))
            }
            Fact::DraftPostponed { until, .. } => format!("later: {}", time(until)),
            Fact::DraftSkipped { .. } => "draft let go".to_owned(),
            Fact::DraftLapsed { .. } => "draft lapsed".to_owned(),
            Fact::DraftWithdrawn { reason, .. } => {
                format!("draft withdrawn. {}", Reason::Outdated(*reason))
            }
            Fact::DraftWanted => "you asked for a draft".to_owned(),
            Fact::MessageSent { kind, to, .. } => format!("{kind} sent to {to}"),
            Fact::SendRefused { .. } => "the mail server refused the message".to_owned(),
            Fact::SendInDoubt { kind, .. } => format!("{kind} may or may not have left"),
            Fact::FactAsked { .. } => "you were asked for a missing fact".to_owned(),
            Fact::Closed { reason } => Reason::Closed(*reason).to_string(),
            Fact::Reopened => "open again".to_owned(),
        }
    }
}

fn touched(channel: Channel) -> &'static str {
    match channel {
        Channel::Mail => "wrote to them",
        Channel::Call => "called them",
        Channel::Voicemail => "left them a voice message",
        Channel::LinkedIn => "wrote to them on LinkedIn",
        Channel::InPerson => "spoke to them",
    }
}

fn state_of(state: &FollowUp, now: DateTime<Utc>) -> State {
    if let Some((_, reason)) = state.closed {
        return if reason == ClosedReason::MovedOn { State::MovedOn } else { State::Closed };
    }
    if let Some(draft) = &state.draft {
        return match draft.state {
            DraftState::Approved => State::Approved,
            DraftState::Claimed | DraftState::InDoubt => State::InDoubt,
            DraftState::Prepared
            | DraftState::Asked
            | DraftState::Sent
            | DraftState::Refused
            | DraftState::Withdrawn
            | DraftState::Lapsed
            | DraftState::Skipped => State::Asked,
        };
    }
    if state.offer {
        State::Offer
    } else if state.my_turn_since.is_some() {
        State::YourTurn
    } else if state.coming_interview(now).is_some() {
        State::Interviewing
    } else if state.pursuit(now).is_some() {
        State::Waiting
    } else {
        State::Applied
    }
}

fn urgency(state: State) -> u8 {
    match state {
        State::InDoubt => 0,
        State::Asked => 1,
        State::Offer => 2,
        State::YourTurn => 3,
        State::Approved => 4,
        State::Interviewing => 5,
        State::Waiting => 6,
        State::Applied => 7,
        State::MovedOn => 8,
        State::Closed => 9,
    }
}
