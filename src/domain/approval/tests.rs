use super::*;
use crate::domain::address::{Address, Correspondent};
use crate::domain::draft::{AttemptNumber, DraftKind};
use crate::domain::ids::PursuitId;
use crate::domain::message::{Automatic, AutomaticClass};

fn address(text: &str) -> Address {
    Address::parse(text).unwrap()
}

fn own() -> OwnAddresses {
    OwnAddresses::new(address("jane@example.com"), vec![])
}

fn reply() -> Message {
    Message {
        from: vec![Correspondent::bare(address("jane@example.com"))],
        to: vec![Correspondent::bare(address("jane@example.com"))],
        ..Message::default()
    }
}

fn place(role: Role, uid: u32) -> FoundAt {
    FoundAt { mailbox: MailboxId(2), role, uid_validity: 9, uid, is_draft: false }
}

fn draft() -> Draft {
    Draft {
        id: DraftId(4),
        application: ApplicationId(1),
        pursuit: PursuitId(1),
        kind: DraftKind::Attempt(AttemptNumber::First),
        version: 1,
        from: Correspondent::bare(address("jane@example.com")),
        to: Correspondent::bare(address("anna@acme.example")),
        subject: "Re: Interview".to_owned(),
        body: "Dear Anna,".to_owned(),
        in_reply_to: None,
        references: vec![],
        message_id: MessageId::parse("d@example.com").unwrap(),
    }
}

fn request() -> Request {
    let asked_at = DateTime::from_timestamp(1_000_000, 0).unwrap();
    Request {
        id: RequestId(7),
        draft: DraftId(4),
        application: ApplicationId(1),
        version: 1,
        digest: draft().digest(),
        secret_hash: [0; 32],
        ref_hash: [0; 32],
        asked_at,
        expires_at: asked_at + chrono::TimeDelta::hours(168),
        places: vec![PlaceMark { mailbox: MailboxId(2), uid_validity: 9, uid_next: 50 }],
        standing: Standing::Live,
    }
}

#[test]
fn each_missing_piece_of_evidence_refuses_a_command() {
    let sent = [place(Role::Sent, 50)];
    assert_eq!(written_by_user(&reply(), &sent, &own()), Ok(()));
    let changed = |change: fn(&mut Message)| {
        let mut message = reply();
        change(&mut message);
        written_by_user(&message, &sent, &own())
    };
    assert_eq!(changed(|m| m.from.clear()), Err(Refusal::NotTheUser));
    assert_eq!(
        changed(|m| m.from.push(Correspondent::bare(address("eve@evil.example")))),
        Err(Refusal::NotTheUser)
    );
    assert_eq!(
        changed(|m| m.sender = Some(address("eve@evil.example"))),
        Err(Refusal::OtherSender)
    );
    assert_eq!(
        changed(|m| {
            let rule = "auto-submitted".to_owned();
            let class = AutomaticClass::OutOfOffice;
            m.automatic = Some(Automatic { class, rule, returns_on: None });
        }),
        Err(Refusal::Automatic)
    );
    assert_eq!(changed(|m| m.forwarded = true), Err(Refusal::Forwarded));
    assert_eq!(
        changed(|m| m.cc.push(Correspondent::bare(address("anna@acme.example")))),
        Err(Refusal::OtherRecipients)
    );
    let inbox_only = [place(Role::Inbox, 50)];
    assert_eq!(written_by_user(&reply(), &inbox_only, &own()), Err(Refusal::NotInSent));
    let unsent = [FoundAt { is_draft: true, ..place(Role::Sent, 50) }];
    assert_eq!(written_by_user(&reply(), &unsent, &own()), Err(Refusal::NotInSent));
}

#[test]
fn each_violated_clause_refuses_an_approval() {
    let sent = [place(Role::Sent, 50)];
    let now = request().asked_at + chrono::TimeDelta::hours(1);
    assert_eq!(examine(&request(), &draft(), &sent, "", now), Ok(()));
    let with = |change: fn(&mut Request)| {
        let mut request = request();
        change(&mut request);
        examine(&request, &draft(), &sent, "", now)
    };
    assert_eq!(with(|r| r.standing = Standing::Used), Err(Refusal::Used));
    assert_eq!(with(|r| r.standing = Standing::Revoked), Err(Refusal::Outdated));
    assert_eq!(with(|r| r.version = 2), Err(Refusal::Outdated));
    assert_eq!(with(|r| r.digest = Digest([0; 32])), Err(Refusal::Outdated));
    assert_eq!(with(|r| r.expires_at = r.asked_at), Err(Refusal::Expired));
    let mut other_words = draft();
    other_words.body.push('!');
    assert_eq!(examine(&request(), &other_words, &sent, "", now), Err(Refusal::Outdated));
    let older = [place(Role::Sent, 49)];
    assert_eq!(examine(&request(), &draft(), &older, "", now), Err(Refusal::OlderThanRequest));
    let renumbered = [FoundAt { uid_validity: 10, ..place(Role::Sent, 50) }];
    assert_eq!(examine(&request(), &draft(), &renumbered, "", now), Err(Refusal::OlderThanRequest));
    assert_eq!(examine(&request(), &draft(), &sent, "but not today", now), Err(Refusal::Condition));
}

#[test]
fn thread_and_code_must_agree() {
    let other = Request { id: RequestId(8), ..request() };
    assert_eq!(referred_request(None, None), Ok(None));
    assert_eq!(referred_request(Some(request()), None), Ok(Some(request())));
    assert_eq!(referred_request(Some(request()), Some(request())), Ok(Some(request())));
    assert_eq!(referred_request(Some(request()), Some(other)), Err(Refusal::Contradictory));
}

#[test]
fn an_approval_is_redeemed_for_the_same_words_only() {
    let approval = Approval {
        request: RequestId(7),
        draft: DraftId(4),
        digest: draft().digest(),
        reply: None,
        granted_at: request().asked_at,
    };
    assert!(ApprovedDraft::redeem(draft(), &approval).is_some());
    let mut other = draft();
    other.subject.push('!');
    assert!(ApprovedDraft::redeem(other, &approval).is_none());
}
