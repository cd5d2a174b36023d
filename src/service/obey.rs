//! The user's replies: who wrote it, which of our mails does it answer, what does it ask for, and
//! then exactly that, with a receipt. Everything happens in the transaction that takes the reply in,
//! so a reply is obeyed once or not at all.

mod anew;
mod approve;
mod attach;
mod by_number;
mod carry_out;
mod edit;
mod everything;
mod put_off;
mod refused;
mod telling;

pub(super) use edit::{Change, Edited, prepared};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::domain::approval::{
    FoundAt, Refusal, Request, examine, filed_by_user, referred_request, same_secret, secret_hash,
    shape, written_by_user,
};
use crate::domain::command::{Command, in_our_words, parse};
use crate::domain::draft::{Draft, DraftState};
use crate::domain::event::{Fact, WithdrawnReason};
use crate::domain::ids::{ApplicationId, MessageKey, ReplyId};
use crate::domain::mailbox::Role;
use crate::domain::message::Message;
use crate::mail::wording::TAG;
use crate::store::{
    AttemptState, MailboxRow, NewReply, Outcome, PlaceRow, QuestionRow, ReplyState, Tx,
    UnfinishedAttempt,
};

use super::Record;
use super::letters::Receipt;
use super::record::Case;

/// A copy in INBOX waits this long for its twin in Sent before the user is told.
const SENT_COPY_GRACE: TimeDelta = TimeDelta::minutes(10);

/// States in which a draft can still be taken back.
pub(super) const OPEN: [DraftState; 3] =
    [DraftState::Prepared, DraftState::Asked, DraftState::Approved];

/// A reply on its way through the checks.
pub(super) struct Reply<'a> {
    pub id: ReplyId,
    pub message: &'a Message,
    found_at: Vec<FoundAt>,
    request: Option<Request>,
    pub application: Option<ApplicationId>,
    pub question: Option<QuestionRow>,
    pub now: DateTime<Utc>,
}

impl Record {
    /// Whether a note to oneself answers one of our mails: by its thread, by a code in its text,
    /// or, for what concerns everything, by the tag in its subject.
    pub(super) async fn refers_to_us(
        &self,
        tx: &mut Tx,
        message: &Message,
    ) -> anyhow::Result<bool> {
        for id in message.refers_to() {
            if tx.find_user_mail(self.account, id).await?.is_some() {
                return Ok(true);
            }
        }
        if self.question_of(tx, message).await?.is_some() {
            return Ok(true);
        }
        if self.request_by_code(tx, message).await?.is_some() {
            return Ok(true);
        }
        let about_everything = matches!(
            self.command_in(message, self.today()),
            Command::StopAll | Command::Pause(_) | Command::Resume | Command::New(_)
        );
        Ok(about_everything && message.subject.contains(TAG))
    }

    fn command_in(&self, message: &Message, today: NaiveDate) -> Command {
        let text = in_our_words(&message.new_text, &self.config.approval.words);
        parse(&text, today, &[self.config.account.name.as_str()])
    }

