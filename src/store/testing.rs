//! A real database in a directory of its own, and values to put into it.

use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;

use crate::domain::address::{Address, Correspondent};
use crate::domain::approval::{ApprovedDraft, PlaceMark};
use crate::domain::draft::{AttemptNumber, Draft, DraftKind, DraftState};
use crate::domain::ids::{
    AccountId, ApplicationId, DraftId, EmployerId, MessageId, PursuitId, RequestId,
};
use crate::domain::mailbox::Role;
use crate::domain::message::{Direction, Kind};
use crate::domain::user_mail::{UserMail, UserMailKind};

use super::{NewMessage, NewRequest, Store, Tx};

/// A store with one account.
pub struct Bench {
    directory: TempDir,
    pub store: Store,
    pub account: AccountId,
}

/// Seconds after a fixed moment.
pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_795_000_000, 0).unwrap() + TimeDelta::seconds(seconds)
}

pub fn id(text: &str) -> MessageId {
    MessageId::parse(text).unwrap()
}

pub fn person(address: &str) -> Correspondent {
    Correspondent { name: Some("A Name".to_owned()), address: Address::parse(address).unwrap() }
}

/// An incoming message; equal numbers have equal identities.
pub fn message(number: u8, message_id: Option<&str>) -> NewMessage {
    NewMessage {
        identity: [number; 32],
        held_by: AccountId(1),
        message_id: message_id.map(id),
        former_ids: vec![],
        provider_id: None,
        thread_id: None,
        direction: Direction::Incoming,
        from: Some(person("anna@acme.example")),
        reply_to: None,
        subject: format!("Message {number}"),
        date: None,
        arrived_at: Some(at(i64::from(number))),
        first_seen_at: at(100),
        automatic: None,
        kind: Kind::Other,
        decided_by: None,
    }
}

/// A mail to the user; equal keys have equal ids.
pub fn user_mail(key: &str, kind: UserMailKind) -> UserMail {
    UserMail {
        key: key.to_owned(),
        kind,
        subject: "[Afterword] Hello".to_owned(),
        body: "Hello\n".to_owned(),
        pictures: "<table></table>".to_owned(),
        message_id: id(&format!("{key}@example.com")),
        in_reply_to: None,
    }
}

impl Bench {
    pub async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("a.db"), at(0)).await.unwrap();
        let mut tx = store.begin().await.unwrap();
        let address = Address::parse("jane@example.com").unwrap();
        let account = tx.ensure_accounts(&[&address]).await.unwrap().owner;
        tx.commit().await.unwrap();
        Self { directory, store, account }
    }

    pub fn path(&self) -> PathBuf {
        self.directory.path().join("a.db")
    }

    /// A second program on the same file.
    pub async fn reopen(&self) -> Store {
        Store::open(&self.path(), at(1)).await.unwrap()
    }

    pub async fn application(&self, tx: &mut Tx, employer: &str) -> ApplicationId {
        let employer = tx.ensure_employer(self.account, employer, None).await.unwrap();
        tx.create_application(self.account, employer, at(0)).await.unwrap().0
    }
}

pub fn draft(
    application: ApplicationId,
    pursuit: PursuitId,
    number: AttemptNumber,
    message_id: &str,
) -> Draft {
    Draft {
        id: DraftId(0),
        application,
        pursuit,
        kind: DraftKind::Attempt(number),
        version: 1,
        from: Correspondent::bare(Address::parse("jane@example.com").unwrap()),
        to: person("anna@acme.example"),
        subject: "Re: Interview".to_owned(),
        body: "Dear Anna,\n".to_owned(),
        in_reply_to: Some(id("i@acme.example")),
        references: vec![id("h@acme.example"), id("i@acme.example")],
        message_id: id(message_id),
    }
}

/// A draft the user has said yes to.
pub struct Approved {
    pub draft: ApprovedDraft,
    pub request: RequestId,
    pub employer: EmployerId,
}

impl Bench {
    /// Prepares a draft and asks about it.
    pub async fn asked(&self, tx: &mut Tx, new: &Draft) -> (DraftId, RequestId) {
        let draft = tx.insert_draft(new, at(0), at(0)).await.unwrap();
        let sent = tx.ensure_mailbox(self.account, "Sent", "Sent", Role::Sent).await.unwrap();
        let seed = u8::try_from(draft.0).unwrap();
        let request = NewRequest {
            draft,
            version: new.version,
            digest: new.digest(),
            secret_hash: [seed; 32],
            ref_hash: [seed; 32],
            message_id: id(&format!("request-{seed}@example.com")),
            asked_at: at(0),
            expires_at: at(1_000_000_000),
            places: vec![PlaceMark { mailbox: sent, uid_validity: 7, uid_next: 30 }],
        };
        let request = tx.insert_request(&request).await.unwrap();
        assert!(tx.move_draft(draft, &[DraftState::Prepared], DraftState::Asked).await.unwrap());
        (draft, request)
    }

    /// Takes a draft as far as the user's approval.
    pub async fn approved(&self, tx: &mut Tx, new: &Draft) -> Approved {
        let (id, request) = self.asked(tx, new).await;
        let approval = tx.grant(request, None, new.digest(), at(1)).await.unwrap().unwrap();
        let draft = tx.load_draft(id).await.unwrap().unwrap().draft;
        let rows = tx.load_applications(self.account).await.unwrap();
        let employer =
            rows.iter().find(|row| row.id == new.application).map(|row| row.employer.id).unwrap();
        Approved { draft: ApprovedDraft::redeem(draft, &approval).unwrap(), request, employer }
    }

    /// The same, for a new application with a pursuit of its own.
    pub async fn approved_for(&self, tx: &mut Tx, employer: &str) -> Approved {
        let application = self.application(tx, employer).await;
        let pursuit = tx.ensure_pursuit(application, "interview:1", at(0)).await.unwrap();
        let message_id = format!("d{}@example.com", application.0);
        let new = draft(application, pursuit, AttemptNumber::First, &message_id);
        self.approved(tx, &new).await
    }
}
