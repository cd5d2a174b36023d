use super::super::testing::{Approved, Bench, at, message, user_mail};
use super::super::upgrade::keep_copy;
use super::super::{
    AttemptId, Check, Choice, ClaimResult, Limits, NewClaim, NewMessage, NewQuestion, Outcome,
    QuestionKind,
};
use super::*;
use crate::domain::attribution::Strength as MatchedBy;
use crate::domain::event::{ClosedReason, Event, Fact, NewEvent, Source};
use crate::domain::ids::MessageKey;
use crate::domain::message::PromiseReading;
use crate::domain::user_mail::UserMailKind;

/// Stands wherever a person wrote something.
const WORD: &str = "rhubarb";

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// Whether the word is in the database or in its log.
fn is_in_the_files(bench: &Bench) -> bool {
    ["", "-wal"].iter().any(|suffix| {
        let mut name = bench.path().into_os_string();
        name.push(suffix);
        contains(&std::fs::read(&name).unwrap(), WORD.as_bytes())
    })
}

async fn append(tx: &mut Tx, application: ApplicationId, source: Source, fact: Fact) {
    tx.append(&NewEvent { application, at: at(1), source, fact }, true).await.unwrap();
}

fn wordy(number: u8) -> NewMessage {
    NewMessage {
        subject: format!("About {WORD}"),
        decided_by: Some(WORD.to_owned()),
        first_seen_at: at(1),
        ..message(number, Some(&format!("m{number}@acme.example")))
    }
}

/// An application with a text in every place there is: a mail, notes and a promise, a message that
/// was approved and sent, a question, mails to the user. Its end is at second 20.
async fn with_the_word(bench: &Bench, tx: &mut Tx) -> (Approved, AttemptId, MessageKey) {
    let approved = bench.approved_for(tx, "Acme").await;
    let application = approved.draft.draft().application;
    let key = tx.insert_message(bench.account, &wordy(1)).await.unwrap();
    tx.link(key, application, MatchedBy::Reference).await.unwrap();
    let words = || WORD.to_owned();
    let promise = PromiseReading {
        not_before: "2026-12-04".parse().ok(),
        reading: words(),
        sentence: words(),
        vague: false,
    };
    append(tx, application, Source::Message(key), Fact::PromiseGiven { promise, said_in: None })
        .await;
    let note = Fact::NoteAdded { text: words() };
    append(tx, application, Source::CommandLine, note.clone()).await;
    append(tx, application, Source::CommandLine, Fact::OfferAccepted).await;
    let claim = NewClaim {
        approved: &approved.draft,
        request: approved.request,
        employer: approved.employer,
        bytes: WORD.as_bytes(),
    };
    let claimed = tx.claim(claim, Limits { daily_cap: 1 }, at(9)).await.unwrap();
    let ClaimResult::Claimed(attempt) = claimed else { panic!("{claimed:?}") };
    let check = |what: &str| Check { at: at(9), what: what.to_owned() };
    let checks = [check("INBOX read"), check("E01: Their word of Fri 4 Dec: \"rhubarb\".")];
    tx.note_checks(attempt, &checks).await.unwrap();
    tx.hand_over(attempt, at(9)).await.unwrap();
    tx.finish(attempt, Outcome::Sent, Some(WORD), at(10)).await.unwrap();
    let choices = vec![Choice { number: 1, application, facts: vec![note] }];
    let kind = QuestionKind::Match;
    let question = NewQuestion { kind, application: None, message: Some(key), choices };
    tx.insert_question(bench.account, &question, at(9)).await.unwrap();
    for (name, about) in [("receipt:1", Some(application)), ("question:1", None)] {
        let mut mail = user_mail(name, UserMailKind::Question);
        mail.subject = format!("[Afterword] {WORD}");
        tx.queue(bench.account, &mail, about, at(9)).await.unwrap();
        let queued = tx.waiting(bench.account).await.unwrap().remove(0);
        tx.user_mail_sent(queued.id, at(20)).await.unwrap();
    }
    // The user's answer to one of them; it is tied to nothing.
    tx.insert_message(bench.account, &wordy(2)).await.unwrap();
    (approved, attempt, key)
}

