//! The user's replies: who wrote it, which of our mails does it answer, what does it ask for, and
//! then exactly that, with a receipt. Everything happens in the transaction that takes the reply in,
//! so a reply is obeyed once or not at all.

mod carry_out;

use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::approval::{
    FoundAt, Refusal, Request, referred_request, secret_hash, written_by_user,
};
use crate::domain::command::{Command, parse};
use crate::domain::draft::DraftState;
use crate::domain::event::{Fact, WithdrawnReason};
use crate::domain::ids::{ApplicationId, MessageKey, ReplyId};
use crate::domain::mailbox::Role;
use crate::domain::message::Message;
use crate::store::{
    AttemptState, MailboxRow, NewReply, Outcome, QuestionRow, ReplyState, Tx, UnfinishedAttempt,
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
    /// Whether a note to oneself answers one of our mails: by its thread or by a code in its text.
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
        let asked = self.question_of(tx, message).await?.is_some();
        Ok(asked || self.request_by_code(tx, message).await?.is_some())
    }

    async fn request_by_code(
        &self,
        tx: &mut Tx,
        message: &Message,
    ) -> anyhow::Result<Option<Request>> {
        for code in &message.ref_codes {
            if let Some(found) = tx.find_request_by_ref(self.account, &code.hash()).await? {
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
            if let Some(found) = tx.find_request_by_secret(self.account, &hash).await? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// Obeys a reply that lies in the user's Sent mailbox; keeps it waiting if it does not yet.
    pub(super) async fn obey(
        &self,
        tx: &mut Tx,
        key: MessageKey,
        identity: [u8; 32],
        message: &Message,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let places = tx.places_of(key).await?;
        let found_at: Vec<FoundAt> = places
            .iter()
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
        if state != Some(ReplyState::Waiting) {
            return Ok(());
        }
        match written_by_user(message, &found_at, &self.own) {
            Ok(()) => {}
            Err(Refusal::NotInSent) => return Ok(()),
            Err(refusal) => {
                tx.settle_reply(id, ReplyState::Ignored, Some(refusal.code())).await?;
                return Ok(());
            }
        }
        let by_thread = self.request_by_thread(tx, message).await?;
        let by_code = self.request_by_code(tx, message).await?;
        let mut reply =
            Reply { id, message, found_at, request: None, application: None, question: None, now };
        let outcome = match referred_request(by_thread, by_code) {
            Ok(request) => {
                reply.application = match &request {
                    Some(request) => Some(request.application),
                    None => self.application_of_thread(tx, message).await?,
                };
                reply.request = request;
                let today = now.with_timezone(&self.settings.zone).date_naive();
                let names = [self.config.account.name.as_str()];
                let command = parse(&message.new_text, today, &names);
                reply.question = self.question_of(tx, message).await?;
                let asked = reply.question.as_ref();
                reply.application =
                    reply.application.or_else(|| asked.and_then(|it| it.question.application));
                if let Command::Draft(Some(code)) = &command {
                    let named = tx.find_application(self.account, code).await?;
                    reply.application = named.map(|row| row.id);
                }
                self.carry_out(tx, &reply, command).await?
            }
            Err(refusal) => Err(refusal),
        };
        self.conclude(tx, &reply, outcome).await
    }

    async fn conclude(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        outcome: Result<Receipt, Refusal>,
    ) -> anyhow::Result<()> {
        let (state, reason, receipt) = match outcome {
            Ok(receipt) => (ReplyState::Obeyed, None, receipt),
            Err(refusal) => (ReplyState::Refused, Some(refusal.code()), Receipt::Refused(refusal)),
        };
        tx.settle_reply(reply.id, state, reason).await?;
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
        let mailboxes = tx.load_mailboxes(self.account).await?;
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
        case: &Case,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        for unfinished in tx.unfinished(self.account).await? {
            let UnfinishedAttempt { attempt, message_id, to } = unfinished;
            let doubtful = attempt.state == AttemptState::InDoubt;
            if doubtful && attempt.application == case.application.id {
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
