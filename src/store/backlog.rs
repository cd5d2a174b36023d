//! What the look back has picked out by its headers and not read yet.
//!
//! Only places, no words: a mailbox, a number, and when the message arrived. A row goes in the
//! transaction that stores what was read, so an interrupted look back goes on where it stopped.

use chrono::{DateTime, Utc};

use crate::domain::ids::{AccountId, MailboxId};

use super::time::Seconds;
use super::{Location, StoreError, Tx};

/// A message that waits to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    pub location: Location,
    /// The server's arrival time.
    pub arrived_at: DateTime<Utc>,
    /// How often reading it was begun before.
    pub tries: u32,
}

impl Tx {
    /// Puts a message on the list; one that is there stays as it is.
    pub async fn add_to_backlog(
        &mut self,
        location: Location,
        arrived_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO backlog (account_id, mailbox_id, uid_validity, uid, arrived_at)
             SELECT account_id, id, ?2, ?3, ?4 FROM mailboxes WHERE id = ?1
             ON CONFLICT (mailbox_id, uid_validity, uid) DO NOTHING",
        )
        .bind(location.mailbox.0)
        .bind(location.uid_validity)
        .bind(location.uid)
        .bind(Seconds::from(arrived_at))
        .execute(self.conn()?)
        .await?;
        Ok(())
    }

    /// The newest messages on the list that lie in these mailboxes, at most `most`, oldest of them
    /// first. One that was tried
    /// before comes alone: whatever happened to it must not happen to its neighbours.
    pub async fn newest_of_backlog(
        &mut self,
        account: AccountId,
        open: &[MailboxId],
        most: u32,
    ) -> Result<Vec<Waiting>, StoreError> {
        let open: Vec<i64> = open.iter().map(|mailbox| mailbox.0).collect();
        let open = serde_json::to_string(&open).map_err(|_| StoreError::Unreadable("id"))?;
        let rows: Vec<(i64, u32, u32, Seconds, u32)> = sqlx::query_as(
            "SELECT mailbox_id, uid_validity, uid, arrived_at, tries FROM backlog
             WHERE account_id = ? AND mailbox_id IN (SELECT value FROM json_each(?))
             ORDER BY tries > 0, arrived_at DESC, mailbox_id, uid DESC
             LIMIT ?",
        )
        .bind(account.0)
        .bind(open)
        .bind(most)
        .fetch_all(self.conn()?)
        .await?;
        let mut waiting = Vec::with_capacity(rows.len());
        for (mailbox, uid_validity, uid, arrived_at, tries) in rows {
            let location = Location { mailbox: MailboxId(mailbox), uid_validity, uid };
            waiting.push(Waiting { location, arrived_at: arrived_at.moment()?, tries });
        }
        match waiting.iter().position(|it| it.tries > 0) {
            Some(0) => waiting.truncate(1),
            Some(tried) => waiting.truncate(tried),
            None => {}
        }
        waiting.reverse();
        Ok(waiting)
    }

    /// Counts a try for each of these, before it is made.
    pub async fn count_backlog_tries(&mut self, places: &[Location]) -> Result<(), StoreError> {
        for place in places {
            sqlx::query(
                "UPDATE backlog SET tries = tries + 1
                 WHERE mailbox_id = ? AND uid_validity = ? AND uid = ?",
            )
            .bind(place.mailbox.0)
            .bind(place.uid_validity)
            .bind(place.uid)
            .execute(self.conn()?)
            .await?;
        }
        Ok(())
    }

    /// These were not tried after all.
    pub async fn give_back_backlog_tries(&mut self, places: &[Location]) -> Result<(), StoreError> {
        for place in places {
            sqlx::query(
                "UPDATE backlog SET tries = tries - 1
                 WHERE mailbox_id = ? AND uid_validity = ? AND uid = ? AND tries > 0",
            )
            .bind(place.mailbox.0)
            .bind(place.uid_validity)
            .bind(place.uid)
            .execute(self.conn()?)
            .await?;
        }
        Ok(())
    }

    /// Takes a message off the list.
    pub async fn drop_from_backlog(&mut self, place: Location) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM backlog WHERE mailbox_id = ? AND uid_validity = ? AND uid = ?")
            .bind(place.mailbox.0)
            .bind(place.uid_validity)
            .bind(place.uid)
            .execute(self.conn()?)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Bench, at};
    use super::*;
    use crate::domain::mailbox::Role;

    #[tokio::test]
    async fn the_newest_come_first_in_the_order_of_their_time_and_tried_ones_alone() {
        let bench = Bench::new().await;
        let mut tx = bench.store.begin().await.unwrap();
        let mailbox =
            tx.ensure_mailbox(bench.account, "INBOX", "INBOX", Role::Inbox).await.unwrap();
        let place = |uid| Location { mailbox, uid_validity: 7, uid };
        for uid in 1..=4 {
            tx.add_to_backlog(place(uid), at(i64::from(uid))).await.unwrap();
            tx.add_to_backlog(place(uid), at(99)).await.unwrap();
        }
        let uids = |rows: Vec<Waiting>| rows.iter().map(|it| it.location.uid).collect::<Vec<_>>();
        let (account, here) = (bench.account, [mailbox]);
        let newest = tx.newest_of_backlog(account, &here, 2).await.unwrap();
        assert_eq!(uids(newest), [3, 4]);
        assert_eq!(tx.newest_of_backlog(account, &[], 2).await.unwrap(), []);
        tx.count_backlog_tries(&[place(2), place(3), place(4)]).await.unwrap();
        tx.give_back_backlog_tries(&[place(2), place(1)]).await.unwrap();
        tx.drop_from_backlog(place(4)).await.unwrap();
        assert_eq!(uids(tx.newest_of_backlog(account, &here, 9).await.unwrap()), [1, 2]);
        tx.drop_from_backlog(place(1)).await.unwrap();
        tx.drop_from_backlog(place(2)).await.unwrap();
        let last = tx.newest_of_backlog(account, &here, 9).await.unwrap();
        assert_eq!((last.len(), last[0].location.uid, last[0].tries), (1, 3, 1));
        tx.forget_locations(mailbox).await.unwrap();
        assert_eq!(tx.newest_of_backlog(account, &here, 9).await.unwrap(), []);
    }
}