async fn removed(bench: &Bench, ended: &[ApplicationId]) -> Option<usize> {
    let mut tx = bench.store.begin().await.unwrap();
    let removed = tx.remove_texts(bench.account, ended, at(20), at(50)).await.unwrap();
    bench.store.commit_removal(tx).await.unwrap();
    removed
}

#[tokio::test]
async fn removed_texts_are_in_no_file_that_the_program_made_by_itself() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let (approved, ..) = with_the_word(&bench, &mut tx).await;
    let application = approved.draft.draft().application;
    tx.commit().await.unwrap();
    let copy = keep_copy(&bench.path(), 1, at(5)).await.unwrap();
    assert!(contains(&std::fs::read(&copy).unwrap(), WORD.as_bytes()), "the copy is complete");
    assert!(is_in_the_files(&bench));

    assert_eq!(removed(&bench, &[application]).await, Some(1));
    assert!(!copy.exists(), "a copy that an upgrade left holds the texts, too");
    assert!(bench.store.overwrite_removed().await.unwrap());
    assert!(!is_in_the_files(&bench));
    // And what was emptied can still be forgotten.
    bench.store.forget(application).await.unwrap();
    assert_eq!(bench.store.snapshot().await.unwrap().load_events(application).await.unwrap(), []);
}

#[tokio::test]
async fn what_rules_go_by_stays_when_the_texts_go() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let (approved, attempt, key) = with_the_word(&bench, &mut tx).await;
    let draft = approved.draft.draft().clone();
    let events = tx.load_events(draft.application).await.unwrap();
    let request = tx.load_request(approved.request).await.unwrap();
    let last_contact = tx.last_contact(approved.employer).await.unwrap();
    tx.commit().await.unwrap();

    removed(&bench, &[draft.application]).await;
    let mut tx = bench.store.begin().await.unwrap();
    let shape = |it: &Event| (it.id, it.at, it.source, it.application);
    let after = tx.load_events(draft.application).await.unwrap();
    assert_eq!(
        after.iter().map(shape).collect::<Vec<_>>(),
        events.iter().map(shape).collect::<Vec<_>>()
    );
    assert_eq!(after.last().map(|it| &it.fact), Some(&Fact::OfferAccepted));
    assert_eq!(tx.load_request(approved.request).await.unwrap(), request);
    assert_eq!(tx.last_contact(approved.employer).await.unwrap(), last_contact);
    let row = tx.load_draft(draft.id).await.unwrap().unwrap().draft;
    assert_eq!((row.subject.as_str(), row.body.as_str(), row.to.name), ("", "", None));
    assert_eq!((row.to.address, row.message_id), (draft.to.address, draft.message_id.clone()));
    let audit = tx.audit(draft.application).await.unwrap().remove(0);
    assert_eq!((audit.attempt, audit.bytes, audit.answer), (attempt, None, None));
    let checks: Vec<&str> = audit.checks.iter().map(|it| it.what.as_str()).collect();
    assert_eq!(checks, ["INBOX read", "E01"]);
    let known = tx.find_message(bench.account, &[1; 32]).await.unwrap().unwrap();
    assert_eq!((known.key, known.message.subject.as_str()), (key, ""));
    assert_eq!(known.message.from.unwrap().address, wordy(1).from.unwrap().address);
    let id = known.message.message_id.unwrap();
    let found = tx.linked(bench.account, &[&id], None).await.unwrap().by_ids;
    assert_eq!(found.first().map(|(id, _)| *id), Some(draft.application));
    // The week and the number count on.
    let claim = NewClaim {
        approved: &approved.draft,
        request: approved.request,
        employer: approved.employer,
        bytes: b"again",
    };
    let again = tx.claim(claim, Limits { daily_cap: 9 }, at(9_000_000)).await.unwrap();
    assert_eq!(again, ClaimResult::AlreadyAttempted);
}

