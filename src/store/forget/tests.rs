use super::super::testing::{Bench, at, message, user_mail};
use super::super::upgrade::keep_copy;
use super::super::{Choice, Limits, NewClaim, NewQuestion, Outcome, QuestionKind};
use super::*;
use crate::domain::attribution::Strength as MatchedBy;
use crate::domain::event::{Fact, NewEvent, Source};
use crate::domain::ids::MessageKey;
use crate::domain::user_mail::{UserMail, UserMailKind};

async fn event(tx: &mut Tx, application: ApplicationId, key: MessageKey) {
    let fact = Fact::NoteAdded { text: "a secret word: rhubarb".to_owned() };
    let new = NewEvent { application, at: at(1), source: Source::Message(key), fact };
    tx.append(&new, true).await.unwrap();
}

/// An application with a message and a note.
async fn with_the_word(bench: &Bench, tx: &mut Tx) -> ApplicationId {
    let application = bench.application(tx, "Acme").await;
    let key = tx.insert_message(bench.account, &message(1, None)).await.unwrap();
    tx.link(key, application, MatchedBy::Reference).await.unwrap();
    event(tx, application, key).await;
    application
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test]
async fn forgetting_leaves_keyed_hashes_and_other_applications() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let approved = bench.approved_for(&mut tx, "Acme").await;
    let gone = approved.draft.draft().application;
    let kept = bench.application(&mut tx, "Globex").await;
    let own = tx.insert_message(bench.account, &message(1, Some("a@acme.example"))).await.unwrap();
    let shared = tx.insert_message(bench.account, &message(2, None)).await.unwrap();
    for (key, application) in [(own, gone), (shared, gone), (shared, kept)] {
        tx.link(key, application, MatchedBy::Reference).await.unwrap();
        event(&mut tx, application, key).await;
    }
    let claim = NewClaim {
        approved: &approved.draft,
        request: approved.request,
        employer: approved.employer,
        bytes: b"rhubarb",
    };
    tx.claim(claim, Limits { daily_cap: 1 }, at(9)).await.unwrap();
    let id = tx.unfinished(bench.account).await.unwrap()[0].attempt.id;
    tx.finish(id, Outcome::Refused, None, at(9)).await.unwrap();
    tx.note_contact(approved.employer, at(3)).await.unwrap();
    tx.commit().await.unwrap();

    bench.store.forget(gone).await.unwrap();
    let mut tx = bench.store.begin().await.unwrap();
    let left = tx.load_applications(bench.account).await.unwrap();
    assert_eq!(left.iter().map(|row| row.id).collect::<Vec<_>>(), [kept]);
    assert_eq!(tx.load_events(gone).await.unwrap(), vec![]);
    assert_eq!(tx.load_events(kept).await.unwrap().len(), 1);
    assert_eq!(tx.find_message(bench.account, &[1; 32]).await.unwrap(), None);
    assert!(tx.find_message(bench.account, &[2; 32]).await.unwrap().is_some());
    let key = tx.installation().await.unwrap().mark_key;
    let hash = seen_hash(&key, &[1; 32]);
    assert!(tx.seen_of(bench.account, &[hash]).await.unwrap().contains(&hash));
    let locked = sqlx::query("DELETE FROM events").execute(tx.conn().unwrap()).await;
    assert!(locked.is_err(), "the door is shut again");
}

#[tokio::test]
async fn what_waits_to_be_sent_and_names_it_goes_and_a_question_is_asked_anew() {
    let bench = Bench::new().await;
    let account = bench.account;
    let mut tx = bench.store.begin().await.unwrap();
    let gone = bench.application(&mut tx, "Acme").await;
    let kept = bench.application(&mut tx, "Globex").await;
    let other = bench.application(&mut tx, "Initech").await;
    let mut asked = Vec::new();
    for (number, one, two) in [(1, gone, kept), (2, kept, other)] {
        let about = tx.insert_message(account, &message(number, None)).await.unwrap();
        let choice = |number, application| Choice { number, application, facts: vec![] };
        let mut choices = Vec::new();
        for (digit, application) in [(1, one), (2, two)] {
            tx.link(about, application, MatchedBy::Weak).await.unwrap();
            choices.push(choice(digit, application));
        }
        let kind = QuestionKind::Match;
        let new = NewQuestion { kind, application: None, message: Some(about), choices };
        let id = tx.insert_question(account, &new, at(1)).await.unwrap();
        let mail = user_mail(&format!("asked:{number}"), UserMailKind::Question);
        tx.queue(account, &mail, None, at(1)).await.unwrap();
        tx.question_asked(id, &mail.message_id, &[number; 32], at(1)).await.unwrap();
        asked.push(id);
    }
    for (key, body) in [("summary:1", "WAITING\n 1  Acme\n"), ("alert:1", "Nothing is seen.\n")] {
        let mail = UserMail { body: body.to_owned(), ..user_mail(key, UserMailKind::Summary) };
        tx.queue(account, &mail, None, at(1)).await.unwrap();
    }
    tx.commit().await.unwrap();

    bench.store.forget(gone).await.unwrap();
    let mut tx = bench.store.begin().await.unwrap();
    let left = tx.waiting(account).await.unwrap();
    let keys: Vec<&str> = left.iter().map(|row| row.mail.key.as_str()).collect();
    assert_eq!(keys, ["asked:2", "alert:1"]);
    let again = tx.questions_to_ask(account).await.unwrap();
    let again: Vec<_> = again.iter().map(|row| (row.id, row.question.choices.len())).collect();
    assert_eq!(again, [(asked[0], 1)]);
}

#[tokio::test]
async fn forgotten_words_are_not_left_in_the_files() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let application = with_the_word(&bench, &mut tx).await;
    let question = UserMail {
        subject: "[Afterword] Which one is the mail from rhubarb@acme.example about?".to_owned(),
        body: "1  Acme, Rhubarb Engineer\n".to_owned(),
        ..user_mail("question:1", UserMailKind::Question)
    };
    tx.queue(bench.account, &question, None, at(1)).await.unwrap();
    let queued = tx.waiting(bench.account).await.unwrap().remove(0);
    tx.user_mail_sent(queued.id, at(2)).await.unwrap();
    tx.commit().await.unwrap();
    bench.store.forget(application).await.unwrap();
    for suffix in ["", "-wal"] {
        let mut name = bench.path().into_os_string();
        name.push(suffix);
        let bytes = std::fs::read(&name).unwrap();
        assert!(!contains(&bytes, b"rhubarb"), "{}", name.display());
        assert!(!contains(&bytes, b"Rhubarb"), "{}", name.display());
    }
}

#[tokio::test]
async fn forgotten_words_are_in_no_copy_that_an_upgrade_left() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let application = with_the_word(&bench, &mut tx).await;
    tx.commit().await.unwrap();
    let copy = keep_copy(&bench.path(), 1, at(5)).await.unwrap();
    assert!(contains(&std::fs::read(&copy).unwrap(), b"rhubarb"), "the copy is complete");
    let own = bench.path().with_file_name("own.db");
    bench.store.backup(&own).await.unwrap();
    let unfinished = bench.path().with_file_name("a.db.copying");
    std::fs::copy(&copy, &unfinished).unwrap();

    bench.store.forget(application).await.unwrap();
    assert_eq!([copy.exists(), unfinished.exists(), own.exists()], [false, false, true]);
}
