//! The first mail: what was found, what could be followed up, and one reply that proves the way
//! back works. Nothing is asked for until the user picks something.

use chrono::{NaiveDate, NaiveDateTime};

use super::when::{day, moment};
use super::{MARKER, TAG, Words, one, paragraph};
use crate::domain::user_mail::UserMailKind;

/// A matter that would be due.
#[derive(Debug, Clone)]
pub struct Overdue {
    pub employer: String,
    pub position: String,
    /// `None` where a promise without an interview was given.
    pub interview_day: Option<NaiveDate>,
    /// Since when.
    pub due: NaiveDate,
    /// `ACME-1`
    pub id: String,
}

/// What the look back found.
#[derive(Debug, Clone)]
pub struct WelcomeFacts<'a> {
    pub messages: u64,
    /// `None` if everything was read.
    pub back_to: Option<NaiveDate>,
    pub applications: usize,
    pub closed_as_history: usize,
    pub overdue: &'a [Overdue],
    pub first_summary: NaiveDateTime,
    pub today: NaiveDate,
}

/// Greets, and offers what is overdue as one list.
#[must_use]
pub fn welcome(facts: &WelcomeFacts<'_>) -> Words {
    let today = facts.today;
    let list: String = facts.overdue.iter().map(|overdue| line(overdue, today)).collect();
    let ask = if facts.overdue.is_empty() {
        "Reply \"hello\" once, so that I see that your replies reach me and lie in Sent.\n"
            .to_owned()
    } else {
        format!(
            "Reply \"hello\" once, so that I see that your replies reach me and lie in Sent.\n\
             Or reply with the first words of one of these lines, and I write a draft for you to \
             approve:\n{list}"
        )
    };
    let back_to = match facts.back_to {
        Some(on) => format!("those since {}", day(on, today)),
        None => "all of them".to_owned(),
    };
    let history = match facts.closed_as_history {
        0 => ".".to_owned(),
        count => format!("; {count} closed, because they were silent for more than 60 days."),
    };
    let body = format!(
        "{ask}{MARKER}\n\n{}{}{}",
        paragraph(&format!(
            "Your mailboxes hold {}. I looked at {back_to} and found {}{history}",
            match facts.messages {
                0 => "no messages yet".to_owned(),
                1 => "1 message".to_owned(),
                count => format!("{} messages", super::summary::thousands(count)),
            },
            match facts.applications {
                0 => "no application yet".to_owned(),
                1 => "1 application".to_owned(),
                count => format!("{count} applications"),
            },
        )),
        paragraph(
            "Nothing was sent to anybody. I never write to an employer unless you approved exactly \
             those words in a mail of its own."
        ),
        paragraph(&format!(
            "The first weekly summary comes {}.",
            moment(facts.first_summary, today)
        )),
    );
    Words::new(UserMailKind::Welcome, &format!("{TAG} Hello: what I found"), body)
}

fn line(overdue: &Overdue, today: NaiveDate) -> String {
    let interview = overdue
        .interview_day
        .map(|on| format!("interview {}, ", day(on, today)))
        .unwrap_or_default();
    let about = [&overdue.employer, &overdue.position];
    let about: Vec<String> = about.iter().filter(|it| !it.is_empty()).map(|it| one(it)).collect();
    format!(
        "  draft {}   ({}: {interview}possible since {})\n",
        one(&overdue.id),
        about.join(", "),
        day(overdue.due, today)
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::{date, shown, time};
    use super::*;

    fn words(count: usize) -> Words {
        let overdue: Vec<Overdue> = (1..=count)
            .map(|n| Overdue {
                employer: format!("Acme {n}"),
                position: "Data Engineer".to_owned(),
                interview_day: Some(date("2026-11-10")),
                due: date("2026-11-24"),
                id: format!("ACME{n}-1"),
            })
            .collect();
        welcome(&WelcomeFacts {
            messages: 12_345,
            back_to: Some(date("2026-06-11")),
            applications: 14,
            closed_as_history: 6,
            overdue: &overdue,
            first_summary: time("2026-12-14 08:00"),
            today: date("2026-12-08"),
        })
    }

    #[test]
    fn what_is_overdue_is_one_list_to_pick_from() {
        insta::assert_snapshot!(shown(&words(2)), @r#"
        Subject: [Afterword] Hello: what I found

        Reply "hello" once, so that I see that your replies reach me and lie in Sent.
        Or reply with the first words of one of these lines, and I write a draft for you to approve:
          draft ACME1-1   (Acme 1, Data Engineer: interview Tue 10 Nov, possible since Tue 24 Nov)
          draft ACME2-1   (Acme 2, Data Engineer: interview Tue 10 Nov, possible since Tue 24 Nov)
        ------ reply above this line ------

        Your mailboxes hold 12,345 messages. I looked at those since Thu 11 Jun and
        found 14 applications; 6 closed, because they were silent for more than 60
        days.
        Nothing was sent to anybody. I never write to an employer unless you
        approved exactly those words in a mail of its own.
        The first weekly summary comes Mon 14 Dec 08:00.
        "#);
    }

    #[test]
    fn nothing_overdue_is_no_list() {
        insta::assert_snapshot!(shown(&words(0)), @r#"
        Subject: [Afterword] Hello: what I found

        Reply "hello" once, so that I see that your replies reach me and lie in Sent.
        ------ reply above this line ------

        Your mailboxes hold 12,345 messages. I looked at those since Thu 11 Jun and
        found 14 applications; 6 closed, because they were silent for more than 60
        days.
        Nothing was sent to anybody. I never write to an employer unless you
        approved exactly those words in a mail of its own.
        The first weekly summary comes Mon 14 Dec 08:00.
        "#);
    }

    #[test]
    fn a_new_mailbox_is_told_without_noughts() {
        let words = welcome(&WelcomeFacts {
            messages: 0,
            back_to: Some(date("2026-06-11")),
            applications: 0,
            closed_as_history: 0,
            overdue: &[],
            first_summary: time("2026-12-14 08:00"),
            today: date("2026-12-08"),
        });
        let text = shown(&words).replace('\n', " ");
        let said = "Your mailboxes hold no messages yet. I looked at those since Thu 11 Jun and \
                    found no application yet.";
        assert!(text.contains(said), "{text}");
    }

    #[test]
    fn every_overdue_matter_can_be_picked() {
        let body = words(11).body;
        assert_eq!(body.lines().filter(|line| line.starts_with("  draft ACME")).count(), 11);
    }
}
