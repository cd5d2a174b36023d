//! Mails that ask: for an approval, once more for it, and for a fact that a draft needs.

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};

use crate::domain::approval::secret_hash;
use crate::domain::caution::{Known, cautions};
use crate::domain::draft::{AttemptNumber, Draft, DraftKind, DraftState};
use crate::domain::event::{Fact, MissingFact};
use crate::domain::ids::{DraftId, MessageId};
use crate::domain::message::Direction;
use crate::domain::policy::due::due;
use crate::domain::policy::{self, Decision};
use crate::domain::reason::Reason;
use crate::domain::ref_code::RefCode;
use crate::mail::draft_text;
use crate::mail::wording::{self, CallFacts, FactQuestion, RequestFacts, Unknown, Words};
use crate::service::Record;
use crate::service::obey::OPEN;
use crate::service::record::Case;
use crate::store::{MailboxRow, NewRequest, Tx};

/// What is asked for.
pub(in crate::service) struct Request<'a> {
    pub draft: &'a Draft,
    /// The version before it, if the user changed something.
    pub before: Option<&'a Draft>,
    /// What the user should look at.
    pub notes: Vec<String>,
    /// Why now.
    pub because: Vec<String>,
    pub send_at: DateTime<Utc>,
    /// The user was asked before.
    pub again: bool,
}

impl Record {
    /// The request for an approval, under an id and a code of its own.
    pub(in crate::service) async fn ask_approval(
        &self,
        tx: &mut Tx,
        case: &Case,
        request: &Request<'_>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<MessageId> {
        let draft = request.draft;
        let (code, message_id) = self.new_request(tx, draft, now).await?;
        let mut notes = self.cautions(tx, case, draft).await?;
        notes.extend(request.notes.iter().cloned());
        let words = self
            .request_words(tx, case, request, code, now, |facts| {
                wording::approval_request(&RequestFacts { notes: &notes, ..*facts })
            })
            .await?;
        let kind = if request.before.is_some() { "edited" } else { "request" };
        let mail = words.into_mail(format!("{kind}:{}", draft.id.0), message_id.clone(), None);
        tx.queue(self.account, &mail, Some(draft.application), now).await?;
        Ok(message_id)
    }

    /// What about the recipient the user should compare.
    async fn cautions(
        &self,
        tx: &mut Tx,
        case: &Case,
        draft: &Draft,
    ) -> anyhow::Result<Vec<String>> {
        let to = &draft.to.address;
        let messages = tx.load_messages(case.application.id).await?;
        let theirs = messages.iter().rev().map(|row| &row.message);
        let last = theirs
            .filter(|message| message.direction == Direction::Incoming)
            .find(|message| message.from.as_ref().is_some_and(|from| from.address == *to));
        let attempts = &case.follow_up.attempts;
        let known = Known {
            employer: case.application.employer.domain.as_deref(),
            last_to: attempts.iter().rev().find_map(|attempt| attempt.to.as_ref()),
            reply_to: last.and_then(|message| message.reply_to.as_ref()),
        };
        Ok(cautions(to, known))
    }

    /// A draft is asked for: from now on it can be approved.
    pub(in crate::service) async fn asked(
        &self,
        tx: &mut Tx,
        case: &Case,
        draft: DraftId,
        message_id: MessageId,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        tx.move_draft(draft, &[DraftState::Prepared], DraftState::Asked).await?;
        let fact = Fact::ApprovalRequested { draft, message_id };
        self.note(tx, case.application.id, fact, now).await
    }

    /// The same request once more; both can be answered, only one can be used.
    pub(in crate::service) async fn ask_again(
        &self,
        tx: &mut Tx,
        case: &Case,
        draft: DraftId,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let row = tx.load_draft(draft).await?.context("A reminder is about a draft")?;
        let asked_at = case.follow_up.draft.as_ref().and_then(|open| open.asked_at);
        let asked_on = self.clock_of_user(asked_at.unwrap_or(now)).date();
        let planned = policy::planned_send(
            &case.follow_up,
            &case.around,
            &self.settings,
            row.draft.kind,
            now,
        );
        let Some((_, send_at)) = planned else { return Ok(()) };
        let (code, message_id) = self.new_request(tx, &row.draft, now).await?;
        let because = self.why_due(case, row.draft.kind, now);
        let notes = self.cautions(tx, case, &row.draft).await?;
        let draft = &row.draft;
        let request = Request { draft, before: None, notes, because, send_at, again: true };
        let words = self
            .request_words(tx, case, &request, code, now, |facts| {
                wording::reminder(facts, asked_on)
            })
            .await?;
        let mail = words.into_mail(format!("reminder:{}", draft.id.0), message_id, None);
        tx.queue(self.account, &mail, Some(case.application.id), now).await?;
        Ok(())
    }

