use super::super::seen_hash;
use super::super::testing::{Bench, at, id, message, user_mail};
use super::*;
use crate::domain::attribution::Attribution;
use crate::domain::user_mail::UserMailKind;

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
    let found = tx.linked(bench.account, &[&id(shared)], None).await.unwrap();
    let by_ids = vec![(one, Strength::Strong), (two, Strength::Strong)];
    assert_eq!(found, Linked { by_ids, ..Linked::default() });
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
        let (known, place) = ([1; 32], place(mailbox));
        let met = tx.met_before(bench.account, &known, &hash, place, &[]).await.unwrap();
        let edge = tx.edge(bench.account).await.unwrap();
        let (stored, passed_over, answers_us) = (Some(key), false, false);
        assert_eq!(met, Met { stored, at_this_place, passed_over, answers_us, edge });
    }
    tx.mark_all_seen(bench.account, &[hash]).await.unwrap();
    let mail = user_mail("welcome", UserMailKind::Welcome);
    tx.queue(bench.account, &mail, None, at(0)).await.unwrap();
    for (refers_to, answers_us) in [(id("welcome@example.com"), true), (id("a@b.example"), false)] {
        let ids = [&id("other@acme.example"), &refers_to];
        let (new, place) = ([9; 32], place(inbox));
        let met = tx.met_before(bench.account, &new, &hash, place, &ids).await.unwrap();
        assert_eq!((met.stored, met.at_this_place, met.passed_over), (None, None, true));
        assert_eq!(met.answers_us, answers_us, "{refers_to}");
    }
}

#[tokio::test]
async fn a_message_that_was_found_is_stored_with_its_ids_its_place_and_its_applications() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let mailbox = tx.ensure_mailbox(bench.account, "INBOX", "Inbox", Role::Inbox).await.unwrap();
    let (one, two) =
        (bench.application(&mut tx, "One").await, bench.application(&mut tx, "Two").await);
    let location = Location { mailbox, uid_validity: 7, uid: 1 };
    for (number, applications, matched_by, strength) in [
        (1, vec![one], MatchedBy::Person, Strength::Strong),
        // Gmail gives what lay at a place a new meaning.
        (2, vec![one, two], MatchedBy::Weak, Strength::Weak),
    ] {
        let own = id(&format!("m{number}@acme.example"));
        let former = id(&format!("former{number}@acme.example"));
        let new = NewMessage {
            former_ids: vec![former.clone(), own.clone()],
            ..message(number, Some(own.as_str()))
        };
        let tied = Attribution { applications: applications.clone(), strength: matched_by };
        let place = (location, Filed::AsSent);
        let key = tx.insert_found(bench.account, &new, place, &tied).await.unwrap();
        let stored = tx.find_message(bench.account, &new.identity).await.unwrap().unwrap();
        assert_eq!((stored.key, stored.message.former_ids), (key, vec![former.clone()]));
        let places = tx.places_of(key).await.unwrap();
        let there =
            PlaceRow { account: bench.account, location, role: Role::Sent, is_draft: false };
        assert_eq!(places, [there]);
        let found = tx.linked(bench.account, &[&former], None).await.unwrap();
        let by_ids = applications.iter().map(|it| (*it, strength)).collect();
        assert_eq!(found, Linked { by_ids, ..Linked::default() });
    }
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
    let wanted = wanted.each_ref();
    let found = tx.linked(bench.account, &wanted, None).await.unwrap();
    assert_eq!(found.by_ids, vec![(application, Strength::Weak)]);
    tx.link(key, application, MatchedBy::Reference).await.unwrap();
    tx.link(key, application, MatchedBy::Weak).await.unwrap();
    let found = tx.linked(bench.account, &[], Some("t")).await.unwrap();
    assert_eq!(found.by_thread, vec![(application, Strength::Strong)]);
    assert_eq!(found.by_ids, vec![]);
}
