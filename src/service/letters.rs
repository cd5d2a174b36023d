//! Mails to the user: facts of the record put into the words of `mail::wording` and queued. The
//! key of a mail says what it is about, so the same mail is queued once, whatever crashes.

mod receipts;
mod requests;

pub(super) use receipts::Receipt;
pub(super) use requests::Request;

use sha2::{Digest as _, Sha256};

use chrono::{DateTime, NaiveDateTime, Offset as _, TimeDelta, Utc};

use crate::domain::address::Correspondent;
use crate::domain::approval::Refusal;
use crate::domain::draft::{AttemptNumber, Draft, DraftKind};
use crate::domain::event::WithdrawnReason;
use crate::domain::hexadecimal::hexadecimal;
use crate::domain::ids::{ApplicationId, MessageId, ReplyId};
use crate::domain::person::first_name;
use crate::domain::reason::Reason;
use crate::mail::wording::{self, About, AfterSend, Notice, Outcome, Planned, Words};
use crate::store::{BlindTime, Tx};

use super::Record;
use super::record::Case;
use super::watch::Lane;

/// Why an approved message did not simply leave.
pub(super) enum Unsent {
    Refused {
        answer: String,
    },
    InDoubt,
    Blind,
    /// The account with this address, from which it was to leave or in which an answer may lie, is
    /// not in the configuration.
    NoAccount {
        address: String,
    },
    /// An unsent draft of the user to them lies in this mailbox.
    OwnDraft {
        mailbox: String,
    },
}

impl Case {
    pub fn first_name(&self) -> String {
        self.follow_up
            .contact
            .as_ref()
            .and_then(|contact| contact.name.as_deref())
            .and_then(first_name)
            .unwrap_or_else(|| "your contact".to_owned())
    }

    /// What a person is called: the contact by name, others by address.
    pub fn name_of(&self, person: &crate::domain::address::Address) -> String {
        let contact = self.follow_up.contact.as_ref();
        let known = contact.filter(|contact| contact.address == *person);
        known.map_or_else(|| person.to_string(), |_| self.first_name())
    }

    pub fn about<'a>(&'a self, first_name: &'a str) -> About<'a> {
        About {
            id: &self.application.readable_id,
            employer: &self.application.employer.name,
            first_name,
        }
    }
}

impl Record {
    /// The address mails to the user go to.
    pub(super) fn notify(&self) -> Correspondent {
        let name = self.user.name.clone();
        Correspondent { name, address: self.config.approval.notify.clone() }
    }

    pub(super) fn clock_of_user(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.with_timezone(&self.settings.zone).naive_local()
    }

    pub(super) async fn queue_words(
        &self,
        tx: &mut Tx,
        key: String,
        words: Words,
        application: Option<ApplicationId>,
        in_reply_to: Option<MessageId>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let mail = words.into_mail(key, self.new_message_id()?, in_reply_to);
        tx.queue(self.account, &mail, application, now).await?;
        Ok(())
    }

    async fn queue_notice(
        &self,
        tx: &mut Tx,
        case: &Case,
        key: String,
        notice: &Notice,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let first_name = case.first_name();
        let about = case.about(&first_name);
        let words = wording::notice(&about, notice, self.today());
        self.queue_words(tx, key, words, Some(case.application.id), None, now).await
    }

