use super::super::script::{Lines, Steps, cut, deadlines, password, say, server, stall};
use super::*;
use secrecy::SecretString;

async fn over(
    greeting: &str,
    script: impl FnMut(&str) -> Steps + Send + 'static,
) -> (Result<Session, ImapError>, Lines) {
    let (stream, lines) = server(greeting, script);
    (Session::over(stream, "jane", &password(), &deadlines()).await, lines)
}

#[tokio::test]
async fn capabilities_are_asked_again_after_the_login() {
    let mut asked = 0;
    let (session, lines) = over("* OK ready\n", move |command| {
        if command != "CAPABILITY" {
            return None;
        }
        asked += 1;
        say(if asked == 1 {
            "* CAPABILITY IMAP4rev1 IDLE\n$ OK\n"
        } else {
            "* CAPABILITY IMAP4rev1 ID X-GM-EXT-1 OBJECTID CONDSTORE\n$ OK\n"
        })
    })
    .await;
    let session = session.unwrap();
    let offered = session.capabilities();
    assert!(offered.gmail() && offered.objectid() && offered.condstore());
    assert!(!offered.idle() && offered.has("imap4rev1"));
    let lines = lines.lock().unwrap();
    assert_eq!(lines[1], "a2 LOGIN \"jane\" \"hunter2\"");
    assert!(lines[3].starts_with("a4 ID (\"name\" \"Afterword\""));
}

#[tokio::test]
async fn refused_logins_and_busy_servers_are_told_apart() {
    let cases = [
        ("$ NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\n", true),
        ("$ NO [ALERT] Please log in via your web browser\n", true),
        ("$ NO [UNAVAILABLE] Temporary authentication failure\n", false),
        ("$ NO Too many simultaneous connections\n", false),
    ];
    for (reply, refused) in cases {
        let script = move |command: &str| {
            if command.starts_with("LOGIN") { say(reply) } else { None }
        };
        let error = over("* OK ready\n", script).await.0.err().unwrap();
        assert_eq!(error.is_auth(), refused, "{reply}");
        assert!(refused || matches!(error, ImapError::Temporary(_)), "{reply}");
    }
}

#[tokio::test]
async fn a_password_that_the_server_repeats_is_not_passed_on() {
    let in_base64 = "$ BAD unknown: AGphbmUAaHVudGVyMg==\n";
    for reply in ["$ NO jane/hunter2 is wrong\n", "$ BAD LOGIN jane hunter2\n", in_base64] {
        let script = move |command: &str| {
            if command.starts_with("LOGIN") { say(reply) } else { None }
        };
        let error = over("* OK ready\n", script).await.0.err().unwrap();
        let said = format!("{error} {error:?}");
        assert!(!said.contains("hunter2") && !said.contains("aHVudGVyM"), "{said}");
    }
}

#[tokio::test]
async fn only_an_ordinary_greeting_is_accepted() {
    for greeting in ["* PREAUTH hello\n", "* BYE go away\n", "220 smtp ready\n", "* BAD x\n"] {
        let (result, lines) = over(greeting, |_| None).await;
        assert!(result.is_err(), "{greeting}");
        assert!(lines.lock().unwrap().is_empty(), "nothing is sent after {greeting}");
    }
    assert!(matches!(over("", |_| None).await.0, Err(ImapError::Gone(_))));
    let (busy, _) = over("* BYE Too many connections\n", |_| None).await;
    assert!(matches!(busy, Err(ImapError::Temporary(_))));
}

#[tokio::test]
async fn silence_and_hanging_up_while_logging_in_are_errors() {
    for word in ["CAPABILITY", "LOGIN"] {
        let hang = move |command: &str| if command.starts_with(word) { stall() } else { None };
        assert!(matches!(over("* OK ready\n", hang).await.0, Err(ImapError::Gone(_))));
        let close = move |command: &str| if command.starts_with(word) { cut("") } else { None };
        assert!(matches!(over("* OK ready\n", close).await.0, Err(ImapError::Gone(_))));
    }
    let mute = |command: &str| if command == "CAPABILITY" { say("$ OK\n") } else { None };
    assert!(matches!(over("* OK ready\n", mute).await.0, Err(ImapError::Protocol(_))));
}

