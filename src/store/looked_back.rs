//! In which mailboxes the older mail of an application was searched for.
//!
//! The surprising fact: it is kept for each mailbox. One that could not be opened while the others
//! were searched is searched when it can be.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::ids::{AccountId, ApplicationId, MailboxId};

use super::{StoreError, Tx};

impl Tx {
    /// For which of the owner's applications older mail was not searched for in these mailboxes;
    /// those where nothing is missing are left out.
    pub async fn to_look_back(
        &mut self,
        owner: AccountId,
        mailboxes: &[MailboxId],
    ) -> Result<BTreeMap<MailboxId, BTreeSet<ApplicationId>>, StoreError> {
        let mailboxes: Vec<i64> = mailboxes.iter().map(|mailbox| mailbox.0).collect();
        let mailboxes =
            serde_json::to_string(&mailboxes).map_err(|_| StoreError::Unreadable("id"))?;
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT m.id, a.id FROM applications a
             JOIN mailboxes m ON m.id IN (SELECT value FROM json_each(?))
             WHERE a.account_id = ? AND NOT EXISTS (SELECT 1 FROM looked_back l
                 WHERE l.application_id = a.id AND l.mailbox_id = m.id)",
        )
        .bind(mailboxes)
        .bind(owner.0)
        .fetch_all(self.conn()?)
        .await?;
        let mut missing: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (mailbox, application) in rows {
            missing.entry(MailboxId(mailbox)).or_default().insert(ApplicationId(application));
        }
        Ok(missing)
    }

    /// It was searched for there. One that was forgotten meanwhile is nothing to note.
    pub async fn looked_back(
        &mut self,
        mailbox: MailboxId,
        application: ApplicationId,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO looked_back (account_id, mailbox_id, application_id)
             SELECT m.account_id, m.id, a.id FROM mailboxes m, applications a
             WHERE m.id = ? AND a.id = ?
             ON CONFLICT (application_id, mailbox_id) DO NOTHING",
        )
        .bind(mailbox.0)
        .bind(application.0)
        .execute(self.conn()?)
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::Bench;
    use super::*;
    use crate::domain::mailbox::Role;

    #[tokio::test]
    async fn an_application_is_looked_back_for_in_each_mailbox_once() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let [acme, globex] =
            [bench.application(&mut tx, "Acme").await, bench.application(&mut tx, "Globex").await];
        let inbox = tx.ensure_mailbox(bench.account, "INBOX", "INBOX", Role::Inbox).await.unwrap();
        let junk = tx.ensure_mailbox(bench.account, "Junk", "Junk", Role::Junk).await.unwrap();
        for _ in 0..2 {
            tx.looked_back(inbox, acme).await.unwrap();
            tx.looked_back(inbox, globex).await.unwrap();
            tx.looked_back(junk, globex).await.unwrap();
        }
        tx.looked_back(inbox, ApplicationId(globex.0 + 1)).await.unwrap();
        let missing = tx.to_look_back(bench.account, &[inbox, junk]).await.unwrap();
        assert_eq!(missing, BTreeMap::from([(junk, BTreeSet::from([acme]))]));
        assert!(tx.to_look_back(bench.account, &[inbox]).await.unwrap().is_empty());
    }
}
