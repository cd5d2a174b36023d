//! Whole sessions against the scripted server, one fault at a time.

use super::envelope::Sealed as _;
use super::envelope::tests::to_employer;
use super::fake_server::{Script, Step, Told, WILLING};
use super::*;
use secrecy::SecretString;

fn submission(deadlines: Deadlines) -> Submission {
    by(Credential::Password(SecretString::from("pass word")), deadlines)
}

fn by_token(deadlines: Deadlines) -> Submission {
    by(Credential::AccessToken(SecretString::from("ya29.token")), deadlines)
}

fn by(credential: Credential, deadlines: Deadlines) -> Submission {
    let login = Login {
        endpoint: Endpoint { host: "localhost".to_owned(), port: 465, ca_file: None },
        username: "jane@example.com".to_owned(),
        credential,
    };
    Submission::new(login, deadlines)
}

/// Sends one message and reports the outcome and what the server was told.
async fn send(script: Script) -> (Outcome, Told) {
    let (stream, server) = script.start();
    let outcome = match submission(script.deadlines()).open_over(stream, &to_employer()).await {
        Ok(ready) => ready.hand_over().await,
        Err(outcome) => outcome,
    };
    (outcome, server.await.unwrap())
}

#[tokio::test]
async fn a_willing_server_gets_the_exact_bytes_and_the_outcome_keeps_its_words() {
    let (outcome, told) = send(WILLING).await;
    assert_eq!(outcome, Outcome::Accepted { answer: "2.0.0 queued as 17".to_owned() });
    assert_eq!(
        told.lines,
        [
            "EHLO [127.0.0.1]",
            "AUTH PLAIN AGphbmVAZXhhbXBsZS5jb20AcGFzcyB3b3Jk",
            "MAIL FROM:<jane@example.com>",
            "RCPT TO:<anna@acme.example>",
            "DATA",
            "QUIT"
        ]
    );
    assert_eq!(told.body.as_bytes(), to_employer().route().bytes);
    assert!(told.whole_body);
}

#[tokio::test]
async fn faults_before_mail_are_safe_to_repeat() {
    use Step::{Close, Say, SayAndClose, Stall};
    let cases = [
        (Phase::Greeting, None, Script { greeting: Stall, ..WILLING }),
        (Phase::Greeting, None, Script { greeting: Close, ..WILLING }),
        (Phase::Greeting, None, Script { greeting: Say(b"SSH-2.0\r\n"), ..WILLING }),
        (Phase::Greeting, Some(554), Script { greeting: Say(b"554 no\r\n"), ..WILLING }),
        (Phase::Greeting, Some(421), Script { greeting: SayAndClose(b"421 no\r\n"), ..WILLING }),
        (Phase::Greeting, Some(502), Script { ehlo: Say(b"502 no\r\n"), ..WILLING }),
        (Phase::Greeting, None, Script { ehlo: Stall, ..WILLING }),
        (Phase::Login, None, Script { ehlo: Say(b"250 no login here\r\n"), ..WILLING }),
        (Phase::Login, None, Script { auth: Stall, ..WILLING }),
        (Phase::Login, None, Script { auth: Close, ..WILLING }),
        (Phase::Login, Some(454), Script { auth: Say(b"454 4.7.0 busy\r\n"), ..WILLING }),
        (Phase::Login, Some(250), Script { auth: Say(b"250 hm\r\n"), ..WILLING }),
    ];
    for (expected, expected_code, script) in cases {
        let (outcome, told) = send(script).await;
        assert!(
            matches!(outcome, Outcome::Deferred { phase, code, login_refused: false, .. }
                if phase == expected && code == expected_code),
            "{script:?} {outcome:?}"
        );
        assert!(!told.lines.iter().any(|line| line.starts_with("MAIL")), "{script:?}");
    }
}

#[tokio::test]
async fn faults_of_a_command_tell_final_from_temporary_and_no_body_leaves() {
    type Faulty = fn(Step) -> Script;
    let commands: [(Phase, Faulty); 3] = [
        (Phase::Mail, |mail| Script { mail, ..WILLING }),
        (Phase::Rcpt, |rcpt| Script { rcpt, ..WILLING }),
        (Phase::Data, |data| Script { data, ..WILLING }),
    ];
    for (phase, at) in commands {
        let cases = [
            (Step::Say(b"550-5.1.1 no\r\n550 5.1.1 one\r\n"), Some(550), true),
            (Step::Say(b"451 4.7.1 greylisted\r\n"), Some(451), false),
            (Step::SayAndClose(b"421 4.3.0 bye\r\n"), Some(421), false),
            (Step::Say(b"334 what\r\n"), Some(334), false),
            (Step::Say(b"what?\r\n"), None, false),
            (Step::Stall, None, false),
            (Step::Close, None, false),
        ];
        for (step, expected_code, refused) in cases {
            let (outcome, told) = send(at(step)).await;
            let as_expected = match &outcome {
                Outcome::Refused { phase: p, code, answer } => {
                    refused
                        && *p == phase
                        && Some(*code) == expected_code
                        && answer == "5.1.1 no one"
                }
                Outcome::Deferred { phase: p, code, login_refused: false, .. } => {
                    !refused && *p == phase && *code == expected_code
                }
                Outcome::Accepted { .. } | Outcome::Deferred { .. } | Outcome::Unknown { .. } => {
                    false
                }
            };
            assert!(as_expected, "{phase:?} {step:?} {outcome:?}");
            assert_eq!(told.body, "", "{phase:?} {step:?}");
        }
    }
}

