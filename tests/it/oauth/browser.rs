//! What comes back from the browser, or from somebody who only looks like one.

use std::time::Duration;

use afterword::oauth::TokenError;
use tokio::net::TcpStream;
use url::Url;

use super::provider::query;
use super::{LONG, NOW, Stage, visit};
use crate::embedded::utc;

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_say_nothing_do_not_use_up_the_port() {
    let stage = Stage::new().await;
    let sign_in = stage.begin().await;
    let back = stage.provider.consent(sign_in.address());
    let port = Url::parse(&back).unwrap().port().unwrap();
    let finishing = tokio::spawn(sign_in.finish(LONG, || utc(NOW)));
    for _ in 0..100 {
        drop(TcpStream::connect(("127.0.0.1", port)).await.unwrap());
    }
    let page = visit(&back).await;
    assert!(page.starts_with("HTTP/1.1 200 "), "{page}");
    finishing.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_to_another_question_is_refused_and_ours_still_counts() {
    let stage = Stage::new().await;
    let sign_in = stage.begin().await;
    let back = stage.provider.consent(sign_in.address());
    let state = query(&back)["state"].clone();
    let finishing = tokio::spawn(sign_in.finish(LONG, || utc(NOW)));
    for (changed, status) in [
        (back.replace(&state, "guessed"), "400"),
        (back.replace("state=", "other="), "400"),
        (back.replace("code=", "cod="), "404"),
        (back.replace("/?", "/favicon.ico?"), "404"),
    ] {
        let page = visit(&changed).await;
        assert!(page.starts_with(&format!("HTTP/1.1 {status} ")), "{changed}: {page}");
        assert!(!page.contains(&state), "a page repeats nothing");
    }
    assert_eq!(stage.provider.requests().len(), 0);
    assert!(!stage.token_file().exists());
    visit(&back).await;
    finishing.await.unwrap().unwrap();
    assert!(stage.token_file().exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_no_or_does_not_come_back_keeps_what_was_granted_before() {
    let stage = Stage::signed_in().await;
    let before = std::fs::read(stage.token_file()).unwrap();
    let sign_in = stage.begin().await;
    let asked = query(sign_in.address());
    let no = format!("{}/?error=access_denied&state={}", asked["redirect_uri"], asked["state"]);
    let (finished, _) = tokio::join!(sign_in.finish(LONG, || utc(NOW)), visit(&no));
    let error = finished.unwrap_err();
    assert!(matches!(&error, TokenError::Denied(why) if why == "access_denied"), "{error}");
    let late = stage.begin().await.finish(Duration::from_millis(20), || utc(NOW)).await;
    assert!(matches!(late, Err(TokenError::TooLate)), "{late:?}");
    assert_eq!(std::fs::read(stage.token_file()).unwrap(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_somebody_else_is_worth_nothing() {
    let stage = Stage::new().await;
    let (ours, theirs) = (stage.begin().await, stage.begin().await);
    let stolen = query(&stage.provider.consent(theirs.address()))["code"].clone();
    let mut back = Url::parse(&stage.provider.consent(ours.address())).unwrap();
    let state = query(back.as_str())["state"].clone();
    back.query_pairs_mut().clear().append_pair("code", &stolen).append_pair("state", &state);
    let (finished, _) = tokio::join!(ours.finish(LONG, || utc(NOW)), visit(back.as_str()));
    assert!(matches!(finished, Err(TokenError::Denied(_))), "{finished:?}");
    assert!(!stage.token_file().exists());
}
