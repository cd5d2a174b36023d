//! What the user records by a command, through the same ledger as everything else.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::domain::address::Correspondent;
use crate::domain::approval::{Refusal, still_stands};
use crate::domain::calendar::moment;
use crate::domain::command::Told;
use crate::domain::date_words::may_be_later;
use crate::domain::draft::{Draft, DraftState};
use crate::domain::event::{ClosedReason, Fact, NewEvent, Source};
use crate::domain::follow_up::FollowUp;
use crate::domain::ids::{ApplicationId, ReadableId};
use crate::domain::message::PromiseReading;
use crate::store::{StoreError, Tx};

use super::Record;
use super::obey::{Change, Edited};
use super::told::Taken;

/// An application the mailbox does not show.
#[derive(Debug, Clone)]
pub struct NewApplication {
    pub employer: String,
    /// Registrable domain, or any domain of theirs.
    pub domain: Option<String>,
    pub position: Option<String>,
    pub contact: Option<Correspondent>,
    pub interview: Option<NewInterview>,
    /// The user's words and the last day they mean.
    pub promise: Option<(String, NaiveDate)>,
    pub strength: Option<String>,
}

#[derive(Debug, Clone, Copy)]
pub struct NewInterview {
    pub starts_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
    pub round: Option<u32>,
}

/// One entry about a known application.
#[derive(Debug, Clone)]
pub enum ByHand {
    Interview(NewInterview),
    Draft,
    Skip,
    Stop,
    Reopen,
    /// The same as in a reply.
    Told(Told),
}

/// What became of an entry by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recorded {
    Done,
    /// What was understood, a line each.
    Said(Vec<String>),
    /// The words mean no day, or nothing that could be recorded.
    NotRead,
    /// `skip`, and no draft waits.
    NoDraft,
    UnknownApplication,
}

/// Why nothing was put off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotLater {
    NoDraft,
    /// It has passed, or is too far away.
    Day,
}

impl Record {
    #[must_use]
    pub fn zone(&self) -> chrono_tz::Tz {
        self.settings.zone
    }

