//! One of the accounts refuses, fails or slows down, and the other goes on.

use std::process::Command;

use afterword::config;
use afterword::sandbox::{Action, Fault, Sandbox, Style};
use afterword::service::check::check;
use afterword::service::{PassError, Record};
use tokio_util::sync::CancellationToken;

use super::{ANNA, BEN, HOME, Pair, WORK, invitation, put};

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_refuses_the_login_is_left_alone_and_the_other_goes_on() {
    let mut pair = Pair::new(Style::Plain).await;
    pair.reopen("wrong").await;
    put(&pair.home, "INBOX", "2026-11-20T07:00:00Z", &invitation(BEN, HOME));
    for minute in 0..4 {
        pair.at(&format!("2026-11-20T08:{minute}0:00Z"));
        let error = pair.service().pass().await.unwrap_err();
        assert_eq!(PassError::of(&error), PassError::LoginRefused, "{error:#}");
    }
    assert_eq!((pair.home.refused_logins(), pair.work.refused_logins()), (0, 2));
    assert_eq!(pair.applications().await.len(), 1, "the first account is read");
    assert_eq!(pair.letters("welcome").len(), 1, "and the user is written to");

    let [home, work] = <[_; 2]>::try_from(pair.healths().await).unwrap();
    assert_eq!((home.address.as_str(), work.address.as_str()), (HOME, WORK));
    assert_eq!((home.blind_since, home.login_left_alone_until), (None, None));
    assert!(work.blind_since.is_some() && work.login_left_alone_until.is_some());

    let said = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_afterword"));
        let ran = command.arg("--config").arg(pair.path()).args(arguments).output().unwrap();
        (ran.status.code(), String::from_utf8(ran.stdout).unwrap())
    };
    let (code, words) = said(&["health"]);
    assert_eq!(code, Some(1));
    assert!(words.contains(&format!("{WORK}: blind since")), "{words}");
    assert!(!words.contains(&format!("{HOME}: blind")), "{words}");
    let (_, words) = said(&["status"]);
    let line = format!("Not all mailboxes of {WORK} could be read since");
    assert!(words.contains(&line), "{words}");
    let (_, json) = said(&["status", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["health"]["accounts"][1]["address"], WORK);
    assert_eq!(json["health"]["mailboxes"][0]["account"], HOME);

    pair.reopen("pw").await;
    pair.pass_at("2026-11-20T08:45:00Z").await;
    assert!(pair.healths().await.iter().all(|it| it.blind_since.is_none()));
}

#[tokio::test(flavor = "multi_thread")]
async fn news_in_one_account_is_heard_while_the_other_refuses_the_login() {
    let mut pair = Pair::new(Style::Plain).await;
    pair.reopen("wrong").await;
    let mut service = pair.service.take().unwrap();
    let (stop, clock) = (CancellationToken::new(), pair.clock);
    let told = async {
        let config = config::load(&pair.path()).unwrap();
        let record = Record::open(config, clock).await.unwrap();
        let watched = async || {
            let health = record.overview().await.unwrap().health;
            health.accounts.iter().any(|it| it.last_read_at.is_some())
        };
        until(watched).await;
        put(&pair.home, "INBOX", "2026-11-20T08:00:00Z", &invitation(BEN, HOME));
        until(async || !record.overview().await.unwrap().applications.is_empty()).await;
        stop.cancel();
    };
    let (ran, ()) = tokio::join!(service.run(stop.clone()), told);
    ran.unwrap();
    assert_eq!(pair.work.refused_logins(), 1, "it rests by itself");
}

#[tokio::test(flavor = "multi_thread")]
async fn goodbye_is_said_in_every_account_after_one_of_them_failed() {
    let not_now = Action::No("[SERVERBUG] not now");
    for (command, nth) in [("LIST", 1), ("EXAMINE", 1), ("UID SEARCH", 1), ("UID FETCH", 1)] {
        let mut pair = Pair::new(Style::Plain).await;
        for (sandbox, from, to) in [(&pair.home, BEN, HOME), (&pair.work, ANNA, WORK)] {
            put(sandbox, "INBOX", "2026-11-20T07:00:00Z", &invitation(from, to));
        }
        pair.work.script(Fault::new(command, nth, not_now));
        let _ = pair.service().pass().await;
        assert_eq!(pair.work.faults_left(), 0, "{command} {nth} was not met");
        for sandbox in [&pair.home, &pair.work] {
            let heard = sandbox.heard();
            let count =
                |word: &str| heard.iter().filter(|line| line.as_str().starts_with(word)).count();
            assert!(count("GREETING") > 0, "{command} {nth}: {heard:#?}");
            assert_eq!(count("GREETING"), count("LOGOUT"), "{command} {nth}: {heard:#?}");
        }
        let found = pair.applications().await;
        let beta = found.iter().any(|it| it.id.as_str().starts_with("BETA"));
        assert!(beta, "{command} {nth}: the first account is read");
    }
}

