//! How many answers a user gets in a day: a person never meets the limits, and two machines that
//! answer each other do. A word is obeyed whether or not it is answered.

use afterword::sandbox::Style;
use afterword::service::view::State;

use crate::embedded::Stage;
use crate::world::Letter;

async fn asked() -> (Stage, Letter) {
    let mut stage = Stage::new(Style::Plain).await;
    stage.until_asked().await;
    let request = stage.letters("approval-request").remove(0);
    assert!(stage.letters("receipt").is_empty());
    (stage, request)
}

/// Files so many replies with one text, a second apart from ten past seven on.
fn repeat(stage: &Stage, request: &Letter, text: &str, times: usize) {
    for n in 0..times {
        let at = format!("2026-12-08T07:{:02}:{:02}Z", 10 + n / 60, n % 60);
        stage.reply_to(request, "Sent", &at, text, &format!("reply{n}"));
    }
}

async fn passes(stage: &mut Stage, at: [&str; 2]) {
    for now in at {
        stage.pass_at(now).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_receipts_a_day_are_the_most_and_a_word_without_one_is_obeyed() {
    let (mut stage, request) = asked().await;
    repeat(&stage, &request, "status", 62);
    passes(&mut stage, ["2026-12-08T07:20:00Z", "2026-12-08T07:21:00Z"]).await;
    assert_eq!(stage.letters("receipt").len(), 60);
    stage.reply_to(&request, "Sent", "2026-12-08T07:30:00Z", "skip", "skip");
    passes(&mut stage, ["2026-12-08T07:31:00Z", "2026-12-08T08:30:00Z"]).await;
    let view = stage.application().await;
    assert_eq!((view.state, view.draft.is_none()), (State::Waiting, true));
    assert_eq!(stage.letters("receipt").len(), 60, "obeyed, and not answered");
    stage.reply_to(&request, "Sent", "2026-12-09T08:00:00Z", "status", "next");
    passes(&mut stage, ["2026-12-09T08:01:00Z", "2026-12-09T08:02:00Z"]).await;
    assert_eq!(stage.letters("receipt").len(), 61, "a day later there are new ones");
}

#[tokio::test(flavor = "multi_thread")]
async fn five_lines_a_day_are_answered_that_were_not_understood_and_words_still_are() {
    let (mut stage, request) = asked().await;
    repeat(&stage, &request, "let me think about it", 7);
    passes(&mut stage, ["2026-12-08T07:20:00Z", "2026-12-08T07:21:00Z"]).await;
    let receipts = stage.letters("receipt");
    assert_eq!(receipts.len(), 5);
    for receipt in &receipts {
        let said = receipt.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let first = "I did not understand the first line \"let me think about it\".";
        assert!(said.starts_with(first), "{said}");
    }
    assert_eq!(stage.application().await.state, State::Asked);
    stage.reply_to(&request, "Sent", "2026-12-08T07:30:00Z", "status", "word");
    passes(&mut stage, ["2026-12-08T07:31:00Z", "2026-12-08T07:32:00Z"]).await;
    assert_eq!(stage.letters("receipt").len(), 6, "a word that is understood is answered");
    stage.reply_to(&request, "Sent", "2026-12-09T08:00:00Z", "let me think about it", "next");
    passes(&mut stage, ["2026-12-09T08:01:00Z", "2026-12-09T08:02:00Z"]).await;
    assert_eq!(stage.letters("receipt").len(), 7, "and so is the first of another day");
}
