//! A message that the server does not take: tried again with growing pauses, given up after two
//! days, and after a provider's quota not before a day.

use afterword::sandbox::{Action, Fault};
use afterword::service::view::{SendingView, State};

use super::{Branch, DUE, due};

/// Refuses the next `times` messages to others.
fn greylist(branch: &Branch<'_>, times: u32) {
    for _ in 0..times {
        branch.sandbox.script(Fault::new("RCPT TO:<anna", 1, Action::No("greylisted")));
    }
}

#[tokio::test]
async fn a_greylisted_message_is_tried_again_after_a_quarter_of_an_hour_and_then_half() {
    let stage = due().await;
    let mut branch = Branch::of(&stage).await;
    greylist(&branch, 2);
    let tries = [
        (DUE, 1),
        ("2026-12-08T08:02:00Z", 1),
        ("2026-12-08T08:15:00Z", 1),
        ("2026-12-08T08:16:00Z", 0),
        ("2026-12-08T08:32:00Z", 0),
    ];
    for (now, left) in tries {
        branch.pass_at(now).await;
        branch = branch.restart().await;
        assert_eq!((branch.sandbox.faults_left(), branch.sent()), (left, 0), "{now}");
    }
    branch.pass_at("2026-12-08T08:46:00Z").await;
    assert_eq!(branch.sent(), 1);
    assert_eq!(branch.application().await.attempts.len(), 1);
}

#[tokio::test]
async fn after_two_days_it_is_given_up_and_the_user_is_told() {
    let stage = due().await;
    let mut branch = Branch::of(&stage).await;
    greylist(&branch, 40);
    for day in ["08", "09", "10"] {
        for hour in ["08:01", "08:30", "09:15", "10:20"] {
            branch.pass_at(&format!("2026-12-{day}T{hour}:00Z")).await;
        }
    }
    let view = branch.application().await;
    assert_eq!((branch.sent(), view.state), (0, State::Waiting));
    assert!(view.draft.is_none());
    let told = branch.letters();
    let told: Vec<_> = told.iter().filter(|it| it.text.contains("within two days")).collect();
    assert_eq!(told.len(), 1);
    branch.pass_at("2026-12-15T08:30:00Z").await;
    assert_eq!(branch.sent(), 0, "the approval is over");
}

#[tokio::test]
async fn a_quota_stops_everything_for_a_day() {
    let stage = due().await;
    let mut branch = Branch::of(&stage).await;
    let enough = Action::Instead("550 5.4.5 Daily user sending limit exceeded");
    branch.sandbox.script(Fault::new("MAIL", 1, enough));
    for now in [DUE, "2026-12-08T08:20:00Z", "2026-12-08T10:20:00Z", "2026-12-09T08:00:30Z"] {
        branch.pass_at(now).await;
        assert_eq!((branch.sent(), branch.letters().len()), (0, 0), "{now}");
        assert!(matches!(branch.overview().await.health.sending, SendingView::Quota(_)), "{now}");
    }
    branch.pass_at("2026-12-09T08:01:00Z").await;
    assert_eq!(branch.sent(), 1);
}

#[tokio::test]
async fn a_dry_run_opens_no_connection_for_sending() {
    let stage = due().await;
    let mut branch = Branch::of(&stage).await;
    branch.service = branch.service.dry();
    branch.sandbox.script(Fault::new("CONNECT", 1, Action::Bye));
    branch.pass_at(DUE).await;
    branch.pass_at("2026-12-14T08:30:00Z").await;
    assert_eq!((branch.sent(), branch.sandbox.faults_left()), (0, 1));
}

/// A mail to the user waits as well, and is not the second try of the same pass.
#[tokio::test]
async fn a_login_that_is_refused_with_a_message_is_not_tried_again_with_a_mail_to_the_user() {
    let stage = due().await;
    let request = stage.letters("approval-request").remove(0);
    stage.reply_to(&request, "Sent", "2026-12-08T08:00:30Z", "status", "status");
    let mut branch = Branch::of(&stage).await;
    for _ in 0..2 {
        branch.sandbox.script(Fault::new("AUTH", 1, Action::Instead("535 5.7.8 no")));
    }
    branch.pass_at(DUE).await;
    assert_eq!((branch.sandbox.faults_left(), branch.sent()), (1, 0));
    branch.pass_at("2026-12-08T08:20:00Z").await;
    assert_eq!((branch.sandbox.faults_left(), branch.sent()), (0, 0), "two tries in all");
    branch.pass_at("2026-12-08T08:40:00Z").await;
    assert_eq!(branch.sent(), 0, "it is left alone");
}

#[tokio::test]
async fn a_pass_that_hands_nothing_in_does_not_make_a_refused_login_forgotten() {
    let stage = due().await;
    let mut branch = Branch::of(&stage).await;
    for _ in 0..3 {
        branch.sandbox.script(Fault::new("AUTH", 1, Action::Instead("535 5.7.8 no")));
    }
    for (now, left) in [
        (DUE, 2),
        ("2026-12-08T08:05:00Z", 2),
        ("2026-12-08T08:20:00Z", 1),
        ("2026-12-08T08:30:00Z", 1),
        ("2026-12-08T09:00:00Z", 1),
    ] {
        branch.pass_at(now).await;
        assert_eq!(branch.sandbox.faults_left(), left, "{now}");
    }
}
