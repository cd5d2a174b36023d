//! The words of the next message and the thread they go into, from the record alone.

use anyhow::Context as _;
use chrono::{DateTime, Utc};

use crate::domain::address::{Address, Correspondent};
use crate::domain::draft::{Draft, DraftKind, DraftState};
use crate::domain::event::{Fact, Source};
use crate::domain::ids::{AccountId, DraftId, MessageId};
use crate::domain::message::Direction;
use crate::mail::compose;
use crate::mail::draft_text::{self, Around, Complaint, Written};
use crate::service::Record;
use crate::service::record::Case;
use crate::store::Tx;

use super::facts::basis;

impl Record {
    /// The words, from the record only (E14, E17), in the thread of the person who spoke to the
    /// user (E19); and what the user should look at in them.
    pub(in crate::service) async fn write_draft(
        &self,
        tx: &mut Tx,
        case: &Case,
        kind: DraftKind,
        now: DateTime<Utc>,
    ) -> anyhow::Result<(Draft, Vec<String>)> {
        let state = &case.follow_up;
        let known = state.contact.clone().context("A draft has a person to go to")?;
        let shown = known.name.as_deref().map(|name| name.replace(['<', '>', '@', '"'], " "));
        let to = Correspondent {
            name: shown.map(|name| compose::clean_line(&name, 80)),
            address: known.address,
        };
        let words = self.words_for(tx, case, &to, kind, now).await?;
        let position = state.position.as_deref().context("A draft names the position")?;
        let basis = basis(case, kind, now).context("A draft belongs to a pursuit")?;
        let thread = self.thread(tx, case, &to.address).await?;
        let sender = self.sender_in(tx, case, &thread).await?;
        let message_id = Self::new_message_id_of(&sender.address)?;
        let new_subject = format!("Interview {position}");
        let mut complaints = words.complaints;
        complaints.extend(self.stranger(tx, case, &to.address).await?);
        let notes = complaints.iter().map(ToString::to_string).collect();
        let basis = tx.ensure_pursuit(case.application.id, &basis, now).await?;
        let drafts = tx.load_drafts(case.application.id).await?;
        let same = drafts.iter().map(|row| &row.draft);
        let same = same.filter(|it| it.pursuit == basis && it.kind == kind);
        let version = same.map(|draft| draft.version).max().unwrap_or(0) + 1;
        let draft = Draft {
            id: DraftId(0),
            application: case.application.id,
            pursuit: basis,
            kind,
            version,
            from: sender,
            to,
            subject: compose::clean_subject(&thread.subject.unwrap_or(new_subject)),
            body: words.text,
            in_reply_to: thread.parent,
            references: thread.references,
            message_id,
        };
        Ok((draft, notes))
    }

    /// Who writes: the user of the account in which the conversation is (E19), the one of the first
    /// account if there is none yet.
    async fn sender_in(
        &self,
        tx: &mut Tx,
        case: &Case,
        thread: &Thread,
    ) -> anyhow::Result<Correspondent> {
        let holding = tx.accounts_holding(case.application.id).await?;
        let mut places = thread.account.into_iter().chain(holding);
        let known = places.find_map(|id| self.accounts.get(id).ok());
        Ok(known.unwrap_or(self.accounts.first()).user.clone())
    }

