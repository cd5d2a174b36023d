//! What is said to a server: sets of UIDs are short, closed and ascending, searches stay inside
//! windows, nothing nests, nothing is marked, and in the end it is told goodbye.

use afterword::clock::Clock;
use afterword::config;
use afterword::sandbox::{Action, Fault, Style};
use afterword::service::check::check;

use super::fill;
use crate::embedded::{Stage, utc};
use crate::sending::{Branch, DUE, due};

/// Octets of one set of UIDs.
const LONGEST_SET: usize = 1_000;
/// Messages whose headers are fetched at once, and UIDs that one search covers.
const WIDEST: [(&str, u32); 2] = [("UID FETCH ", 1_000), ("UID SEARCH UID ", 10_000)];

/// First and last of every part of a set such as `3:7,9`; `None` if it is open or no set.
fn parts(set: &str) -> Option<Vec<(u32, u32)>> {
    let part = |text: &str| {
        let (first, last) = text.split_once(':').unwrap_or((text, text));
        Some((first.parse().ok()?, last.parse().ok()?))
    };
    set.split(',').map(part).collect()
}

/// What is fetched or searched is told by UIDs, by few, and in their order.
fn assert_set_is_modest(line: &str) {
    let Some((command, widest)) = WIDEST.into_iter().find(|(it, _)| line.starts_with(it)) else {
        assert!(!line.contains("FETCH") && !line.contains("SEARCH"), "without UIDs: {line}");
        return;
    };
    let set = line.strip_prefix(command).unwrap().split(' ').next().unwrap();
    assert!(set.len() <= LONGEST_SET, "{line}");
    let parts = parts(set).unwrap_or_else(|| panic!("an open set: {line}"));
    assert!(parts.iter().all(|(first, last)| first <= last), "{line}");
    assert!(parts.windows(2).all(|two| two[0].1 < two[1].0), "not ascending: {line}");
    let messages: u32 = parts.iter().map(|(first, last)| last - first + 1).sum();
    assert!(messages <= widest, "{messages} in {line}");
}

/// Nothing is asked for that has a structure, and nothing that marks or moves a message.
fn assert_only_reads(line: &str) {
    let known = [
        "GREETING",
        "CAPABILITY",
        "LOGIN",
        "ID ",
        "LIST ",
        "EXAMINE ",
        "UID SEARCH ",
        "UID FETCH ",
        "IDLE",
        "LOGOUT",
    ];
    let copy = line.starts_with("APPEND \"Sent\" ");
    assert!(copy || known.iter().any(|command| line.starts_with(command)), "{line}");
    let items = line.replace("RFC822.SIZE", "").replace("BODY.PEEK[", "");
    for item in ["BODY", "ENVELOPE", "RFC822", "BINARY", "RETURN"] {
        assert!(!items.contains(item), "{item} in {line}");
    }
    assert!(line.matches("HEADER.FIELDS").count() <= 1, "{line}");
}

