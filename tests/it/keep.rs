//! `[privacy] keep_days` with the whole service: what is left of an application whose texts had
//! their time, and when they do not go yet.

use afterword::clock::Clock;
use afterword::config;
use afterword::domain::address::{Address, Correspondent};
use afterword::domain::command::Told;
use afterword::domain::ids::ReadableId;
use afterword::domain::reason::Reason;
use afterword::sandbox::{Action, Fault, Style};
use afterword::service::by_hand::{ByHand, NewApplication, NewInterview};
use afterword::service::check::check;
use afterword::service::import::{Columns, Line, Sheet};
use afterword::service::view::{ApplicationView, State};

use crate::embedded::{ANNA, Stage, USER, utc};

/// A name, and the words of a subject, which are also those of the invitation.
const WORDS: [&str; 2] = ["Schmidt", "Interview Data Engineer"];

/// The service with a configuration that keeps texts for thirty days.
async fn keeping() -> Stage {
    let mut stage = Stage::new(Style::Plain).await;
    let path = stage.folder.path().join("config.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}[privacy]\nkeep_days = 30\n")).unwrap();
    stage.reopen().await;
    stage
}

/// Mail that is about nothing; its arrival says what time it is.
fn friend_writes(stage: &Stage, at: &str) {
    let text = format!(
        "From: <lou@friends.example>\nTo: <{USER}>\nSubject: Hello\nDate: {}\n\
         Message-ID: <{}@friends.example>\n\nSee you.\n",
        utc(at).to_rfc2822(),
        utc(at).timestamp()
    );
    stage.put("INBOX", at, &text);
}

/// One follow-up was approved and sent; on Monday 14 December the user put an end to it.
async fn ended() -> Stage {
    let mut stage = keeping().await;
    stage.until_asked().await;
    stage.approve("Sent", "2026-12-08T07:02:00Z");
    for now in ["2026-12-08T07:05:00Z", "2026-12-08T08:30:00Z", "2026-12-08T09:00:00Z"] {
        stage.pass_at(now).await;
    }
    assert_eq!(stage.sandbox.delivered().len(), 1);
    stage.at("2026-12-14T07:00:00Z");
    let id = stage.application().await.id;
    stage.service.record().by_hand(&id, ByHand::Stop).await.unwrap();
    for now in ["2026-12-14T07:05:00Z", "2026-12-14T07:10:00Z"] {
        stage.pass_at(now).await;
    }
    assert_eq!(stage.application().await.state, State::Closed);
    stage
}

/// Which of these words are in the database or its log.
fn words_left(stage: &Stage) -> Vec<&'static str> {
    let mut bytes = Vec::new();
    for name in ["afterword.db", "afterword.db-wal"] {
        bytes.extend(std::fs::read(stage.folder.path().join(name)).unwrap_or_default());
    }
    let holds = |word: &&str| bytes.windows(word.len()).any(|it| it == word.as_bytes());
    WORDS.into_iter().filter(holds).collect()
}

/// A look on a day, at which mail has just arrived, and one after it.
async fn day(stage: &mut Stage, day: &str) {
    friend_writes(stage, &format!("{day}T08:00:00Z"));
    for time in ["08:05", "08:10"] {
        stage.pass_at(&format!("{day}T{time}:00Z")).await;
    }
}