#[tokio::test]
async fn a_removal_that_was_cut_off_anywhere_ends_like_one_that_was_not() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let (approved, ..) = with_the_word(&bench, &mut tx).await;
    let application = approved.draft.draft().application;
    tx.texts_were_looked_for(at(30)).await.unwrap();
    tx.commit().await.unwrap();
    let before = bench.store.export().await.unwrap();

    let mut tx = bench.store.begin().await.unwrap();
    tx.remove_texts(bench.account, &[application], at(20), at(50)).await.unwrap();
    drop(tx);
    assert_eq!(bench.store.export().await.unwrap(), before, "cut off before the commit");

    assert_eq!(removed(&bench, &[application]).await, Some(1));
    let after = bench.store.export().await.unwrap();
    let store = bench.reopen().await;
    let looked = store.snapshot().await.unwrap().text_clocks().await.unwrap().looked_at;
    assert_eq!(looked, None, "cut off before it was overwritten: it is not done");
    assert_eq!(removed(&bench, &[application]).await, None, "nothing is left to remove");
    assert_eq!(bench.store.export().await.unwrap(), after);
    assert!(bench.store.overwrite_removed().await.unwrap());
    assert!(!is_in_the_files(&bench));
    let mut tx = bench.store.begin().await.unwrap();
    tx.texts_were_looked_for(at(60)).await.unwrap();
    assert_eq!(tx.text_clocks().await.unwrap().looked_at, Some(at(60)));
    let told = tx.texts_removed(bench.account).await.unwrap();
    assert_eq!(told.into_iter().collect::<Vec<_>>(), [(application, at(50))]);
    assert_eq!(tx.texts_removed_at(application).await.unwrap(), Some(at(50)));
}

#[tokio::test]
async fn a_record_without_its_texts_can_be_moved_and_takes_in_a_late_bounce() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let (approved, attempt, _) = with_the_word(&bench, &mut tx).await;
    let application = approved.draft.draft().application;
    tx.commit().await.unwrap();
    removed(&bench, &[application]).await;

    let export = bench.store.export().await.unwrap();
    let elsewhere = Bench::new().await;
    assert!(elsewhere.store.import(&export).await.unwrap());
    assert_eq!(elsewhere.store.export().await.unwrap(), export);
    let mut tx = elsewhere.store.begin().await.unwrap();
    assert!(tx.finish(attempt, Outcome::Bounced, Some(WORD), at(60)).await.unwrap());
    tx.commit().await.unwrap();
    // What the server said of it is old in its turn.
    assert_eq!(removed(&elsewhere, &[application]).await, Some(1));
    let audit = elsewhere.store.snapshot().await.unwrap().audit(application).await.unwrap();
    assert_eq!(audit.first().map(|it| (&it.bytes, &it.answer)), Some((&None, &None)));
}

#[tokio::test]
async fn what_an_open_application_needs_and_what_is_younger_stays() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let (approved, _, shared) = with_the_word(&bench, &mut tx).await;
    let (gone, account) = (approved.draft.draft().application, bench.account);
    let open = bench.application(&mut tx, "Globex").await;
    tx.link(shared, open, MatchedBy::Weak).await.unwrap();
    let note = Fact::NoteAdded { text: WORD.to_owned() };
    append(&mut tx, open, Source::CommandLine, note.clone()).await;
    let young = NewMessage { first_seen_at: at(21), ..wordy(3) };
    tx.insert_message(account, &young).await.unwrap();
    tx.commit().await.unwrap();

    removed(&bench, &[gone]).await;
    let mut tx = bench.store.snapshot().await.unwrap();
    let subject = async |tx: &mut Tx, number: u8| {
        tx.find_message(account, &[number; 32]).await.unwrap().unwrap().message.subject
    };
    let kept = format!("About {WORD}");
    assert_eq!(subject(&mut tx, 1).await, kept, "it may be about the open one");
    assert_eq!(subject(&mut tx, 2).await, "");
    assert_eq!(subject(&mut tx, 3).await, kept, "it is younger");
    let left = tx.load_events(open).await.unwrap();
    assert_eq!(left.iter().map(|it| &it.fact).collect::<Vec<_>>(), [&note]);
    assert_eq!(tx.texts_removed_at(open).await.unwrap(), None);
    drop(tx);

    removed(&bench, &[gone, open]).await;
    let mut tx = bench.store.snapshot().await.unwrap();
    assert_eq!(subject(&mut tx, 1).await, "", "none needs it any more");
}

