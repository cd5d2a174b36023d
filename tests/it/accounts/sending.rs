//! From which account a message leaves, and what holds it in the other.

use afterword::sandbox::{Action, Fault, Sandbox, Style};
use afterword::service::view::State;

use super::{ANNA, BEN, HOME, Pair, WORK, invitation, letter, put};
use crate::world::Letter;

/// A conversation with Acme in the second account, up to the day on which the user is asked.
async fn until_due(pair: &mut Pair) {
    pair.pass_at("2026-11-20T08:00:00Z").await;
    put(&pair.work, "INBOX", "2026-11-20T09:00:00Z", &invitation(ANNA, WORK));
    pair.pass_at("2026-11-20T09:05:00Z").await;
    pair.pass_at("2026-11-25T09:00:00Z").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follow_up_leaves_from_the_account_of_its_conversation_after_a_reply_in_the_first() {
    let mut pair = Pair::new(Style::Plain).await;
    until_due(&mut pair).await;
    pair.pass_at("2026-12-08T07:00:00Z").await;
    let request = pair.request_about("ACME");
    assert_eq!((request.from.as_str(), request.to.as_str()), (HOME, HOME));

    // The same word from the other account, in its own Sent mailbox, is none.
    let at = "2026-12-08T07:31:00Z";
    put(&pair.work, "Sent", at, &letter(WORK, HOME, at, &request.message_id, "approve"));
    put(&pair.home, "INBOX", at, &letter(WORK, HOME, at, &request.message_id, "approve"));
    pair.pass_at("2026-12-08T07:32:00Z").await;
    pair.pass_at("2026-12-08T07:50:00Z").await;
    assert_eq!(pair.state_of("ACME").await, State::Asked);
    let words = |it: &Letter| it.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = pair.letters("receipt").iter().any(|it| words(it).contains("where I asked you"));
    assert!(told, "the user is told why nothing happened");

    let at = "2026-12-08T08:00:00Z";
    put(&pair.home, "Sent", at, &letter(HOME, HOME, at, &request.message_id, "approve"));
    pair.pass_at("2026-12-08T08:01:00Z").await;
    assert_eq!(pair.state_of("ACME").await, State::Approved);
    pair.pass_at("2026-12-08T09:15:00Z").await;
    let sent = pair.work.delivered();
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].from.as_str(), sent[0].to.as_str()), (WORK, ANNA));
    let message = Letter::read(&sent[0].bytes);
    assert_eq!(message.from, WORK);
    assert!(message.message_id.ends_with("@work.example"), "{}", message.message_id);
    assert_eq!(message.in_reply_to.as_deref(), Some("invitation-anna@acme.example"));
    assert!(pair.home.delivered().is_empty());

    pair.pass_at("2026-12-08T09:20:00Z").await;
    let copies = |sandbox: &Sandbox| {
        let letters = sandbox.messages("Sent").into_iter().map(|it| Letter::read(&it));
        letters.filter(|it| it.message_id == message.message_id).count()
    };
    assert_eq!((copies(&pair.home), copies(&pair.work)), (0, 1), "the copy lies where it left");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_decided_or_sent_while_an_account_with_a_conversation_is_unread() {
    let mut pair = Pair::new(Style::Plain).await;
    pair.pass_at("2026-11-20T08:00:00Z").await;
    put(&pair.home, "INBOX", "2026-11-20T09:00:00Z", &invitation(BEN, HOME));
    until_due(&mut pair).await;
    // The mails of this day are not those of the next.
    pair.pass_at("2026-12-07T09:00:00Z").await;

    pair.pass_without_work_at("2026-12-08T07:00:00Z").await;
    assert_eq!(pair.state_of("BETA").await, State::Asked, "its account was read");
    assert_eq!(pair.state_of("ACME").await, State::Waiting, "its account was not");
    pair.pass_at("2026-12-08T07:05:00Z").await;
    assert_eq!(pair.state_of("ACME").await, State::Asked);

    let at = "2026-12-08T07:30:00Z";
    let request = pair.request_about("BETA");
    put(&pair.home, "Sent", at, &letter(HOME, HOME, at, &request.message_id, "approve"));
    pair.pass_at("2026-12-08T07:31:00Z").await;
    pair.pass_without_work_at("2026-12-08T09:15:00Z").await;
    assert!(pair.home.delivered().is_empty(), "an answer may lie in the account that is unread");
    pair.pass_at("2026-12-08T09:20:00Z").await;
    let sent = pair.home.delivered();
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].from.as_str(), sent[0].to.as_str()), (HOME, BEN));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_in_the_other_account_stops_the_message() {
    let mut pair = Pair::new(Style::Plain).await;
    until_due(&mut pair).await;
    pair.pass_at("2026-12-08T07:00:00Z").await;
    let (request, at) = (pair.request_about("ACME"), "2026-12-08T07:30:00Z");
    put(&pair.home, "Sent", at, &letter(HOME, HOME, at, &request.message_id, "approve"));
    pair.pass_at("2026-12-08T07:31:00Z").await;
    let (at, answers) = ("2026-12-08T08:30:00Z", "invitation-anna@acme.example");
    let answer = letter(ANNA, HOME, at, answers, "We have not decided yet, please wait a little.");
    put(&pair.home, "INBOX", at, &answer);
    pair.pass_at("2026-12-08T09:15:00Z").await;
    pair.pass_at("2026-12-08T09:20:00Z").await;
    assert!(pair.work.delivered().is_empty() && pair.home.delivered().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_asked_about_a_conversation_in_an_account_that_is_gone() {
    let mut pair = Pair::new(Style::Plain).await;
    until_due(&mut pair).await;
    pair.reopen_without_work().await;
    pair.pass_at("2026-12-08T07:00:00Z").await;
    assert_eq!(pair.letters("approval-request").len(), 0);
    pair.reopen("pw").await;
    pair.pass_at("2026-12-08T07:10:00Z").await;
    assert_eq!(pair.letters("approval-request").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_approved_does_not_leave_once_an_account_of_its_conversation_is_gone() {
    for from_home in [false, true] {
        let mut pair = Pair::new(Style::Plain).await;
        pair.pass_at("2026-11-20T08:00:00Z").await;
        put(&pair.work, "INBOX", "2026-11-20T09:00:00Z", &invitation(ANNA, WORK));
        pair.pass_at("2026-11-20T09:05:00Z").await;
        if from_home {
            let (at, answers) = ("2026-11-20T10:00:00Z", "invitation-anna@acme.example");
            put(&pair.home, "INBOX", at, &letter(ANNA, HOME, at, answers, "See you on Tuesday."));
        }
        pair.pass_at("2026-11-20T10:05:00Z").await;
        pair.pass_at("2026-11-25T09:00:00Z").await;
        pair.pass_at("2026-12-08T07:00:00Z").await;
        let (request, at) = (pair.request_about("ACME"), "2026-12-08T07:30:00Z");
        put(&pair.home, "Sent", at, &letter(HOME, HOME, at, &request.message_id, "approve"));
        pair.pass_at("2026-12-08T07:31:00Z").await;
        assert_eq!(pair.state_of("ACME").await, State::Approved);

        pair.reopen_without_work().await;
        pair.pass_at("2026-12-08T09:15:00Z").await;
        let sent = (pair.home.delivered().len(), pair.work.delivered().len());
        assert_eq!(sent, (0, 0), "an answer may lie in the account that is gone");
        let words = |it: &Letter| it.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let told = pair
            .letters("receipt")
            .iter()
            .any(|it| words(it).contains(&format!("Not sent: your mail with them is in {WORK}")));
        assert!(told, "the user is told why, from the first account: {from_home}");
    }
}

/// Asks about a conversation in the second account only after its INBOX was read.
async fn waits_for_the_inbox(
    (command, action): (&str, Action),
    letter: Option<&str>,
    now: &str,
    words: &str,
) {
    let mut pair = Pair::new(Style::Plain).await;
    pair.pass_at("2026-11-20T08:00:00Z").await;
    put(&pair.work, "INBOX", "2026-11-20T09:00:00Z", &invitation(ANNA, WORK));
    pair.pass_at("2026-11-20T09:05:00Z").await;
    // The day of the weekly mail, which is one of three that may come in a day.
    pair.pass_at("2026-11-23T08:00:00Z").await;
    if let Some(letter) = letter {
        put(&pair.work, "INBOX", "2026-11-23T20:30:00Z", letter);
        pair.pass_at("2026-11-23T20:35:00Z").await;
    }
    let asked = |pair: &Pair| {
        pair.letters("question").iter().filter(|it| it.subject.contains(words)).count()
    };
    pair.at(now);
    pair.work.script(Fault::new(command, 1, action));
    let _ = pair.service().pass().await;
    assert_eq!(pair.work.faults_left(), 0, "{command} was not met at {now}");
    assert_eq!(asked(&pair), 0, "{command}: {words}");
    pair.pass_at(&now.replace(":05:", ":10:")).await;
    assert_eq!(asked(&pair), 1, "{command}: {words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_question_is_asked_about_a_conversation_of_which_the_inbox_was_not_read() {
    // It comes late in the evening; the question is for the next morning.
    let (at, answers) = ("2026-11-23T20:30:00Z", "invitation-anna@acme.example");
    let more = "Your second interview is confirmed for Tuesday, 1 December 2026 at 14:00.";
    let more = letter(ANNA, WORK, at, answers, more);
    for (command, action) in
        [("GREETING", Action::CloseBefore), ("EXAMINE \"INBOX\"", Action::No("not now"))]
    {
        let (morning, evening) = ("2026-11-24T07:05:00Z", "2026-11-24T17:05:00Z");
        let times = Some(more.as_str());
        waits_for_the_inbox((command, action), times, morning, "Is this an interview?").await;
        waits_for_the_inbox((command, action), None, evening, "when did they say").await;
    }
}
