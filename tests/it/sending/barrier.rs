//! Nothing leaves unless every mailbox was seen, and says that nothing came.

use std::time::Duration;

use afterword::sandbox::{Action, Fault};
use afterword::service::view::State;
use tokio_util::sync::CancellationToken;

use super::{Branch, DUE, due};
use crate::embedded::{ANNA, USER};

#[tokio::test]
async fn an_answer_in_any_mailbox_stops_the_message() {
    let answer = "Dear Jane, the team is still deciding.";
    for mailbox in ["INBOX", "Junk", "Trash", "Archive", "Jobs/Acme"] {
        let stage = due().await;
        stage.letter(mailbox, "2026-12-08T08:00:59Z", ANNA, USER, "answer", answer);
        let mut branch = Branch::of(&stage).await;
        for now in [DUE, "2026-12-08T08:20:00Z", "2026-12-09T08:30:00Z"] {
            branch.pass_at(now).await;
        }
        assert_eq!(branch.sent(), 0, "{mailbox}");
        assert_ne!(branch.application().await.state, State::Approved, "{mailbox}");
        assert!(branch.told(), "{mailbox}");
    }
}

#[tokio::test]
async fn an_answer_that_cannot_be_fetched_stops_the_message() {
    for action in [Action::No("[UNAVAILABLE] later"), Action::CloseInside, Action::Garbage] {
        let stage = due().await;
        let answer = "Could you send two references?";
        stage.letter("INBOX", "2026-12-08T08:00:59Z", ANNA, USER, "answer", answer);
        let mut branch = Branch::of(&stage).await;
        branch.sandbox.script(Fault::new("UID FETCH", 1, action));
        branch.sandbox.script(Fault::new("UID FETCH", 2, action));
        for now in [DUE, "2026-12-08T08:02:00Z", "2026-12-08T08:20:00Z"] {
            branch.pass_at(now).await;
        }
        assert_eq!((branch.sent(), branch.sandbox.faults_left()), (0, 0), "{action:?}");
        assert_eq!(branch.application().await.state, State::YourTurn, "{action:?}");
    }
}

/// An answer lies there, and each command of the pass is refused or cut in its turn; the first
/// that is not met ends it. Whatever is done about it, the answer is read before anything leaves.
#[tokio::test]
async fn what_cannot_be_read_sends_nothing() {
    let no = Action::No("[UNAVAILABLE] later");
    let cases = [
        ("GREETING", Action::Bye),
        ("GREETING", Action::CloseBefore),
        ("GREETING", Action::Garbage),
        ("LIST", no),
        ("LIST", Action::CloseInside),
        ("EXAMINE", no),
        ("EXAMINE", Action::CloseBefore),
        ("UID SEARCH", no),
        ("UID SEARCH", Action::CloseInside),
        ("UID FETCH", no),
        ("UID FETCH", Action::CloseInside),
    ];
    let mut met = 0;
    for (command, action) in cases {
        let stage = due().await;
        let answer = "Could you send two references?";
        stage.letter("INBOX", "2026-12-08T08:00:59Z", ANNA, USER, "answer", answer);
        for nth in 1.. {
            let case = format!("{command} {nth} {action:?}");
            let mut branch = Branch::of(&stage).await;
            branch.sandbox.script(Fault::new(command, nth, action));
            branch.pass_at(DUE).await;
            let was_met = branch.sandbox.faults_left() == 0;
            while branch.sandbox.faults_left() > 0 {
                branch.pass_at("2026-12-08T08:05:00Z").await;
            }
            branch.pass_at("2026-12-08T08:20:00Z").await;
            assert_eq!(branch.sent(), 0, "{case}");
            assert_eq!(branch.application().await.state, State::YourTurn, "{case}");
            if !was_met {
                break;
            }
            met += 1;
        }
    }
    assert!(met > 20, "only {met} commands were met");
}

/// The look that counts is refused a mailbox: nothing leaves, and it goes on by itself.
#[tokio::test]
async fn a_mailbox_that_is_refused_holds_the_message_until_it_can_be_read() {
    let stage = due().await;
    let mut held = 0;
    for nth in 1..=20 {
        let mut branch = Branch::of(&stage).await;
        branch.sandbox.script(Fault::new("EXAMINE", nth, Action::No("[UNAVAILABLE] later")));
        branch.pass_at(DUE).await;
        let before_the_look = held == 0 && branch.sent() == 1;
        let after_it = branch.sandbox.faults_left() > 0;
        assert!(before_the_look || after_it || branch.sent() == 0, "EXAMINE {nth}");
        held += u32::from(branch.sent() == 0);
        while branch.sandbox.faults_left() > 0 {
            branch.pass_at("2026-12-08T08:05:00Z").await;
        }
        branch.pass_at("2026-12-08T08:20:00Z").await;
        assert_eq!(branch.sent(), 1, "EXAMINE {nth}");
    }
    assert!(held >= 10, "five mailboxes in the look, five in the glance, and more: {held}");
}

