//! Reading any mailbox, against the embedded server: what a real server does not show on demand.

mod asleep;
mod blind;
mod commands;
mod gaps;
mod gmail;
mod gone;
mod numbers;
mod past;
mod refused;
mod stranger;
mod trouble;

use afterword::clock::Clock;
use afterword::config;
use afterword::domain::mailbox::DayBudget;
use afterword::sandbox::{Action, Fault, Style};
use afterword::service::by_hand::NewApplication;
use afterword::service::check::check;
use afterword::service::view::State;

use crate::embedded::{ANNA, Stage, USER, utc};
use crate::world::Letter;

/// Puts so many letters of a friend into INBOX.
fn fill(stage: &Stage, letters: usize) {
    for n in 0..letters {
        let text = format!(
            "From: <lou@friends.example>\nTo: <{USER}>\nSubject: Hello {n}\n\
             Date: Thu, 19 Nov 2026 10:00:00 +0100\nMessage-ID: <m{n}@friends.example>\n\nSee you.\n"
        );
        stage.put("INBOX", "2026-11-19T09:00:00Z", &text);
    }
}

/// How often the user was told of a message that cannot be read.
fn told(stage: &Stage) -> usize {
    let letters = stage.sandbox.messages("INBOX");
    letters.iter().filter(|it| Letter::read(it).text.contains("cannot be read")).count()
}