#[tokio::test]
async fn whatever_stirs_in_an_application_keeps_it() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let (approved, ..) = with_the_word(&bench, &mut tx).await;
    let application = approved.draft.draft().application;
    for (moment, expected) in [(19, false), (20, true)] {
        let quiet = tx.is_quiet_since(application, at(moment), None).await.unwrap();
        assert_eq!(quiet, expected, "{moment}: the last mail about it was sent at 20");
    }
    let other = bench.application(&mut tx, "Globex").await;
    append(&mut tx, other, Source::Service, Fact::Closed { reason: ClosedReason::History }).await;
    assert!(!tx.is_quiet_since(other, at(0), None).await.unwrap());
    assert!(tx.is_quiet_since(other, at(1), None).await.unwrap());
    // Found late: it counts from when it was read.
    let late = NewMessage { first_seen_at: at(40), ..wordy(4) };
    let key = tx.insert_message(bench.account, &late).await.unwrap();
    tx.link(key, other, MatchedBy::Person).await.unwrap();
    assert!(!tx.is_quiet_since(other, at(39), None).await.unwrap());
    assert!(tx.is_quiet_since(other, at(40), None).await.unwrap());
    // A mail about it that still waits.
    let mail = user_mail("receipt:9", UserMailKind::Receipt);
    tx.queue(bench.account, &mail, Some(other), at(1)).await.unwrap();
    assert!(!tx.is_quiet_since(other, at(99), None).await.unwrap());
    // A draft that may still leave.
    let third = bench.approved_for(&mut tx, "Initech").await.draft.draft().application;
    assert!(!tx.is_quiet_since(third, at(1_000), None).await.unwrap());
}

#[tokio::test]
async fn what_is_told_or_asked_lately_of_what_ended_long_ago_keeps_it() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let told = tx.ensure_employer(bench.account, "Acme", None).await.unwrap();
    let (told, _) = tx.create_application(bench.account, told, at(40)).await.unwrap();
    append(&mut tx, told, Source::CommandLine, Fact::Closed { reason: ClosedReason::Rejected })
        .await;
    assert!(!tx.is_quiet_since(told, at(39), None).await.unwrap(), "from a spreadsheet, at 40");
    assert!(tx.is_quiet_since(told, at(40), None).await.unwrap());

    let offered = bench.application(&mut tx, "Globex").await;
    for (kind, quiet) in [(QuestionKind::Summary, true), (QuestionKind::Match, false)] {
        let facts = vec![Fact::NoteAdded { text: WORD.to_owned() }];
        let choices = vec![Choice { number: 1, application: offered, facts }];
        let question = NewQuestion { kind, application: None, message: None, choices };
        let id = tx.insert_question(bench.account, &question, at(2)).await.unwrap();
        tx.question_answered(id, at(50)).await.unwrap();
        assert_eq!(tx.is_quiet_since(offered, at(49), None).await.unwrap(), quiet, "{kind:?}");
    }
    assert!(tx.is_quiet_since(offered, at(50), None).await.unwrap());
}