    fn planned<'a>(&self, case: &Case, at: DateTime<Utc>, first_name: &'a str) -> Planned<'a> {
        let zone = case.follow_up.recipient_zone(self.settings.zone);
        let recipient = zone.local(at).offset().fix();
        Planned { at, user_zone: self.settings.zone, recipient, first_name }
    }

    pub(super) async fn tell_sent(
        &self,
        tx: &mut Tx,
        case: &Case,
        draft: &Draft,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let after = |days: u32| self.clock_of_user(now + TimeDelta::days(i64::from(days))).date();
        let then = match draft.kind {
            DraftKind::Attempt(AttemptNumber::First) => {
                AfterSend::SecondNotBefore(after(self.settings.second_attempt_days))
            }
            DraftKind::Attempt(AttemptNumber::Second) => {
                AfterSend::ClosesOn(after(self.settings.close_after_days))
            }
            DraftKind::OfferNotice | DraftKind::ThankYou | DraftKind::ClosingNote => {
                AfterSend::Nothing
            }
        };
        let notice = Notice::Outcome(Outcome::Sent { at: self.clock_of_user(now), then });
        self.queue_notice(tx, case, format!("sent:{}", draft.id.0), &notice, now).await
    }

    pub(super) async fn tell_unsent(
        &self,
        tx: &mut Tx,
        case: &Case,
        draft: &Draft,
        unsent: Unsent,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let (key, outcome) = match unsent {
            Unsent::Refused { answer } => {
                let why = format!("the mail server refused the message: {answer}.");
                (format!("refused:{}", draft.id.0), Outcome::NotSent { why })
            }
            Unsent::InDoubt => (format!("doubt:{}", draft.id.0), Outcome::InDoubt),
            Unsent::OwnDraft { mailbox } => {
                let why = format!(
                    "an unsent draft of yours to them lies in {mailbox}. I let mine go; reply \
                     \"draft\" if you want it after all."
                );
                (format!("own-draft:{}", draft.id.0), Outcome::NotSent { why })
            }
            Unsent::NoAccount { address } => {
                let why = format!(
                    "your mail with them is in {address}, and that account is not in the \
                     configuration any more, so I would not see an answer there. I let it go. To \
                     go on, put the account back and reply \"draft\"."
                );
                (format!("no-account:{}", draft.id.0), Outcome::NotSent { why })
            }
            Unsent::Blind => {
                let mailboxes = self.all_mailboxes(tx).await?;
                let since = mailboxes.iter().filter_map(|row| row.last_read_at).min();
                let since = self.clock_of_user(since.unwrap_or(now));
                let key = format!("blind:{}:{}", draft.id.0, self.today());
                (key, Outcome::Blind { since })
            }
        };
        self.queue_notice(tx, case, key, &Notice::Outcome(outcome), now).await
    }

    /// A draft was withdrawn; said only if the user has seen it.
    pub(super) async fn tell_withdrawn(
        &self,
        tx: &mut Tx,
        case: &Case,
        reason: WithdrawnReason,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let Some(open) = case.follow_up.draft.as_ref() else { return Ok(()) };
        if open.asked_at.is_none() || reason == WithdrawnReason::Closed {
            return Ok(());
        }
        let said = Reason::Outdated(reason).to_string();
        let notice = match (reason, case.follow_up.answers.last()) {
            (WithdrawnReason::Answered, Some(answer)) => {
                let who = case.name_of(&answer.from);
                Notice::Outcome(Outcome::Answered { who, at: self.clock_of_user(answer.at) })
            }
            // Nothing was to be sent yet, so nothing is said to be not sent.
            _ if open.approved_at.is_none() => Notice::Withdrawn { why: said },
            _ => {
                Notice::Outcome(Outcome::NotSent { why: format!("{said} The draft is withdrawn.") })
            }
        };
        let key = format!("withdrawn:{}", open.id.0);
        self.queue_notice(tx, case, key, &notice, now).await
    }

    /// A request lapses quietly; a promise to send does not.
    pub(super) async fn tell_lapsed(
        &self,
        tx: &mut Tx,
        case: &Case,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let Some(open) = case.follow_up.draft.as_ref() else { return Ok(()) };
        let Some(approved_at) = open.approved_at else { return Ok(()) };
        if let Some(deferred) = open.deferred {
            let gave_up = Reason::GivenUp { tries: deferred.tries };
            let why = format!("{gave_up} Reply \"draft\" if you want a new one.");
            let key = format!("given-up:{}", open.id.0);
            let notice = Notice::Outcome(Outcome::NotSent { why });
            return self.queue_notice(tx, case, key, &notice, now).await;
        }
        let approved_on = self.clock_of_user(approved_at).date();
        let key = format!("lapsed:{}", open.id.0);
        self.queue_notice(tx, case, key, &Notice::Lapsed { approved_on }, now).await
    }

    pub(super) async fn tell_moved_on(
        &self,
        tx: &mut Tx,
        case: &Case,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let days: Vec<_> = case
            .follow_up
            .pursuit(now)
            .map(|pursuit| pursuit.attempts)
            .unwrap_or_default()
            .iter()
            .map(|attempt| self.clock_of_user(attempt.sent_at).date())
            .collect();
        let [first, .., second] = days.as_slice() else { return Ok(()) };
        let notice = Notice::MovedOn { first: *first, second: *second };
        let key = format!("moved-on:{}:{}", case.application.id.0, case.events.len());
        self.queue_notice(tx, case, key, &notice, now).await
    }

    /// The mailboxes could not be read for a long time; said once for each such time.
    pub(super) async fn tell_blind_for_long(
        &self,
        tx: &mut Tx,
        blind: &BlindTime,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let since = self.clock_of_user(blind.since);
        let cause = match self.accounts.several(blind.account) {
            Some(account) => format!("{}: {}", account.user.address, blind.cause),
            None => blind.cause.clone(),
        };
        let words = wording::blind(since, &cause, self.today());
        let key = format!("blind-since:{}:{}", blind.since.timestamp(), blind.account.0);
        self.queue_words(tx, key, words, None, None, now).await
    }

    /// A message that could not be read after several tries, or by its headers only.
    pub(super) async fn tell_passed_over(
        &self,
        tx: &mut Tx,
        lane: &Lane,
        uid: u32,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let row = tx.load_mailbox(lane.id).await?;
        let mailbox = row.map_or_else(|| lane.raw_name.clone(), |row| row.display_name);
        let lines = vec![format!(
            "One message in {} cannot be read, after three tries, and I go on without its text. If \
             you wait for an answer, please look there yourself; if it is your reply to one of my \
             mails, please send it again.",
            self.accounts.mailbox(lane.account, &mailbox)
        )];
        let words = wording::receipt_without_application(
            "a message I cannot read",
            &wording::Receipt::Told { lines },
            self.today(),
        );
        let key = format!("passed-over:{}:{}:{uid}", lane.id.0, lane.cursor.uid_validity);
        self.queue_words(tx, key, words, None, None, now).await
    }

    /// What the mail server wants the user to see; the same words are passed on once.
    pub(super) async fn pass_on_alert(&self, alert: &str) -> anyhow::Result<()> {
        let lines = vec![format!("Your mail server says: {alert}")];
        let words = wording::receipt_without_application(
            "a message from your mail server",
            &wording::Receipt::Told { lines },
            self.today(),
        );
        let hash: [u8; 32] = Sha256::digest(alert.as_bytes()).into();
        let hash = hexadecimal(hash.get(..8).unwrap_or(&hash));
        let mut tx = self.store.begin().await?;
        self.queue_words(
            &mut tx,
            format!("server-alert:{hash}"),
            words,
            None,
            None,
            self.clock.now(),
        )
        .await?;
        tx.commit().await?;
        Ok(())
    }

    /// A message in the thread of one of our mails that is not the user's word.
    pub(super) async fn tell_refused(
        &self,
        tx: &mut Tx,
        refusal: Refusal,
        application: Option<ApplicationId>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let lines = vec![format!(
            "I saw a message in answer to one of my mails and did not obey it: {} Nothing was \
             sent. If it was you, reply from your own mail program, to yourself alone.",
            refusal.sentence()
        )];
        let words = wording::receipt_without_application(
            "a message I did not obey",
            &wording::Receipt::Told { lines },
            self.today(),
        );
        let key = format!("not-obeyed:{}:{}", refusal.code(), self.today());
        self.queue_words(tx, key, words, application, None, now).await
    }

    /// The reply never turned up in Sent.
    pub(super) async fn tell_unproven(
        &self,
        tx: &mut Tx,
        reply: ReplyId,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let place = self.accounts.mailbox(self.accounts.first().id, "Sent");
        let nowhere = if self.accounts.are_several() {
            format!("not in {place}, where I asked you")
        } else {
            "in no Sent mailbox of yours".to_owned()
        };
        let lines = vec![format!(
            "I saw a reply from you that lies {nowhere}, so I did nothing with it: only what you \
             sent yourself counts. Please reply from a mail program that keeps a copy in {place}, \
             or use the commands: afterword status, afterword approve ID."
        )];
        let words = wording::receipt_without_application(
            "a reply I could not use",
            &wording::Receipt::Told { lines },
            self.today(),
        );
        self.queue_words(tx, format!("unproven:{}", reply.0), words, None, None, now).await
    }
}
