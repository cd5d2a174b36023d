//! What was granted, renewed: when, how often, and when no more.

use afterword::clock::Clock;
use afterword::oauth::Tokens;
use afterword::sandbox::{Action, Fault};
use afterword::service::PassError;
use afterword::service::check::check;

use super::provider::SECRET;
use super::{Stage, pass_at};
use crate::embedded::{USER, utc};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_renewed_before_it_ends() {
    let stage = Stage::signed_in().await;
    let mut service = stage.service().await;
    pass_at(&mut service, "2026-11-20T08:54:00Z").await.unwrap();
    assert_eq!(stage.provider.requests(), ["authorization_code"]);
    stage.sandbox.accept_tokens(&["access-2"]);
    pass_at(&mut service, "2026-11-20T08:56:00Z").await.unwrap();
    assert_eq!(stage.provider.requests(), ["authorization_code", "refresh_token"]);
    assert_eq!(stage.sandbox.refused_logins(), 0);
    // What came in place of the first refresh token serves as well.
    stage.sandbox.accept_tokens(&["access-3"]);
    pass_at(&mut service, "2026-11-20T09:55:00Z").await.unwrap();
    assert_eq!(stage.provider.requests().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_is_renewed_once_and_a_fresh_one_is_not() {
    let stage = Stage::signed_in().await;
    let mut service = stage.service().await;
    stage.sandbox.accept_tokens(&["access-2"]);
    pass_at(&mut service, "2026-11-20T08:30:00Z").await.unwrap();
    assert_eq!(stage.sandbox.refused_logins(), 1);
    assert_eq!(stage.provider.requests(), ["authorization_code", "refresh_token"]);
    stage.sandbox.accept_tokens(&["another"]);
    let error = pass_at(&mut service, "2026-11-20T08:30:00Z").await.unwrap_err();
    assert_eq!(PassError::of(&error), PassError::LoginRefused, "{error:#}");
    assert_eq!(stage.provider.requests().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_the_server_for_sending_refuses_is_renewed_once() {
    let stage = Stage::signed_in().await;
    stage.sandbox.accept_tokens(&["access-1", "access-2"]);
    stage.sandbox.script(Fault::new("AUTH XOAUTH2", 1, Action::Instead("535 5.7.8 no")));
    let report = check(stage.config(), Clock::Fixed(utc("2026-11-20T08:30:00Z"))).await;
    assert!(report.failure.is_none(), "{report:?}");
    assert_eq!(stage.provider.requests(), ["authorization_code", "refresh_token"]);
    assert_eq!(stage.sandbox.faults_left(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_that_was_taken_back_is_left_alone_until_the_next_one() {
    let stage = Stage::signed_in().await;
    let mut service = stage.service().await;
    stage.provider.revoke();
    for now in ["2026-11-20T09:30:00Z", "2026-11-20T09:40:00Z"] {
        let error = pass_at(&mut service, now).await.unwrap_err();
        let said = format!("{error:#}");
        assert!(said.contains("invalid_grant") && said.contains("afterword login"), "{said}");
        assert_eq!(PassError::of(&error), PassError::LoginRefused);
    }
    let asked = stage.provider.requests().len();
    let error = pass_at(&mut service, "2026-11-20T09:50:00Z").await.unwrap_err();
    let said = format!("{error:#}");
    assert!(said.contains("not tried again") && said.contains("afterword login"), "{said}");
    assert_eq!(stage.provider.requests().len(), asked, "nobody is asked");
    assert_eq!(stage.sandbox.refused_logins(), 0);

    // The service goes on as it is.
    stage.sign_in("2026-11-20T09:55:00Z").await;
    stage.sandbox.accept_tokens(&["access-2"]);
    pass_at(&mut service, "2026-11-20T10:00:00Z").await.unwrap();
    let health = service.record().overview().await.unwrap().health;
    assert_eq!(health.login_left_alone_until(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_secret_that_was_mended_is_tried_at_once() {
    let stage = Stage::signed_in().await;
    std::fs::write(stage.config_file(), stage.config_text().replace(SECRET, "expired")).unwrap();
    let mut service = stage.service().await;
    for (now, says) in [
        ("2026-11-20T09:30:00Z", "does not accept this program"),
        ("2026-11-20T09:40:00Z", "does not accept this program"),
        ("2026-11-20T09:50:00Z", "not tried again"),
    ] {
        let error = pass_at(&mut service, now).await.unwrap_err();
        assert!(format!("{error:#}").contains(says), "{error:#}");
    }
    drop(service);
    std::fs::write(stage.config_file(), stage.config_text()).unwrap();
    stage.sandbox.accept_tokens(&["access-2"]);
    let mut service = stage.service().await;
    pass_at(&mut service, "2026-11-20T10:00:00Z").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_that_want_to_renew_at_once_one_does() {
    let stage = Stage::signed_in().await;
    let config = stage.config();
    let open = || Tokens::open(config.access.oauth2().unwrap(), USER).unwrap();
    let (one, two) = (open(), open());
    let late = utc("2026-11-20T09:30:00Z");
    let (first, second) = tokio::join!(one.access_token(late), two.access_token(late));
    first.unwrap();
    second.unwrap();
    assert_eq!(stage.provider.requests(), ["authorization_code", "refresh_token"]);
}