/// Another employer invites: Wednesday 25 November 2026, 14:00 in Berlin.
fn globex_invites(stage: &Stage, at: &str) {
    let date = utc(at).to_rfc2822();
    stage.put(
        "INBOX",
        at,
        &format!(
            "From: Bob Kerr <bob@globex.example>\nTo: Jane Doe <{USER}>\n\
             Subject: Interview Platform Engineer\nDate: {date}\n\
             Message-ID: <invitation@globex.example>\n\
             Content-Type: text/calendar; charset=utf-8; method=REQUEST\n\n\
             BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Globex//EN\nMETHOD:REQUEST\nBEGIN:VEVENT\n\
             UID:interview-2\nDTSTAMP:20261120T100000Z\nDTSTART:20261125T130000Z\n\
             DTEND:20261125T140000Z\nSUMMARY:Interview Platform Engineer\n\
             ORGANIZER;CN=Bob Kerr:mailto:bob@globex.example\nEND:VEVENT\nEND:VCALENDAR\n"
        ),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_login_is_tried_twice_and_then_left_alone_for_six_hours() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.use_password("wrong").await;
    for minute in 0..6 {
        stage.at(&format!("2026-11-20T08:{minute}0:00Z").replace(":60:", ":59:"));
        stage.reopen().await;
        let error = stage.service.pass().await.unwrap_err();
        assert!(format!("{error:#}").contains("login"), "{error:#}");
    }
    assert_eq!(stage.sandbox.refused_logins(), 2, "restarts do not make it forget");
    let health = stage.service.record().overview().await.unwrap().health;
    let until = health.login_left_alone_until().map(|at| at.to_utc());
    assert_eq!(until, Some(utc("2026-11-20T14:10:00Z")), "status says so");
    stage.at("2026-11-20T14:20:00Z");
    stage.service.pass().await.unwrap_err();
    assert_eq!(stage.sandbox.refused_logins(), 3, "after six hours it is tried once");
    stage.use_password("pw").await;
    stage.pass_at("2026-11-20T14:21:00Z").await;
    let health = stage.service.record().overview().await.unwrap().health;
    assert_eq!(health.login_left_alone_until(), None);
}

/// What `check` says of the login for reading.
async fn login_checked(stage: &Stage) -> Vec<String> {
    let config = config::load(&stage.folder.path().join("config.toml")).unwrap();
    let report = check(config, Clock::Fixed(utc("2026-11-20T08:30:00Z"))).await;
    let logins = report.lines.into_iter().filter(|it| it.what.ends_with("MAP)"));
    logins.map(|line| format!("{} {}", line.ok, line.says)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn check_tries_a_login_that_is_left_alone_once_and_a_success_ends_the_wait() {
    let mut stage = Stage::new(Style::Plain).await;
    let no = Action::No("[AUTHENTICATIONFAILED] no");
    for minute in [0, 10] {
        stage.at(&format!("2026-11-20T08:{minute:02}:00Z"));
        stage.sandbox.script(Fault::new("LOGIN", 1, no));
        stage.service.pass().await.unwrap_err();
    }
    stage.sandbox.script(Fault::new("LOGIN", 1, no));
    let said = login_checked(&stage).await;
    assert!(said[0].starts_with("false tried once; "), "{said:?}");
    assert!(said[0].contains("until Fri 20 Nov, 15:30"), "{said:?}");
    stage.at("2026-11-20T08:40:00Z");
    let error = stage.service.pass().await.unwrap_err();
    assert!(format!("{error:#}").contains("not tried again"), "{error:#}");
    let said = login_checked(&stage).await;
    assert!(said[0].starts_with("true the login works again"), "{said:?}");
    stage.pass_at("2026-11-20T08:50:00Z").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_numbers_a_mailbox_anew_all_day_is_not_believed() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    for minute in 10..15 {
        stage.sandbox.renumber("INBOX");
        let at = format!("2026-11-20T09:{minute}:00Z");
        stage.at(&at);
        assert!(stage.service.pass().await.unwrap().blind.is_empty(), "{at}");
    }
    stage.sandbox.renumber("INBOX");
    stage.at("2026-11-20T09:20:00Z");
    let blind = stage.service.pass().await.unwrap().blind;
    assert!(blind[0].contains("anew 5 times in a day"), "{blind:?}");
    stage.at("2026-11-21T09:30:00Z");
    assert!(stage.service.pass().await.unwrap().blind.is_empty(), "the next day it is read again");
}

#[tokio::test(flavor = "multi_thread")]
async fn five_thousand_messages_under_new_numbers_are_no_news() {
    let mut stage = Stage::new(Style::Plain).await;
    fill(&stage, 5_000);
    stage.until_asked().await;
    let before = stage.rows().await;
    assert!(before["seen"] >= 5_000, "{before:?}");
    stage.sandbox.renumber("INBOX");
    for now in ["2026-12-08T07:20:00Z", "2026-12-08T07:25:00Z"] {
        stage.pass_at(now).await;
        let mut after = stage.rows().await;
        assert_eq!(after.insert("renumberings".to_owned(), 0), Some(1));
        let changed: Vec<_> = after.iter().filter(|(table, n)| before[*table] != **n).collect();
        assert!(changed.is_empty(), "{changed:?}, before {before:?}");
    }
    assert_eq!(stage.application().await.state, State::Asked);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_gmail_one_mailbox_is_read_and_listened_to() {
    let mut stage = Stage::new(Style::Gmail).await;
    // These two are views of All Mail: whatever is asked of them, nobody asks.
    for view in ["EXAMINE \"INBOX\"", "EXAMINE \"[Gmail]/Sent Mail\""] {
        stage.sandbox.script(Fault::new(view, 1, Action::Bad));
    }
    stage.until_asked().await;
    assert_eq!(stage.sandbox.faults_left(), 2);
    let watched = stage.service.pass().await.unwrap();
    let listened_to: Vec<&str> = watched.listen_to.iter().map(|it| it.mailbox.as_str()).collect();
    assert_eq!(listened_to, ["[Gmail]/All Mail"]);
    assert_eq!((watched.mailboxes, watched.blind), (3, vec![]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_rests_is_not_listened_to_until_it_can_be_read() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    stage.invitation();
    // The welcome is the first message here.
    stage.sandbox.script(Fault::new("UID FETCH 2 (UID BODY", 1, Action::No("not now")));
    let passes =
        [("2026-11-20T09:05:00Z", vec!["Sent"]), ("2026-11-20T09:10:00Z", vec!["INBOX", "Sent"])];
    for (now, expected) in passes {
        stage.at(now);
        let watched = stage.service.pass().await.unwrap();
        let listened_to: Vec<&str> =
            watched.listen_to.iter().map(|it| it.mailbox.as_str()).collect();
        assert_eq!(listened_to, expected, "{now}");
    }
    assert_eq!(stage.application().await.interviews.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_ends_the_look_back_is_isolated_and_passed_over() {
    let mut stage = Stage::new(Style::Plain).await;
    fill(&stage, 40);
    stage.invitation();
    // Whatever window holds number 17, the connection is lost in its answer.
    for window in ["1:41", "2:21", "12:21", "17:21", "17:17", "17:17", "17:17", "17:17"] {
        let fault = Fault::new(&format!("UID FETCH {window} "), 1, Action::CloseInside);
        stage.sandbox.script(fault);
    }
    for minute in 10..16 {
        stage.at(&format!("2026-11-20T10:{minute}:00Z"));
        let _ = stage.service.pass().await;
    }
    assert_eq!(stage.application().await.interviews.len(), 1);
    assert!(stage.rows().await["seen"] >= 39);
    assert_eq!(stage.sandbox.faults_left(), 1, "after three tries it is not asked for again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_cannot_be_had_while_looking_back_is_taken_by_its_headers() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.invitation();
    stage.letter("INBOX", "2026-11-20T09:10:00Z", "x@evil.example", USER, "interview", "x");
    for _ in 0..9 {
        stage.sandbox.script(Fault::new("UID FETCH 2 (UID BODY", 1, Action::CloseBefore));
    }
    for minute in 10..20 {
        stage.at(&format!("2026-11-20T10:{minute}:00Z"));
        let _ = stage.service.pass().await;
    }
    assert_eq!(stage.application().await.interviews.len(), 1);
    assert_eq!(stage.rows().await["backlog"], 0);
    assert_eq!(stage.sandbox.faults_left(), 6, "three tries, and no more");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_wants_the_user_to_see_is_passed_on_once() {
    let mut stage = Stage::new(Style::Plain).await;
    for minute in 10..13 {
        stage.sandbox.script(Fault::new(
            "EXAMINE",
            1,
            Action::No("[ALERT] The disk is nearly full"),
        ));
        stage.at(&format!("2026-11-20T10:{minute}:00Z"));
        let _ = stage.service.pass().await;
    }
    stage.pass_at("2026-11-20T10:20:00Z").await;
    let letters = stage.sandbox.messages("INBOX");
    let told = letters
        .iter()
        .filter(|bytes| String::from_utf8_lossy(bytes).contains("The disk is nearly full"));
    assert_eq!(told.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn news_is_read_over_the_connection_that_hears_of_it() {
    let stage = Stage::new(Style::Plain).await;
    stage
        .lives(async |stage| {
            stage.invitation();
            stage
                .until(async |record| !record.overview().await.unwrap().applications.is_empty())
                .await;
            // What was only marked or moved is no news: nothing is recorded, and nothing breaks.
            stage.put("Archive", "2026-11-20T09:30:00Z", "Subject: x\n\nx\n");
            stage.letter(
                "INBOX",
                "2026-11-20T09:30:00Z",
                "anna@acme.example",
                USER,
                "more",
                "See you.",
            );
            stage
                .until(async |record| {
                    record
                        .overview()
                        .await
                        .unwrap()
                        .applications
                        .iter()
                        .all(|it| it.replies.len() == 2)
                })
                .await;
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_command_records_while_the_service_listens_is_known_to_the_next_message() {
    let stage = Stage::new(Style::Plain).await;
    let listens = |stage: &Stage| {
        stage.sandbox.heard().iter().filter(|line| line.as_str() == "IDLE").count() >= 2
    };
    stage
        .lives(async |stage| {
            stage.invitation();
            stage
                .until(async |record| !record.overview().await.unwrap().applications.is_empty())
                .await;
            stage.until(async |_| listens(stage)).await;
            let new = NewApplication {
                employer: "Initech".to_owned(),
                domain: Some("initech.example".to_owned()),
                position: None,
                contact: None,
                interview: None,
                promise: None,
                strength: None,
            };
            stage.until(async |record| record.new_application(new.clone()).await.is_ok()).await;
            stage.put(
                "INBOX",
                "2026-11-20T09:40:00Z",
                &format!(
                    "From: Kim Doe <kim@initech.example>\nTo: <{USER}>\nSubject: Hello\n\
                     Date: Fri, 20 Nov 2026 10:40:00 +0100\nMessage-ID: <k@initech.example>\n\n\
                     We have read your papers and will call next week.\n"
                ),
            );
            stage
                .until(async |record| {
                    let found = record.overview().await.unwrap().applications;
                    found.iter().any(|it| it.employer == "Initech" && it.replies.len() == 1)
                })
                .await;
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn at_gmail_the_look_back_rests_when_its_octets_of_the_day_are_spent_and_new_mail_is_read() {
    let mut stage = Stage::new(Style::Gmail).await;
    let rests_until = async |stage: &Stage| {
        let health = stage.service.record().overview().await.unwrap().health;
        health.look_back_rests_until.map(|at| at.to_utc())
    };
    let employers = async |stage: &Stage| {
        let found = stage.service.record().overview().await.unwrap().applications;
        let names = found.into_iter().map(|it| it.employer.to_lowercase());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    };
    stage.service.set_look_back_budget(DayBudget::octets(1));
    stage.invitation();
    stage.pass_at("2026-11-20T09:05:00Z").await;
    assert!(employers(&stage).await.is_empty(), "its headers spent the budget");
    assert_eq!(stage.rows().await["user_mails"], 0, "nobody is welcomed with half a record");
    assert_eq!(rests_until(&stage).await, Some(utc("2026-11-21T00:00:00Z")));
    globex_invites(&stage, "2026-11-20T10:00:00Z");
    stage.pass_at("2026-11-20T10:05:00Z").await;
    assert_eq!(employers(&stage).await.len(), 1, "what is new is read");
    assert!(employers(&stage).await[0].contains("globex"));
    stage.pass_at("2026-11-20T23:59:00Z").await;
    assert_eq!(employers(&stage).await.len(), 1, "the day is not over");
    stage.pass_at("2026-11-21T00:00:00Z").await;
    assert_eq!(employers(&stage).await.len(), 2, "the next day the rest is read");
    assert_eq!(rests_until(&stage).await, None);
    assert!(stage.rows().await["user_mails"] > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn at_other_servers_nothing_is_counted() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.service.set_look_back_budget(DayBudget::octets(1));
    stage.invitation();
    stage.pass_at("2026-11-20T09:05:00Z").await;
    assert_eq!(stage.application().await.interviews.len(), 1);
    assert_eq!(stage.rows().await["fetched_octets"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_date_that_is_missing_or_made_up_moves_nothing() {
    let mut plans = Vec::new();
    for date in [
        "Date: Wed, 25 Nov 2026 11:00:00 +0100\n",
        "",
        "Date: last Wednesday, about noon\n",
        "Date: Thu, 01 Jan 1970 12:00:00 +0100\n",
        "Date: Fri, 01 Jan 2100 12:00:00 +0100\n",
    ] {
        let mut stage = Stage::new(Style::Plain).await;
        stage.pass_at("2026-11-20T08:00:00Z").await;
        stage.invitation();
        stage.pass_at("2026-11-20T09:05:00Z").await;
        stage.pass_at("2026-11-24T14:30:00Z").await;
        stage.put(
            "INBOX",
            "2026-11-25T10:00:00Z",
            &format!(
                "From: <{ANNA}>\nTo: <{USER}>\nSubject: Re: Interview Data Engineer\n{date}\
                 Message-ID: <more@mail.example>\nIn-Reply-To: <invitation@acme.example>\n\
                 Content-Type: text/plain\n\nWe are still deciding.\n"
            ),
        );
        stage.pass_at("2026-11-25T10:05:00Z").await;
        let view = stage.application().await;
        assert_eq!(view.replies.len(), 2, "{date:?}");
        plans.push((view.next.action, view.next.at));
    }
    assert!(plans.iter().all(|plan| *plan == plans[0]), "{plans:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_message_under_a_known_id_is_read_and_the_same_one_elsewhere_is_not_news() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    stage.invitation();
    for mailbox in ["INBOX", "Archive", "Junk"] {
        stage.letter(mailbox, "2026-11-20T09:30:00Z", ANNA, USER, "more", "See you.");
    }
    stage.pass_at("2026-11-20T10:00:00Z").await;
    assert_eq!(stage.application().await.replies.len(), 2);
    stage.letter("INBOX", "2026-11-20T10:10:00Z", ANNA, USER, "more", "Bring your passport.");
    for now in ["2026-11-20T10:15:00Z", "2026-11-20T10:20:00Z"] {
        stage.pass_at(now).await;
        assert_eq!(stage.application().await.replies.len(), 3, "{now}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_again_and_again_at_a_quiet_mailbox_records_nothing() {
    for style in [Style::Plain, Style::Gmail] {
        let mut stage = Stage::new(style).await;
        stage.until_asked().await;
        stage.pass_at("2026-12-08T07:10:00Z").await;
        let before = stage.rows().await;
        for minute in 20..30 {
            stage.pass_at(&format!("2026-12-08T07:{minute}:00Z")).await;
            assert_eq!(stage.rows().await, before, "{style:?}, at 07:{minute}");
        }
    }
}
