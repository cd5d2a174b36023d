use super::super::testing::{Bench, at, draft};
use super::*;
use crate::domain::draft::{AttemptNumber, Draft};
use crate::store::NewReply;

async fn new_draft(bench: &Bench, tx: &mut Tx) -> Draft {
    let application = bench.application(tx, "Acme").await;
    let pursuit = tx.ensure_pursuit(application, "interview:1", at(0)).await.unwrap();
    draft(application, pursuit, AttemptNumber::First, "d1@example.com")
}

#[tokio::test]
async fn a_request_is_found_by_either_hash() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let new = new_draft(&bench, &mut tx).await;
    let (draft, id) = bench.asked(&mut tx, &new).await;
    let request = tx.load_request(id).await.unwrap().unwrap();
    assert_eq!((request.draft, request.application), (draft, new.application));
    assert_eq!((request.digest, request.standing), (new.digest(), Standing::Live));
    assert_eq!(request.places.iter().map(|place| place.uid_next).collect::<Vec<_>>(), [30]);
    let account = bench.account;
    let secret = tx.find_request_by_secret(account, &request.secret_hash).await.unwrap();
    let by_ref = tx.find_request_by_ref(account, &request.ref_hash).await.unwrap();
    assert_eq!((secret, by_ref), (Some(request.clone()), Some(request)));
    assert_eq!(tx.find_request_by_ref(account, &[200; 32]).await.unwrap(), None);
}

#[tokio::test]
async fn an_approval_is_given_once() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let new = new_draft(&bench, &mut tx).await;
    let (draft, request) = bench.asked(&mut tx, &new).await;
    let reply =
        NewReply { identity: [5; 32], message_id: None, first_seen_at: at(3), in_sent: true };
    let (reply, _) = tx.note_reply(bench.account, &reply).await.unwrap();
    let approval = tx.grant(request, Some(reply), new.digest(), at(4)).await.unwrap();
    assert_eq!(approval.as_ref().and_then(|approval| approval.reply), Some(reply));
    assert_eq!(tx.approval_of(draft).await.unwrap(), approval);
    assert_eq!(tx.load_draft(draft).await.unwrap().unwrap().state, DraftState::Approved);
    assert_eq!(tx.grant(request, Some(reply), new.digest(), at(5)).await.unwrap(), None);
    let used = tx.load_request(request).await.unwrap().unwrap();
    assert_eq!(used.standing, Standing::Used);
    let second = sqlx::query(
        "INSERT INTO approvals (account_id, request_id, draft_id, digest, granted_at)
         SELECT account_id, request_id, draft_id, digest, granted_at FROM approvals",
    );
    let refused = second.execute(tx.conn().unwrap()).await.map_err(StoreError::from);
    assert!(matches!(refused, Err(StoreError::Refused(_))));
}

#[tokio::test]
async fn other_words_a_revoked_or_an_expired_request_approve_nothing() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let new = new_draft(&bench, &mut tx).await;
    let (draft, request) = bench.asked(&mut tx, &new).await;
    let other = Draft { body: "Other words\n".to_owned(), ..new.clone() };
    assert_eq!(tx.grant(request, None, other.digest(), at(1)).await.unwrap(), None);
    assert_eq!(tx.grant(request, None, new.digest(), at(1_000_000_000)).await.unwrap(), None);
    assert_eq!(tx.revoke_requests(new.application).await.unwrap(), 1);
    assert_eq!(tx.revoke_requests(new.application).await.unwrap(), 0);
    assert_eq!(tx.grant(request, None, new.digest(), at(1)).await.unwrap(), None);
    assert_eq!(tx.approval_of(draft).await.unwrap(), None);
    assert_eq!(tx.load_draft(draft).await.unwrap().unwrap().state, DraftState::Asked);
}

#[tokio::test]
async fn an_approval_of_words_that_were_not_shown_cannot_be_written_down() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let new = new_draft(&bench, &mut tx).await;
    bench.asked(&mut tx, &new).await;
    for forbidden in [
        "INSERT INTO approvals (account_id, request_id, draft_id, digest, granted_at)
         SELECT account_id, id, draft_id, zeroblob(32), 1 FROM approval_requests",
        "UPDATE approval_requests SET digest = zeroblob(32)",
        "UPDATE approval_requests SET expires_at = expires_at + 1",
    ] {
        let refused =
            sqlx::query(forbidden).execute(tx.conn().unwrap()).await.map_err(StoreError::from);
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{forbidden}");
    }
}