    async fn request_by_code(
        &self,
        tx: &mut Tx,
        message: &Message,
    ) -> anyhow::Result<Option<Request>> {
        for code in &message.ref_codes {
            let hash = code.hash();
            let found = tx.find_request_by_ref(self.account, &hash).await?;
            if let Some(found) = found.filter(|it| same_secret(&it.ref_hash, &hash)) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// In-Reply-To decides; without a request there, the newest reference that is one.
    async fn request_by_thread(
        &self,
        tx: &mut Tx,
        message: &Message,
    ) -> anyhow::Result<Option<Request>> {
        for id in message.in_reply_to.iter().chain(message.references.iter().rev()) {
            let hash = secret_hash(id);
            let found = tx.find_request_by_secret(self.account, &hash).await?;
            if let Some(found) = found.filter(|it| same_secret(&it.secret_hash, &hash)) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Obeys a reply that lies in the user's Sent mailbox; keeps it waiting if it does not yet.
    /// `copy` is where the copy lies that was read.
    pub(super) async fn obey(
        &self,
        tx: &mut Tx,
        key: MessageKey,
        copy: Role,
        identity: [u8; 32],
        message: &Message,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let Some(mut reply) = self.take_up(tx, key, identity, message, now).await? else {
            return Ok(());
        };
        let id = reply.id;
        let today = now.with_timezone(&self.settings.zone).date_naive();
        let command = self.command_in(message, today);
        match self.believed(tx, message, &reply.found_at, copy, &command).await? {
            Ok(()) => {}
            Err(Refusal::NotInSent) => return Ok(()),
            Err(refusal) => return self.refuse(tx, id, message, refusal, now).await,
        }
        if command == Command::Hello {
            let account = self.accounts.first().id;
            tx.learn_sent_shape(account, &shape(&message.hops), now).await?;
        }
        let by_thread = self.request_by_thread(tx, message).await?;
        let by_code = self.request_by_code(tx, message).await?;
        reply.application = self.application_of_thread(tx, message).await?;
        let outcome = match referred_request(by_thread, by_code) {
            Ok(request) => {
                let named = request.as_ref().map(|request| request.application);
                reply.application = named.or(reply.application);
                reply.request = request;
                reply.question = self.question_of(tx, message).await?;
                let asked = reply.question.as_ref();
                reply.application =
                    reply.application.or_else(|| asked.and_then(|it| it.question.application));
                if let Command::Draft(Some(code)) = &command {
                    let named = tx.find_application(self.account, code).await?;
                    reply.application = named.map(|row| row.id);
                }
                if let Command::New(new) = &command {
                    Ok(self.record_new(tx, &mut reply, new).await?)
                } else if let Some(lines) = self.summary_lines(&reply) {
                    Ok(self.by_number(tx, &reply, lines).await?)
                } else {
                    self.carry_out(tx, &reply, command).await?
                }
            }
            Err(refusal) => Err(refusal),
        };
        self.conclude(tx, &reply, outcome).await
    }

    /// A reply that is not settled yet, with where its copies lie.
    async fn take_up<'a>(
        &self,
        tx: &mut Tx,
        key: MessageKey,
        identity: [u8; 32],
        message: &'a Message,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Option<Reply<'a>>> {
        let places = tx.places_of(key).await?;
        // Whoever is asked in one account answers there: a copy elsewhere shows nothing.
        let asked_there = |place: &&PlaceRow| place.account == self.accounts.first().id;
        let found_at: Vec<FoundAt> = places
            .iter()
            .filter(asked_there)
            .map(|place| FoundAt {
                mailbox: place.location.mailbox,
                role: place.role,
                uid_validity: place.location.uid_validity,
                uid: place.location.uid,
                is_draft: place.is_draft,
            })
            .collect();
        let in_sent = found_at.iter().any(|place| place.role == Role::Sent && !place.is_draft);
        let new = NewReply {
            identity,
            message_id: message.message_id.clone(),
            first_seen_at: now,
            in_sent,
        };
        let (id, _) = tx.note_reply(self.account, &new).await?;
        let state = tx.load_reply(id).await?.map(|row| row.state);
        let waiting = state == Some(ReplyState::Waiting);
        let (request, application, question) = (None, None, None);
        Ok(waiting.then_some(Reply { id, message, found_at, request, application, question, now }))
    }

    /// Whether the user wrote it: the headers, and the copy in Sent. How that copy looks is not
    /// asked of the reply that teaches it.
    async fn believed(
        &self,
        tx: &mut Tx,
        message: &Message,
        found_at: &[FoundAt],
        copy: Role,
        command: &Command,
    ) -> anyhow::Result<Result<(), Refusal>> {
        if let Err(refusal) = written_by_user(message, found_at, &self.own) {
            return Ok(Err(refusal));
        }
        if copy != Role::Sent {
            return Ok(Err(Refusal::NotInSent));
        }
        let usual = tx.sent_shapes(self.accounts.first().id).await?;
        let filed = filed_by_user(&message.hops, &usual);
        Ok(if *command == Command::Hello { Ok(()) } else { filed })
    }

    /// `approve` and what counts as one, in the light of the request.
    fn examined(
        &self,
        request: &Request,
        draft: &Draft,
        reply: &Reply<'_>,
        condition: &str,
    ) -> Result<(), Refusal> {
        examine(request, draft, &reply.found_at, condition, reply.now)
    }

    async fn conclude(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        outcome: Result<Receipt, Refusal>,
    ) -> anyhow::Result<()> {
        let (code, receipt) = match outcome {
            Ok(receipt @ Receipt::NotTaken { .. }) => (Some("words"), receipt),
            Ok(receipt) => (None, receipt),
            Err(refusal) => (Some(refusal.code()), Receipt::Refused(refusal)),
        };
        let state = if code.is_some() { ReplyState::Refused } else { ReplyState::Obeyed };
        tx.settle_reply(reply.id, state, code).await?;
        if let (Some(code), Some(application)) = (code, reply.application) {
            self.note_refusal(tx, application, reply.id, code, reply.now).await?;
        }
        self.answer_reply(tx, reply, receipt, reply.now).await
    }

    async fn application_of_thread(
        &self,
        tx: &mut Tx,
        message: &Message,
    ) -> anyhow::Result<Option<ApplicationId>> {
        for id in message.in_reply_to.iter().chain(message.references.iter().rev()) {
            if let Some(mail) = tx.find_user_mail(self.account, id).await?
                && mail.application.is_some()
            {
                return Ok(mail.application);
            }
        }
        Ok(None)
    }

    /// Replies of which no copy came to lie in Sent: the user is told, once, what to do.
    pub(super) async fn answer_unproven(&self) -> anyhow::Result<()> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let mailboxes = tx.load_mailboxes(self.accounts.first().id).await?;
        let sent: Vec<_> =
            mailboxes.iter().filter(|row| matches!(row.role, Role::Sent | Role::All)).collect();
        for row in tx.replies_waiting(self.account).await? {
            let until = row.reply.first_seen_at + SENT_COPY_GRACE;
            let looked = |mailbox: &&MailboxRow| {
                mailbox.error.is_none() && mailbox.last_read_at.is_some_and(|at| at >= until)
            };
            if now < until || !sent.iter().all(looked) {
                continue;
            }
            let code = Refusal::NotInSent.code();
            tx.settle_reply(row.id, ReplyState::Refused, Some(code)).await?;
            self.tell_unproven(&mut tx, row.id, now).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// They answered our message: it left.
    pub(super) async fn answer_ends_doubt(
        &self,
        tx: &mut Tx,
        application: ApplicationId,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        for unfinished in tx.unfinished(self.account).await? {
            let UnfinishedAttempt { attempt, message_id, to } = unfinished;
            let doubtful = attempt.state == AttemptState::InDoubt;
            if doubtful && attempt.application == application {
                tx.finish(attempt.id, Outcome::Sent, Some("they answered"), now).await?;
                let (draft, kind) = (attempt.draft, attempt.kind);
                let fact = Fact::MessageSent { draft, kind, to, message_id };
                self.note(tx, attempt.application, fact, now).await?;
            }
        }
        Ok(())
    }

    /// Older mail that turned up late lies before the open draft in the ledger and does not
    /// outdate it by itself; the draft was written without knowing it.
    pub(super) async fn withdraw_for_the_past(
        &self,
        tx: &mut Tx,
        case: &Case,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let Some(open) = &case.follow_up.draft else { return Ok(()) };
        if !tx.move_draft(open.id, &OPEN, DraftState::Withdrawn).await? {
            return Ok(());
        }
        tx.revoke_requests(case.application.id).await?;
        let reason = WithdrawnReason::SomethingNew;
        let fact = Fact::DraftWithdrawn { draft: open.id, reason };
        self.note(tx, case.application.id, fact, now).await?;
        self.tell_withdrawn(tx, case, reason, now).await
    }

    /// Withdraws a draft that something outdated, and tells the user.
    pub(super) async fn withdraw_outdated(
        &self,
        tx: &mut Tx,
        application: ApplicationId,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        if let Some((case, reason)) = self.withdraw(tx, application, now).await? {
            self.tell_withdrawn(tx, &case, reason, now).await?;
        }
        Ok(())
    }

    /// The same where the receipt of a command says it anyway.
    pub(super) async fn withdraw_outdated_quietly(
        &self,
        tx: &mut Tx,
        application: ApplicationId,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        self.withdraw(tx, application, now).await.map(|_| ())
    }

    async fn withdraw(
        &self,
        tx: &mut Tx,
        application: ApplicationId,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Option<(Case, WithdrawnReason)>> {
        if tx.open_draft(application).await?.is_none() {
            return Ok(None);
        }
        let Some(case) = self.case_of(tx, application, now).await? else { return Ok(None) };
        let Some(open) = &case.follow_up.draft else { return Ok(None) };
        let Some(reason) = open.outdated else { return Ok(None) };
        if !tx.move_draft(open.id, &OPEN, DraftState::Withdrawn).await? {
            return Ok(None);
        }
        tx.revoke_requests(application).await?;
        let fact = Fact::DraftWithdrawn { draft: open.id, reason };
        self.note(tx, application, fact, now).await?;
        Ok(Some((case, reason)))
    }
}
