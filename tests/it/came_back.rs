//! Mail servers that report on our own mails to the user: nobody at an employer said anything, and
//! the user learns of it where no mail is needed.

use afterword::sandbox::Style;
use afterword::service::view::State;

use crate::embedded::{Stage, USER};

/// A report that a message with this id did not reach the user.
fn report(stage: &Stage, mailbox: &str, action: &str, name: &str, original: &str) {
    let at = "2026-12-08T07:10:00Z";
    let date = crate::world::utc(at).to_rfc2822();
    stage.put(
        mailbox,
        at,
        &format!(
            "Return-Path: <>\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example>\nTo: <{USER}>\n\
             Subject: Undelivered Mail Returned to Sender\nDate: {date}\n\
             Message-ID: <{name}@mx.example>\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
             --b\nContent-Type: text/plain\n\nYour message could not be delivered.\n\
             --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n\
             Final-Recipient: rfc822; {USER}\nAction: {action}\nStatus: 5.1.1\n\
             --b\nContent-Type: message/rfc822\n\nMessage-ID: <{original}>\nFrom: <{USER}>\n\
             To: <{USER}>\nSubject: [Afterword] Send to Anna at Acme? (1 of 2)\n\n\
             Reply with one word: approve\n--b--\n"
        ),
    );
}

/// How many mails `status` says came back.
async fn told(stage: &Stage) -> u32 {
    let health = stage.service.record().overview().await.unwrap().health;
    health.returned.map_or(0, |returned| returned.count)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_to_the_user_that_came_back_is_told_and_is_no_bounce_of_theirs() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.until_asked().await;
    let before = stage.application().await;
    let request = stage.letters("approval-request").remove(0);
    for mailbox in ["INBOX", "Archive"] {
        report(&stage, mailbox, "failed", "failed", &request.message_id);
    }
    stage.pass_at("2026-12-08T07:15:00Z").await;
    let after = stage.application().await;
    assert_eq!(after.state, State::Asked, "the request lies there, and a reply to it counts");
    assert_eq!(after.replies.len(), before.replies.len());
    assert!(!format!("{:?}", after.next.why).contains("Bounced"), "{:?}", after.next.why);
    let timeline = stage.service.record().application(&after.id).await.unwrap().unwrap().1;
    assert!(!format!("{timeline:?}").contains("came back"), "{timeline:?}");
    assert_eq!(told(&stage).await, 1, "two copies are one report");
    let summary = stage.service.record().summary(Some("2026-W50")).await.unwrap().unwrap();
    let words = summary.body.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("A mail to you came back on Tue 8 Dec 08:15"), "{words}");
    let before = stage.service.record().summary(Some("2026-W49")).await.unwrap().unwrap();
    assert!(!before.body.contains("came back"), "{}", before.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delay_and_a_made_up_report_are_told_to_nobody() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.until_asked().await;
    let request = stage.letters("approval-request").remove(0);
    report(&stage, "INBOX", "delayed", "delayed", &request.message_id);
    report(&stage, "INBOX", "failed", "forged", "made-up@doe.example");
    stage.pass_at("2026-12-08T07:15:00Z").await;
    assert_eq!(told(&stage).await, 0);
    assert_eq!(stage.application().await.state, State::Asked);
}
