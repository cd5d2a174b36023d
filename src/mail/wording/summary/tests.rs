//! A full week, a quiet week, and the small words between.

use super::super::html::tests::{checked_twin, twin_lines};
use super::super::testing::{date, shown, time};
use super::*;
use crate::domain::draft::AttemptNumber;
use crate::domain::kept_word::Fate;
use crate::domain::story::{Dated, Stage, Step};

fn item<T>(employer: &str, position: &str, what: T) -> Item<T> {
    Item { employer: employer.to_owned(), position: position.to_owned(), what }
}

pub(in crate::mail::wording) fn quiet() -> SummaryFacts {
    SummaryFacts {
        week: 50,
        needs_you: vec![],
        waiting: vec![
            item(
                "Acme",
                "",
                Wait::FirstSent { on: date("2026-12-08"), second_not_before: date("2026-12-22") },
            ),
            item("Initech", "", Wait::NoDate { look_again: date("2026-12-22") }),
        ],
        news: vec![],
        interviews: vec![],
        sent: vec![],
        closed: vec![],
        words: vec![],
        stories: vec![],
        record: Record { active: 6, median_answer_days: Some(6), promises_kept: 4, promises: 7 },
        health: Health { last_read: Some(time("2026-12-14 07:59")), troubles: vec![] },
        today: date("2026-12-14"),
    }
}

pub(in crate::mail::wording) fn full() -> SummaryFacts {
    SummaryFacts {
        needs_you: vec![
            item(
                "Initrode",
                "Analyst",
                Need::DraftWaits { first_name: "Tom".to_owned(), since: date("2026-12-11") },
            ),
            item(
                "Globex",
                "",
                Need::TheyAsked { for_what: "references".to_owned(), on: date("2026-12-10") },
            ),
        ],
        waiting: vec![
            item(
                "Acme",
                "",
                Wait::FirstSent { on: date("2026-12-08"), second_not_before: date("2026-12-22") },
            ),
            item(
                "Initech",
                "",
                Wait::Promised { words: "mid December".to_owned(), look_again: date("2026-12-22") },
            ),
            item(
                "Umbrella",
                "",
                Wait::SecondSent { on: date("2026-11-30"), closes_on: date("2026-12-14") },
            ),
        ],
        news: vec![
            item("Hooli", "", News::Invited { starts: time("2026-12-16 10:00") }),
            item("Soylent", "", News::Rejected),
        ],
        interviews: vec![item("Hooli", "", Meeting { starts: time("2026-12-16 10:00") })],
        sent: vec![item(
            "Acme",
            "",
            Sent { at: time("2026-12-08 09:12"), approved: time("2026-12-08 08:02") },
        )],
        closed: vec![item("Wayne", "", Closed { reason: ClosedReason::MovedOn })],
        ..quiet()
    }
}

