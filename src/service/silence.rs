//! Of which applications it is not known whether an answer came, because what arrived in an account
//! was not read. Nothing is decided about them, and nothing asked that such an answer would settle.
//!
//! The surprising fact: an account whose INBOX cannot be opened is as unread as one that cannot be
//! reached; that its other mailboxes were read says nothing about an answer.

use std::collections::BTreeSet;

use crate::domain::ids::{AccountId, ApplicationId};
use crate::store::{QuestionKind, QuestionRow, StoreError, Tx};

use super::Record;
use super::record::Case;

impl Record {
    /// The applications with a conversation in one of these accounts.
    pub(super) async fn unknown(
        &self,
        tx: &mut Tx,
        cases: &[Case],
        unread: &BTreeSet<AccountId>,
    ) -> Result<BTreeSet<ApplicationId>, StoreError> {
        if unread.is_empty() {
            return Ok(BTreeSet::new());
        }
        let holding = tx.accounts_holding_each(self.account).await?;
        let is_unread = |accounts: &Vec<AccountId>| accounts.iter().any(|it| unread.contains(it));
        // One that is in no account yet may be in any that is read at other times.
        let anywhere = unread.iter().any(|it| self.accounts.get(*it).is_ok());
        let all = cases.iter().map(|case| case.application.id);
        Ok(all.filter(|id| holding.get(id).map_or(anywhere, is_unread)).collect())
    }
}

/// Whether what was not read of these applications may answer a question. Which others are closed
/// after an offer was accepted, only the user knows.
pub(super) fn may_be_answered(row: &QuestionRow, unknown: &BTreeSet<ApplicationId>) -> bool {
    let question = &row.question;
    match question.kind {
        QuestionKind::Match | QuestionKind::Interview => {
            question.choices.iter().any(|choice| unknown.contains(&choice.application))
        }
        QuestionKind::CloseOthers | QuestionKind::Evening | QuestionKind::Summary => false,
    }
}
