use super::super::seen_hash;
use super::super::testing::{Bench, at, id, message};
use super::*;

#[tokio::test]
async fn a_message_is_read_back_as_it_was_stored() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let offset = FixedOffset::east_opt(3600).unwrap();
    let new = NewMessage {
        former_ids: vec![id("former@acme.example")],
        provider_id: Some("17".to_owned()),
        thread_id: Some("t1".to_owned()),
        date: Some(at(40).with_timezone(&offset)),
        automatic: Some(AutomaticClass::OutOfOffice),
        kind: Kind::Interview,
        decided_by: None,
        ..message(1, Some("a@acme.example"))
    };
    let key = tx.insert_message(bench.account, &new).await.unwrap();
    let found = tx.find_message(bench.account, &new.identity).await.unwrap();
    assert_eq!(found, Some(StoredMessage { key, message: new.clone() }));
    assert_eq!(tx.find_message(bench.account, &[9; 32]).await.unwrap(), None);
    let again = tx.insert_message(bench.account, &new).await;
    assert!(matches!(again, Err(StoreError::Refused(_))));
}

#[tokio::test]
async fn two_messages_may_share_one_message_id_or_have_none() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let (one, two) =
        (bench.application(&mut tx, "One").await, bench.application(&mut tx, "Two").await);
    let shared = "same@acme.example";
    for (number, name, application) in
        [(1, Some(shared), one), (2, Some(shared), two), (3, None, one), (4, None, two)]
    {
        let key = tx.insert_message(bench.account, &message(number, name)).await.unwrap();
        tx.link(key, application, MatchedBy::Reference).await.unwrap();
    }
    let found = tx.applications_of_ids(bench.account, &[id(shared)]).await.unwrap();
    assert_eq!(found, vec![(one, Strength::Strong), (two, Strength::Strong)]);
    assert_eq!(tx.load_messages(one).await.unwrap().len(), 2);
}

#[tokio::test]
async fn equal_uids_in_two_mailboxes_are_two_places() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let inbox = tx.ensure_mailbox(bench.account, "INBOX", "Inbox", Role::Inbox).await.unwrap();
    let sent = tx.ensure_mailbox(bench.account, "Sent", "Sent", Role::Sent).await.unwrap();
    let key = tx.insert_message(bench.account, &message(1, None)).await.unwrap();
    let place = |mailbox| Location { mailbox, uid_validity: 7, uid: 1 };
    assert!(tx.add_location(key, place(inbox), Filed::Usual).await.unwrap());
    assert!(tx.add_location(key, place(sent), Filed::AsDraft).await.unwrap());
    assert!(!tx.add_location(key, place(sent), Filed::Usual).await.unwrap());
    let roles: Vec<(Role, bool)> =
        tx.places_of(key).await.unwrap().iter().map(|row| (row.role, row.is_draft)).collect();
    assert_eq!(roles, vec![(Role::Inbox, false), (Role::Sent, false)]);

    tx.forget_locations(inbox).await.unwrap();
    let hash = seen_hash(&[7; 32], &[1; 32]);
    for (mailbox, at_this_place) in [(inbox, None), (sent, Some(key))] {
        let met = tx.met_before(bench.account, &[1; 32], &hash, place(mailbox)).await.unwrap();
        assert_eq!(met, Met { stored: Some(key), at_this_place, passed_over: false });
    }
    tx.mark_all_seen(bench.account, &[hash]).await.unwrap();
    let met = tx.met_before(bench.account, &[9; 32], &hash, place(inbox)).await.unwrap();
    assert_eq!(met, Met { stored: None, at_this_place: None, passed_over: true });
}

#[tokio::test]
async fn a_rewritten_id_leads_to_the_application_and_a_strong_link_stays_strong() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let application = bench.application(&mut tx, "Acme").await;
    let new =
        NewMessage { thread_id: Some("t".to_owned()), ..message(1, Some("ours@example.com")) };
    let key = tx.insert_message(bench.account, &new).await.unwrap();
    tx.add_message_id(key, &id("rewritten@provider.example")).await.unwrap();
    tx.add_message_id(key, &id("rewritten@provider.example")).await.unwrap();
    tx.link(key, application, MatchedBy::Weak).await.unwrap();
    let wanted = [id("unknown@x.example"), id("rewritten@provider.example")];
    let found = tx.applications_of_ids(bench.account, &wanted).await.unwrap();
    assert_eq!(found, vec![(application, Strength::Weak)]);
    tx.link(key, application, MatchedBy::Reference).await.unwrap();
    tx.link(key, application, MatchedBy::Weak).await.unwrap();
    let found = tx.applications_of_thread(bench.account, "t").await.unwrap();
    assert_eq!(found, vec![(application, Strength::Strong)]);
}
