//! Another name or another position while a draft waits: the draft is written once more with it and
//! asked for under a code of its own, so that what is wrong goes to nobody.
//!
//! The surprising fact: a text that the user changed is left as it is. Only its request is a new one,
//! and says that the words are to be looked at.

use crate::domain::draft::Draft;
use crate::domain::event::{Fact, Source};
use crate::domain::ids::ApplicationId;
use crate::domain::policy::{self, Action};
use crate::service::Record;
use crate::service::record::Case;
use crate::store::Tx;

use super::edit::in_its_place;
use super::{OPEN, Reply};

const LEFT: &str = "You changed this draft, so I left its text as it is: does it still fit what you \
    told me?";

impl Record {
    /// The number of the version that takes the place of the open draft, by what the user told last.
    /// `None` if no draft is open, if it cannot be held any more, or if it says the same as before.
    pub(super) async fn write_anew(
        &self,
        tx: &mut Tx,
        reply: &Reply<'_>,
        application: ApplicationId,
    ) -> anyhow::Result<Option<u32>> {
        let open = tx.open_draft(application).await?.filter(|open| OPEN.contains(&open.state));
        let case = self.case_of(tx, application, reply.now).await?;
        let (Some(open), Some(case)) = (open, case) else { return Ok(None) };
        let decision = policy::decide(&case.follow_up, &case.around, &self.settings, reply.now);
        if matches!(decision.action, Action::Stop { .. }) {
            return Ok(None);
        }
        let old = &open.draft;
        let (mut draft, mut notes) = self.write_draft(tx, &case, old.kind, reply.now).await?;
        let ours = written_by_us(tx, &case).await?;
        let own_subject = !ours.iter().any(|it| it.subject == old.subject);
        let own_text = !ours.iter().any(|it| it.body == old.body);
        if own_subject {
            draft.subject.clone_from(&old.subject);
        }
        if own_text {
            draft.body.clone_from(&old.body);
            notes = vec![LEFT.to_owned()];
        } else if (&draft.to, &draft.subject, &draft.body) == (&old.to, &old.subject, &old.body) {
            return Ok(None);
        }
        let told = Source::Reply(reply.id);
        let written_by = if own_subject || own_text { told } else { Source::Service };
        let placed = in_its_place(tx, &open, draft, told, written_by, reply.now).await?;
        let Some(draft) = placed else { return Ok(None) };
        self.ask_for_version(tx, &case, old, &draft, notes, reply.now).await?;
        Ok(Some(draft.version))
    }
}

/// The drafts whose words are the service's, not the user's.
async fn written_by_us(tx: &mut Tx, case: &Case) -> anyhow::Result<Vec<Draft>> {
    let drafts = tx.load_drafts(case.application.id).await?.into_iter().map(|row| row.draft);
    let by_us = |draft: &Draft| {
        case.events.iter().any(|event| {
            let prepared =
                matches!(event.fact, Fact::DraftPrepared { draft: id, .. } if id == draft.id);
            prepared && event.source == Source::Service
        })
    };
    Ok(drafts.filter(by_us).collect())
}
