//! The English words of what is no follow-up: the notice of another offer, thanks, the goodbye
//! to those who still wait, and what to say in a call. As in a follow-up, nothing is invented: a
//! sentence whose fact is missing is left out.

use chrono::NaiveDate;

use super::days;
use super::sentence;
use crate::domain::draft::AttemptNumber;
use crate::domain::tone::Language;
use crate::mail::compose::clean_line;

/// What is known about the person, the position and the occasion.
#[derive(Debug, Clone, Copy)]
pub struct NoteFacts<'a> {
    /// Of the person who spoke to the user.
    pub first_name: &'a str,
    pub position: &'a str,
    pub employer: &'a str,
    pub interview_day: Option<NaiveDate>,
    /// Last day of what they promised.
    pub promise_by: Option<NaiveDate>,
    /// One true sentence about the user.
    pub strength: Option<&'a str>,
    pub signature: &'a str,
}

/// Tells of a written offer and asks for a decision before it expires (E26, E27). `from` is who
/// made it, only if the user lets it be said.
#[must_use]
pub fn offer_notice(facts: &NoteFacts<'_>, expires_on: NaiveDate, from: Option<&str>) -> String {
    let Said { position, employer, on_day, .. } = said(facts);
    let from = from.map(|name| format!(" from {}", clean_line(name, 100))).unwrap_or_default();
    let by = long_day(expires_on);
    let promise = facts
        .promise_by
        .map(|day| format!("You mentioned that I could expect news by {}. ", long_day(day)))
        .unwrap_or_default();
    letter(
        facts,
        &format!(
            "Thank you again for the conversation about the {position} position{on_day}. I would \
             like to be open with you: I have received a written offer{from}, and I am asked to \
             decide by {by}. {employer} remains of great interest to me.\n\n\
             {promise}Would a decision on my application be possible before {by}? If not, I \
             understand, and a short word on where things stand would help me as well. I look \
             forward to hearing from you."
        ),
    )
}

/// Thanks for an interview (E30).
#[must_use]
pub fn thank_you(facts: &NoteFacts<'_>) -> String {
    let Said { position, employer, on_day, strength } = said(facts);
    letter(
        facts,
        &format!(
            "Thank you for the conversation about the {position} position{on_day}. I enjoyed it, \
             and it has made me even more interested in working with {employer}.{strength}\n\n\
             I look forward to hearing from you."
        ),
    )
}

/// Says that the user accepted elsewhere.
#[must_use]
pub fn closing_note(facts: &NoteFacts<'_>) -> String {
    let Said { position, employer, .. } = said(facts);
    letter(
        facts,
        &format!(
            "I am writing to let you know that I have accepted another offer and withdraw my \
             application for the {position} position.\n\n\
             Thank you for your time and for the interest you took in my application. I wish you \
             and {employer} all the best."
        ),
    )
}

/// What to say in a call, for the user's eyes (E10).
#[must_use]
pub fn call_script(facts: &NoteFacts<'_>, number: AttemptNumber) -> Vec<String> {
    let Said { position, on_day, .. } = said(facts);
    let name = clean_line(facts.first_name, 60);
    let me = facts.signature.lines().next().map(|line| clean_line(line, 80)).unwrap_or_default();
    let promise = facts.promise_by.map(|day| {
        format!(
            "You mentioned that I could expect news by {}, so I thought I would ask.",
            long_day(day)
        )
    });
    let close = match number {
        AttemptNumber::First => "Is there anything else I can send you? Thank you for your time.",
        AttemptNumber::Second => {
            "I will not take more of your time after this; thank you for the talks we had."
        }
    };
    let opening = format!(
        "Hello {name}, this is {me}. We spoke about the {position} position{on_day}. Is this a good \
         moment?"
    );
    let ask = "May I ask how my application is progressing, and when I can expect to hear more?";
    [Some(opening), promise, Some(ask.to_owned()), Some(close.to_owned())]
        .into_iter()
        .flatten()
        .collect()
}

/// `Tuesday 24 November`.
fn long_day(day: NaiveDate) -> String {
    days::long_day(day, Language::English)
}

struct Said {
    position: String,
    employer: String,
    on_day: String,
    strength: String,
}

fn said(facts: &NoteFacts<'_>) -> Said {
    let on_day = facts.interview_day.map(|day| format!(" on {}", long_day(day)));
    let strength = facts.strength.map(|text| sentence(&clean_line(text, 250)));
    Said {
        position: clean_line(facts.position, 100),
        employer: clean_line(facts.employer, 100),
        on_day: on_day.unwrap_or_default(),
        strength: strength
            .filter(|it| !it.is_empty())
            .map(|it| format!(" {it}"))
            .unwrap_or_default(),
    }
}

fn letter(facts: &NoteFacts<'_>, body: &str) -> String {
    let name = clean_line(facts.first_name, 60);
    format!("Dear {name},\n\n{body}\n\nKind regards,\n{}\n", facts.signature.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> NoteFacts<'static> {
        NoteFacts {
            first_name: "Anna",
            position: "Data Engineer",
            employer: "Acme",
            interview_day: "2026-11-24".parse().ok(),
            promise_by: "2026-12-18".parse().ok(),
            strength: Some("I have moved two data warehouses"),
            signature: "Jane Doe\n+49 30 1234567",
        }
    }

    fn expires() -> NaiveDate {
        "2026-12-10".parse().unwrap()
    }

    #[test]
    fn e26_the_notice_names_the_expiry_and_asks_for_a_decision() {
        let text = offer_notice(&facts(), expires(), None);
        insta::assert_snapshot!(text, @r"
        Dear Anna,

        Thank you again for the conversation about the Data Engineer position on Tuesday 24 November. I would like to be open with you: I have received a written offer, and I am asked to decide by Thursday 10 December. Acme remains of great interest to me.

        You mentioned that I could expect news by Friday 18 December. Would a decision on my application be possible before Thursday 10 December? If not, I understand, and a short word on where things stand would help me as well. I look forward to hearing from you.

        Kind regards,
        Jane Doe
        +49 30 1234567
        ");
    }

    #[test]
    fn e27_who_made_the_offer_is_named_only_if_the_user_says_so() {
        let bare = NoteFacts { interview_day: None, promise_by: None, ..facts() };
        assert!(!offer_notice(&bare, expires(), None).contains("offer from"), "nobody is named");
        assert!(offer_notice(&bare, expires(), Some("Globex")).contains("offer from Globex,"));
    }

    #[test]
    fn e15_every_note_is_short_and_has_no_pressure() {
        let notes = [
            offer_notice(&facts(), expires(), Some("Globex")),
            thank_you(&facts()),
            closing_note(&facts()),
        ];
        for note in notes {
            let words = note.split("Kind regards").next().unwrap().split_whitespace().count();
            assert!(words <= super::super::MOST_WORDS, "{words}");
            let lower = note.to_lowercase();
            for word in ["urgent", "immediately", "asap", "still waiting", "!"] {
                assert!(!lower.contains(word), "{word}");
            }
        }
    }

    #[test]
    fn e10_a_call_has_an_opening_a_question_and_an_end() {
        let first = call_script(&facts(), AttemptNumber::First);
        assert_eq!(first.len(), 4);
        assert!(first[0].starts_with("Hello Anna, this is Jane Doe."), "{}", first[0]);
        let bare = NoteFacts { promise_by: None, ..facts() };
        let second = call_script(&bare, AttemptNumber::Second);
        assert_eq!(second.len(), 3);
        assert!(second[2].contains("not take more of your time"));
    }
}
