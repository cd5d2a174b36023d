//! UIDs with wide gaps: a mailbox of three messages whose next number is in the billions.

use std::time::Duration;

use afterword::sandbox::{Action, Fault, Style};
use tokio_util::sync::CancellationToken;

use crate::embedded::Stage;

const BILLIONS: Action = Action::UidNext(3_000_000_000);

fn searches(heard: &[String]) -> usize {
    heard.iter().filter(|line| line.starts_with("UID SEARCH")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_of_billions_is_walked_through_in_a_few_searches() {
    for looked_before in [true, false] {
        let mut stage = Stage::new(Style::Plain).await;
        if looked_before {
            stage.pass_at("2026-11-20T08:00:00Z").await;
        }
        stage.invitation();
        stage.sandbox.script(Fault::new("EXAMINE \"INBOX\"", 1, BILLIONS));
        let heard = stage.sandbox.heard().len();
        stage.pass_at("2026-11-20T09:05:00Z").await;
        assert_eq!(stage.application().await.interviews.len(), 1, "{looked_before}");
        let searches = searches(&stage.sandbox.heard().split_off(heard));
        assert!(searches < 120, "{looked_before}: {searches} searches");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_over_a_gap_ends_when_the_service_ends() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    stage.sandbox.script(Fault::new("EXAMINE \"INBOX\"", 1, BILLIONS));
    for _ in 0..9 {
        stage.sandbox.script(Fault::new("UID SEARCH", 1, Action::Late(200)));
    }
    let Stage { sandbox, service, .. } = &mut stage;
    let before = searches(&sandbox.heard());
    let stop = CancellationToken::new();
    let ends = async {
        while searches(&sandbox.heard()) == before {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        stop.cancel();
    };
    let (ran, ()) = tokio::join!(service.run(stop.clone()), ends);
    ran.unwrap();
    assert!(sandbox.faults_left() > 0, "it went on searching");
}
