//! Where the look back begins: servers search by days of a calendar of their own.

use afterword::sandbox::Style;
use chrono::FixedOffset;

use super::{fill, globex_invites};
use crate::embedded::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn a_message_just_young_enough_is_found_whatever_the_calendar_of_the_server() {
    for hours in [-12, 0, 14] {
        let mut stage = Stage::new(Style::Plain).await;
        stage.sandbox.set_calendar(FixedOffset::east_opt(hours * 3_600).unwrap());
        stage.put("INBOX", "2026-05-01T08:00:00Z", "Subject: long ago\n\nx\n");
        // 180 days before the first look it is 08:00 on this day.
        globex_invites(&stage, "2026-05-24T08:30:00Z");
        fill(&stage, 3);
        stage.pass_at("2026-11-20T08:00:00Z").await;
        let found = stage.service.record().overview().await.unwrap().applications;
        assert_eq!(found.len(), 1, "at {hours} hours");
        let heard = stage.sandbox.heard();
        let fetched: Vec<_> = heard.iter().filter(|line| line.starts_with("UID FETCH ")).collect();
        assert!(fetched[0].starts_with("UID FETCH 2:5 "), "at {hours} hours: {fetched:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn young_mail_is_found_below_thousands_of_old_ones_that_were_moved_in_later() {
    let mut stage = Stage::new(Style::Plain).await;
    globex_invites(&stage, "2026-11-18T08:30:00Z");
    for _ in 0..10_001 {
        stage.put("INBOX", "2011-05-01T08:00:00Z", "Subject: long ago\n\nx\n");
    }
    stage.pass_at("2026-11-20T08:00:00Z").await;
    let found = stage.service.record().overview().await.unwrap().applications;
    assert_eq!(found.len(), 1);
}
