//! Other words for the open draft: the user's text is read by the linter and becomes a new
//! version, asked for under a code of its own; the one before can no longer be approved.

use chrono::{DateTime, Utc};

use crate::domain::approval::{Refusal, still_stands};
use crate::domain::command::Block;
use crate::domain::draft::{Draft, DraftState};
use crate::domain::event::{Fact, NewEvent, Source, WithdrawnReason};
use crate::domain::ids::DraftId;
use crate::domain::policy;
use crate::mail::compose;
use crate::mail::draft_text::{Around, Complaint, lint};
use crate::service::Record;
use crate::service::letters::{Receipt, Request};
use crate::service::record::Case;
use crate::store::{DraftRow, Tx};

use super::{OPEN, Reply};

/// What is to be another in a draft.
pub(in crate::service) enum Change {
    Text(String),
    Subject(String),
}

/// A new version, or why there is none.
pub(in crate::service) enum Edited {
    New {
        draft: Box<Draft>,
        notes: Vec<String>,
    },
    /// What is to be mended first.
    NotTaken(Vec<String>),
}

impl Record {
    /// `edit`, `subject:`.
    pub(super) async fn edit(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        case: &Case,
        change: Change,
    ) -> anyhow::Result<Result<Receipt, Refusal>> {
        let open = match self.draft_meant(tx, reply, case).await? {
            Ok(Some(open)) => open,
            Ok(None) => return Ok(Ok(Receipt::NothingMeant)),
            Err(refusal) => return Ok(Err(refusal)),
        };
        if matches!(&change, Change::Text(text) if text.is_empty()) {
            return Ok(Ok(Receipt::NoText));
        }
        let source = Source::Reply(reply.id);
        match self.new_version(tx, case, &open, change, source, reply.now).await? {
            Edited::NotTaken(complaints) => {
                let again = self.ask_anew(tx, reply, case, &open).await?;
                Ok(Ok(Receipt::NotTaken { complaints, again }))
            }
            Edited::New { draft, notes } => {
                self.ask_for_version(tx, case, &open.draft, &draft, notes, reply.now).await?;
                Ok(Ok(Receipt::Edited { version: draft.version }))
            }
        }
    }

    /// Who wants other words does not want those that were approved before: they do not go out, and
    /// come as a new version to be approved. `None` if nothing was approved, or it is on its way.
    async fn ask_anew(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        case: &Case,
        open: &DraftRow,
    ) -> anyhow::Result<Option<u32>> {
        if open.state != DraftState::Approved {
            return Ok(None);
        }
        let same = Change::Subject(open.draft.subject.clone());
        let source = Source::Reply(reply.id);
        let edited = self.new_version(tx, case, open, same, source, reply.now).await?;
        let Edited::New { draft, notes } = edited else { return Ok(None) };
        self.ask_for_version(tx, case, &open.draft, &draft, notes, reply.now).await?;
        Ok(Some(draft.version))
    }

    /// `send this`: with both marks and nothing to mend it is the approval of that text; anything
    /// less comes back as a draft.
    pub(super) async fn send_this(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        case: &Case,
        block: Block,
    ) -> anyhow::Result<Result<Receipt, Refusal>> {
        let (Some(request), true) = (&reply.request, block.exact && !block.text.is_empty()) else {
            return self.edit(tx, reply, case, Change::Text(block.text)).await;
        };
        let Some(open) = tx.load_draft(request.draft).await? else {
            return Ok(Err(Refusal::Outdated));
        };
        if let Err(refusal) = self.examined(request, &open.draft, reply, "") {
            return Ok(Err(refusal));
        }
        if !self.complaints(tx, case, &open.draft, &block.text, reply.now).await?.is_empty() {
            return self.edit(tx, reply, case, Change::Text(block.text)).await;
        }
        let source = Source::Reply(reply.id);
        let change = Change::Text(block.text);
        let edited = self.new_version(tx, case, &open, change, source, reply.now).await?;
        let Edited::New { draft, .. } = edited else { return Ok(Err(Refusal::Outdated)) };
        let (_, message_id) = self.new_request(tx, &draft, reply.now).await?;
        self.asked(tx, case, draft.id, message_id, reply.now).await?;
        let Some(case) = self.case_of(tx, case.application.id, reply.now).await? else {
            return Ok(Err(Refusal::Outdated));
        };
        let Some(request) = tx.request_of_draft(draft.id).await? else {
            return Ok(Err(Refusal::Outdated));
        };
        let granted = self.grant(tx, &case, &request, &draft, Some(reply.id), reply.now).await?;
        Ok(granted.map(|send_at| Receipt::SentAsWritten { send_at, text: draft.body.clone() }))
    }

