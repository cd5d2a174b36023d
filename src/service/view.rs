//! What the commands show: plain values, worked out from the record at one moment. Wording and
//! JSON are made where they are printed.

mod health;
mod timeline;

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};

use crate::domain::address::{Address, Correspondent};
use crate::domain::draft::{AttemptNumber, DraftKind, DraftState};
use crate::domain::event::{Author, Channel, ClosedReason};
use crate::domain::follow_up::{Attempt, FollowUp, Turn};
use crate::domain::ids::{MessageId, ReadableId};
use crate::domain::mailbox::Role;
use crate::domain::message::{Kind, PromiseReading};
use crate::domain::policy::{self, Action};
use crate::domain::reason::Reason;
use crate::store::{MailboxRow, Tx};

use super::Record;
use super::record::Case;

pub use health::AccountHealth;
pub use timeline::{EvidenceView, TimelineEntry};

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
    /// Since when it has been their, or the user's, or nobody's turn.
    pub turn_since: Option<Local>,
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
    /// When its texts were removed by age.
    pub texts_removed_at: Option<Local>,
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
    /// The conclusion, in a sentence.
    pub so: String,
}

#[derive(Debug, Clone)]
pub struct Health {
    /// Each mail account, in the order of the configuration.
    pub accounts: Vec<AccountHealth>,
    pub mailboxes: Vec<MailboxView>,
    /// When the look back goes on, if it rests because enough was fetched for one day.
    pub look_back_rests_until: Option<Local>,
    pub sending: SendingView,
    /// Mails to the user that came back in the last seven days.
    pub returned: Option<ReturnedView>,
    /// Applications whose texts were removed by age.
    pub texts_removed: Option<TextsRemovedView>,
    pub in_doubt: usize,
    pub pending_approvals: usize,
}

/// Whether an approved message may leave at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendingView {
    On,
    /// By the configuration, or by the stop file.
    Off,
    /// Until this moment, or until the user ends it.
    Paused(Option<Local>),
    /// The provider takes no more before this moment.
    Quota(Local),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReturnedView {
    pub count: u32,
    pub last_at: Local,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextsRemovedView {
    pub applications: usize,
    pub last_at: Local,
}

#[derive(Debug, Clone)]
pub struct MailboxView {
    /// The address of its account.
    pub account: String,
    pub name: String,
    pub role: Role,
    pub last_read_at: Option<Local>,
    pub messages: u32,
    pub error: Option<String>,
}

impl Record {
    /// Every application, those that need the user first.
    pub async fn overview(&self) -> anyhow::Result<Overview> {
        let now = self.clock.now();
        let mut tx = self.store.snapshot().await?;
        let cases = self.load_cases(&mut tx, now).await?;
        let mailboxes = self.all_mailboxes(&mut tx).await?;
        let mut applications: Vec<ApplicationView> =
            cases.iter().map(|case| self.view(case, now)).collect();
        applications.sort_by_key(|view| urgency(view.state));
        let count = |state: State| applications.iter().filter(|it| it.state == state).count();
        let health = Health {
            accounts: self.account_healths(&mut tx, &mailboxes, now).await?,
            look_back_rests_until: self.look_back_rests_until(&mut tx, now).await?,
            sending: self.sending(&mut tx, now).await?,
            returned: self.returned_lately(&mut tx, now).await?,
            texts_removed: texts_removed(&applications),
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
        let messages = tx.evidence_of(case.application.id).await?;
        let timeline = case.events.iter().map(|event| self.entry(event, &messages)).collect();
        Ok(Some((self.view(&case, now), timeline)))
    }

    async fn returned_lately(
        &self,
        tx: &mut Tx,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Option<ReturnedView>> {
        let begin = now - TimeDelta::days(7);
        let returned = tx.returned(self.account, begin, now + TimeDelta::seconds(1)).await?;
        Ok(returned.map(|it| ReturnedView { count: it.count, last_at: self.local(it.last_at) }))
    }

    pub(super) fn local(&self, at: DateTime<Utc>) -> Local {
        at.with_timezone(&self.settings.zone).fixed_offset()
    }

    fn mailbox_view(&self, row: MailboxRow) -> MailboxView {
        let account = self.accounts.get(row.account);
        MailboxView {
            account: account.map(|it| it.user.address.to_string()).unwrap_or_default(),
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
            turn_since: state.turn_since(now).map(|at| self.local(at)),
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
            texts_removed_at: case.texts_removed_at.map(|at| self.local(at)),
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
        let so = self.conclusion(case, &decision, now);
        let at_once = Some(self.local(now));
        let (action, at) = match &decision.action {
            Action::Wait { until } => ("wait", Some(self.local(*until))),
            Action::Ask { .. } | Action::Prepare { .. } => ("ask", at_once),
            Action::Send { .. } => ("send", at_once),
            Action::Stop { .. } => ("close", at_once),
            Action::Nothing => ("nothing", None),
        };
        let why = self.whole_why(case, decision, now);
        NextView { action, at, why, so }
    }
}

/// Of how many applications, and when last.
fn texts_removed(applications: &[ApplicationView]) -> Option<TextsRemovedView> {
    let bare = applications.iter().filter_map(|it| it.texts_removed_at);
    let last_at = bare.clone().max()?;
    Some(TextsRemovedView { applications: bare.count(), last_at })
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