    /// The reasons for the date of an open draft; that it waits for an answer is none of them. A
    /// message for an occasion says itself what that is.
    pub(in crate::service) fn why_due(
        &self,
        case: &Case,
        kind: DraftKind,
        now: DateTime<Utc>,
    ) -> Vec<String> {
        self.reasons_of_date(case, kind, now).iter().map(ToString::to_string).collect()
    }

    /// Each reason with its rule.
    pub(super) fn why_lines(&self, case: &Case, now: DateTime<Utc>) -> Vec<String> {
        let decision = policy::decide(&case.follow_up, &case.around, &self.settings, now);
        let all = self.whole_why(case, decision, now);
        all.iter()
            .map(|reason| match reason.rule() {
                "-" => reason.to_string(),
                rule => format!("{rule}: {reason}"),
            })
            .collect()
    }

    /// The reasons of a decision; of a draft that waits those of its date come first.
    pub(in crate::service) fn whole_why(
        &self,
        case: &Case,
        decision: Decision,
        now: DateTime<Utc>,
    ) -> Vec<Reason> {
        let open = case.follow_up.draft.as_ref().filter(|open| OPEN.contains(&open.state));
        let of_date = open.map(|open| self.reasons_of_date(case, open.kind, now));
        let mut all = of_date.unwrap_or_default();
        all.extend(decision.because);
        all
    }

    fn reasons_of_date(&self, case: &Case, kind: DraftKind, now: DateTime<Utc>) -> Vec<Reason> {
        match kind {
            DraftKind::Attempt(_) => {}
            DraftKind::OfferNotice | DraftKind::ThankYou | DraftKind::ClosingNote => {
                return Vec::new();
            }
        }
        let pursuit = case.follow_up.pursuit(now);
        let due = pursuit.map(|it| due(&case.follow_up, &it, &case.around, &self.settings));
        due.map(|(_, because)| because).unwrap_or_default()
    }

    /// A new secret and a new code for the exact words of a draft; it is found again by their
    /// hashes.
    pub(in crate::service) async fn new_request(
        &self,
        tx: &mut Tx,
        draft: &Draft,
        now: DateTime<Utc>,
    ) -> anyhow::Result<(RefCode, MessageId)> {
        let mut random = [0u8; 10];
        getrandom::fill(&mut random)?;
        let code = RefCode::new(random);
        let message_id = self.new_message_id()?;
        let request = NewRequest {
            draft: draft.id,
            version: draft.version,
            digest: draft.digest(),
            secret_hash: secret_hash(&message_id),
            ref_hash: code.hash(),
            message_id: message_id.clone(),
            asked_at: now,
            expires_at: now + TimeDelta::hours(i64::from(self.settings.valid_hours)),
            places: self.sent_places(tx).await?,
        };
        tx.insert_request(&request).await?;
        Ok((code, message_id))
    }