#[test]
fn a_full_week() {
    insta::assert_snapshot!(shown(&weekly_summary(&full(), None)), @r#"
    Subject: [Afterword] Week 50: 2 need you, 3 waiting, 2 answers

    Reply e.g. "1 done" (you answered them), "3 later 1 week", "4 stop", "note
    1: ...", "pause until 4 jan".
    ------ reply above this line ------

    NEEDS YOU
     1  Initrode, Analyst - a draft is ready since Fri 11 Dec (see the mail
        "Send to Tom at Initrode?")
     2  Globex - they asked for references on Thu 10 Dec. Your turn; my clock
        for them is stopped.

    WAITING (nothing to do)
     3  Acme - first message went out Tue 8 Dec; a second and last one not
        before Tue 22 Dec
     4  Initech - said "mid December"; I look again Tue 22 Dec
     5  Umbrella - second message went out Mon 30 Nov; closes today if nothing
        comes

    NEWS     Hooli invited you: Wed 16 Dec 10:00.
             Soylent: no (closed).
    COMING   Hooli: Wed 16 Dec 10:00
    SENT     Acme, Tue 8 Dec 09:12 (approved by you Tue 8 Dec 08:02)
    CLOSED   Wayne: two messages, no answer. You have done your part. A late
               reply re-opens it.
    RECORD   6 active, median answer 6 days, 4 of 7 promised dates kept.
    HEALTH   mailboxes last read 07:59; no gaps, no errors.

    Sending is only approved in its own mail, one at a time.
    "#);
}

/// Whatever the width of a line, so that many of them are just full.
#[test]
fn every_entry_is_one_line_of_the_twin() {
    for letters in 0..=76 {
        let position = "x".repeat(letters);
        let at = time("2026-12-08 09:12");
        let mut facts = full();
        facts.needs_you = vec![item("IKEA", &position, Need::PleaseCall)];
        facts.waiting = (0..12).map(|_| item("Tyrell", &position, Wait::InterviewAhead)).collect();
        facts.news = (0..2).map(|_| item("Hooli", &position, News::Rejected)).collect();
        facts.interviews =
            (0..2).map(|_| item("Acme", &position, Meeting { starts: at })).collect();
        facts.closed = (0..2)
            .map(|_| item("Wayne", &position, Closed { reason: ClosedReason::MovedOn }))
            .collect();
        facts.health.troubles = vec![format!("{position} went wrong."); 2];
        let body = weekly_summary(&facts, None).body;
        let seen = twin_lines(UserMailKind::Summary, &body);
        let below = |heading: &str, count: usize| {
            let from = seen.iter().position(|line| line == heading).expect(heading) + 1;
            seen[from..from + count].to_vec()
        };
        let today = facts.today;
        let wait = wait_line(&facts.waiting[0], today);
        let waits: Vec<String> = (2..14).map(|number| format!("{number} {wait}")).collect();
        assert_eq!(below("WAITING (nothing to do)", 12), waits);
        assert_eq!(below("NEEDS YOU", 1), [format!("1 {}", need_line(&facts.needs_you[0], today))]);
        let twice = |line: String| [line.clone(), line];
        assert_eq!(below("NEWS", 2), twice(news_line(&facts.news[0], today)));
        assert_eq!(below("CLOSED", 2), twice(closed_line(&facts.closed[0])));
        let meeting = format!("{}: Tue 8 Dec 09:12", title(&facts.interviews[0]));
        assert_eq!(below("COMING", 2), twice(meeting));
        assert_eq!(below("HEALTH", 3)[1..], twice(one(&facts.health.troubles[0])));
    }
}

#[test]
fn the_twin_knows_every_heading_of_the_summary() {
    let mut facts = full();
    let (by, given_on) = (date("2026-12-10"), date("2026-12-03"));
    let word =
        KeptWord { given_on, words: "soon".to_owned(), by, answered_on: None, fate: Fate::Open };
    facts.words = vec![item("Acme", "", word)];
    let html = checked_twin(UserMailKind::Summary, &weekly_summary(&facts, None).body);
    for heading in LISTS.iter().chain(&BLOCKS) {
        assert!(html.contains(&format!("color:#5b636d;\">{heading}</h2>")), "{heading}: {html}");
    }
    assert_eq!(html.matches("<h2").count(), LISTS.len() + BLOCKS.len());
}

#[test]
fn beyond_the_numbers_an_entry_still_begins_like_one() {
    let waiting = (0..101).map(|_| item("Acme", "", Wait::InterviewAhead)).collect();
    let body = weekly_summary(&SummaryFacts { waiting, ..full() }, None).body;
    assert!(body.contains("\n99  Acme - an interview is ahead\n -  Acme - an"), "{body}");
    let seen = twin_lines(UserMailKind::Summary, &body);
    assert_eq!(seen.iter().filter(|line| *line == "- Acme - an interview is ahead").count(), 4);
}

#[test]
fn a_quiet_week_is_three_lines() {
    insta::assert_snapshot!(shown(&weekly_summary(&quiet(), None)), @r#"
    Subject: [Afterword] Week 50: all quiet, 2 waiting

    Reply "status", "pause until 4 jan" or "help".
    ------ reply above this line ------

    Nothing happened this week, and nothing is needed from you.
    2 waiting; next is Acme on Tue 22 Dec.
    HEALTH   mailboxes last read 07:59; no gaps, no errors.
    "#);
    let empty = SummaryFacts { waiting: vec![], ..quiet() };
    let words = weekly_summary(&empty, None);
    assert_eq!(words.subject, "[Afterword] Week 50: all quiet");
    let (_, content) = words.body.split_once(&format!("{MARKER}\n\n")).unwrap();
    assert_eq!(content.lines().count(), 3, "{content}");
}

#[test]
fn troubles_are_told_one_a_line() {
    let mut facts = full();
    facts.health.last_read = Some(time("2026-12-13 22:10"));
    facts.health.troubles = vec!["The mailbox could not be read from 03:10 to 04:25.".to_owned()];
    let body = weekly_summary(&facts, None).body;
    assert!(body.contains("last read Sun 13 Dec 22:10."), "{body}");
    assert!(body.contains("\n         The mailbox could not be read"), "{body}");
    assert!(!body.contains("no gaps"), "{body}");
}

#[test]
fn every_need_and_every_wait_has_its_words() {
    let on = date("2026-12-10");
    let word = || "x".to_owned();
    let needs = [
        Need::DraftLapsed { on },
        Need::DraftSkipped { on },
        Need::NotTaken { on },
        Need::InDoubt { on },
        Need::FactMissing { what: "the first name".to_owned() },
        Need::PleaseCall,
        Need::AnswerBy { on },
    ];
    let waits = [
        Wait::Approved { goes_out: on },
        Wait::OutOfOffice { until: date("2027-01-04") },
        Wait::InterviewAhead,
        Wait::Applied { on },
        Wait::Promised { words: String::new(), look_again: on },
    ];
    let news = [News::Answered { who: word(), on }, News::Offer { on }, News::Receipt];
    let facts = SummaryFacts {
        needs_you: needs.into_iter().map(|what| item("Acme", "", what)).collect(),
        waiting: waits.into_iter().map(|what| item("Acme", "", what)).collect(),
        news: news.into_iter().map(|what| item("Acme", "", what)).collect(),
        ..quiet()
    };
    insta::assert_snapshot!(shown(&weekly_summary(&facts, None)), @r#"
    Subject: [Afterword] Week 50: 7 need you, 5 waiting, 3 answers

    Reply e.g. "1 done" (you answered them), "8 later 1 week", "9 stop", "note
    1: ...", "pause until 4 jan".
    ------ reply above this line ------

    NEEDS YOU
     1  Acme - a draft lapsed on Thu 10 Dec. Reply "draft" to its mail for a new
        one.
     2  Acme - you skipped a draft on Thu 10 Dec. Reply "draft" to its mail for
        a new one.
     3  Acme - the mail server refused the message on Thu 10 Dec. Reply "draft"
        to its mail for a new one.
     4  Acme - it is not known whether the message of Thu 10 Dec went out;
        please answer that mail.
     5  Acme - the first name is missing for a draft; please answer that mail.
     6  Acme - they asked to be called.
     7  Acme - they expect your answer by Thu 10 Dec.

    WAITING (nothing to do)
     8  Acme - approved; it goes out Thu 10 Dec
     9  Acme - out of office until Mon 4 Jan 2027
    10  Acme - an interview is ahead
    11  Acme - applied Thu 10 Dec; no interview yet
    12  Acme - named a date; I look again Thu 10 Dec

    NEWS     Acme: x wrote on Thu 10 Dec.
             Acme: an offer on Thu 10 Dec.
             Acme: your application arrived.
    RECORD   6 active, median answer 6 days, 4 of 7 promised dates kept.
    HEALTH   mailboxes last read 07:59; no gaps, no errors.

    Sending is only approved in its own mail, one at a time.
    "#);
}

#[test]
fn numbers_are_grouped() {
    for (number, text) in [(0, "0"), (999, "999"), (2014, "2,014"), (1_234_567, "1,234,567")] {
        assert_eq!(thousands(number), text);
    }
}

#[test]
fn the_pictures_are_table_cells_and_load_nothing() {
    let dated = |day: &str, step| Dated { day: date(day), step };
    let story = |employer: &str, stage| Story {
        employer: employer.to_owned(),
        position: String::new(),
        stage,
        steps: vec![
            dated("2026-11-02", Step::Recorded),
            dated("2026-11-24", Step::Interview),
            dated("2026-12-04", Step::PromisedFor),
            dated("2026-12-08", Step::Asked(Some(AttemptNumber::First))),
        ],
        words: vec![],
        answer_days: vec![2, 9],
    };
    let stories = vec![
        story("<b>Acme", Stage::Waiting),
        story("Globex", Stage::YourTurn),
        story("Gone", Stage::Closed),
    ];
    let words = weekly_summary(&SummaryFacts { stories, ..full() }, None);
    let html = words.pictures;
    for part in ["&lt;b&gt;Acme", ">I</td>", ">D</td>", ">1</td>", "1 waiting", "1 your turn"] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert_eq!(html.matches("border:2px solid").count(), 2, "today is one cell of each strip");
    assert!(html.contains("they said by Fri 4 Dec · first message Tue 8 Dec"), "{html}");
    for part in ["Gone", "<img", "<svg", "src=", "http", "url(", "<b>"] {
        assert!(!html.contains(part), "{part}: {html}");
    }
    let mail = weekly_summary(&SummaryFacts { stories: vec![], ..full() }, None);
    assert_eq!(mail.pictures, "", "nothing to draw");
}

/// From 2 November to 14 December a cell has two days.
#[test]
fn an_answer_on_the_day_after_an_interview_hides_neither() {
    let dated = |day: &str, step| Dated { day: date(day), step };
    let story = |steps: &[Dated]| Story {
        employer: "Acme".to_owned(),
        position: String::new(),
        stage: Stage::Waiting,
        steps: steps.to_vec(),
        words: vec![],
        answer_days: vec![],
    };
    let begun = dated("2026-11-02", Step::Recorded);
    let interview = dated("2026-11-24", Step::Interview);
    let answer = dated("2026-11-25", Step::Answer);
    let later = dated("2026-11-26", Step::Answer);
    let stories = vec![story(&[begun, interview, later]), story(&[begun, interview, answer])];
    let html = weekly_summary(&SummaryFacts { stories, ..full() }, None).pictures;
    let strips: Vec<&str> = html.split("<h3").skip(1).collect();
    let [apart, together] = strips.as_slice() else { panic!("{} strips", strips.len()) };
    assert_eq!(apart.matches("</tr>").count(), 1, "{apart}");
    assert_eq!(together.matches("</tr>").count(), 2, "{together}");
    let (above, below) = together.split_once("</tr>").unwrap();
    let place = |row: &str, letter: &str| {
        let (before, _) = row.split_once(letter).expect(letter);
        before.matches("<td").count()
    };
    assert_eq!(place(above, ">I</td>"), 12, "{above}");
    assert_eq!(place(below, ">A</td>"), 12, "{below}");
}