#[tokio::test]
async fn data_needs_exactly_354() {
    let (outcome, told) = send(Script { data: Step::Say(b"250 ok\r\n"), ..WILLING }).await;
    assert!(
        matches!(outcome, Outcome::Deferred { phase: Phase::Data, code: Some(250), .. }),
        "{outcome:?}"
    );
    assert_eq!(told.body, "");
    assert_eq!(told.lines.last().map(String::as_str), Some("DATA"));
}

#[tokio::test]
async fn after_the_dot_silence_and_nonsense_are_unknown() {
    let steps = [
        Step::Say(b"354 go on\r\n"),
        Step::Say(b"220 hello\r\n"),
        Step::SayAndClose(b"421 4.4.2 shutting down\r\n"),
        Step::Say(b"hello\r\n"),
        Step::SayAndClose(b"250-2.0.0 queued as"),
        Step::Stall,
        Step::Close,
    ];
    for step in steps {
        let (outcome, told) = send(Script { dot: step, ..WILLING }).await;
        assert!(
            matches!(outcome, Outcome::Unknown { phase: Phase::Body, .. }),
            "{step:?} {outcome:?}"
        );
        assert!(told.whole_body);
    }
}

#[tokio::test]
async fn after_the_dot_a_clear_no_is_a_no() {
    let (outcome, _) = send(Script { dot: Step::Say(b"554 5.7.1 spam\r\n"), ..WILLING }).await;
    assert!(matches!(outcome, Outcome::Refused { phase: Phase::Body, code: 554, .. }));
    let (outcome, _) = send(Script { dot: Step::Say(b"452 4.3.1 full\r\n"), ..WILLING }).await;
    assert!(matches!(outcome, Outcome::Deferred { phase: Phase::Body, code: Some(452), .. }));
}

#[tokio::test]
async fn what_comes_after_250_changes_nothing() {
    for script in [
        Script { dot: Step::SayAndClose(b"250 2.0.0 ok\r\n"), ..WILLING },
        Script { quit: Step::Stall, ..WILLING },
        Script { quit: Step::Say(b"500 what\r\n"), ..WILLING },
    ] {
        let (outcome, _) = send(script).await;
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{script:?} {outcome:?}");
    }
}

#[tokio::test]
async fn an_answer_in_another_encoding_keeps_its_code() {
    let (outcome, _) = send(Script { dot: Step::Say(b"250 f\xFCr Sie\r\n"), ..WILLING }).await;
    assert_eq!(outcome, Outcome::Accepted { answer: "f?r Sie".to_owned() });
}

#[tokio::test]
async fn a_refused_login_says_so_and_the_server_gets_no_message() {
    let no = Step::Say(b"535 5.7.8 bad \x1b[31mcredentials\r\n");
    let (outcome, told) = send(Script { auth: no, ..WILLING }).await;
    assert_eq!(
        outcome,
        Outcome::Deferred {
            phase: Phase::Login,
            code: Some(535),
            answer: "5.7.8 bad [31mcredentials".to_owned(),
            login_refused: true
        }
    );
    assert_eq!(told.lines.len(), 3, "EHLO, AUTH, QUIT");
}

