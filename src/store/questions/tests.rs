//! Questions keep what their numbers record, and denials hold.

use super::super::testing::{Bench, at, id, message};
use super::*;
use crate::domain::event::ClosedReason;

#[tokio::test]
async fn a_question_keeps_what_each_number_would_record() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let acme = bench.application(&mut tx, "Acme").await;
    let globex = bench.application(&mut tx, "Globex").await;
    let key = tx.insert_message(bench.account, &message(1, None)).await.unwrap();
    let closed = Fact::Closed { reason: ClosedReason::Rejected };
    let new = NewQuestion {
        kind: QuestionKind::Match,
        application: None,
        message: Some(key),
        choices: vec![
            Choice { number: 1, application: acme, facts: vec![closed, Fact::Reopened] },
            Choice { number: 2, application: globex, facts: vec![] },
        ],
    };
    let question = tx.insert_question(bench.account, &new, at(1)).await.unwrap();
    let waiting = tx.questions_to_ask(bench.account).await.unwrap();
    assert_eq!(waiting.iter().map(|it| &it.question).collect::<Vec<_>>(), [&new]);
    let mail = id("question@example.com");
    tx.question_asked(question, &mail, &[7; 32], at(2)).await.unwrap();
    assert!(tx.questions_to_ask(bench.account).await.unwrap().is_empty());
    assert!(tx.is_asked_about(key).await.unwrap());
    let found = tx.question_of_mail(bench.account, &mail).await.unwrap().unwrap();
    assert_eq!(tx.question_of_code(bench.account, &[7; 32]).await.unwrap(), Some(found));
    tx.question_answered(question, at(3)).await.unwrap();
    assert!(!tx.is_asked_about(key).await.unwrap());
}

#[tokio::test]
async fn what_a_message_is_not_about_holds_for_its_thread_until_it_is_allowed() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let acme = bench.application(&mut tx, "Acme").await;
    let mut new = message(1, Some("one@acme.example"));
    new.thread_id = Some("t1".to_owned());
    let key = tx.insert_message(bench.account, &new).await.unwrap();
    tx.deny(key, acme).await.unwrap();
    let one = id("one@acme.example");
    let cases: [(&[&MessageId], Option<&str>, &[ApplicationId]); 4] = [
        (&[&one], None, &[acme]),
        (&[], Some("t1"), &[acme]),
        (&[], Some("t2"), &[]),
        (&[], None, &[]),
    ];
    for (ids, thread, denied) in cases {
        let linked = tx.linked(bench.account, ids, thread).await.unwrap();
        assert_eq!(linked.denied, denied, "{ids:?} {thread:?}");
    }
    tx.allow(key, acme).await.unwrap();
    let linked = tx.linked(bench.account, &[&one], Some("t1")).await.unwrap();
    assert_eq!(linked.denied, []);
}
