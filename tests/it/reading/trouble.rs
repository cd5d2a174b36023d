//! Messages that a server does not hand over, and servers that ask for patience: nothing is lost in
//! silence, and nothing holds up the rest for ever.

use std::time::Duration;

use afterword::sandbox::{Action, Fault, Style};
use afterword::service::view::State;

use super::{globex_invites, told};
use crate::embedded::{ANNA, Stage, USER};
use crate::world::Letter;

const LATER: Action = Action::No("[UNAVAILABLE] later");

async fn knows_globex(stage: &Stage) -> bool {
    let known = stage.service.record().overview().await.unwrap().applications;
    known.iter().any(|it| it.employer.to_lowercase().contains("globex"))
}

/// A pass of which the mailboxes that cannot be read are no failure of the test.
async fn look_at(stage: &mut Stage, now: &str) -> Vec<String> {
    stage.at(now);
    stage.service.pass().await.unwrap().blind
}

/// The welcome is the first message in INBOX; the invitation and a letter of hers follow.
async fn with_two_letters() -> Stage {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    stage.invitation();
    stage.letter("INBOX", "2026-11-20T09:30:00Z", ANNA, USER, "more", "See you on Tuesday.");
    stage
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_message_whose_text_cannot_be_had_is_taken_by_its_headers_at_the_third_look() {
    for action in [Action::No("corrupt"), Action::CloseBefore, Action::NothingBut] {
        let mut stage = with_two_letters().await;
        for _ in 0..9 {
            stage.sandbox.script(Fault::new("UID FETCH 3 (UID BODY", 1, action));
        }
        for (now, rests) in [("10:00", true), ("10:05", true), ("10:10", false), ("10:15", false)] {
            let blind = look_at(&mut stage, &format!("2026-11-20T{now}:00Z")).await;
            assert_eq!(!blind.is_empty(), rests, "{action:?}, {now}: {blind:?}");
        }
        assert_eq!(stage.application().await.replies.len(), 2, "{action:?}");
        assert_eq!(stage.sandbox.faults_left(), 7, "{action:?}: two tries of its text, no more");
        stage.letter("INBOX", "2026-11-20T10:20:00Z", ANNA, USER, "later", "And bring a pen.");
        stage.pass_at("2026-11-20T10:25:00Z").await;
        assert_eq!(stage.application().await.replies.len(), 3, "{action:?}");
        assert_eq!(told(&stage), 1, "{action:?}: the user is told once");
    }
}

/// The program is started anew, and ends when it asks for the text of the second message, as it does
/// where a text makes it fall; `false` if it does not ask.
async fn ends_at_the_text(stage: &mut Stage) -> bool {
    const TEXT: &str = "UID FETCH 2 (UID BODY";
    stage.reopen().await;
    stage.sandbox.script(Fault::new(TEXT, 1, Action::Stall));
    let Stage { sandbox, service, .. } = stage;
    let asked = || sandbox.heard().iter().filter(|line| line.starts_with(TEXT)).count();
    let before = asked();
    let asks = async {
        while asked() == before {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        passed = service.pass() => {
            passed.unwrap();
            false
        }
        () = asks => true,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_message_whose_text_ends_the_program_is_taken_by_its_headers_at_the_third_try() {
    let mut stage = with_two_letters().await;
    globex_invites(&stage, "2026-11-20T09:40:00Z");
    stage.at("2026-11-20T10:00:00Z");
    let mut ends = 0;
    while ends < 9 && ends_at_the_text(&mut stage).await {
        ends += 1;
    }
    assert!((3..=4).contains(&ends), "{ends}: in company, then twice alone");
    assert!(knows_globex(&stage).await);
    assert_eq!(told(&stage), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_asks_for_patience_costs_no_message_its_text() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.until_asked().await;
    stage.approve("Sent", "2026-12-08T07:02:00Z");
    for _ in 0..5 {
        stage.sandbox.script(Fault::new("UID FETCH 1 (UID BODY", 1, LATER));
    }
    for minute in 3..8 {
        let blind = look_at(&mut stage, &format!("2026-12-08T07:0{minute}:00Z")).await;
        assert!(blind[0].contains("UNAVAILABLE"), "{minute}: {blind:?}");
        assert_eq!(stage.application().await.state, State::Asked);
    }
    assert_eq!(stage.sandbox.faults_left(), 0);
    stage.pass_at("2026-12-08T07:09:00Z").await;
    assert_eq!(stage.application().await.state, State::Approved, "the reply was read whole");
    assert_eq!(told(&stage), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn patience_because_of_one_message_ends_after_two_days() {
    let mut stage = with_two_letters().await;
    stage.sandbox.script(Fault::new("UID FETCH 1:3 ", 1, LATER));
    for _ in 0..9 {
        stage.sandbox.script(Fault::new("UID FETCH 2:2 ", 1, LATER));
    }
    for time in ["20T10:00", "20T10:10", "21T10:10", "22T10:10", "22T10:20", "22T10:30"] {
        let blind = look_at(&mut stage, &format!("2026-11-{time}:00Z")).await;
        assert!(blind[0].contains("UNAVAILABLE"), "{time}: {blind:?}");
    }
    assert_eq!(stage.sandbox.faults_left(), 4, "two within two days, three after");
    assert!(look_at(&mut stage, "2026-11-22T10:40:00Z").await.is_empty());
    assert_eq!(told(&stage), 1);
    globex_invites(&stage, "2026-11-22T10:45:00Z");
    stage.pass_at("2026-11-22T10:50:00Z").await;
    assert!(knows_globex(&stage).await, "what comes after it is read");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_an_answer_leaves_out_is_asked_for_again() {
    let mut stage = with_two_letters().await;
    stage.sandbox.script(Fault::new("UID FETCH 1:3 ", 1, Action::NothingBut));
    stage.pass_at("2026-11-20T10:00:00Z").await;
    assert_eq!((stage.sandbox.faults_left(), stage.application().await.replies.len()), (0, 2));

    let mut stage = Stage::new(Style::Plain).await;
    stage.invitation();
    stage.sandbox.script(Fault::new("UID FETCH 1:1 ", 1, Action::NothingBut));
    stage.pass_at("2026-11-20T10:00:00Z").await;
    assert_eq!((stage.sandbox.faults_left(), stage.application().await.replies.len()), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_on_the_list_of_the_look_back_that_is_refused_does_not_hold_up_the_others() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.invitation();
    stage.letter("INBOX", "2026-11-20T09:10:00Z", "x@evil.example", USER, "poison", "x");
    let no = Action::No("corrupt");
    stage.sandbox.script(Fault::new("UID FETCH 1,2 ", 1, no));
    for _ in 0..9 {
        stage.sandbox.script(Fault::new("UID FETCH 2:2 ", 1, no));
        stage.sandbox.script(Fault::new("UID FETCH 2 (UID INTERNALDATE", 1, no));
    }
    for minute in 10..16 {
        stage.pass_at(&format!("2026-11-20T10:{minute}:00Z")).await;
        assert_eq!(stage.application().await.interviews.len(), 1, "10:{minute}");
    }
    assert_eq!(stage.rows().await["backlog"], 0);
    assert_eq!(stage.sandbox.faults_left(), 18 - 7, "once in company and three times alone");
    assert_eq!(told(&stage), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_an_employer_that_is_refused_does_not_stop_the_service() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    stage.put(
        "INBOX",
        "2026-11-20T08:30:00Z",
        &format!(
            "From: Tom <tom@acme.example>\nTo: <{USER}>\nSubject: Hello\n\
             Date: Fri, 20 Nov 2026 08:30:00 +0000\nMessage-ID: <hi@acme.example>\n\nSee you.\n"
        ),
    );
    stage.pass_at("2026-11-20T08:35:00Z").await;
    stage.invitation();
    // What else is theirs is searched for in the look that recognises the employer.
    let no = Action::No("corrupt");
    for set in ["UID FETCH 2,3 ", "UID FETCH 2:2 "] {
        stage.sandbox.script(Fault::new(set, 1, no));
    }
    assert_eq!(look_at(&mut stage, "2026-11-20T09:05:00Z").await.len(), 1);
    assert_eq!(stage.sandbox.faults_left(), 0);
    assert_eq!(stage.application().await.interviews.len(), 1);
    assert!(look_at(&mut stage, "2026-11-20T09:10:00Z").await.is_empty());
    assert_eq!(stage.application().await.replies.len(), 2, "it is searched for once more");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_is_another_one_after_a_lost_connection_is_not_read_on() {
    let mut stage = with_two_letters().await;
    stage.sandbox.script(Fault::new("UID FETCH 1:3 ", 1, Action::CloseBefore));
    // Looked at, read, and read again over a new connection, whose fifth command that is.
    let another = "* 2 EXISTS\r\n* OK [UIDVALIDITY 77] x\r\n* OK [UIDNEXT 9] x\r\na5 OK done";
    stage.sandbox.script(Fault::new("EXAMINE \"INBOX\"", 3, Action::Instead(another)));
    let blind = look_at(&mut stage, "2026-11-20T10:00:00Z").await;
    assert!(blind[0].contains("numbered anew"), "{blind:?}");
    assert_eq!((stage.sandbox.faults_left(), stage.rows().await["messages"]), (0, 0));
    stage.pass_at("2026-11-20T10:05:00Z").await;
    assert_eq!(stage.application().await.replies.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_right_before_new_numbers_is_read_as_if_it_had_just_come() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.until_asked().await;
    stage.pass_at("2026-12-08T07:01:00Z").await;
    let replies = stage.rows().await["replies"];
    stage.approve("Sent", "2026-12-08T07:02:00Z");
    stage.put(
        "INBOX",
        "2026-12-08T07:02:00Z",
        &format!(
            "From: <lou@friends.example>\nTo: <{USER}>\nSubject: Hello\n\
             Date: Tue, 8 Dec 2026 07:02:00 +0000\nMessage-ID: <new@friends.example>\n\nSee you.\n"
        ),
    );
    for mailbox in ["INBOX", "Sent"] {
        stage.sandbox.renumber(mailbox);
    }
    let last = stage.sandbox.messages("INBOX").len();
    let heard = stage.sandbox.heard().len();
    stage.pass_at("2026-12-08T07:05:00Z").await;
    assert_eq!(stage.rows().await["replies"], replies + 1, "the reply was taken up");
    let text = format!("UID FETCH {last} (UID BODY");
    let heard = stage.sandbox.heard().split_off(heard);
    let texts = heard.iter().filter(|line| line.contains(" (UID BODY.PEEK[]")).count();
    assert!(heard.iter().any(|line| line.starts_with(&text)), "{heard:#?}");
    assert_eq!(texts, 2, "nothing else is read again: {heard:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_in_trouble_is_named_as_people_read_it() {
    const SENT: &str = "&AMk-l&AOk-ments envoy&AOk-s";
    let mut stage = Stage::new(Style::Plain).await;
    for _ in 0..3 {
        stage.put(SENT, "2026-11-19T09:00:00Z", "Subject: long ago\n\nx\n");
    }
    stage.pass_at("2026-11-20T08:00:00Z").await;
    stage.put(SENT, "2026-11-20T09:00:00Z", "Subject: new\n\nx\n");
    for _ in 0..4 {
        stage.sandbox.script(Fault::new("UID FETCH 4:4 ", 1, Action::No("corrupt")));
    }
    for minute in 10..13 {
        let blind = look_at(&mut stage, &format!("2026-11-20T09:{minute}:00Z")).await;
        assert!(blind[0].starts_with("Éléments envoyés: "), "{blind:?}");
    }
    stage.pass_at("2026-11-20T09:13:00Z").await;
    let letters = stage.sandbox.messages("INBOX");
    let named =
        letters.iter().filter(|it| Letter::read(it).text.contains("in Éléments envoyés cannot"));
    assert_eq!((named.count(), stage.sandbox.faults_left()), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_answer_to_news_leaves_out_is_not_skipped() {
    let mut stage = Stage::new(Style::Plain).await;
    for now in ["2026-11-20T08:00:00Z", "2026-11-20T08:05:00Z"] {
        stage.pass_at(now).await;
    }
    // Of two new messages only the second comes, in the answer to the seventh command.
    let second = "* 3 FETCH (UID 3 RFC822.SIZE 90 FLAGS () BODY[HEADER.FIELDS (FROM)] {44}\r\n\
        From: <lou@friends.example>\r\nSubject: Hi\r\n\r\n)\r\na7 OK done";
    stage
        .lives(async |stage| {
            let idling = || stage.sandbox.heard().iter().filter(|line| *line == "IDLE").count();
            stage.until(async |_| idling() >= 2).await;
            stage.sandbox.script(Fault::new("UID FETCH 2:", 1, Action::Instead(second)));
            stage.invitation();
            stage.letter("INBOX", "2026-11-20T09:30:00Z", ANNA, USER, "more", "See you.");
            stage
                .until(async |record| {
                    let known = record.overview().await.unwrap().applications;
                    known.iter().any(|it| it.replies.len() == 2)
                })
                .await;
        })
        .await;
}
