//! A message that the record refuses, whatever is tried: a rule of the schema that only it breaks.

use afterword::sandbox::Style;
use afterword::service::view::State;
use sqlx::{AssertSqlSafe, Connection as _, SqliteConnection};

use super::told;
use crate::embedded::{ANNA, Stage, USER};

const NO: &str = "Unfortunately we have decided to move forward with other candidates.";

/// From now on the record refuses rows of which this is true.
async fn refuse(stage: &Stage, table: &str, rows: &str) {
    let url = format!("sqlite://{}", stage.folder.path().join("afterword.db").display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let trigger = format!(
        "CREATE TRIGGER refusing BEFORE INSERT ON {table} WHEN {rows}
         BEGIN SELECT RAISE(ABORT, 'refused'); END"
    );
    sqlx::query(AssertSqlSafe(trigger)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_the_record_refuses_is_passed_over_and_told_and_the_next_is_read() {
    let cases = [
        // Not even its headers can be taken, or only what its text says is refused.
        ("NEW.message_id = 'poison@mail.example'", 2),
        ("NEW.message_id = 'poison@mail.example' AND NEW.kind = 'rejection'", 3),
    ];
    for (rows, replies) in cases {
        let mut stage = Stage::new(Style::Plain).await;
        stage.pass_at("2026-11-20T08:00:00Z").await;
        stage.invitation();
        stage.pass_at("2026-11-20T09:05:00Z").await;
        refuse(&stage, "messages", rows).await;
        stage.letter("INBOX", "2026-11-20T09:10:00Z", ANNA, USER, "poison", NO);
        stage.letter("INBOX", "2026-11-20T09:11:00Z", ANNA, USER, "more", "See you on Tuesday.");
        for (now, rests) in [
            ("2026-11-20T09:15:00Z", true),
            ("2026-11-20T09:20:00Z", true),
            ("2026-11-20T09:25:00Z", false),
            ("2026-11-20T09:30:00Z", false),
        ] {
            stage.at(now);
            let watched = stage.service.pass().await.unwrap();
            assert_eq!(!watched.blind.is_empty(), rests, "{rows} at {now}: {:?}", watched.blind);
        }
        let view = stage.application().await;
        assert_eq!((view.replies.len(), told(&stage)), (replies, 1), "{rows}");
        assert!(view.closed.is_none(), "{rows}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_the_past_that_the_record_refuses_is_passed_over_and_told() {
    let mut stage = Stage::new(Style::Plain).await;
    refuse(&stage, "messages", "NEW.message_id = 'poison@mail.example'").await;
    stage.invitation();
    stage.letter("INBOX", "2026-11-20T09:10:00Z", ANNA, USER, "poison", NO);
    for minute in 10..20 {
        stage.at(&format!("2026-11-20T10:{minute}:00Z"));
        stage.service.pass().await.unwrap();
    }
    assert_eq!(stage.application().await.interviews.len(), 1);
    assert_eq!((stage.rows().await["backlog"], told(&stage)), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_the_record_refuses_is_not_dropped_in_silence() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.until_asked().await;
    refuse(&stage, "replies", "true").await;
    stage.approve("Sent", "2026-12-08T07:02:00Z");
    for minute in [3, 5, 7, 9] {
        stage.pass_at(&format!("2026-12-08T07:0{minute}:00Z")).await;
    }
    assert_eq!((stage.application().await.state, told(&stage)), (State::Asked, 1));
}
