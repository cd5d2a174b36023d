//! A server that cannot prove the name it is asked for is told nothing.

use afterword::clock::Clock;
use afterword::config;
use afterword::sandbox::Style;
use afterword::service::PassError;
use afterword::service::check::check;

use crate::embedded::{Stage, utc};

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_for_another_name_gets_no_password_and_the_user_a_clear_sentence() {
    let mut stage = Stage::shown_as(Style::Plain, "mail.other.example").await;
    let sentence = "its certificate is for mail.other.example, not for localhost";
    let error = stage.service.pass().await.unwrap_err();
    assert!(format!("{error:#}").contains(sentence), "{error:#}");
    assert_eq!(PassError::of(&error), PassError::Unreachable);

    let config = config::load(&stage.folder.path().join("config.toml")).unwrap();
    let report = check(config, Clock::Fixed(utc("2026-11-20T08:30:00Z"))).await;
    for what in ["reading (IMAP)", "sending (SMTP)"] {
        let line = report.lines.iter().find(|line| line.what == what).unwrap();
        assert!(!line.ok && line.says.contains(sentence), "{what}: {}", line.says);
    }
    assert!(stage.sandbox.heard().is_empty(), "not a word was said to it");
    assert_eq!(stage.sandbox.refused_logins(), 0);
}