/// A login that is refused in the look counts with those of the passes.
#[tokio::test]
async fn a_login_that_is_refused_before_sending_counts_like_that_of_a_pass() {
    let stage = due().await;
    let mut branch = Branch::of(&stage).await;
    let no = Action::No("[AUTHENTICATIONFAILED] no");
    // The pass logs in, then the look before the message leaves.
    branch.sandbox.script(Fault::new("LOGIN", 2, no));
    branch.pass_at(DUE).await;
    assert_eq!((branch.sent(), branch.sandbox.faults_left()), (0, 0));
    let until = async |branch: &Branch<'_>| branch.overview().await.health.login_left_alone_until();
    assert_eq!(until(&branch).await, None, "once is not enough");
    branch.sandbox.script(Fault::new("LOGIN", 1, no));
    branch.pass_at("2026-12-08T08:05:00Z").await;
    assert!(until(&branch).await.is_some());
}

/// A number that went down is not what the look saw, whatever it means. INBOX is opened once in the
/// look and once in the glance; where it was read in between, that changes nothing.
#[tokio::test]
async fn a_mailbox_whose_number_goes_down_at_the_last_moment_is_looked_at_again() {
    let stage = due().await;
    let mut looked_again = 0;
    for nth in 1..=6 {
        let mut branch = Branch::of(&stage).await;
        let before = branch.sandbox.heard().len();
        branch.sandbox.script(Fault::new("EXAMINE \"INBOX\"", nth, Action::UidNext(1)));
        branch.pass_at(DUE).await;
        let heard = branch.sandbox.heard().split_off(before);
        let lists = heard.iter().filter(|line| line.starts_with("LIST")).count();
        // One list in the look of the pass, two in each look before sending.
        assert!(lists == 3 || lists == 5, "{lists} for EXAMINE {nth}");
        looked_again += u32::from(lists == 5);
        while branch.sandbox.faults_left() > 0 {
            branch.pass_at("2026-12-08T08:05:00Z").await;
        }
        branch.pass_at("2026-12-08T08:20:00Z").await;
        assert_eq!(branch.sent(), 1, "EXAMINE {nth}");
    }
    assert_eq!(looked_again, 2, "in the look and in the glance");
}

/// Nobody answers for IMAP: it can be handed in, but not known whether an answer came.
#[tokio::test]
async fn after_six_blind_hours_the_user_is_told_once_and_nothing_leaves() {
    let stage = due().await;
    let mut branch = Branch::of(&stage).await;
    let mut told_at = Vec::new();
    for minutes in (8 * 60..17 * 60).step_by(30) {
        branch.sandbox.script(Fault::new("GREETING", 1, Action::CloseBefore));
        branch.pass_at(&format!("2026-12-08T{:02}:{:02}:00Z", minutes / 60, minutes % 60)).await;
        let told = branch
            .letters()
            .iter()
            .filter(|it| it.subject.contains("cannot read your mailbox"))
            .count();
        told_at.extend((told > told_at.len()).then_some(minutes));
        assert_eq!(branch.sent(), 0, "{minutes}");
    }
    // The last look that saw everything was at 07:03.
    assert_eq!(told_at, [13 * 60 + 30], "{:?}", branch.letters());
    assert!(branch.overview().await.health.blind_since().is_some());
    branch.pass_at("2026-12-09T08:01:00Z").await;
    assert_eq!(branch.sent(), 1, "with eyes open it goes, in the next window");
    assert!(branch.overview().await.health.blind_since().is_none());
}

/// The service is stopped while it looks before sending: it ends without a word, and the next one
/// looks again.
#[tokio::test]
async fn the_end_of_the_service_is_no_blindness() {
    let stage = due().await;
    let mut branch = Branch::of(&stage).await;
    branch.at(DUE);
    // One list in the look of the pass, then one in the look before the message leaves.
    branch.sandbox.script(Fault::new("LIST", 2, Action::Late(1_000)));
    let (stop, sandbox) = (CancellationToken::new(), branch.sandbox);
    let ended = async {
        while sandbox.faults_left() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        stop.cancel();
    };
    let (ran, ()) = tokio::join!(branch.service.run(stop.clone()), ended);
    ran.unwrap();
    assert_eq!(branch.sent(), 0);
    let mut branch = branch.restart().await;
    branch.pass_at("2026-12-08T08:05:00Z").await;
    assert_eq!(branch.sent(), 1);
    assert!(!branch.told(), "it was sent, and nothing else is told: {:?}", branch.letters());
}