    /// The open draft that a reply is about; a reply to an earlier version is about none.
    async fn draft_meant(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        case: &Case,
    ) -> anyhow::Result<Result<Option<DraftRow>, Refusal>> {
        let Some(request) = &reply.request else {
            let open = tx.open_draft(case.application.id).await?;
            return Ok(Ok(open.filter(|open| OPEN.contains(&open.state))));
        };
        let Some(row) = tx.load_draft(request.draft).await? else {
            return Ok(Err(Refusal::Outdated));
        };
        let stands = still_stands(request, &row.draft, reply.now);
        // An approved draft can be changed as long as it has not left; then it needs a new word.
        let approved = stands == Err(Refusal::Used) && row.state == DraftState::Approved;
        Ok(if approved { Ok(Some(row)) } else { stands.map(|()| Some(row)) })
    }

    /// What the linter says about a text in place of a draft's.
    async fn complaints(
        &self,
        tx: &mut Tx,
        case: &Case,
        draft: &Draft,
        text: &str,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Vec<Complaint>> {
        let known = self.draft_facts(case, draft.to.name.as_deref(), draft.kind, now)?;
        let (earlier, other_employers) = self.around_words(tx, case).await?;
        let around = Around { earlier: &earlier, other_employers: &other_employers };
        Ok(lint(text, &known.borrow(), &around))
    }

    /// Puts a new version in the place of the open draft, unless something in it must not go out.
    pub(in crate::service) async fn new_version(
        &self,
        tx: &mut Tx,
        case: &Case,
        open: &DraftRow,
        change: Change,
        source: Source,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Edited> {
        let old = &open.draft;
        let (subject, body) = match change {
            Change::Text(text) => (old.subject.clone(), compose::clean_text(&text)),
            Change::Subject(subject) => (compose::clean_subject(&subject), old.body.clone()),
        };
        let complaints = self.complaints(tx, case, old, &body, now).await?;
        let (stops, shown): (Vec<_>, Vec<_>) = complaints.iter().partition(|it| it.blocks());
        let said = |all: Vec<&Complaint>| all.iter().map(ToString::to_string).collect::<Vec<_>>();
        if !stops.is_empty() {
            return Ok(Edited::NotTaken(said(stops)));
        }
        let version = old.version + 1;
        let message_id = Self::new_message_id_of(&old.from.address)?;
        let draft = Draft { id: DraftId(0), version, subject, body, message_id, ..old.clone() };
        let Some(draft) = in_its_place(tx, open, draft, source, source, now).await? else {
            return Ok(Edited::NotTaken(vec!["the draft before is already on its way".to_owned()]));
        };
        Ok(Edited::New { draft: Box::new(draft), notes: said(shown) })
    }

    /// Asks for the approval of a new version, with what changed in it.
    pub(in crate::service) async fn ask_for_version(
        &self,
        tx: &mut Tx,
        case: &Case,
        old: &Draft,
        draft: &Draft,
        notes: Vec<String>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let application = case.application.id;
        let Some(case) = self.case_of(tx, application, now).await? else { return Ok(()) };
        let send_at =
            policy::planned_send(&case.follow_up, &case.around, &self.settings, draft.kind, now)
                .map_or(now, |(_, send_at)| send_at);
        let because = self.why_due(&case, draft.kind, now);
        let request = Request { draft, before: Some(old), notes, because, send_at, again: false };
        let message_id = self.ask_approval(tx, &case, &request, now).await?;
        self.asked(tx, &case, draft.id, message_id, now).await
    }
}

/// Puts a draft in the place of the open one, as the user told; `None` if that is already on its
/// way.
pub(super) async fn in_its_place(
    tx: &mut Tx,
    open: &DraftRow,
    draft: Draft,
    told: Source,
    written_by: Source,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<Draft>> {
    let (old, application) = (open.draft.id, draft.application);
    if !tx.move_draft(old, &OPEN, DraftState::Withdrawn).await? {
        return Ok(None);
    }
    tx.revoke_requests(application).await?;
    let fact = Fact::DraftWithdrawn { draft: old, reason: WithdrawnReason::ByUser };
    tx.append(&NewEvent { application, at: now, source: told, fact }, true).await?;
    let id = tx.insert_draft(&draft, open.send_at, now).await?;
    let draft = Draft { id, ..draft };
    let fact = prepared(&draft, open.send_at);
    tx.append(&NewEvent { application, at: now, source: written_by, fact }, true).await?;
    Ok(Some(draft))
}

/// How the ledger has a draft that was written.
pub(in crate::service) fn prepared(draft: &Draft, send_at: DateTime<Utc>) -> Fact {
    Fact::DraftPrepared {
        draft: draft.id,
        pursuit: draft.pursuit,
        kind: draft.kind,
        version: draft.version,
        to: draft.to.address.clone(),
        subject: draft.subject.clone(),
        send_at,
    }
}