fn count(heard: &[String], command: &str) -> usize {
    heard.iter().filter(|line| line.starts_with(command)).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_whole_life_sets_of_uids_are_short_and_nothing_but_reading_is_asked_for() {
    for (style, sent) in [(Style::Plain, "Sent"), (Style::Gmail, "[Gmail]/Sent Mail")] {
        let mut stage = Stage::new(style).await;
        fill(&stage, if style == Style::Plain { 1_300 } else { 200 });
        stage.until_asked().await;
        stage.approve(sent, "2026-12-08T08:31:00Z");
        for now in ["08:32:00", "08:45:00", "09:15:00", "09:20:00"] {
            stage.pass_at(&format!("2026-12-08T{now}Z")).await;
        }
        assert_eq!(stage.sandbox.delivered().len(), 1, "{style:?}");
        let heard = stage.sandbox.heard();
        for line in &heard {
            assert_set_is_modest(line);
            assert_only_reads(line);
        }
        let met = ["UID FETCH ", "UID SEARCH "].map(|command| count(&heard, command));
        assert!(met.iter().all(|times| *times >= 5), "{style:?}: {met:?}");
        assert_eq!(count(&heard, "GREETING"), count(&heard, "LOGOUT"), "{style:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_heard_of_is_fetched_in_a_closed_set() {
    let stage = Stage::new(Style::Plain).await;
    stage
        .lives(async |stage| {
            stage.until(async |_| count(&stage.sandbox.heard(), "IDLE") >= 2).await;
            stage.invitation();
            stage
                .until(async |record| !record.overview().await.unwrap().applications.is_empty())
                .await;
            for line in stage.sandbox.heard() {
                assert_set_is_modest(&line);
                assert_only_reads(&line);
            }
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn never_more_than_three_connections_are_open() {
    let stage = Stage::new(Style::Plain).await;
    stage
        .lives(async |stage| {
            stage.until(async |_| count(&stage.sandbox.heard(), "IDLE") >= 2).await;
            stage.invitation();
            // One for the first look, two that listen, one for the look that follows the news.
            stage.until(async |_| count(&stage.sandbox.heard(), "GREETING") >= 4).await;
            let (mut open, mut most) = (0_usize, 0);
            for line in stage.sandbox.heard() {
                open += usize::from(line == "GREETING");
                open -= usize::from(line == "LOGOUT");
                most = open.max(most);
            }
            assert_eq!(most, 3);
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_is_refused_while_listening_counts_like_any_other() {
    let stage = Stage::new(Style::Plain).await;
    stage
        .lives(async |stage| {
            stage.until(async |_| count(&stage.sandbox.heard(), "IDLE") >= 2).await;
            let before = count(&stage.sandbox.heard(), "LOGIN");
            for _ in 0..9 {
                let no = Action::No("[AUTHENTICATIONFAILED] no");
                stage.sandbox.script(Fault::new("LOGIN", 1, no));
            }
            // The line is lost when news is read over it.
            stage.sandbox.script(Fault::new("UID FETCH", 1, Action::CloseBefore));
            stage.invitation();
            stage.until(async |_| stage.rows().await["refused_logins"] == 1).await;
            assert_eq!(count(&stage.sandbox.heard(), "LOGIN"), before + 1);
        })
        .await;
}

/// Goodbye is said on every connection that was made since.
fn assert_goodbyes(heard: &[String], case: &str) {
    assert!(count(heard, "GREETING") > 0, "{case}");
    assert_eq!(count(heard, "GREETING"), count(heard, "LOGOUT"), "{case}: {heard:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn goodbye_is_said_after_a_pass_that_failed_too() {
    let no = Action::No("[SERVERBUG] not now");
    for (command, nth) in [
        ("CAPABILITY", 1),
        ("LOGIN", 1),
        ("CAPABILITY", 2),
        ("LIST", 1),
        ("EXAMINE", 1),
        ("EXAMINE", 3),
        ("UID SEARCH", 1),
        ("UID FETCH", 1),
        ("UID FETCH", 2),
    ] {
        let mut stage = Stage::new(Style::Plain).await;
        stage.invitation();
        stage.sandbox.script(Fault::new(command, nth, no));
        stage.at("2026-11-20T10:00:00Z");
        let _ = stage.service.pass().await;
        let case = format!("{command} {nth}");
        assert_eq!(stage.sandbox.faults_left(), 0, "{case} was not met");
        assert_goodbyes(&stage.sandbox.heard(), &case);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn goodbye_is_said_after_a_look_before_sending_that_failed_too() {
    let stage = due().await;
    // One look of the pass, and two halves of the look before the message leaves.
    for nth in 1..=3 {
        let mut branch = Branch::of(&stage).await;
        let before = branch.sandbox.heard().len();
        branch.sandbox.script(Fault::new("LIST", nth, Action::No("[SERVERBUG] not now")));
        branch.pass_at(DUE).await;
        assert_eq!((branch.sandbox.faults_left(), branch.sent()), (0, 0), "LIST {nth}");
        assert_goodbyes(&branch.sandbox.heard().split_off(before), &format!("LIST {nth}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn goodbye_is_said_after_a_check_that_failed_too() {
    let stage = Stage::new(Style::Plain).await;
    stage.sandbox.script(Fault::new("LIST", 1, Action::No("[SERVERBUG] not now")));
    let config = config::load(&stage.folder.path().join("config.toml")).unwrap();
    let report = check(config, Clock::Fixed(utc("2026-11-20T08:30:00Z"))).await;
    assert!(report.failure.is_some());
    assert_goodbyes(&stage.sandbox.heard(), "check");
}
