//! Every question in full, and the word that answers it.

use super::super::testing::{date, id, shown, time};
use super::*;

fn code() -> RefCode {
    RefCode::new([7; 10])
}

fn unknowns() -> [Unknown; 5] {
    [
        Unknown::Name { from: "Their mails are signed \"Acme Recruiting\".".to_owned() },
        Unknown::Position,
        Unknown::Address {
            useless: "no-reply@acme.example".to_owned(),
            because: "nobody reads it".to_owned(),
        },
        Unknown::ReturnDate { who: "Anna".to_owned(), long: None },
        Unknown::ReturnDate { who: "Anna".to_owned(), long: Some(date("2027-02-01")) },
    ]
}

#[test]
fn a_missing_fact_is_asked_for_with_the_word_to_answer() {
    let id = id();
    let text: Vec<String> = unknowns()
        .into_iter()
        .map(|unknown| {
            shown(&fact_question(&FactQuestion {
                id: &id,
                employer: "Acme",
                unknown,
                today: date("2026-12-08"),
            }))
        })
        .collect();
    insta::assert_snapshot!(text.join("\n"), @r#"
    Subject: [Afterword] Who spoke to you at Acme? {ACME-1}

    Reply with one line, as in:
      name: Anna
    ------ reply above this line ------

    A follow-up greets the person you spoke to by the first name, and I do not
    know it. Their mails are signed "Acme Recruiting".
    Until you answer, nothing is drafted and nothing is sent to them.

    Subject: [Afterword] Which position is it at Acme? {ACME-1}

    Reply with one line, as in:
      position: Data Engineer
    ------ reply above this line ------

    A follow-up names the position, and I found none in your mail.
    Until you answer, nothing is drafted and nothing is sent to them.

    Subject: [Afterword] Which address at Acme? {ACME-1}

    Reply with one line, as in:
      to: anna.schmidt@acme.example
    ------ reply above this line ------

    I cannot write to no-reply@acme.example (nobody reads it). Who else reads
    mail there?
    Until you answer, nothing is drafted and nothing is sent to them.

    Subject: [Afterword] When is Anna back at Acme? {ACME-1}

    Reply with one line, as in:
      back: 4 jan
    ------ reply above this line ------

    Anna is out of office and names no day.
    If you do not answer, I wait a week and go on from there.

    Subject: [Afterword] When is Anna back at Acme? {ACME-1}

    Reply with one line, as in:
      back: 4 jan
    ------ reply above this line ------

    Anna is out of office until Mon 1 Feb 2027. Shall I wait that long, or less?
    Until you answer, nothing is drafted and nothing is sent to them.
    "#);
}

#[test]
fn the_evening_question_takes_one_line() {
    let id = id();
    let words = interview_question(&InterviewQuestion {
        id: &id,
        employer: "Acme",
        held_on: date("2026-11-24"),
        otherwise: Some(date("2026-12-04")),
        again: false,
        reference: code(),
        today: date("2026-11-24"),
    });
    insta::assert_snapshot!(shown(&words), @r#"
    Subject: [Afterword] Acme today: when did they say you would hear? {ACME-1}

    Just reply with one line, for example:
      by next friday | in two weeks | 4 dec | they call tuesday | no date
      cancelled | moved to 30 nov 14:00
    You may add lines:
      with: Anna Schmidt, Tom Weber
      note: liked the migration story, asked about Kafka
      thanks sent (if you already wrote a thank-you)
    ------ reply above this line ------

    If you do not answer: I ask once more in 2 days, then I count it as "no
    date" (no follow-up before Fri 4 Dec).
    ref: 0W3G-E1R7-0W3G-E1R7
    "#);
}

#[test]
fn times_in_plain_words_are_a_choice() {
    let times = [time("2026-12-15 14:00"), time("2026-12-16 09:30")];
    let named = "Acme, Data Engineer (since 2 Oct) {ACME-1}";
    let words = date_question(named, &times, code(), date("2026-12-08"));
    insta::assert_snapshot!(shown(&words), @r#"
    Subject: [Afterword] Is this an interview? Acme, Data Engineer (since 2 Oct) {ACME-1}

    Reply with the number.
      1  Tue 15 Dec 14:00
      2  Wed 16 Dec 09:30
      0  no interview
    Another time? Give a number first, then reply "moved to 30 nov 14:00".
    ------ reply above this line ------

    A mail about Acme, Data Engineer (since 2 Oct) {ACME-1} names this without a
    calendar entry. Until you answer, I take it for no interview.
    ref: 0W3G-E1R7-0W3G-E1R7
    "#);
}

#[test]
fn an_uncertain_match_is_a_choice() {
    let choices = ["Acme, Data Engineer (interview 24 Nov)", "Acme, Analyst (applied 2 Oct)"]
        .map(str::to_owned);
    let words = match_question(&MatchQuestion {
        quote: "Thank you for your time last week",
        from: "acme@relay.example",
        at: time("2026-12-08 10:02"),
        choices: &choices,
        reference: code(),
        today: date("2026-12-08"),
    });
    insta::assert_snapshot!(shown(&words), @r#"
    Subject: [Afterword] Which one is the mail from acme@relay.example about?

    Reply with the number.
      1  Acme, Data Engineer (interview 24 Nov)
      2  Acme, Analyst (applied 2 Oct)
      0  none of them
    ------ reply above this line ------

    "Thank you for your time last week" - from acme@relay.example, Tue 8 Dec
    10:02. Until you answer, nothing is sent to any of them.
    ref: 0W3G-E1R7-0W3G-E1R7
    "#);
}

#[test]
fn a_message_in_doubt_is_a_question_and_never_sent_again() {
    let id = id();
    let about = About { id: &id, employer: "Acme", first_name: "Anna" };
    let words = doubt_question(&about, time("2026-12-08 09:12"), date("2026-12-08"));
    insta::assert_snapshot!(shown(&words), @"
    Subject: [Afterword] Did the message to Anna at Acme go out? {ACME-1}

    Reply with one line:
      it was sent   Anna has it, or it is in your Sent mailbox
      send again    it did not go out; I write a draft for you to approve
    ------ reply above this line ------

    On Tue 8 Dec 09:12 the connection broke after I had handed over the message
    to Anna. I cannot see whether it left.
    I do not send it again by myself. Until you answer it counts as sent, and I
    keep looking in your mailbox.
    ");
}