    async fn request_words(
        &self,
        tx: &mut Tx,
        case: &Case,
        request: &Request<'_>,
        code: RefCode,
        now: DateTime<Utc>,
        word: impl FnOnce(&RequestFacts<'_>) -> Words,
    ) -> anyhow::Result<Words> {
        let Request { draft, before, notes, because, send_at, again } = request;
        let first_name = case.first_name();
        let today = self.today();
        let remind = now + TimeDelta::hours(i64::from(self.settings.remind_after_hours));
        let asked_at = case.follow_up.draft.as_ref().and_then(|open| open.asked_at).unwrap_or(now);
        let (state, around) = (&case.follow_up, &case.around);
        let lapses = policy::valid_until(state, draft.kind, asked_at, around, &self.settings);
        let continues = tx
            .load_messages(case.application.id)
            .await?
            .last()
            .and_then(|row| row.message.arrived_at)
            .map(|at| self.clock_of_user(at).date());
        let facts = RequestFacts {
            about: case.about(&first_name),
            draft,
            continues: draft.in_reply_to.as_ref().and(continues),
            planned: self.planned(case, *send_at, &first_name),
            why: because,
            notes,
            before: *before,
            checked: &self.what_was_checked(tx).await?,
            remind_on: (!again && remind < lapses).then(|| self.clock_of_user(remind).date()),
            lapses_on: self.clock_of_user(lapses).date(),
            reference: code,
            today,
        };
        Ok(word(&facts))
    }

    async fn what_was_checked(&self, tx: &mut Tx) -> anyhow::Result<Vec<String>> {
        let mut mailboxes = self.all_mailboxes(tx).await?;
        let last = mailboxes.iter().filter_map(|row| row.last_read_at).max();
        mailboxes.retain(|row| row.last_read_at == last);
        let name = |row: &MailboxRow| self.accounts.mailbox(row.account, &row.display_name);
        let names: Vec<String> = mailboxes.iter().map(name).collect();
        let read_at = mailboxes.iter().filter_map(|row| row.last_read_at).min();
        Ok(read_at
            .map(|at| {
                let at = self.clock_of_user(at).format("%H:%M");
                format!(
                    "{} read at {at}. Nothing new from them, and nothing by you.",
                    names.join(", ")
                )
            })
            .into_iter()
            .collect())
    }

    /// Gives the user the words for a call (E10).
    pub(in crate::service) async fn advise_call(
        &self,
        tx: &mut Tx,
        case: &Case,
        number: AttemptNumber,
        decision: &Decision,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let first_name = case.first_name();
        let name = case.follow_up.contact.as_ref().and_then(|contact| contact.name.as_deref());
        let facts = self.draft_facts(case, name, DraftKind::Attempt(number), now)?;
        let script = draft_text::call_script(&facts.borrow());
        let why: Vec<String> = decision.because.iter().map(ToString::to_string).collect();
        let words = wording::call_advice(&CallFacts {
            about: case.about(&first_name),
            script: &script,
            why: &why,
        });
        let application = case.application.id;
        let key = format!("call:{}:{}", application.0, case.events.len());
        self.queue_words(tx, key, words, Some(application), None, now).await
    }

    pub(in crate::service) async fn ask_missing(
        &self,
        tx: &mut Tx,
        case: &Case,
        what: MissingFact,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let contact = case.follow_up.contact.as_ref();
        let from = contact.map_or_else(
            || "No person has written to you yet.".to_owned(),
            |contact| format!("I looked at the mail of {}.", contact.address),
        );
        let useless =
            case.follow_up.bounced.as_ref().map(|(dead, _)| dead).or(contact.map(|it| &it.address));
        let unknown = match what {
            MissingFact::Name => Unknown::Name { from },
            MissingFact::Position => Unknown::Position,
            MissingFact::Address => Unknown::Address {
                useless: useless.map_or_else(|| "anybody".to_owned(), ToString::to_string),
                because: if case.follow_up.bounced.is_some() {
                    "my message came back".to_owned()
                } else {
                    "nobody reads there, or I know no address".to_owned()
                },
            },
            MissingFact::ReturnDate => Unknown::ReturnDate {
                who: case.first_name(),
                long: case.follow_up.away.and_then(|away| away.returns_on),
            },
            MissingFact::WhetherSent => return self.ask_doubt(tx, case, now).await,
        };
        let facts = FactQuestion {
            id: &case.application.readable_id,
            employer: &case.application.employer.name,
            unknown,
            today: self.today(),
        };
        let application = case.application.id;
        let key = format!("question:{}:{what:?}:{}", application.0, case.events.len());
        let words = wording::fact_question(&facts);
        self.queue_words(tx, key, words, Some(application), None, now).await
    }

    /// Asks what became of a message that may or may not have left.
    async fn ask_doubt(&self, tx: &mut Tx, case: &Case, now: DateTime<Utc>) -> anyhow::Result<()> {
        let open = case.follow_up.draft.as_ref();
        let Some(since) = open.and_then(|open| open.in_doubt_since) else { return Ok(()) };
        let first_name = case.first_name();
        let at = self.clock_of_user(since);
        let words = wording::doubt_question(&case.about(&first_name), at, self.today());
        let application = case.application.id;
        let key = format!("question:{}:doubt:{}", application.0, case.events.len());
        self.queue_words(tx, key, words, Some(application), None, now).await
    }
}