    /// The user's day.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.clock.now().with_timezone(&self.settings.zone).date_naive()
    }

    /// Records an application; what is past by then is drafted without waiting to be picked.
    pub async fn new_application(&self, new: NewApplication) -> anyhow::Result<ReadableId> {
        let mut tx = self.store.begin().await?;
        let (source, now) = (Source::CommandLine, self.clock.now());
        let (_, id) = self.add_application(&mut tx, new, source, now).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// The same in a transaction of the caller, by the user's word of whatever source.
    pub(super) async fn add_application(
        &self,
        tx: &mut Tx,
        new: NewApplication,
        source: Source,
        now: DateTime<Utc>,
    ) -> anyhow::Result<(ApplicationId, ReadableId)> {
        let domain = new
            .domain
            .as_deref()
            .or_else(|| {
                let address = &new.contact.as_ref()?.address;
                crate::mail::sense::identifies_employer(address).then(|| address.domain())
            })
            .and_then(psl::domain_str)
            .map(str::to_lowercase);
        let employer = tx.ensure_employer(self.account, &new.employer, domain.as_deref()).await?;
        let (application, id) = tx.create_application(self.account, employer, now).await?;
        let mut facts =
            vec![Fact::ApplicationRecorded { position: new.position, contact: new.contact }];
        facts.extend(new.strength.map(|sentence| Fact::StrengthLearned { sentence }));
        if let Some(interview) = new.interview {
            facts.push(scheduled(&id, interview, &FollowUp::default(), now));
            if interview.ends_at <= now {
                facts.push(Fact::DraftWanted);
            }
        }
        if let Some((reading, by)) = new.promise {
            let sentence = reading.clone();
            let promise = PromiseReading { not_before: Some(by), reading, sentence, vague: false };
            facts.push(Fact::PromiseGiven { promise, said_in: None });
        }
        for fact in facts {
            tx.append(&NewEvent { application, at: now, source, fact }, true).await?;
        }
        Ok((application, id))
    }

    pub async fn by_hand(&self, id: &ReadableId, what: ByHand) -> anyhow::Result<Recorded> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let Some(row) = tx.find_application(self.account, id).await? else {
            return Ok(Recorded::UnknownApplication);
        };
        let case = self.load_case(&mut tx, row, now).await?;
        let fact = match what {
            ByHand::Interview(interview) => Some(scheduled(id, interview, &case.follow_up, now)),
            ByHand::Draft => Some(Fact::DraftWanted),
            ByHand::Skip => {
                let skipped = self.let_open_draft_go(&mut tx, &case).await?;
                if skipped.is_none() {
                    return Ok(Recorded::NoDraft);
                }
                skipped
            }
            ByHand::Stop => case
                .follow_up
                .closed
                .is_none()
                .then_some(Fact::Closed { reason: ClosedReason::ByUser }),
            ByHand::Reopen => case.follow_up.closed.map(|_| Fact::Reopened),
            ByHand::Told(told) => {
                let taken = self.take_told(&mut tx, &case, &told, Source::CommandLine, now).await?;
                tx.commit().await?;
                return Ok(match taken {
                    Taken::Said(lines) => Recorded::Said(lines),
                    Taken::NotRead | Taken::NothingMeant => Recorded::NotRead,
                });
            }
        };
        if let Some(fact) = fact {
            self.typed(&mut tx, case.application.id, fact, now).await?;
            self.withdraw_outdated_quietly(&mut tx, case.application.id, now).await?;
        }
        tx.commit().await?;
        Ok(Recorded::Done)
    }

    /// The draft of an application that waits for an approval, to be shown.
    pub async fn waiting_draft(&self, id: &ReadableId) -> anyhow::Result<Option<Draft>> {
        let mut tx = self.store.snapshot().await?;
        let Some(row) = tx.find_application(self.account, id).await? else { return Ok(None) };
        let open = tx.open_draft(row.id).await?;
        Ok(open.filter(|open| open.state == DraftState::Asked).map(|open| open.draft))
    }

    /// Approves on this machine the draft that was `shown`: the same gate as a reply, without the
    /// proof of the Sent mailbox, because whoever can type here can read the database.
    pub async fn approve_by_command(
        &self,
        id: &ReadableId,
        shown: &Draft,
    ) -> anyhow::Result<Result<DateTime<Utc>, Refusal>> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let Some(row) = tx.find_application(self.account, id).await? else {
            return Ok(Err(Refusal::Outdated));
        };
        let case = self.load_case(&mut tx, row, now).await?;
        let Some(request) = tx.request_of_draft(shown.id).await? else {
            return Ok(Err(Refusal::Outdated));
        };
        if let Err(refusal) = still_stands(&request, shown, now) {
            return Ok(Err(refusal));
        }
        let granted = self.grant(&mut tx, &case, &request, shown, None, now).await?;
        tx.commit().await?;
        Ok(granted)
    }

    /// `later`: the open draft goes, another comes on that day or when it may (E01). The days
    /// are those of a reply.
    pub async fn later_by_command(
        &self,
        id: &ReadableId,
        day: NaiveDate,
    ) -> anyhow::Result<Result<(), NotLater>> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let Some(row) = tx.find_application(self.account, id).await? else {
            return Ok(Err(NotLater::NoDraft));
        };
        if !may_be_later(day, self.today()) {
            return Ok(Err(NotLater::Day));
        }
        let case = self.load_case(&mut tx, row, now).await?;
        let Some(fact) = self.postpone_open_draft(&mut tx, &case, day).await? else {
            return Ok(Err(NotLater::NoDraft));
        };
        self.typed(&mut tx, case.application.id, fact, now).await?;
        tx.commit().await?;
        Ok(Ok(()))
    }

    /// `edit`: other words for the draft that was `shown`. It comes back as a new version, or
    /// with what must be mended first.
    pub async fn edit_by_command(
        &self,
        id: &ReadableId,
        shown: &Draft,
        text: &str,
    ) -> anyhow::Result<Result<Draft, Vec<String>>> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let gone = || vec!["the draft is not the current one any more".to_owned()];
        let row = tx.find_application(self.account, id).await?;
        let open = tx.load_draft(shown.id).await?;
        let (Some(row), Some(open)) = (row, open) else { return Ok(Err(gone())) };
        let case = self.load_case(&mut tx, row, now).await?;
        let change = Change::Text(format!("{}\n", text.trim()));
        let source = Source::CommandLine;
        match self.new_version(&mut tx, &case, &open, change, source, now).await? {
            Edited::NotTaken(complaints) => Ok(Err(complaints)),
            Edited::New { draft, notes } => {
                self.ask_for_version(&mut tx, &case, &open.draft, &draft, notes, now).await?;
                tx.commit().await?;
                Ok(Ok(*draft))
            }
        }
    }

    pub(super) async fn typed(
        &self,
        tx: &mut Tx,
        application: ApplicationId,
        fact: Fact,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let event = NewEvent { application, at: now, source: Source::CommandLine, fact };
        tx.append(&event, true).await.map(|_| ())
    }

    /// Everything stops, until the beginning of a day or until `resume`.
    pub async fn pause(&self, until: Option<NaiveDate>) -> anyhow::Result<()> {
        let until = until.map(|day| moment(self.settings.zone, day.and_time(NaiveTime::MIN)));
        let mut tx = self.store.begin().await?;
        tx.pause(self.account, self.clock.now(), until).await?;
        Ok(tx.commit().await?)
    }

    /// Ends a pause; what became due meanwhile comes one by one.
    pub async fn resume(&self) -> anyhow::Result<()> {
        let mut tx = self.store.begin().await?;
        tx.resume(self.account, self.clock.now()).await?;
        Ok(tx.commit().await?)
    }
}

/// An interview that is still to come and was entered by hand is moved; else it is another one.
pub(super) fn scheduled(
    id: &ReadableId,
    interview: NewInterview,
    known: &FollowUp,
    now: DateTime<Utc>,
) -> Fact {
    let coming = known.interviews.iter().find(|(_, it)| it.by_hand && it.starts_at > now);
    let (key, sequence) = match coming {
        Some((key, it)) => (key.clone(), it.sequence + 1),
        None => (format!("by-hand:{id}:{}", interview.starts_at.timestamp()), 0),
    };
    Fact::InterviewScheduled {
        key,
        sequence,
        starts_at: interview.starts_at,
        ends_at: interview.ends_at,
        offset: None,
        round: interview.round,
        summary: String::new(),
        message_id: None,
    }
}
