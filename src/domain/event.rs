//! The ledger's closed list of facts. Facts are appended and never changed, but for texts that are
//! emptied by age (`old_texts`); the state of an application is the fold over its facts
//! (`FollowUp::replay`).
//!
//! `at` is when it happened: for mail the earlier of the server's arrival time and the moment it
//! was first seen, for everything else the clock of the step. Order is the ledger's order, not
//! `at`: a server's clock and ours are never compared to decide what came after what.

use chrono::{DateTime, NaiveDate, Utc};

use super::address::{Address, Correspondent};
use super::draft::DraftKind;
use super::ids::{ApplicationId, DraftId, EventId, MessageId, MessageKey, PursuitId, ReplyId};
use super::message::{AutomaticClass, Kind, PromiseReading};
use super::tone::Language;

/// One entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub id: EventId,
    pub application: ApplicationId,
    pub at: DateTime<Utc>,
    pub source: Source,
    pub fact: Fact,
}

/// An entry that is not in the ledger yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    pub application: ApplicationId,
    pub at: DateTime<Utc>,
    pub source: Source,
    pub fact: Fact,
}

/// Where a fact comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A message of the mailbox.
    Message(MessageKey),
    /// The user's reply to one of our mails.
    Reply(ReplyId),
    /// A command typed on this machine.
    CommandLine,
    /// The service itself: time passed, or it sent something.
    Service,
}

/// Who wrote an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    Service,
    User,
}

/// Whose step is next after a human answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NextStep {
    Theirs,
    Mine,
}

/// Why an application was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosedReason {
    MovedOn,
    Rejected,
    Withdrawn,
    Filled,
    AcceptedElsewhere,
    /// The user took this employer's offer.
    Accepted,
    DoNotContact,
    History,
    ByUser,
}

/// Why a draft was withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithdrawnReason {
    /// The employer wrote.
    Answered,
    /// The user wrote by hand.
    WroteByHand,
    /// Something changed that the words or the date rest on.
    PlanChanged,
    /// The user said so.
    ByUser,
    /// A message the barrier saw and nobody has classified yet.
    SomethingNew,
    Closed,
    /// A pause outlasted it; another is written when it is over.
    Paused,
}

/// A way to reach a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    Mail,
    Call,
    Voicemail,
    LinkedIn,
    InPerson,
}

/// What the user's own message was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Asks about the status, or was sent after a follow-up was due.
    Attempt,
    ThankYou,
    /// To something they had asked for.
    Answer,
    /// Papers, a question of the user's own, small talk.
    Other,
}

/// Why earlier entries do not count any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Correction {
    /// The message is not about this application.
    NotThisOne,
    /// The user took back what they had said.
    Undone,
}

