//! The ledger: events are appended, read in order, and never changed. Triggers refuse an UPDATE,
//! but for the texts that `old_texts` empties, and a DELETE by anyone but `forget`.
//!
//! The surprising fact: what was found by looking back comes first, ordered by its time; what
//! happened while we watched follows in the order it was written down, whatever its time says.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::domain::event::{Event, Fact, NewEvent, Source};
use crate::domain::ids::{AccountId, ApplicationId, EventId, MessageKey, ReplyId};

use super::fact_record;
use super::time::Seconds;
use super::{StoreError, Tx};

/// Where the record of an account stands. What was read of it holds until this changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// The youngest event; 0 if there is none.
    pub last_event: EventId,
    pub ties: Ties,
}

/// What changes without an event: an application is forgotten, a message tied to one, moved to
/// another, or denied. Ids are never used again, so that as many applications with the same sum are
/// the same ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ties {
    applications: i64,
    their_ids: i64,
    links: i64,
    /// The sum over who is tied to whom: a tie that was moved leaves their number as it was.
    their_ends: i64,
    denials: i64,
}

impl Ties {
    /// The same once a new message was surely tied to these applications. A wrong number would be
    /// found by the next look at the edge, and everything read anew.
    #[must_use]
    pub fn with_message(mut self, key: MessageKey, applications: &[ApplicationId]) -> Self {
        for application in applications {
            self.links += 1;
            self.their_ends += key.0 * application.0;
        }
        self
    }

    /// The same with a new application.
    #[must_use]
    pub fn with_application(mut self, id: ApplicationId) -> Self {
        self.applications += 1;
        self.their_ids += id.0;
        self
    }
}

/// The edge of the record of account `?1`, as a query.
macro_rules! edge {
    () => {
        "SELECT coalesce((SELECT id FROM events WHERE account_id = ?1
                          ORDER BY id DESC LIMIT 1), 0) AS last_event,
                a.applications, a.their_ids, l.links, l.their_ends,
                (SELECT count(*) FROM denials WHERE account_id = ?1) AS denials
         FROM (SELECT count(*) AS applications, coalesce(sum(id), 0) AS their_ids
               FROM applications WHERE account_id = ?1) a,
              (SELECT count(*) AS links,
                      coalesce(sum(message_key * application_id), 0) AS their_ends
               FROM message_applications WHERE account_id = ?1 AND strength = 'strong') l"
    };
}
pub(super) use edge;

#[derive(sqlx::FromRow)]
pub(super) struct EdgeRow {
    last_event: i64,
    applications: i64,
    their_ids: i64,
    links: i64,
    their_ends: i64,
    denials: i64,
}

impl EdgeRow {
    pub fn read(self) -> Edge {
        let Self { last_event, applications, their_ids, links, their_ends, denials } = self;
        let ties = Ties { applications, their_ids, links, their_ends, denials };
        Edge { last_event: EventId(last_event), ties }
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    application_id: i64,
    at: Seconds,
    kind: String,
    payload: String,
    source_kind: String,
    source_message_id: Option<i64>,
    source_reply_id: Option<i64>,
}

impl Row {
    fn read(self) -> Result<Event, StoreError> {
        let source = match (self.source_kind.as_str(), self.source_message_id, self.source_reply_id)
        {
            ("message", Some(key), None) => Source::Message(MessageKey(key)),
            ("reply", None, Some(key)) => Source::Reply(ReplyId(key)),
            ("command_line", None, None) => Source::CommandLine,
            ("service", None, None) => Source::Service,
            _ => return Err(StoreError::Unreadable("source")),
        };
        Ok(Event {
            id: EventId(self.id),
            application: ApplicationId(self.application_id),
            at: self.at.moment()?,
            source,
            fact: fact_record::read(&self.kind, &self.payload)?,
        })
    }
}

/// Name and keys of a source, in the order of their columns.
fn source_columns(source: Source) -> (&'static str, Option<i64>, Option<i64>) {
    match source {
        Source::Message(key) => ("message", Some(key.0), None),
        Source::Reply(key) => ("reply", None, Some(key.0)),
        Source::CommandLine => ("command_line", None, None),
        Source::Service => ("service", None, None),
    }
}

impl Tx {
    /// Appends one event; `live` says that it happened while we watched.
    pub async fn append(&mut self, new: &NewEvent, live: bool) -> Result<EventId, StoreError> {
        let (kind, payload) = fact_record::write(&new.fact)?;
        let (source, message, reply) = source_columns(new.source);
        let (id,): (i64,) = sqlx::query_as(
            "INSERT INTO events (account_id, application_id, at, live, kind, payload,
                 source_kind, source_message_id, source_reply_id)
             SELECT account_id, id, ?, ?, ?, ?, ?, ?, ? FROM applications WHERE id = ?
             RETURNING id",
        )
        .bind(Seconds::from(new.at))
        .bind(live)
        .bind(kind)
        .bind(payload)
        .bind(source)
        .bind(message)
        .bind(reply)
        .bind(new.application.0)
        .fetch_one(self.conn()?)
        .await?;
        Ok(EventId(id))
    }

