//! Everything about each message that left or was about to: under which approval, after which
//! checks, in which bytes, and what the server said at the end.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use crate::domain::address::Address;
use crate::domain::draft::DraftKind;
use crate::domain::hexadecimal::hexadecimal;
use crate::domain::ids::{MessageId, ReadableId};
use crate::store::{AttemptState, AuditRow};

use super::Record;
use super::view::Local;

/// One attempt.
#[derive(Debug, Clone)]
pub struct AuditView {
    pub kind: DraftKind,
    /// `claimed`, `handed_over`, `sent`, `refused`, `in_doubt`, `released`, `bounced`.
    pub state: AttemptState,
    pub to: Address,
    pub subject: String,
    pub message_id: MessageId,
    pub approval: ApprovalView,
    pub checks: Vec<(Local, String)>,
    pub claimed_at: Local,
    pub handed_at: Option<Local>,
    pub finished_at: Option<Local>,
    /// What the server said at the end.
    pub answer: Option<String>,
    pub copy_at: Option<Local>,
    /// The message as it was handed in; `None` if its text was removed by age.
    pub message: Option<MessageView>,
}

/// A message as it was handed in.
#[derive(Debug, Clone)]
pub struct MessageView {
    /// SHA-256 in hexadecimal.
    pub digest: String,
    pub octets: usize,
}

/// The approval an attempt consumed.
#[derive(Debug, Clone)]
pub struct ApprovalView {
    /// The mail that asked.
    pub request_id: MessageId,
    pub asked_at: Local,
    pub granted_at: Local,
    /// Whether a reply approved; else a command on this machine.
    pub by_reply: bool,
    pub reply_id: Option<MessageId>,
    /// SHA-256 of the approved words, in hexadecimal.
    pub digest: String,
}

impl Record {
    /// Every attempt of an application, oldest first; `None` if there is no such application.
    pub async fn audit(&self, id: &ReadableId) -> anyhow::Result<Option<Vec<AuditView>>> {
        let mut tx = self.store.snapshot().await?;
        let Some(application) = tx.find_application(self.account, id).await? else {
            return Ok(None);
        };
        let rows = tx.audit(application.id).await?;
        Ok(Some(rows.into_iter().map(|row| self.audit_view(row)).collect()))
    }

    fn audit_view(&self, row: AuditRow) -> AuditView {
        let local = |at: DateTime<Utc>| self.local(at);
        AuditView {
            kind: row.kind,
            state: row.state,
            to: row.to,
            subject: row.subject,
            message_id: row.message_id,
            approval: ApprovalView {
                request_id: row.request_id,
                asked_at: local(row.asked_at),
                granted_at: local(row.granted_at),
                by_reply: row.by_reply,
                reply_id: row.reply_id,
                digest: hexadecimal(&row.digest),
            },
            checks: row.checks.into_iter().map(|it| (local(it.at), it.what)).collect(),
            claimed_at: local(row.claimed_at),
            handed_at: row.handed_at.map(local),
            finished_at: row.finished_at.map(local),
            answer: row.answer,
            copy_at: row.copy_at.map(local),
            message: row.bytes.map(|bytes| MessageView {
                digest: hexadecimal(&Sha256::digest(&bytes)),
                octets: bytes.len(),
            }),
        }
    }
}