    /// The text of the next message, read by the linter.
    async fn words_for(
        &self,
        tx: &mut Tx,
        case: &Case,
        to: &Correspondent,
        kind: DraftKind,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Written> {
        let known = self.draft_facts(case, to.name.as_deref(), kind, now)?;
        anyhow::ensure!(!known.first_name.is_empty(), "The person has a first name");
        let (earlier, other_employers) = self.around_words(tx, case).await?;
        let around = Around { earlier: &earlier, other_employers: &other_employers };
        Ok(draft_text::write(&known.borrow(), &self.templates, &around))
    }

    /// An address nobody of them wrote from (E19).
    async fn stranger(
        &self,
        tx: &mut Tx,
        case: &Case,
        address: &Address,
    ) -> anyhow::Result<Option<Complaint>> {
        let messages = tx.load_messages(case.application.id).await?;
        let mut theirs = messages
            .iter()
            .filter(|row| row.message.direction == Direction::Incoming)
            .filter_map(|row| row.message.from.as_ref())
            .filter(|from| !from.address.is_no_reply())
            .peekable();
        let known = theirs.peek().is_none() || theirs.any(|from| from.address == *address);
        Ok((!known).then(|| Complaint::NotInThread { address: address.to_string() }))
    }

    /// Texts that went to them before, and the other employers of the record.
    pub(in crate::service) async fn around_words(
        &self,
        tx: &mut Tx,
        case: &Case,
    ) -> anyhow::Result<(Vec<String>, Vec<String>)> {
        let sent = |state| matches!(state, DraftState::Sent | DraftState::InDoubt);
        let drafts = tx.load_drafts(case.application.id).await?.into_iter();
        let earlier = drafts.filter(|row| sent(row.state)).map(|row| row.draft.body);
        // A text that was removed by age is like none.
        let earlier = earlier.filter(|body| !body.is_empty()).collect();
        let others = tx.load_applications(self.account).await?;
        let own = case.application.employer.id;
        let others = others.into_iter().map(|row| row.employer).filter(|it| it.id != own);
        Ok((earlier, others.map(|employer| employer.name).collect()))
    }

    /// The conversation with one person, in the ledger's order: its last message, the way there,
    /// and the subject.
    async fn thread(&self, tx: &mut Tx, case: &Case, person: &Address) -> anyhow::Result<Thread> {
        let stored = tx.load_messages(case.application.id).await?;
        let mut ids: Vec<MessageId> = Vec::new();
        let mut subject = None;
        let mut account = None;
        for event in &case.events {
            match (&event.fact, event.source) {
                (Fact::MessageSent { message_id, .. }, _) => ids.push(message_id.clone()),
                (_, Source::Message(key)) => {
                    let Some(row) = stored.iter().find(|row| row.key == key) else { continue };
                    let message = &row.message;
                    let from = message.from.as_ref().map(|from| &from.address);
                    let theirs = message.automatic.is_none() && from == Some(person);
                    if theirs || message.direction == Direction::Outgoing {
                        ids.extend(message.message_id.clone());
                        // One that was removed by age is like none.
                        let words = Some(&message.subject).filter(|it| !it.is_empty());
                        subject = words.cloned().or(subject);
                        account = Some(message.held_by);
                    }
                }
                (_, Source::Reply(_) | Source::CommandLine | Source::Service) => {}
            }
        }
        ids.dedup();
        let parent = ids.pop();
        let references = parent
            .as_ref()
            .map(|parent| compose::reference_chain(&ids, parent))
            .unwrap_or_default();
        let subject = subject.map(|subject| format!("Re: {}", bare_subject(&subject)));
        Ok(Thread { parent, references, subject, account })
    }
}

struct Thread {
    parent: Option<MessageId>,
    references: Vec<MessageId>,
    subject: Option<String>,
    /// Where the conversation is.
    account: Option<AccountId>,
}

/// A subject without the prefixes of replies in the languages of the drafts.
fn bare_subject(subject: &str) -> &str {
    let mut subject = subject.trim();
    while let Some((prefix, rest)) = subject.split_once(':')
        && ["re", "aw", "antw", "sv", "tr", "rv", "ref"]
            .contains(&prefix.trim().to_lowercase().as_str())
    {
        subject = rest.trim();
    }
    subject
}

#[cfg(test)]
mod tests {
    use super::bare_subject;

    #[test]
    fn reply_prefixes_are_not_stacked() {
        assert_eq!(
            bare_subject("Re: AW: re: Interview: Data Engineer"),
            "Interview: Data Engineer"
        );
        assert_eq!(bare_subject("Interview"), "Interview");
    }
}
