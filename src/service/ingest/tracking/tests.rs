//! What is kept is what a reading of everything finds, whoever changed the record.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::domain::address::{Address, Correspondent};
use crate::domain::event::{Fact, NewEvent, Source};
use crate::domain::mailbox::Role;
use crate::domain::message::{Direction, Kind};
use crate::store::{Filed, Location, NewMessage, Store};

fn at(minutes: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap() + TimeDelta::minutes(minutes)
}

async fn store(folder: &Path) -> (Store, AccountId) {
    let store = Store::open(&folder.join("a.db"), at(0)).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    let address = Address::parse("jane@doe.example").unwrap();
    let account = tx.ensure_accounts(&[&address]).await.unwrap().owner;
    tx.commit().await.unwrap();
    (store, account)
}

fn message(number: u8, account: AccountId) -> NewMessage {
    NewMessage {
        identity: [number; 32],
        held_by: account,
        message_id: None,
        former_ids: Vec::new(),
        provider_id: None,
        thread_id: None,
        direction: Direction::Incoming,
        from: None,
        reply_to: None,
        subject: format!("Senior analyst, number {number}"),
        date: None,
        arrived_at: Some(at(1)),
        first_seen_at: at(1),
        automatic: None,
        kind: Kind::Other,
        decided_by: None,
    }
}

/// A message opens an application, as a look does it.
async fn opens(tracking: &mut Tracking, tx: &mut Tx, account: AccountId, number: u8) {
    let employer = tx.ensure_employer(account, "Acme", None).await.unwrap();
    let (application, _) = tx.create_application(account, employer, at(0)).await.unwrap();
    let contact = Some(Correspondent::bare(Address::parse("kim@acme.example").unwrap()));
    let fact = Fact::ApplicationRecorded { position: Some("Analyst".to_owned()), contact };
    let new = NewEvent { application, at: at(2), source: Source::Service, fact };
    let id = tx.append(&new, true).await.unwrap();
    let NewEvent { application, at, source, fact } = new;
    let row = tx.load_application(application).await.unwrap().unwrap();
    tracking.opened(row, &Event { id, application, at, source, fact });
    let tied = Attribution { applications: vec![application], strength: Strength::Opened };
    let mailbox = tx.ensure_mailbox(account, "INBOX", "Inbox", Role::Inbox).await.unwrap();
    let location = Location { mailbox, uid_validity: 7, uid: u32::from(number) };
    let new = message(number, account);
    let key = tx.insert_found(account, &new, (location, Filed::Usual), &tied).await.unwrap();
    tx.learn_domain(employer, "acme.example").await.unwrap();
    tracking.tied(key, &tied);
}

/// It finds what somebody finds who knew nothing.
async fn assert_knows_all(tracking: &mut Tracking, tx: &mut Tx, account: AccountId, case: &str) {
    let mut anew = Tracking::default();
    let expected = anew.now(tx, account).await.unwrap();
    assert_eq!(tracking.now(tx, account).await.unwrap(), expected, "{case}");
    assert_eq!(tracking.states, anew.states, "{case}");
}

#[tokio::test]
async fn what_is_kept_is_what_a_reading_of_everything_finds() {
    let folder = tempfile::tempdir().unwrap();
    let (store, account) = store(folder.path()).await;
    let mut tracking = Tracking::default();
    let mut tx = store.begin().await.unwrap();
    tracking.now(&mut tx, account).await.unwrap();
    for number in [1, 2] {
        opens(&mut tracking, &mut tx, account, number).await;
        let reckoned = tracking.read_at.map(|edge| edge.ties);
        let counted = tx.edge(account).await.unwrap().ties;
        assert_eq!(reckoned, Some(counted), "its own changes are no news to it");
        assert_knows_all(&mut tracking, &mut tx, account, "a look").await;
    }
    let [one, two] = [0, 1].map(|n| tracking.all()[n].id);
    let key = tx.find_message(account, &[1; 32]).await.unwrap().unwrap().key;
    tx.untie(key, one).await.unwrap();
    tx.link(key, two, Strength::User).await.unwrap();
    assert_knows_all(&mut tracking, &mut tx, account, "a message that was moved").await;
    tx.deny(key, two).await.unwrap();
    assert_knows_all(&mut tracking, &mut tx, account, "a denial").await;
    let facts = [Fact::PositionLearned { position: "Chief analyst".to_owned() }];
    tx.append_all(two, (at(3), true), Source::CommandLine, &facts).await.unwrap();
    assert_knows_all(&mut tracking, &mut tx, account, "a command").await;
    tx.commit().await.unwrap();
    store.forget(two).await.unwrap();
    let mut tx = store.begin().await.unwrap();
    assert_knows_all(&mut tracking, &mut tx, account, "a removal").await;
    assert!(tracking.standing(two).is_none() && tracking.standing(one).is_some());
}