/// More mail than is asked for at once, on a server that slows down at the first of it.
fn slow_with_much_mail(work: &Sandbox) {
    for number in 0..1_200 {
        let hello = format!(
            "From: <lou@friends.example>\nTo: <{WORK}>\nSubject: Hello {number}\n\
             Date: Thu, 19 Nov 2026 10:00:00 +0100\nMessage-ID: <m{number}@friends.example>\n\n\
             See you.\n"
        );
        put(work, "INBOX", "2026-11-19T09:00:00Z", &hello);
    }
    work.script(Fault::new("UID FETCH", 1, Action::Slowed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_slows_down_holds_up_the_look_back_of_its_own_account() {
    let mut pair = Pair::new(Style::Plain).await;
    put(&pair.home, "INBOX", "2026-11-20T07:00:00Z", &invitation(BEN, HOME));
    put(&pair.work, "INBOX", "2026-11-18T07:00:00Z", &invitation(ANNA, WORK));
    slow_with_much_mail(&pair.work);
    pair.pass_at("2026-11-20T10:00:00Z").await;
    assert_eq!(pair.applications().await.len(), 1, "the first account is read to its end");
    assert!(pair.letters("welcome").is_empty(), "nobody is welcomed with half a record");
    pair.pass_at("2026-11-20T10:15:00Z").await;
    assert_eq!(pair.applications().await.len(), 2);
    assert_eq!(pair.letters("welcome").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_welcome_does_not_wait_for_ever_for_an_account_that_cannot_be_read() {
    let mut pair = Pair::new(Style::Plain).await;
    slow_with_much_mail(&pair.work);
    pair.pass_at("2026-11-20T08:00:00Z").await;
    for (now, letters) in [("2026-11-20T09:00:00Z", 0), ("2026-11-20T14:30:00Z", 1)] {
        pair.pass_without_work_at(now).await;
        assert_eq!(pair.letters("welcome").len(), letters, "{now}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn check_names_the_account_of_each_line() {
    let mut pair = Pair::new(Style::Plain).await;
    pair.reopen("wrong").await;
    let config = config::load(&pair.path()).unwrap();
    let report = check(config, pair.clock).await;
    let of = |account: &str, what: &str| {
        let lines = report.lines.iter().filter(|it| it.what == what);
        let lines: Vec<_> = lines.filter(|it| it.says.starts_with(account)).collect();
        assert_eq!(lines.len(), 1, "{account}, {what}: {:?}", report.lines);
        lines[0].ok
    };
    for what in ["reading (IMAP)", "sending (SMTP)"] {
        assert_eq!((of(HOME, what), of(WORK, what)), (true, false), "{what}");
    }
    assert!(report.failure.is_some());
}

/// Waits until something is so.
async fn until(shown: impl AsyncFn() -> bool) {
    for _ in 0..600 {
        if shown().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("it was not so in half a minute");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_whose_password_cannot_be_had_keeps_only_itself_from_being_read() {
    let mut pair = Pair::new(Style::Plain).await;
    put(&pair.home, "INBOX", "2026-11-20T07:00:00Z", &invitation(BEN, HOME));
    let secret = pair.folder.path().join("secret");
    let command = format!("[\"cat\", \"{}\"]", secret.display());
    pair.reopen_with_command(&command, false).await.unwrap();
    let error = pair.service().pass().await.unwrap_err();
    assert_eq!(PassError::of(&error), PassError::LoginRefused, "{error:#}");
    for part in ["account 2, at work.example", "mail.password_command"] {
        assert!(format!("{error:#}").contains(part), "{error:#}");
    }
    assert_eq!(pair.applications().await.len(), 1, "the first account is read");
    let [home, work] = <[_; 2]>::try_from(pair.healths().await).unwrap();
    assert!(home.blind_since.is_none() && work.blind_since.is_some());
    assert_eq!(pair.work.refused_logins(), 0);

    std::fs::write(&secret, "pw\n").unwrap();
    pair.pass_at("2026-11-20T08:10:00Z").await;
    assert!(pair.healths().await.iter().all(|it| it.blind_since.is_none()), "it heals by itself");

    std::fs::remove_file(&secret).unwrap();
    let refused = pair.reopen_with_command(&command, true).await.unwrap_err();
    assert!(refused.to_string().contains("mail.password_command"), "alone it is told at once");
}
