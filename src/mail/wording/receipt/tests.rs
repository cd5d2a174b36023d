//! Every receipt in full.

use super::super::testing::{ASKED, date, id, planned, shown, time};
use super::*;
use crate::domain::command::{Command, parse};

fn say_it(what: &Receipt<'_>) -> String {
    let id = id();
    let about = About { id: &id, employer: "Acme", first_name: "Anna" };
    let words = receipt(ASKED, &about, what, date("2026-12-08"));
    assert_eq!(words.subject, format!("Re: {ASKED}"));
    let shown = shown(&words);
    let (_, body) = shown.split_once("\n\n").unwrap();
    body.trim_end().trim_end_matches(MARKER).trim_end().to_owned()
}

fn all(receipts: &[Receipt<'_>]) -> String {
    receipts.iter().map(say_it).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn what_the_user_wrote_or_said_about_everything() {
    let text = all(&[
        Receipt::ApprovedAsWritten {
            planned: planned(),
            text: "Dear Anna,\n\nis there news?\n".to_owned(),
        },
        Receipt::StoppedAll { dropped: vec!["ACME-1, Acme".to_owned()] },
        Receipt::Hello,
    ]);
    insta::assert_snapshot!(text, @r#"
    Approved in your words. It goes out Tue 8 Dec, about 09:10. Until then:
    reply "cancel". This is the text:
      Dear Anna,

      is there news?
    Right before sending I look once more; if Anna writes first, I will not
    send.

    Stopped, everything: nothing is asked, and nothing is sent to anybody. I go
    on reading your mail, and the weekly summary still comes. To undo this,
    reply "resume"; for a draft that was let go, then reply "draft" to its mail.

    Let go: ACME-1, Acme

    Hello. Your reply reached me and lies in Sent, so approving by reply works.
    I remember what your own mail looks like there.
    "#);
}

#[test]
fn what_was_obeyed() {
    let text = all(&[
        Receipt::Approved { planned: planned() },
        Receipt::ApprovedNow { planned: planned() },
        Receipt::Skipped,
        Receipt::Stopped,
        Receipt::Later { until: date("2026-12-11") },
        Receipt::LaterThanAsked {
            asked: date("2026-12-03"),
            until: date("2026-12-08"),
            why: "they said Friday 4 December.".to_owned(),
        },
        Receipt::Cancelled,
        Receipt::Edited { version: 2 },
        Receipt::DraftWanted,
        Receipt::Paused { until: Some(date("2027-01-04")), held: vec!["ACME-1, Acme".to_owned()] },
        Receipt::Paused { until: None, held: vec![] },
        Receipt::Resumed,
        Receipt::Told { lines: vec!["Acme: first message planned for Tue 8 Dec.".to_owned()] },
    ]);
    insta::assert_snapshot!(text, @r#"
    Approved. It goes out Tue 8 Dec, about 09:10. Until then: reply "cancel".
    Right before sending I look once more; if Anna writes first, I will not
    send.

    Approved, and it goes out as soon as I have looked: Tue 8 Dec, about 09:10.
    Right before sending I look once more; if Anna writes first, I will not
    send.

    Skipped. Nothing is sent, and I write no new draft for Acme until you reply
    "draft". It stays in the weekly summary.

    Stopped. I will not write to Acme again about this application. If you
    change your mind, reply "reopen".

    Understood. I ask you again on Fri 11 Dec. Nothing is sent before.

    Understood: not before Thu 3 Dec. I ask you again on Tue 8 Dec, because:
    they said Friday 4 December. Nothing is sent before.

    Cancelled. Nothing is sent to Anna. Reply "draft" when you want a new draft.

    I have your text. It comes back to you as draft 2, and goes out only if you
    approve that one. The draft before it can no longer be approved.

    I write a draft for Acme and ask you before anything is sent.

    Paused until Mon 4 Jan 2027. I go on reading; nothing is asked and nothing
    is sent. Reply "resume" to go on sooner.
    Held: ACME-1, Acme

    Paused. I go on reading; nothing is asked and nothing is sent until you
    reply "resume".

    Going on. What became due in the meantime comes one at a time, on its usual
    days.

    Acme: first message planned for Tue 8 Dec.
    "#);
}

#[test]
fn what_was_noted() {
    let text = all(&[
        Receipt::Noted(Noted::Promise {
            words: "by next friday".to_owned(),
            by: date("2026-12-04"),
            other: Some(date("2026-11-27")),
            earliest: Some(date("2026-12-08")),
        }),
        Receipt::Noted(Noted::NoPromise { earliest: date("2026-12-04") }),
        Receipt::Noted(Noted::Fact { what: "name".to_owned(), value: "Anna".to_owned() }),
        Receipt::Noted(Noted::Note),
        Receipt::Noted(Noted::Touch { earliest: date("2026-12-15") }),
        Receipt::Noted(Noted::End { how: "an offer accepted".to_owned() }),
    ]);
    insta::assert_snapshot!(text, @r#"
    Understood "by next friday" = Fri 4 Dec 2026 (could also mean Fri 27 Nov; I
    take the later). Earliest follow-up: Tue 8 Dec. Wrong? Reply with the date.

    Understood: no date was given. Earliest follow-up: Fri 4 Dec.

    Noted: name is "Anna". Wrong? Reply "undo", or the line once more.

    Noted. It is for you alone and never goes into a message.

    Noted. It counts as a contact of yours; nothing from me before Tue 15 Dec.

    Noted: an offer accepted. The matter is closed, and nothing more goes out.
    "#);
}

#[test]
fn what_was_refused_each_with_its_reason() {
    let text = all(&[
        Refusal::Conditional { also: "if she is back".to_owned() },
        Refusal::Outdated { current: 2 },
        Refusal::AlreadyApproved,
        Refusal::Lapsed { on: date("2026-12-07") },
        Refusal::Withdrawn { why: "Anna wrote on Mon 7 Dec.".to_owned() },
        Refusal::TwoRequests,
        Refusal::NotOnlyToYou,
        Refusal::NotInSent,
        Refusal::Lint {
            complaints: vec!["it has a link".to_owned(), "it asks nothing".to_owned()],
            again: None,
        },
        Refusal::Lint { complaints: vec!["it has a link".to_owned()], again: Some(2) },
        Refusal::Paused { until: Some(date("2027-01-04")) },
        Refusal::Paused { until: None },
        Refusal::SendingOff,
        Refusal::NoSuchDraft,
    ]
    .map(Receipt::Refused));
    insta::assert_snapshot!(text, @r#"
    You also wrote "if she is back". I did not send, because I cannot tell
    whether that is a condition. Please answer the request once more: "approve"
    alone, or "skip".

    That draft is outdated; draft 2 is the current one. Nothing was sent. Please
    answer its own mail.

    You approved this one before, so nothing changed. A message goes to Anna
    only once.

    This request lapsed on Mon 7 Dec, so nothing was sent. Reply "draft" for a
    new one.

    This draft was withdrawn: Anna wrote on Mon 7 Dec. Nothing was sent.

    Your reply belongs to one request and carries the ref of another. I did
    nothing. Please reply once more to the mail you mean.

    Your reply went to other people as well. I only obey mail that goes to you
    alone. Nothing was sent.

    I saw an approval but it is not in your Sent mailbox, so I did not use it.
    Reply from a program that keeps a copy in Sent, or run: afterword approve
    ACME-1

    I did not take the new text: it has a link; it asks nothing. Please mend
    that and send it once more.

    I did not take the new text: it has a link. Please mend that and send it
    once more. What you approved before does not go out now: it comes once more
    as draft 2, for you to approve or edit.

    Everything is paused until Mon 4 Jan 2027. Nothing was sent. Reply "resume"
    to go on.

    Everything is paused. Nothing was sent. Reply "resume" to go on.

    Sending is switched off in the configuration ([sending] enabled). Nothing
    was sent.

    There is no draft for this any more. Nothing was sent. Reply "draft" for a
    new one.
    "#);
}

#[test]
fn what_was_not_understood_changes_nothing_and_says_so() {
    let text = say_it(&Receipt::NotUnderstood { line: "aprove\u{202e} it".to_owned() });
    insta::assert_snapshot!(text, @r#"
    I did not understand the first line "aprove it". Nothing was sent, nothing
    changed.
    The words for every day: approve, later fri, skip, cancel, stop; by friday,
    no date; why, status. Reply "help" for all of them.
    "#);
}

/// What a user could not find out otherwise.
const TO_BE_NAMED: &str = "approve, approve now, edit, send this, subject: ..., later fri, skip, \
    stop, stop all, pause until 4 jan, resume, cancel, by friday, in two weeks, no date, they \
    called ..., called: ..., note: ..., with: ..., offer: ..., rejected, withdrawn, accepted, sent \
    myself, wrong, why, status, help, back: 4 jan, client: ..., name: ..., to: ..., position: \
    ..., thanks sent, replied, it was sent, send again, undo, draft, reopen, new: ..., interview: \
    ..., promise: ..., log: ...";

/// What may stand for the dots of a word.
fn filled(word: &str) -> String {
    let value = if word == "to: ..." { "anna@acme.example" } else { "Anna" };
    word.replace("...", value)
}

#[test]
fn help_names_every_word_and_each_of_them_is_understood() {
    let lines = HELP.map(|line| line.split_once(": ").unwrap().1);
    let sentences = lines.iter().flat_map(|line| line.split(". ").take(1));
    let words: Vec<String> = sentences
        .flat_map(|line| line.split(", "))
        .map(|word| if word.ends_with("...") { word } else { word.trim_end_matches('.') })
        .map(str::to_owned)
        .collect();
    for word in &words {
        let command = parse(&filled(word), date("2026-12-08"), &[]);
        assert!(!matches!(command, Command::Unknown(_) | Command::Empty), "{word}");
    }
    for word in TO_BE_NAMED.split(", ") {
        assert!(words.iter().any(|it| it == word), "{word}: {words:?}");
    }
}

#[test]
fn what_became_of_a_message() {
    let text = all(&[
        Outcome::Sent {
            at: time("2026-12-08 09:12"),
            then: AfterSend::SecondNotBefore(date("2026-12-22")),
        },
        Outcome::Sent {
            at: time("2026-12-08 09:12"),
            then: AfterSend::ClosesOn(date("2027-01-05")),
        },
        Outcome::Answered { who: "Anna".to_owned(), at: time("2026-12-08 08:41") },
        Outcome::Blind { since: time("2026-12-08 06:10") },
        Outcome::NotSent { why: "three messages went out today, which is the most.".to_owned() },
    ]
    .map(Receipt::Outcome));
    insta::assert_snapshot!(text, @r#"
    Sent Tue 8 Dec 09:12. If nothing comes, the earliest second and last message
    is Tue 22 Dec.

    Sent Tue 8 Dec 09:12. That was the second and last message. If nothing comes
    until Tue 5 Jan 2027, I close the matter; a late reply re-opens it.

    Not sent. Anna answered Tue 8 Dec 08:41; see that mail. The draft is
    withdrawn.

    Not sent yet: I could not read your mailbox since Tue 8 Dec 06:10. I try
    again, and tell you if it becomes too late for it.

    Not sent: three messages went out today, which is the most.
    "#);
}

#[test]
fn a_receipt_always_carries_the_tag_once() {
    let id = id();
    let about = About { id: &id, employer: "Acme", first_name: "Anna" };
    let subject =
        |answers: &str| receipt(answers, &about, &Receipt::Skipped, date("2026-12-08")).subject;
    assert_eq!(subject(&format!("Re: {ASKED}")), format!("Re: {ASKED}"));
    assert_eq!(subject("pause"), "Re: [Afterword] pause");
}

#[test]
fn each_answer_to_a_line_is_one_line_of_the_twin() {
    for letters in 1..=76 {
        let lines: Vec<String> =
            (1..=3).map(|number| format!("{number} {}: noted.", "x".repeat(letters))).collect();
        let id = id();
        let about = About { id: &id, employer: "Acme", first_name: "Anna" };
        let told = Receipt::Told { lines: lines.clone() };
        let words = receipt(ASKED, &about, &told, date("2026-12-08"));
        let seen = super::super::html::tests::twin_lines(words.kind, &words.body);
        assert_eq!(seen[..3], lines, "{}", words.body);
    }
}