async fn recorded(stage: &Stage, employer: &str, interview: Option<&str>) -> ReadableId {
    let new = NewApplication {
        employer: employer.to_owned(),
        domain: None,
        position: Some("Analyst".to_owned()),
        contact: Some(Correspondent {
            name: Some("Tom Schmidt".to_owned()),
            address: Address::parse(&format!("tom@{}.example", employer.to_lowercase())).unwrap(),
        }),
        interview: interview.map(|at| NewInterview {
            starts_at: utc(at),
            ends_at: utc(at) + chrono::TimeDelta::hours(1),
            round: None,
        }),
        promise: None,
        strength: None,
    };
    stage.service.record().new_application(new).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_go_keep_days_after_the_last_thing_and_the_application_stays() {
    let mut stage = ended().await;
    let before = stage.application().await;
    let rows = stage.rows().await;
    day(&mut stage, "2027-01-12").await;
    assert_eq!(words_left(&stage), WORDS, "thirty days are not over");
    let health = stage.service.record().overview().await.unwrap().health;
    assert_eq!(health.texts_removed, None);

    day(&mut stage, "2027-01-14").await;
    assert_eq!(words_left(&stage), [""; 0]);
    let after = stage.application().await;
    let removed = after.texts_removed_at.unwrap().to_utc();
    assert_eq!(removed, utc("2027-01-14T08:05:00Z"));
    let health = stage.service.record().overview().await.unwrap().health;
    let told = health.texts_removed.map(|it| (it.applications, it.last_at.to_utc()));
    assert_eq!(told, Some((1, removed)));
    assert_eq!((after.state, after.closed), (before.state, before.closed));
    assert_eq!(after.position, before.position);
    let shape = |view: &ApplicationView| {
        let sent = view.attempts.iter().map(|it| (it.number, it.sent_at, it.message_id.clone()));
        (sent.collect::<Vec<_>>(), view.interviews.len(), view.replies.len())
    };
    assert_eq!(shape(&after), shape(&before));
    let left = stage.rows().await;
    for table in ["events", "messages", "drafts", "attempts", "approvals", "replies"] {
        assert_eq!(left[table], rows[table], "{table}");
    }
    let audit = stage.service.record().audit(&after.id).await.unwrap().unwrap();
    assert!(audit.iter().all(|it| it.message.is_none()), "{audit:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn mail_of_an_application_without_texts_is_neither_taken_anew_nor_asked_about() {
    let mut stage = ended().await;
    day(&mut stage, "2027-01-14").await;
    assert_eq!(words_left(&stage), [""; 0]);
    let ApplicationView { id, replies, .. } = stage.application().await;
    let events = stage.rows().await["events"];
    let questions = stage.rows().await["questions"];
    for mailbox in ["INBOX", "Sent"] {
        stage.sandbox.renumber(mailbox);
    }
    day(&mut stage, "2027-01-15").await;
    assert_eq!(stage.application().await.id, id);
    let rows = stage.rows().await;
    assert_eq!((rows["events"], rows["questions"]), (events, questions));
    assert_eq!(words_left(&stage), [""; 0], "read again under new numbers");
    // A late answer finds its way by what it refers to.
    stage.letter("INBOX", "2027-01-16T08:00:00Z", ANNA, USER, "late", "Dear Jane, are you there?");
    stage.pass_at("2027-01-16T08:05:00Z").await;
    let view = stage.application().await;
    assert_eq!((view.id, view.replies.len()), (id, replies.len() + 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_goes_while_a_mailbox_could_not_be_read() {
    let mut stage = ended().await;
    friend_writes(&stage, "2027-01-14T08:00:00Z");
    stage.sandbox.script(Fault::new("EXAMINE \"Archive\"", 1, Action::No("not now")));
    stage.at("2027-01-14T08:05:00Z");
    assert_eq!(stage.service.pass().await.unwrap().blind.len(), 1);
    assert_eq!(words_left(&stage), WORDS);
    stage.pass_at("2027-01-14T08:10:00Z").await;
    assert_eq!(words_left(&stage), [""; 0]);
}

/// What `check` says of old texts.
async fn checked(stage: &Stage, now: &str) -> String {
    let config = config::load(&stage.folder.path().join("config.toml")).unwrap();
    let report = check(config, Clock::Fixed(utc(now))).await;
    report.lines.into_iter().find(|it| it.what == "old texts").unwrap().says
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_goes_while_a_part_of_the_past_is_unread() {
    let mut stage = keeping().await;
    stage.at("2026-10-01T08:00:00Z");
    let id = recorded(&stage, "Globex", None).await;
    stage.service.record().by_hand(&id, ByHand::Stop).await.unwrap();
    for number in 0..2_400 {
        let text = format!(
            "From: <lou@friends.example>\nTo: <{USER}>\nSubject: Hello {number}\n\
             Date: Thu, 19 Nov 2026 10:00:00 +0100\nMessage-ID: <m{number}@friends.example>\n\n\
             See you.\n"
        );
        stage.put("INBOX", "2026-11-19T09:00:00Z", &text);
    }
    stage.sandbox.script(Fault::new("UID FETCH", 1, Action::Slowed));
    stage.pass_at("2026-11-20T10:00:00Z").await;
    friend_writes(&stage, "2026-11-20T10:05:00Z");
    for _ in 0..4 {
        stage.sandbox.script(Fault::new("UID FETCH", 1, Action::Slowed));
    }
    stage.pass_at("2026-11-20T10:10:00Z").await;
    let says = checked(&stage, "2026-11-20T10:11:00Z").await;
    assert!(says.contains("none goes before everything was read"), "{says}");
    assert_eq!(stage.view(&id).await.texts_removed_at, None);
    for minute in 2..6 {
        stage.pass_at(&format!("2026-11-20T10:{minute}0:00Z")).await;
    }
    let says = checked(&stage, "2026-11-20T10:59:00Z").await;
    assert!(says.contains("so far those of 1, last on Fri 20 Nov 2026"), "{says}");
    let view = stage.view(&id).await;
    assert_eq!(view.contact.unwrap().name, None);
    assert!(view.texts_removed_at.is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_was_set_ahead_removes_nothing() {
    let mut stage = ended().await;
    friend_writes(&stage, "2026-12-16T08:00:00Z");
    stage.service.set_clock(Clock::Fixed(utc("2036-12-16T08:05:00Z")));
    for _ in 0..2 {
        stage.service.pass().await.unwrap();
    }
    assert_eq!(words_left(&stage), WORDS);
    assert_eq!(stage.application().await.texts_removed_at, None);
    stage.pass_at("2026-12-16T08:10:00Z").await;
    assert_eq!(words_left(&stage), WORDS);
    day(&mut stage, "2027-01-20").await;
    assert_eq!(words_left(&stage), [""; 0], "by the clock of the server the time has come");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_with_a_date_far_ahead_does_not_tell_the_time() {
    let mut stage = ended().await;
    friend_writes(&stage, "2099-01-01T08:00:00Z");
    stage.pass_at("2026-12-16T08:05:00Z").await;
    stage.service.set_clock(Clock::Fixed(utc("2036-12-16T08:10:00Z")));
    stage.service.pass().await.unwrap();
    assert_eq!(words_left(&stage), WORDS);
}

#[tokio::test(flavor = "multi_thread")]
async fn e22_an_offer_that_was_taken_keeps_others_closed_when_its_texts_are_gone() {
    let mut stage = keeping().await;
    stage.pass_at("2026-12-01T08:00:00Z").await;
    let globex = recorded(&stage, "Globex", None).await;
    let accepted = ByHand::Told(Told::Accepted);
    stage.service.record().by_hand(&globex, accepted).await.unwrap();
    day(&mut stage, "2026-12-02").await;
    day(&mut stage, "2027-01-20").await;
    let gone = stage.view(&globex).await;
    assert!(gone.texts_removed_at.is_some());
    assert_eq!(gone.contact.unwrap().name, None);
    let initech = recorded(&stage, "Initech", Some("2027-01-05T09:00:00Z")).await;
    let why = stage.view(&initech).await.next.why;
    let taken = |reason: &Reason| matches!(reason, Reason::AcceptedElsewhere { .. });
    assert!(why.iter().any(taken), "{why:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_spreadsheet_tells_of_long_ago_counts_from_the_day_it_was_told() {
    let mut stage = keeping().await;
    stage.pass_at("2026-12-01T08:00:00Z").await;
    let sheet = "company,contact,applied,status\n\
                 Globex,Tom Schmidt <tom@globex.example>,2026-06-01,rejected\n";
    let sheet = Sheet::read(sheet.as_bytes(), &Columns::default()).unwrap();
    let lines = stage.service.record().import_sheet(sheet, false).await.unwrap();
    let [Line::New { id: Some(id), .. }] = lines.as_slice() else { panic!("{lines:?}") };
    for (on, expected) in [("2026-12-02", Some("Tom Schmidt")), ("2027-01-05", None)] {
        day(&mut stage, on).await;
        let contact = stage.view(id).await.contact.unwrap();
        assert_eq!(contact.name.as_deref(), expected, "{on}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_removes_nothing() {
    let mut stage = ended().await;
    friend_writes(&stage, "2027-01-14T08:00:00Z");
    stage.dry();
    stage.pass_at("2027-01-14T08:05:00Z").await;
    assert_eq!(words_left(&stage), WORDS);
}
