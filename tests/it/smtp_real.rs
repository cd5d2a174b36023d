//! The SMTP layer against a real Postfix; what arrived is read back from a real Dovecot.

use afterword::domain::address::{Address, Correspondent};
use afterword::domain::approval::{Approval, ApprovedDraft};
use afterword::domain::draft::{AttemptNumber, Draft, DraftKind};
use afterword::domain::ids::{ApplicationId, DraftId, MessageId, PursuitId, RequestId};
use afterword::net::{Credential, Endpoint};
use afterword::smtp::{
    Deadlines, Login, Outcome, Phase, Submission, ToEmployer, ToUser, UserMailbox,
};
use chrono::DateTime;
use secrecy::SecretString;

use crate::servers::{PASSWORD, Servers, unique};

fn password(text: &str) -> Credential {
    Credential::Password(SecretString::from(text))
}

fn login(servers: &Servers, user: &str) -> Login {
    Login {
        endpoint: Endpoint {
            host: "localhost".to_owned(),
            port: servers.smtp_port(),
            ca_file: Some(servers.ca_file()),
        },
        username: user.to_owned(),
        credential: password(PASSWORD),
    }
}

fn submission(login: Login) -> Submission {
    Submission::new(login, Deadlines::default())
}

/// A draft and its approval, as the user would have given it.
fn approved(from: &str, to: &str) -> ApprovedDraft {
    let person = |text: &str| Correspondent::bare(Address::parse(text).unwrap());
    let draft = Draft {
        id: DraftId(1),
        application: ApplicationId(1),
        pursuit: PursuitId(1),
        kind: DraftKind::Attempt(AttemptNumber::First),
        version: 1,
        from: person(from),
        to: person(to),
        subject: "Re: Interview".to_owned(),
        body: String::new(),
        in_reply_to: None,
        references: vec![],
        message_id: MessageId::parse("first@example.test").unwrap(),
    };
    let approval = Approval {
        request: RequestId(1),
        draft: draft.id,
        digest: draft.digest(),
        reply: None,
        granted_at: DateTime::UNIX_EPOCH,
    };
    ApprovedDraft::redeem(draft, &approval).unwrap()
}

/// Dots at the start of lines, an empty last line and a long line are what gets lost in transit.
fn letter(from: &str, to: &str) -> Vec<u8> {
    let head = format!(
        "From: Jane <{from}>\r\nTo: Anna <{to}>\r\nMessage-ID: <first@example.test>\r\n\
         Date: Mon, 4 Mar 2024 09:00:00 +0000\r\nSubject: Re: Interview\r\n\r\n"
    );
    let long = "x".repeat(998);
    format!("{head}Dear Anna,\r\n.\r\n..two\r\n.one\r\n{long}\r\nJane\r\n\r\n").into_bytes()
}

fn body(message: &[u8]) -> &[u8] {
    let end = message.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    &message[end + 4..]
}

#[tokio::test]
async fn a_message_reaches_the_employer_byte_for_byte_and_nobody_else() {
    let servers = Servers::start();
    let [jane, anna] = [unique("jane"), unique("anna")];
    let bytes = letter(&jane, &anna);
    let envelope = ToEmployer::new(&approved(&jane, &anna), bytes.clone()).unwrap();
    let ready = submission(login(servers, &jane)).open(&envelope).await.unwrap();
    assert!(servers.messages(&anna, "INBOX").is_empty());
    let outcome = ready.hand_over().await;
    assert!(matches!(&outcome, Outcome::Accepted { answer } if answer.contains("queued as")));

    let arrived = servers.wait_for(&anna, "INBOX", 1);
    assert_eq!(arrived.len(), 1);
    assert_eq!(body(&arrived[0]), body(&bytes));
    let text = String::from_utf8_lossy(&arrived[0]);
    assert!(text.starts_with(&format!("Return-Path: <{jane}>\r\n")), "{text}");
    assert!(text.contains("from [127.0.0.1] (unknown [127.0.0.1])"), "{text}");
    assert!(servers.messages(&jane, "INBOX").is_empty());
}

#[tokio::test]
async fn a_message_to_the_user_reaches_the_user() {
    let servers = Servers::start();
    let jane = unique("jane");
    let address = Address::parse(&jane).unwrap();
    let mailbox = UserMailbox { from: address.clone(), to: address };
    let envelope = ToUser::new(&mailbox, letter(&jane, &jane)).unwrap();
    let ready = submission(login(servers, &jane)).open(&envelope).await.unwrap();
    assert!(matches!(ready.hand_over().await, Outcome::Accepted { .. }));
    assert_eq!(servers.wait_for(&jane, "INBOX", 1).len(), 1);
}

#[tokio::test]
async fn what_is_opened_and_dropped_is_not_delivered() {
    let servers = Servers::start();
    let [jane, anna] = [unique("jane"), unique("anna")];
    let submission = submission(login(servers, &jane));
    let envelope = ToEmployer::new(&approved(&jane, &anna), letter(&jane, &anna)).unwrap();
    drop(submission.open(&envelope).await.unwrap());
    let ready = submission.open(&envelope).await.unwrap();
    assert!(matches!(ready.hand_over().await, Outcome::Accepted { .. }));
    servers.wait_for(&anna, "INBOX", 1);
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(servers.messages(&anna, "INBOX").len(), 1);
}

#[tokio::test]
async fn a_wrong_password_is_a_refused_login() {
    let servers = Servers::start();
    let jane = unique("jane");
    assert_eq!(submission(login(servers, &jane)).verify().await, Ok(()));
    let wrong = Login { credential: password("wrong"), ..login(servers, &jane) };
    let outcome = submission(wrong).verify().await.unwrap_err();
    assert!(
        matches!(
            outcome,
            Outcome::Deferred { phase: Phase::Login, code: Some(535), login_refused: true, .. }
        ),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_server_signed_by_someone_else_gets_no_password() {
    let servers = Servers::start();
    for ca_file in [None, Some(servers.other_ca_file())] {
        let mut login = login(servers, &unique("jane"));
        login.endpoint.ca_file = ca_file;
        let outcome = submission(login).verify().await.unwrap_err();
        assert!(
            matches!(
                outcome,
                Outcome::Deferred { phase: Phase::Tls, code: None, login_refused: false, .. }
            ),
            "{outcome:?}"
        );
    }
}