/// A fact about one application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    ApplicationRecorded {
        position: Option<String>,
        contact: Option<Correspondent>,
    },
    PositionLearned {
        position: String,
    },
    ContactLearned {
        contact: Correspondent,
    },
    StrengthLearned {
        sentence: String,
    },
    NoteAdded {
        text: String,
    },
    /// How the two sides speak to each other; heard in a message of either.
    ToneHeard {
        language: Language,
        informal: bool,
    },
    /// Whom an agency works for. The agency stays the one that is written to.
    ClientLearned {
        name: String,
    },
    /// Who took part in an interview, by the user's word.
    PeopleMet {
        names: Vec<String>,
    },

    /// Also a move: the same `key` with a higher `sequence` replaces the earlier one.
    InterviewScheduled {
        key: String,
        sequence: i64,
        starts_at: DateTime<Utc>,
        ends_at: DateTime<Utc>,
        /// Offset of their clock in seconds east of Greenwich, if the invitation told.
        offset: Option<i32>,
        round: Option<u32>,
        summary: String,
        message_id: Option<MessageId>,
    },
    InterviewCancelled {
        key: String,
        sequence: i64,
    },
    /// The user was asked in the evening what was said (E29).
    InterviewAskedAbout {
        key: String,
        again: bool,
    },

    /// `said_in` is `None` if the user told us.
    PromiseGiven {
        promise: PromiseReading,
        said_in: Option<MessageId>,
    },
    /// The user says that no date was given.
    NoPromiseGiven,

    EmployerReplied {
        from: Address,
        kind: Kind,
        next_step: NextStep,
        message_id: Option<MessageId>,
        /// Matched by less than a reference or a person: it stops, and starts nothing.
        weak: bool,
        /// Offset of the sender's Date header in seconds east of Greenwich.
        offset: Option<i32>,
    },
    AutomaticReceived {
        class: AutomaticClass,
        message_id: Option<MessageId>,
    },
    OutOfOffice {
        returns_on: Option<NaiveDate>,
        message_id: Option<MessageId>,
    },
    Bounced {
        hard: bool,
        recipient: Option<Address>,
        original: Option<MessageId>,
    },

    /// The employer asked to be reached another way, or by mail again (E10).
    ChannelWanted {
        channel: Channel,
    },
    /// The user talked or wrote to the employer on another channel (E10).
    Touched {
        channel: Channel,
        purpose: Purpose,
    },
    /// The employer answered in a way that no mailbox shows, by the user's word.
    HeardBack {
        channel: Channel,
        text: String,
    },
    /// The employer put the matter on hold; their next word ends it.
    PutOnHold,

    /// They made the user an offer. It may be told to others only with `evidence`, the message
    /// it stands in, and with its last day (E27).
    OfferReceived {
        written_on: Option<NaiveDate>,
        expires_on: Option<NaiveDate>,
        evidence: Option<MessageId>,
        /// Whether others may be told who made it.
        named: bool,
    },
    /// The user took the offer of this employer.
    OfferAccepted,

    /// The user wrote to the employer from any client.
    UserWrote {
        to: Address,
        /// Everybody else in To and Cc.
        also_to: Vec<Address>,
        purpose: Purpose,
        message_id: Option<MessageId>,
    },

    DraftPrepared {
        draft: DraftId,
        pursuit: PursuitId,
        kind: DraftKind,
        version: u32,
        to: Address,
        subject: String,
        send_at: DateTime<Utc>,
    },
    ApprovalRequested {
        draft: DraftId,
        message_id: MessageId,
    },
    ApprovalReminded {
        draft: DraftId,
    },
    DraftApproved {
        draft: DraftId,
        send_at: DateTime<Utc>,
    },
    /// `approve now`: the preferred days, the window and the undo time do not count for it.
    HurryWanted {
        draft: DraftId,
    },
    /// A reply was not obeyed; `Refusal::code` says why.
    CommandRefused {
        code: String,
    },
    /// `until` is the first moment the user wants to be asked again.
    DraftPostponed {
        draft: DraftId,
        until: DateTime<Utc>,
    },
    /// No draft was open, and the user wants none before `until`.
    LaterWanted {
        until: DateTime<Utc>,
    },
    DraftSkipped {
        draft: DraftId,
    },
    DraftLapsed {
        draft: DraftId,
    },
    DraftWithdrawn {
        draft: DraftId,
        reason: WithdrawnReason,
    },
    /// The user asked for a draft after a lapse, a skip, or on the first run.
    DraftWanted,
    /// The user was given the words for a call instead of a draft (E10).
    CallAdvised,

    /// A message to the employer left, whatever it was for.
    MessageSent {
        draft: DraftId,
        kind: DraftKind,
        to: Address,
        message_id: MessageId,
    },
    SendRefused {
        draft: DraftId,
        code: u16,
    },
    /// Nothing of it left; it may be tried again. `code` is `None` if the server said nothing.
    SendDeferred {
        draft: DraftId,
        code: Option<u16>,
    },
    SendInDoubt {
        draft: DraftId,
        kind: DraftKind,
        to: Address,
        message_id: MessageId,
    },

    /// The user was asked for something that a draft needs.
    FactAsked {
        what: MissingFact,
    },

    Closed {
        reason: ClosedReason,
    },
    Reopened,

    /// Earlier entries of this application do not count any more. They stay in the ledger.
    Retracted {
        events: Vec<EventId>,
        because: Correction,
    },
}

/// What a draft cannot be written without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MissingFact {
    /// The first name of the person who spoke to the user.
    Name,
    Position,
    /// An address somebody reads.
    Address,
    /// Out of office without a date, or for more than thirty days.
    ReturnDate,
    /// Whether a message in doubt left; nothing more is drafted before that is known.
    WhetherSent,
}