#[tokio::test]
async fn a_server_with_login_only_is_logged_in_to() {
    let login_only = Script {
        ehlo: Step::Say(b"250-fake\r\n250 AUTH LOGIN\r\n"),
        auth: Step::Say(b"334 VXNlcm5hbWU6\r\n"),
        ..WILLING
    };
    let (outcome, told) = send(login_only).await;
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    assert_eq!(told.lines[1..4], ["AUTH LOGIN", "amFuZUBleGFtcGxlLmNvbQ==", "cGFzcyB3b3Jk"]);

    let no = Step::Say(b"535 5.7.8 no\r\n");
    let refusing = Script { challenges: [WILLING.challenges[0], no], ..login_only };
    let (outcome, _) = send(refusing).await;
    assert!(matches!(outcome, Outcome::Deferred { login_refused: true, .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_password_that_the_server_repeats_is_not_passed_on() {
    for repeats in [
        &b"500 5.5.1 what is AUTH PLAIN AGphbmVAZXhhbXBsZS5jb20AcGFzcyB3b3Jk\r\n"[..],
        b"535-5.7.8 no, jane\r\n535 pass word is wrong\r\n",
    ] {
        let (outcome, _) = send(Script { auth: Step::Say(repeats), ..WILLING }).await;
        assert!(matches!(outcome, Outcome::Deferred { login_refused: true, .. }), "{outcome:?}");
        let said = format!("{outcome:?}");
        assert!(!said.contains("pass word") && !said.contains("cGFzcyB3b3Jk"), "{said}");
    }
}

/// Shows an access token to a server that knows XOAUTH2.
async fn show_token(script: Script) -> (Result<(), Outcome>, Told) {
    let offers = Step::Say(b"250-fake\r\n250 AUTH PLAIN LOGIN XOAUTH2\r\n");
    let script = Script { ehlo: offers, ..script };
    let (stream, server) = script.start();
    let verified = by_token(script.deadlines()).verify_over(stream).await;
    (verified, server.await.unwrap())
}

#[tokio::test]
async fn an_access_token_is_shown_by_xoauth2() {
    let (shown, told) = show_token(WILLING).await;
    assert_eq!(shown, Ok(()));
    let words = "dXNlcj1qYW5lQGV4YW1wbGUuY29tAWF1dGg9QmVhcmVyIHlhMjkudG9rZW4BAQ==";
    assert_eq!(told.lines[1..], [format!("AUTH XOAUTH2 {words}"), "QUIT".to_owned()]);
}

#[tokio::test]
async fn the_reason_of_a_refused_token_is_answered_with_an_empty_line() {
    let no = Step::Say(b"535 5.7.8 Username and Password not accepted\r\n");
    let reason = Step::Say(b"334 eyJzdGF0dXMiOiI0MDAifQ==\r\n");
    let (shown, told) = show_token(Script { auth: reason, challenges: [no, no], ..WILLING }).await;
    assert!(matches!(shown, Err(Outcome::Deferred { login_refused: true, .. })), "{shown:?}");
    assert_eq!(told.lines[2..], ["", "QUIT"]);
}

#[tokio::test]
async fn a_server_without_xoauth2_is_shown_no_token() {
    let (stream, server) = WILLING.start();
    let refused = by_token(WILLING.deadlines()).verify_over(stream).await.unwrap_err();
    assert!(matches!(refused, Outcome::Deferred { phase: Phase::Login, code: None, .. }));
    assert_eq!(server.await.unwrap().lines, ["EHLO [127.0.0.1]"]);
}

#[tokio::test]
async fn a_server_that_only_asks_questions_is_left() {
    let endless = Script {
        ehlo: Step::Say(b"250-fake\r\n250 AUTH LOGIN\r\n"),
        auth: Step::Say(b"334 VXNlcm5hbWU6\r\n"),
        challenges: [Step::Say(b"334 VXNlcm5hbWU6\r\n"); 2],
        ..WILLING
    };
    let (outcome, told) = send(endless).await;
    assert!(matches!(outcome, Outcome::Deferred { phase: Phase::Login, code: Some(334), .. }));
    assert_eq!(told.lines.len(), 5, "EHLO, AUTH, two answers, QUIT");
}

#[tokio::test]
async fn dropping_the_open_door_sends_nothing() {
    let (stream, server) = WILLING.start();
    drop(submission(WILLING.deadlines()).open_over(stream, &to_employer()).await.unwrap());
    let told = server.await.unwrap();
    assert_eq!(told.body, "");
    assert!(!told.whole_body);
}

#[tokio::test]
async fn verifying_logs_in_and_leaves() {
    let (stream, server) = WILLING.start();
    assert_eq!(submission(WILLING.deadlines()).verify_over(stream).await, Ok(()));
    let told = server.await.unwrap();
    assert_eq!(told.lines.len(), 3);
    assert_eq!(told.lines.last().map(String::as_str), Some("QUIT"));
}

#[tokio::test]
async fn an_unreachable_server_is_deferred_before_anything_is_said() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let mut nobody = submission(Deadlines::default());
    nobody.login.endpoint = Endpoint { host: "127.0.0.1".to_owned(), port, ca_file: None };
    let outcome = nobody.open(&to_employer()).await.unwrap_err();
    assert!(matches!(outcome, Outcome::Deferred { phase: Phase::Connect, code: None, .. }));
}