    /// Appends what one source says about an application, in that order.
    pub async fn append_all(
        &mut self,
        application: ApplicationId,
        (at, live): (DateTime<Utc>, bool),
        source: Source,
        facts: &[Fact],
    ) -> Result<(), StoreError> {
        if facts.is_empty() {
            return Ok(());
        }
        let mut records = Vec::new();
        for fact in facts {
            let (kind, payload) = fact_record::write(fact)?;
            records.push(json!([kind, payload]));
        }
        let (source, message, reply) = source_columns(source);
        let done = sqlx::query(
            "INSERT INTO events (account_id, application_id, at, live, kind, payload,
                 source_kind, source_message_id, source_reply_id)
             SELECT a.account_id, a.id, ?, ?, f.value ->> 0, f.value ->> 1, ?, ?, ?
             FROM json_each(?) f JOIN applications a ON a.id = ? ORDER BY f.key",
        )
        .bind(Seconds::from(at))
        .bind(live)
        .bind(source)
        .bind(message)
        .bind(reply)
        .bind(Value::Array(records).to_string())
        .bind(application.0)
        .execute(self.conn()?)
        .await?;
        if usize::try_from(done.rows_affected()) == Ok(facts.len()) {
            Ok(())
        } else {
            Err(sqlx::Error::RowNotFound.into())
        }
    }

    /// One application's events in the order of the ledger.
    pub async fn load_events(
        &mut self,
        application: ApplicationId,
    ) -> Result<Vec<Event>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, application_id, at, kind, payload, source_kind, source_message_id,
                    source_reply_id
             FROM events WHERE application_id = ?
             ORDER BY live, CASE live WHEN 0 THEN at ELSE 0 END, id",
        )
        .bind(application.0)
        .fetch_all(self.conn()?)
        .await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// Where the record of an account stands.
    pub async fn edge(&mut self, account: AccountId) -> Result<Edge, StoreError> {
        let row: EdgeRow = sqlx::query_as(edge!()).bind(account.0).fetch_one(self.conn()?).await?;
        Ok(row.read())
    }

    pub async fn applications_with_events_after(
        &mut self,
        account: AccountId,
        event: EventId,
    ) -> Result<Vec<ApplicationId>, StoreError> {
        let rows: Vec<(i64,)> = sqlx::query_as(
            "SELECT DISTINCT application_id FROM events WHERE account_id = ? AND id > ?",
        )
        .bind(account.0)
        .bind(event.0)
        .fetch_all(self.conn()?)
        .await?;
        Ok(rows.into_iter().map(|(id,)| ApplicationId(id)).collect())
    }

    /// Every application's events, each in the order of the ledger.
    pub async fn load_all_events(
        &mut self,
        account: AccountId,
    ) -> Result<BTreeMap<ApplicationId, Vec<Event>>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, application_id, at, kind, payload, source_kind, source_message_id,
                    source_reply_id
             FROM events WHERE account_id = ?
             ORDER BY live, CASE live WHEN 0 THEN at ELSE 0 END, id",
        )
        .bind(account.0)
        .fetch_all(self.conn()?)
        .await?;
        let mut grouped: BTreeMap<ApplicationId, Vec<Event>> = BTreeMap::new();
        for row in rows {
            let event = row.read()?;
            grouped.entry(event.application).or_default().push(event);
        }
        Ok(grouped)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, at, message};
    use super::*;
    use crate::domain::attribution::{Attribution, Strength as MatchedBy};
    use crate::domain::mailbox::Role;
    use crate::store::{Filed, Location};

    fn note(application: ApplicationId, seconds: i64, source: Source) -> NewEvent {
        let fact = Fact::NoteAdded { text: format!("at {seconds}") };
        NewEvent { application, at: at(seconds), source, fact }
    }

    #[tokio::test]
    async fn what_was_found_by_looking_back_comes_first_in_order_of_time() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let application = bench.application(&mut tx, "Acme").await;
        for (seconds, live) in [(90, true), (20, false), (10, false), (80, true), (10, false)] {
            tx.append(&note(application, seconds, Source::Service), live).await.unwrap();
        }
        let order: Vec<(i64, i64)> = tx
            .load_events(application)
            .await
            .unwrap()
            .iter()
            .map(|event| (event.at.timestamp() - at(0).timestamp(), event.id.0))
            .collect();
        assert_eq!(order, [(10, 3), (10, 5), (20, 2), (90, 1), (80, 4)]);
        let all = tx.load_all_events(bench.account).await.unwrap();
        assert_eq!(all.get(&application), Some(&tx.load_events(application).await.unwrap()));
    }

    #[tokio::test]
    async fn the_ledger_refuses_a_change_and_a_removal() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let application = bench.application(&mut tx, "Acme").await;
        tx.append(&note(application, 1, Source::CommandLine), true).await.unwrap();
        for forbidden in [
            "UPDATE events SET at = 0",
            "DELETE FROM events",
            "UPDATE events SET payload = '{}' WHERE id = 1",
        ] {
            let refused =
                sqlx::query(forbidden).execute(tx.conn().unwrap()).await.map_err(StoreError::from);
            assert!(matches!(refused, Err(StoreError::Refused(_))), "{forbidden}");
        }
        assert_eq!(tx.load_events(application).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn whatever_changes_what_is_tracked_moves_the_edge() {
        let bench = Bench::new().await;
        let account = bench.account;
        let mut tx = bench.store.begin().await.unwrap();
        let application = bench.application(&mut tx, "Acme").await;
        let mut edges = vec![tx.edge(account).await.unwrap()];
        tx.append(&note(application, 1, Source::CommandLine), true).await.unwrap();
        edges.push(tx.edge(account).await.unwrap());
        let key = tx.insert_message(account, &message(1, None)).await.unwrap();
        tx.link(key, application, MatchedBy::Person).await.unwrap();
        edges.push(tx.edge(account).await.unwrap());
        tx.deny(key, application).await.unwrap();
        edges.push(tx.edge(account).await.unwrap());
        tx.link(key, application, MatchedBy::User).await.unwrap();
        edges.push(tx.edge(account).await.unwrap());
        let other = bench.application(&mut tx, "Initech").await;
        edges.push(tx.edge(account).await.unwrap());
        tx.untie(key, application).await.unwrap();
        tx.link(key, other, MatchedBy::Employer).await.unwrap();
        edges.push(tx.edge(account).await.unwrap());
        tx.commit().await.unwrap();
        bench.store.forget(application).await.unwrap();
        let mut tx = bench.store.begin().await.unwrap();
        edges.push(tx.edge(account).await.unwrap());
        bench.application(&mut tx, "Globex").await;
        edges.push(tx.edge(account).await.unwrap());
        for (n, edge) in edges.iter().enumerate() {
            assert!(!edges[..n].contains(edge), "{n}: {edges:#?}");
        }
    }

    #[tokio::test]
    async fn what_a_look_changes_is_reckoned_as_the_record_counts_it() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let mailbox = tx.ensure_mailbox(bench.account, "INBOX", "Inbox", Role::Inbox).await;
        let location = Location { mailbox: mailbox.unwrap(), uid_validity: 7, uid: 1 };
        let mut ties = tx.edge(bench.account).await.unwrap().ties;
        let mut applications = Vec::new();
        for employer in ["Acme", "Globex"] {
            let application = bench.application(&mut tx, employer).await;
            ties = ties.with_application(application);
            applications.push(application);
        }
        for (number, strength) in [(1, MatchedBy::Person), (2, MatchedBy::Weak)] {
            let tied = Attribution { applications: applications.clone(), strength };
            let at = (Location { uid: u32::from(number), ..location }, Filed::Usual);
            let new = message(number, None);
            let key = tx.insert_found(bench.account, &new, at, &tied).await.unwrap();
            if strength != MatchedBy::Weak {
                ties = ties.with_message(key, &applications);
            }
            assert_eq!(tx.edge(bench.account).await.unwrap().ties, ties, "{strength:?}");
        }
    }

    #[tokio::test]
    async fn facts_of_one_source_are_appended_in_their_order_or_not_at_all() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let application = bench.application(&mut tx, "Acme").await;
        let note = |text: &str| Fact::NoteAdded { text: text.to_owned() };
        let facts: Vec<Fact> =
            (0..12).map(|n| note(&format!("{n} \"quoted\" \u{0} \u{1f600}\n"))).collect();
        tx.append_all(application, (at(5), true), Source::CommandLine, &facts).await.unwrap();
        tx.append_all(application, (at(5), true), Source::CommandLine, &[]).await.unwrap();
        let events = tx.load_events(application).await.unwrap();
        assert_eq!(events.iter().map(|event| event.fact.clone()).collect::<Vec<_>>(), facts);
        assert!(events.iter().all(|it| it.at == at(5) && it.source == Source::CommandLine));
        let gone = ApplicationId(application.0 + 1);
        let refused = tx.append_all(gone, (at(5), true), Source::CommandLine, &facts).await;
        assert!(matches!(refused, Err(StoreError::Refused(_))));
    }

    #[tokio::test]
    async fn a_source_must_exist() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let application = bench.application(&mut tx, "Acme").await;
        let key = tx.insert_message(bench.account, &message(1, None)).await.unwrap();
        tx.append(&note(application, 1, Source::Message(key)), true).await.unwrap();
        let missing = note(application, 1, Source::Message(MessageKey(key.0 + 1)));
        assert!(matches!(tx.append(&missing, true).await, Err(StoreError::Refused(_))));
        let events = tx.load_events(application).await.unwrap();
        assert_eq!(events.first().map(|event| event.source), Some(Source::Message(key)));
    }
}
