//! The offer of one employer, and what another is told of it.

use afterword::domain::address::{Address, Correspondent};
use afterword::service::by_hand::NewApplication;
use afterword::service::occasion::{NewOffer, Solid};

use super::until_asked;

const OFFER: &str = "Dear Jane,\n\nwe are pleased to offer you the position of Analyst. You find the \
    terms below. Please let us know by 11 December.\n\nKind regards\nTom Weber";

fn from_tom(user: &str, text: &str) -> String {
    format!(
        "\
From: Tom Weber <tom@globex.test>
To: Jane Doe <{user}>
Subject: Your offer
Date: Tue, 08 Dec 2026 10:10:00 +0100
Message-ID: <offer@globex.test>
Content-Type: text/plain; charset=utf-8

{text}
"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn e26_e28_a_written_offer_is_told_once_and_with_approval() {
    let mut world = until_asked().await;
    let new = NewApplication {
        employer: "Globex".to_owned(),
        domain: Some("globex.test".to_owned()),
        position: Some("Analyst".to_owned()),
        contact: Some(Correspondent {
            name: Some("Tom Weber".to_owned()),
            address: Address::parse("tom@globex.test").unwrap(),
        }),
        interview: None,
        promise: None,
        strength: None,
    };
    let globex = world.service.record().new_application(new).await.unwrap();
    let offer = NewOffer { expires_on: "2026-12-11".parse().ok(), ..NewOffer::default() };
    let solid = world.service.record().record_offer(&globex, &offer).await.unwrap();
    assert_eq!(solid, Some(Solid::NoEvidence), "it is not in writing");
    world.pass_at("2026-12-08T09:00:00Z").await;
    assert_eq!(world.letters("approval-request").len(), 1, "nobody is told of a spoken offer");

    world.file("INBOX", "2026-12-08T09:10:00Z", &from_tom(&world.user, OFFER));
    world.pass_at("2026-12-08T09:15:00Z").await;
    let solid = world.service.record().record_offer(&globex, &offer).await.unwrap();
    assert_eq!(solid, Some(Solid::Yes));
    let summary = world.service.record().summary(None).await.unwrap().unwrap();
    let needed = "they expect your answer by Fri 11 Dec.";
    assert!(summary.body.contains(needed), "{}", summary.body);
    world.pass_at("2026-12-08T09:20:00Z").await;
    world.pass_at("2026-12-08T09:21:00Z").await;
    let request = world.expect_letters("approval-request", 2).remove(1);
    assert!(request.subject.contains("note on your other offer"), "{}", request.subject);
    assert!(request.text.contains("Friday 11 December"), "{}", request.text);
    assert!(!request.text.contains("Globex"), "who made it is not said");
    world.user_replies("Sent", "2026-12-08T09:25:00Z", &request, "approve");
    world.pass_at("2026-12-08T09:26:00Z").await;
    world.pass_at("2026-12-08T09:40:00Z").await;
    let told = world.at_employer(1).remove(0);
    assert_eq!(told.text.trim_end(), request.proposed());

    let again = world.service.record().record_offer(&globex, &offer).await.unwrap();
    assert_eq!(again, Some(Solid::Yes));
    world.pass_at("2026-12-09T09:00:00Z").await;
    world.pass_at("2026-12-10T09:00:00Z").await;
    assert_eq!(world.letters("approval-request").len(), 2, "nobody is told twice");
    world.at_employer(1);
}
