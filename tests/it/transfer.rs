//! A whole life that goes to another computer, and one that is forgotten: a mailbox that was read,
//! a message that was asked for, approved and sent, and a weekly mail.

use afterword::clock::Clock;
use afterword::config;
use afterword::sandbox::Style;
use afterword::service::Record;

use crate::embedded::{ANNA, Stage, USER};
use crate::world::utc;

/// Tables that every such life fills.
const FILLED: [&str; 15] = [
    "applications",
    "approval_requests",
    "approvals",
    "attempts",
    "drafts",
    "employers",
    "events",
    "mailboxes",
    "message_applications",
    "message_ids",
    "message_locations",
    "messages",
    "pursuits",
    "replies",
    "user_mails",
];

/// The user's approval as mail programs write it: with the subject of the request.
fn approve(stage: &Stage, at: &str) {
    let request = stage.letters("approval-request").remove(0);
    let (date, id) = (utc(at).to_rfc2822(), &request.message_id);
    stage.put(
        "Sent",
        at,
        &format!(
            "From: <{USER}>\nTo: <{USER}>\nSubject: Re: {}\nDate: {date}\n\
             Message-ID: <approval@doe.example>\nIn-Reply-To: <{id}>\nReferences: <{id}>\n\
             Content-Type: text/plain\n\napprove\n",
            request.subject
        ),
    );
}

async fn lived() -> Stage {
    let mut stage = Stage::new(Style::Plain).await;
    stage.until_asked().await;
    approve(&stage, "2026-12-08T07:02:00Z");
    for now in ["2026-12-08T07:05:00Z", "2026-12-08T08:30:00Z", "2026-12-08T09:00:00Z"] {
        stage.pass_at(now).await;
    }
    assert_eq!(stage.sandbox.delivered().len(), 1);
    for now in ["2026-12-14T07:00:00Z", "2026-12-14T07:05:00Z"] {
        stage.pass_at(now).await;
    }
    assert!(!stage.letters("summary").is_empty());
    stage
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_life_goes_out_and_in_again_and_is_the_same() {
    let stage = lived().await;
    let export = stage.service.record().export_all().await.unwrap();
    for table in FILLED {
        let rows = export["tables"][table].as_array().unwrap();
        assert!(!rows.is_empty(), "{table} is empty, so nothing is shown about it");
    }
    let text = std::fs::read_to_string(stage.folder.path().join("config.toml")).unwrap();
    let path = stage.folder.path().join("other.toml");
    std::fs::write(&path, format!("{text}[store]\npath = \"other.db\"\n")).unwrap();
    let clock = Clock::Fixed(utc("2026-12-14T07:05:00Z"));
    let other = Record::open(config::load(&path).unwrap(), clock).await.unwrap();
    assert!(other.import_all(&export).await.unwrap());
    assert_eq!(other.export_all().await.unwrap(), export);
    let (here, there) = (stage.service.record().overview().await, other.overview().await);
    assert_eq!(format!("{:?}", there.unwrap()), format!("{:?}", here.unwrap()));
    assert!(!other.import_all(&export).await.unwrap(), "never over what is there");
    assert_eq!(other.export_all().await.unwrap(), export);
}

/// Which of these words a copy of the record holds.
async fn words_in_a_copy(stage: &Stage, name: &str) -> Vec<&'static str> {
    let file = stage.folder.path().join(name);
    stage.service.record().backup(&file).await.unwrap();
    let bytes = std::fs::read(file).unwrap();
    let words = ["Acme", "acme.example", "Anna", "Data Engineer", "interview-1"];
    let holds = |word: &&str| bytes.windows(word.len()).any(|it| it == word.as_bytes());
    words.into_iter().filter(holds).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_life_that_was_forgotten_is_in_no_later_copy_and_does_not_come_back() {
    let mut stage = lived().await;
    assert_eq!(words_in_a_copy(&stage, "before.db").await.len(), 5, "the copy is complete");
    let id = stage.application().await.id;
    assert_eq!(stage.service.record().forget(&id).await.unwrap(), Some(true));
    assert_eq!(words_in_a_copy(&stage, "after.db").await, [""; 0]);
    for mailbox in ["INBOX", "Sent"] {
        stage.sandbox.renumber(mailbox);
    }
    for now in ["2026-12-14T08:00:00Z", "2026-12-14T08:05:00Z"] {
        stage.pass_at(now).await;
    }
    let overview = stage.service.record().overview().await.unwrap();
    assert_eq!(overview.applications.len(), 0, "read again under new numbers");
    assert_eq!(words_in_a_copy(&stage, "later.db").await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_running_service_does_not_go_by_what_was_forgotten_beside_it() {
    let mut stage = lived().await;
    let path = stage.folder.path().join("config.toml");
    let clock = Clock::Fixed(utc("2026-12-14T07:10:00Z"));
    let beside = Record::open(config::load(&path).unwrap(), clock).await.unwrap();
    let id = stage.application().await.id;
    assert_eq!(beside.forget(&id).await.unwrap(), Some(true));
    stage.put(
        "INBOX",
        "2026-12-14T07:15:00Z",
        &format!(
            "From: <{ANNA}>\nTo: <{USER}>\nSubject: Re: Interview Data Engineer\n\
             Date: Mon, 14 Dec 2026 08:15:00 +0100\nMessage-ID: <late@acme.example>\n\
             In-Reply-To: <invitation@acme.example>\n\nWe will call you tomorrow.\n"
        ),
    );
    stage.pass_at("2026-12-14T07:20:00Z").await;
    let overview = stage.service.record().overview().await.unwrap();
    assert_eq!(overview.health.blind_since(), None);
    assert!(overview.applications.iter().all(|it| it.id != id));
}
