//! Employers, the applications to them, and when each employer was last contacted.
//!
//! An employer is known by its registrable domain, or by its name where a relay hides the
//! domain. The week of E09 counts per employer, not per application.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::domain::ids::{AccountId, ApplicationId, EmployerId, ReadableId};

use super::error::one;
use super::names::Stored as _;
use super::time::{Seconds, moment};
use super::{StoreError, Tx};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmployerRow {
    pub id: EmployerId,
    pub name: String,
    /// Registrable domain.
    pub domain: Option<String>,
    /// ISO 3166, subdivision allowed.
    pub country: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicationRow {
    pub id: ApplicationId,
    pub readable_id: ReadableId,
    pub employer: EmployerRow,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    readable_id: String,
    employer_id: i64,
    name: String,
    domain: Option<String>,
    country: Option<String>,
}

impl Row {
    fn read(self) -> Result<ApplicationRow, StoreError> {
        Ok(ApplicationRow {
            id: ApplicationId(self.id),
            readable_id: ReadableId::read(&self.readable_id)?,
            employer: EmployerRow {
                id: EmployerId(self.employer_id),
                name: self.name,
                domain: self.domain,
                country: self.country,
            },
        })
    }
}

/// Applications with their employers; what follows says which.
macro_rules! applications {
    ($which:literal) => {
        concat!(
            "SELECT a.id, a.readable_id, a.employer_id, e.name, e.domain, e.country
             FROM applications a JOIN employers e ON e.id = a.employer_id ",
            $which
        )
    };
}

impl Tx {
    /// Finds an employer by its domain or, without one, by its name; or adds it. A name alone
    /// never gains a domain here: whose domain it is, is not for one message to say.
    pub async fn ensure_employer(
        &mut self,
        account: AccountId,
        name: &str,
        domain: Option<&str>,
    ) -> Result<EmployerId, StoreError> {
        let known: Option<(i64,)> = sqlx::query_as(
            "SELECT id FROM employers
             WHERE account_id = ?1
               AND CASE WHEN ?3 IS NULL THEN name = ?2 COLLATE NOCASE ELSE domain = ?3 END
             ORDER BY domain IS NOT NULL, id LIMIT 1",
        )
        .bind(account.0)
        .bind(name)
        .bind(domain)
        .fetch_optional(self.conn()?)
        .await?;
        if let Some((id,)) = known {
            return Ok(EmployerId(id));
        }
        let row = sqlx::query("INSERT INTO employers (account_id, name, domain) VALUES (?, ?, ?)")
            .bind(account.0)
            .bind(name)
            .bind(domain)
            .execute(self.conn()?)
            .await?;
        Ok(EmployerId(row.last_insert_rowid()))
    }

    /// The domain of an employer that was known by its name only, unless it is another one's.
    pub async fn learn_domain(
        &mut self,
        employer: EmployerId,
        domain: &str,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "UPDATE employers SET domain = ?1 WHERE id = ?2 AND domain IS NULL
               AND NOT EXISTS (SELECT 1 FROM employers o
                   WHERE o.account_id = employers.account_id AND o.domain = ?1)",
        )
        .bind(domain)
        .bind(employer.0)
        .execute(self.conn()?)
        .await?;
        Ok(())
    }

    /// Records where an employer is, for its public holidays.
    pub async fn set_country(
        &mut self,
        employer: EmployerId,
        country: Option<&str>,
    ) -> Result<(), StoreError> {
        let done = sqlx::query("UPDATE employers SET country = ? WHERE id = ?")
            .bind(country)
            .bind(employer.0)
            .execute(self.conn()?)
            .await?;
        one(&done)
    }

    /// Adds an application under the first free readable id. What is told of it may have happened
    /// long before `now`.
    pub async fn create_application(
        &mut self,
        account: AccountId,
        employer: EmployerId,
        now: DateTime<Utc>,
    ) -> Result<(ApplicationId, ReadableId), StoreError> {
        let (name,): (String,) = sqlx::query_as("SELECT name FROM employers WHERE id = ?")
            .bind(employer.0)
            .fetch_one(self.conn()?)
            .await?;
        for number in 1..=u32::MAX {
            let readable_id = ReadableId::for_employer(&name, number);
            let row = sqlx::query(
                "INSERT INTO applications (account_id, employer_id, readable_id, recorded_at)
                 VALUES (?, ?, ?, ?)
                 ON CONFLICT (account_id, readable_id) DO NOTHING",
            )
            .bind(account.0)
            .bind(employer.0)
            .bind(readable_id.as_str())
            .bind(Seconds::from(now))
            .execute(self.conn()?)
            .await?;
            if row.rows_affected() == 1 {
                return Ok((ApplicationId(row.last_insert_rowid()), readable_id));
            }
        }
        Err(StoreError::Refused("no readable id is free".to_owned()))
    }

    pub async fn load_applications(
        &mut self,
        account: AccountId,
    ) -> Result<Vec<ApplicationRow>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(applications!("WHERE a.account_id = ? ORDER BY a.id"))
            .bind(account.0)
            .fetch_all(self.conn()?)
            .await?;
        rows.into_iter().map(Row::read).collect()
    }

    pub async fn count_applications(&mut self, account: AccountId) -> Result<usize, StoreError> {
        let (count,): (i64,) =
            sqlx::query_as("SELECT count(*) FROM applications WHERE account_id = ?")
                .bind(account.0)
                .fetch_one(self.conn()?)
                .await?;
        usize::try_from(count).map_err(|_| StoreError::Unreadable("count"))
    }

    pub async fn load_application(
        &mut self,
        id: ApplicationId,
    ) -> Result<Option<ApplicationRow>, StoreError> {
        let row: Option<Row> = sqlx::query_as(applications!("WHERE a.id = ?"))
            .bind(id.0)
            .fetch_optional(self.conn()?)
            .await?;
        row.map(Row::read).transpose()
    }

    /// An application and every other one to the same employer.
    pub async fn load_applications_beside(
        &mut self,
        id: ApplicationId,
    ) -> Result<Vec<ApplicationRow>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(applications!(
            "WHERE a.employer_id = (SELECT employer_id FROM applications WHERE id = ?)
             ORDER BY a.id"
        ))
        .bind(id.0)
        .fetch_all(self.conn()?)
        .await?;
        rows.into_iter().map(Row::read).collect()
    }

    pub async fn find_application(
        &mut self,
        account: AccountId,
        readable_id: &ReadableId,
    ) -> Result<Option<ApplicationRow>, StoreError> {
        let row: Option<Row> =
            sqlx::query_as(applications!("WHERE a.account_id = ? AND a.readable_id = ?"))
                .bind(account.0)
                .bind(readable_id.as_str())
                .fetch_optional(self.conn()?)
                .await?;
        row.map(Row::read).transpose()
    }

    /// Applications in whose ledger an offer was received or taken.
    pub async fn with_offers(
        &mut self,
        account: AccountId,
    ) -> Result<Vec<ApplicationRow>, StoreError> {
        let rows: Vec<Row> = sqlx::query_as(applications!(
            "WHERE a.id IN (SELECT application_id FROM events
                 WHERE account_id = ? AND kind IN ('offer_received', 'offer_accepted'))
             ORDER BY a.id"
        ))
        .bind(account.0)
        .fetch_all(self.conn()?)
        .await?;
        rows.into_iter().map(Row::read).collect()
    }

    /// The user contacted an employer, by mail from any client or by another channel.
    pub async fn note_contact(
        &mut self,
        employer: EmployerId,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO contacts_made (account_id, employer_id, at)
             VALUES ((SELECT account_id FROM employers WHERE id = ?1), ?1, ?2)
             ON CONFLICT (employer_id, at) DO NOTHING",
        )
        .bind(employer.0)
        .bind(Seconds::from(at))
        .execute(self.conn()?)
        .await?;
        Ok(())
    }

    /// The user takes back that there was a contact.
    pub async fn forget_contact(
        &mut self,
        employer: EmployerId,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM contacts_made WHERE employer_id = ? AND at = ?")
            .bind(employer.0)
            .bind(Seconds::from(at))
            .execute(self.conn()?)
            .await?;
        Ok(())
    }

    /// The last contact by the user or by us. An attempt in doubt counts; one that was refused,
    /// released or bounced does not.
    pub async fn last_contact(
        &mut self,
        employer: EmployerId,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let (at,): (Option<Seconds>,) = sqlx::query_as(
            "SELECT max(at) FROM (
                 SELECT at FROM contacts_made WHERE employer_id = ?1
                 UNION ALL
                 SELECT max(claimed_at, ifnull(handed_at, claimed_at)) FROM attempts
                 WHERE employer_id = ?1 AND state NOT IN ('refused', 'released', 'bounced'))",
        )
        .bind(employer.0)
        .fetch_one(self.conn()?)
        .await?;
        moment(at)
    }

    /// The last contact of every employer that has one, by the same rule.
    pub async fn last_contacts(
        &mut self,
        account: AccountId,
    ) -> Result<BTreeMap<EmployerId, DateTime<Utc>>, StoreError> {
        let rows: Vec<(i64, Seconds)> = sqlx::query_as(
            "SELECT employer_id, max(at) FROM (
                 SELECT employer_id, at FROM contacts_made WHERE account_id = ?1
                 UNION ALL
                 SELECT employer_id, max(claimed_at, ifnull(handed_at, claimed_at)) FROM attempts
                 WHERE account_id = ?1 AND state NOT IN ('refused', 'released', 'bounced'))
             GROUP BY employer_id",
        )
        .bind(account.0)
        .fetch_all(self.conn()?)
        .await?;
        rows.into_iter().map(|(id, at)| Ok((EmployerId(id), at.moment()?))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, at};
    use super::*;

    #[tokio::test]
    async fn an_employer_is_known_by_domain_then_by_name() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let account = bench.account;
        let acme = tx.ensure_employer(account, "Acme", Some("acme.example")).await.unwrap();
        let other = tx.ensure_employer(account, "Acme", Some("acme.test")).await.unwrap();
        assert_ne!(acme, other);
        let renamed = tx.ensure_employer(account, "ACME GmbH", Some("acme.example")).await.unwrap();
        assert_eq!(renamed, acme);
        assert_eq!(tx.ensure_employer(account, "acme", None).await.unwrap(), acme);
        let hidden = tx.ensure_employer(account, "Globex", None).await.unwrap();
        assert_eq!(tx.ensure_employer(account, "GLOBEX", None).await.unwrap(), hidden);
    }

    #[tokio::test]
    async fn readable_ids_count_up_over_all_employers() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let one = tx.ensure_employer(bench.account, "Acme", Some("acme.example")).await.unwrap();
        let two = tx.ensure_employer(bench.account, "ACME", Some("acme.test")).await.unwrap();
        let mut ids = Vec::new();
        for employer in [one, two, one] {
            let (_, id) = tx.create_application(bench.account, employer, at(0)).await.unwrap();
            ids.push(id.to_string());
        }
        assert_eq!(ids, ["ACME-1", "ACME-2", "ACME-3"]);
        tx.set_country(two, Some("DE-BY")).await.unwrap();
        let found = tx
            .find_application(bench.account, &ReadableId::parse("acme-2").unwrap())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(found.employer.country.as_deref(), Some("DE-BY"));
        assert_eq!(tx.load_applications(bench.account).await.unwrap().len(), 3);
        assert_eq!(tx.count_applications(bench.account).await.unwrap(), 3);
        let beside = tx.load_applications_beside(found.id).await.unwrap();
        assert_eq!(beside, [tx.load_application(found.id).await.unwrap().unwrap()]);
    }

    #[tokio::test]
    async fn the_last_contact_is_the_latest_and_not_the_last_noted() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let employer = tx.ensure_employer(bench.account, "Acme", None).await.unwrap();
        assert_eq!(tx.last_contact(employer).await.unwrap(), None);
        for seconds in [50, 20, 50] {
            tx.note_contact(employer, at(seconds)).await.unwrap();
        }
        assert_eq!(tx.last_contact(employer).await.unwrap(), Some(at(50)));
        let all = tx.last_contacts(bench.account).await.unwrap();
        assert_eq!(all.into_iter().collect::<Vec<_>>(), [(employer, at(50))]);
    }
}