#[tokio::test]
async fn what_was_written_down_while_a_clock_was_behind_is_as_young_as_what_came_before_it() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let [old, seen, last, behind] = ["Umbrella", "Acme", "Initech", "Globex"];
    let closed = Fact::Closed { reason: ClosedReason::ByUser };
    let mut applications = Vec::new();
    // The third by a clock that was ahead, the last by one that was behind.
    for (employer, at_second) in [(old, 2), (seen, 60), (last, 9_000), (behind, 1)] {
        let application = bench.application(&mut tx, employer).await;
        let (source, fact) = (Source::CommandLine, closed.clone());
        let event = NewEvent { application, at: at(at_second), source, fact };
        tx.append(&event, true).await.unwrap();
        applications.push(application);
    }
    for (moment, until, expected) in [
        (59, 100, [true, false, false, false]),
        // All but what is ahead is old.
        (60, 160, [true, true, false, true]),
    ] {
        let younger = tx.first_entry_after(at(moment), at(until)).await.unwrap();
        for (application, expected) in applications.iter().zip(expected) {
            let quiet = tx.is_quiet_since(*application, at(moment), younger).await.unwrap();
            assert_eq!(quiet, expected, "{application:?} at {moment}");
        }
    }
}

#[tokio::test]
async fn the_record_refuses_to_lose_a_text_otherwise() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    let (approved, ..) = with_the_word(&bench, &mut tx).await;
    let open = "INSERT INTO removing_texts (application_id, account_id) VALUES (1, 1)";
    assert_eq!(approved.draft.draft().application, ApplicationId(1));
    for (door, forbidden) in [
        (false, "UPDATE events SET payload = '{}'"),
        (false, "UPDATE drafts SET subject = '', body = '', from_name = NULL, to_name = NULL"),
        (false, "UPDATE attempts SET bytes = NULL"),
        (false, "UPDATE attempt_checks SET what = 'E01' WHERE what LIKE 'E01:%'"),
        (true, "UPDATE events SET at = 0"),
        (true, "UPDATE events SET kind = 'reopened'"),
        (
            true,
            "UPDATE events SET payload = '{\"text\":\"other words\"}' WHERE kind = 'note_added'",
        ),
        (
            true,
            "UPDATE events SET payload = json_set(payload, '$.promise.not_before', NULL)
             WHERE kind = 'promise_given'",
        ),
        (
            true,
            "UPDATE events SET payload = json_set(payload, '$.promise.vague', json('true'))
             WHERE kind = 'promise_given'",
        ),
        (true, "DELETE FROM events"),
        (true, "UPDATE drafts SET body = 'Other words'"),
        (true, "UPDATE drafts SET subject = '', body = '', to_address = 'eve@acme.example'"),
        (true, "UPDATE attempts SET bytes = x'00'"),
        (true, "UPDATE attempts SET number = 2"),
        (true, "UPDATE attempt_checks SET what = 'E01'"),
        (true, "UPDATE attempt_checks SET what = 'all is well' WHERE what LIKE 'E01:%'"),
    ] {
        if door {
            sqlx::query("DELETE FROM removing_texts").execute(tx.conn().unwrap()).await.unwrap();
            sqlx::query(open).execute(tx.conn().unwrap()).await.unwrap();
        }
        let refused =
            sqlx::query(forbidden).execute(tx.conn().unwrap()).await.map_err(StoreError::from);
        assert!(matches!(refused, Err(StoreError::Refused(_))), "{forbidden}: {refused:?}");
    }
}

#[tokio::test]
async fn the_time_of_the_servers_goes_forward_only() {
    let bench = Bench::new().await;
    let mut tx = bench.store.begin().await.unwrap();
    assert_eq!(tx.text_clocks().await.unwrap(), TextClocks { server_time: None, looked_at: None });
    for seconds in [5, 9, 7] {
        tx.note_server_time(at(seconds)).await.unwrap();
    }
    assert_eq!(tx.text_clocks().await.unwrap().server_time, Some(at(9)));
}