#[tokio::test]
async fn other_alphabets_go_through_sasl() {
    let script = |command: &str| match command {
        "CAPABILITY" => say("* CAPABILITY IMAP4rev1 AUTH=PLAIN\n$ OK\n"),
        "AUTHENTICATE PLAIN" => say("+ \n"),
        "AGphbmUAcMOkc3M=" => say("$ OK in\n"),
        _ => say("$ NO unexpected\n"),
    };
    let (stream, _) = server("* OK ready\n", script);
    let secret = Credential::Password(SecretString::from("päss"));
    assert!(Session::over(stream, "jane", &secret, &deadlines()).await.is_ok());
    let (stream, lines) = server("* OK ready\n", |_| None);
    let error = Session::over(stream, "jane", &secret, &deadlines()).await.err().unwrap();
    assert!(error.is_auth(), "without AUTH=PLAIN there is no way in");
    assert_eq!(*lines.lock().unwrap(), ["a1 CAPABILITY", "a2 LOGOUT"]);
}

#[tokio::test]
async fn a_server_without_password_logins_is_not_given_one() {
    let script = |command: &str| match command {
        "CAPABILITY" => say("* CAPABILITY IMAP4rev1 LOGINDISABLED\n$ OK\n"),
        _ => None,
    };
    let (result, lines) = over("* OK ready\n", script).await;
    assert!(result.err().unwrap().is_auth());
    assert_eq!(*lines.lock().unwrap(), ["a1 CAPABILITY", "a2 LOGOUT"]);
}

/// What a server that knows XOAUTH2 answers at each step, and how it ends.
async fn by_token(
    after_the_token: &'static str,
    offers: &'static str,
) -> (Option<ImapError>, Lines) {
    let script = move |command: &str| match command {
        "CAPABILITY" => say(offers),
        "AUTHENTICATE XOAUTH2" => say("+ \n"),
        "" => say("$ NO [AUTHENTICATIONFAILED] Invalid credentials\n"),
        _ => say(after_the_token),
    };
    let (stream, lines) = server("* OK ready\n", script);
    let token = Credential::AccessToken(SecretString::from("ya29.token"));
    (Session::over(stream, "jane", &token, &deadlines()).await.err(), lines)
}

const XOAUTH2: &str = "* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2\n$ OK\n";

#[tokio::test]
async fn an_access_token_is_shown_by_xoauth2() {
    let (error, lines) = by_token("$ OK in\n", XOAUTH2).await;
    assert!(error.is_none(), "{error:?}");
    let told = lines.lock().unwrap().clone();
    let shown = net::base64(b"user=jane\x01auth=Bearer ya29.token\x01\x01");
    assert_eq!(told[1..3], ["a2 AUTHENTICATE XOAUTH2", shown.as_str()]);
}

#[tokio::test]
async fn the_reason_of_a_refused_token_is_answered_with_an_empty_line() {
    let (error, lines) = by_token("+ eyJzdGF0dXMiOiI0MDAifQ==\n", XOAUTH2).await;
    assert!(error.as_ref().is_some_and(ImapError::is_auth), "{error:?}");
    let told = lines.lock().unwrap().clone();
    assert_eq!(told[3..], ["", "a3 LOGOUT"]);
    assert!(!format!("{error:?}").contains("ya29"));
}

#[tokio::test]
async fn a_server_without_xoauth2_is_shown_no_token() {
    let offers = "* CAPABILITY IMAP4rev1 AUTH=PLAIN\n$ OK\n";
    let (error, lines) = by_token("$ OK in\n", offers).await;
    assert!(error.is_some_and(|error| error.is_auth()));
    assert_eq!(*lines.lock().unwrap(), ["a1 CAPABILITY", "a2 LOGOUT"]);
}
