//! News about one application that come without a question: what became of a message, an answer
//! that arrived, a matter that ended. None of them needs an answer.

use chrono::{NaiveDate, NaiveDateTime};

use super::receipt::{Outcome, outcome};
use super::when::{day, moment};
use super::{About, MARKER, TAG, Words, one, paragraph};
use crate::domain::user_mail::UserMailKind;

/// What the user is told.
#[derive(Debug, Clone)]
pub enum Notice {
    Outcome(Outcome),
    /// A person wrote while a draft was waiting or a date was running.
    Answered {
        who: String,
        at: NaiveDateTime,
        draft_withdrawn: bool,
    },
    Invited {
        starts: NaiveDateTime,
    },
    Offer {
        who: String,
        expires: Option<NaiveDate>,
    },
    Rejected,
    /// A request nobody answered.
    Lapsed {
        asked_on: NaiveDate,
    },
    /// Two messages, no answer, and the days after them (E08, E25).
    MovedOn {
        first: NaiveDate,
        second: NaiveDate,
    },
    /// They asked for a call; the lines are a short script (E10).
    CallInstead {
        script: Vec<String>,
    },
}

/// Tells the user.
#[must_use]
pub fn notice(about: &About<'_>, notice: &Notice, today: NaiveDate) -> Words {
    let (kind, subject) = heading(about, notice);
    let text: String = lines(about, notice, today).iter().map(|line| paragraph(line)).collect();
    Words::new(kind, &about.subject(&subject), format!("{text}{MARKER}\n"))
}

/// The mailboxes could not be read since then, and why.
#[must_use]
pub fn blind(since: NaiveDateTime, cause: &str, today: NaiveDate) -> Words {
    let text = [
        format!(
            "I have not been able to read all your mailboxes since {}. While that is so, I send \
             nothing to an employer, and I see none of your replies.",
            moment(since, today)
        ),
        format!("What went wrong: {}", one(cause)),
        "I keep trying. On the computer I run on, \"afterword check\" tests every part.".to_owned(),
    ];
    let text: String = text.iter().map(|line| paragraph(line)).collect();
    let subject = format!("{TAG} I cannot read your mailbox");
    Words::new(UserMailKind::Alert, &subject, format!("{text}{MARKER}\n"))
}

fn heading(about: &About<'_>, notice: &Notice) -> (UserMailKind, String) {
    let (employer, name) = (about.employer(), about.name());
    let (receipt, alert) = (UserMailKind::Receipt, UserMailKind::Alert);
    match notice {
        Notice::Outcome(Outcome::Sent { .. }) => (receipt, format!("Sent to {name} at {employer}")),
        Notice::Outcome(
            Outcome::Answered { .. } | Outcome::Blind { .. } | Outcome::NotSent { .. },
        ) => (receipt, format!("Not sent to {name} at {employer}")),
        Notice::Answered { .. } => (alert, format!("{employer} wrote to you")),
        Notice::Invited { .. } => (alert, format!("{employer} invites you")),
        Notice::Offer { .. } => (alert, format!("An offer from {employer}")),
        Notice::Rejected => (alert, format!("{employer}: closed")),
        Notice::Lapsed { .. } => (receipt, format!("{employer}: the draft lapsed")),
        Notice::MovedOn { .. } => (receipt, format!("{employer}: closed, moved on")),
        Notice::CallInstead { .. } => (alert, format!("Please call {name} at {employer}")),
    }
}

fn lines(about: &About<'_>, notice: &Notice, today: NaiveDate) -> Vec<String> {
    let (employer, name) = (about.employer(), about.name());
    let line = match notice {
        Notice::Outcome(what) => outcome(what, today),
        Notice::Answered { who, at, draft_withdrawn } => {
            let draft =
                if *draft_withdrawn { " The draft is withdrawn; nothing goes out." } else { "" };
            let at = moment(*at, today);
            format!("{} wrote {at}; the mail is in your mailbox.{draft}", one(who))
        }
        Notice::Invited { starts } => format!(
            "{employer} invites you: {}. No follow-up goes out before it.",
            moment(*starts, today)
        ),
        Notice::Offer { who, expires } => {
            let expires = expires
                .map(|on| format!(" It names {} as the last day for your answer.", day(on, today)))
                .unwrap_or_default();
            format!("The mail of {} reads like an offer.{expires} Congratulations.", one(who))
        }
        Notice::Rejected => format!(
            "{employer} wrote that it is a no this time. The matter is closed; nothing more goes out."
        ),
        Notice::Lapsed { asked_on } => format!(
            "The draft of {} lapsed, and nothing was sent. It stays in the weekly summary; reply \
             \"draft\" for a new one.",
            day(*asked_on, today)
        ),
        Notice::MovedOn { first, second } => format!(
            "Two messages, on {} and {}, and no answer. You have done your part. I close the \
             matter; a late reply re-opens it.",
            day(*first, today),
            day(*second, today)
        ),
        Notice::CallInstead { script } => {
            let first = format!(
                "{employer} asked to be called, so I write no mail. For your call with {name}:"
            );
            let script = script.iter().map(|line| format!("- {}", one(line)));
            let last = "Afterwards reply with one line, as in: they called: decision on Friday";
            return [first].into_iter().chain(script).chain([last.to_owned()]).collect();
        }
    };
    vec![line]
}

#[cfg(test)]
mod tests {
    use super::super::receipt::AfterSend;
    use super::super::testing::{date, id, shown, time};
    use super::*;

    fn all() -> [Notice; 9] {
        [
            Notice::Outcome(Outcome::Sent {
                at: time("2026-12-08 09:12"),
                then: AfterSend::SecondNotBefore(date("2026-12-22")),
            }),
            Notice::Outcome(Outcome::Blind { since: time("2026-12-08 06:10") }),
            Notice::Answered {
                who: "Tom Weber".to_owned(),
                at: time("2026-12-08 08:41"),
                draft_withdrawn: true,
            },
            Notice::Invited { starts: time("2026-12-16 10:00") },
            Notice::Offer { who: "Anna".to_owned(), expires: Some(date("2026-12-18")) },
            Notice::Rejected,
            Notice::Lapsed { asked_on: date("2026-12-01") },
            Notice::MovedOn { first: date("2026-11-24"), second: date("2026-12-08") },
            Notice::CallInstead {
                script: vec![
                    "You spoke on Tue 24 Nov about the Data Engineer position.".to_owned(),
                ],
            },
        ]
    }

    #[test]
    fn a_blind_time_is_told_with_its_cause() {
        let words = blind(time("2026-12-08 06:10"), "no route\nto host", date("2026-12-08"));
        insta::assert_snapshot!(shown(&words), @r#"
        Subject: [Afterword] I cannot read your mailbox

        I have not been able to read all your mailboxes since Tue 8 Dec 06:10. While
        that is so, I send nothing to an employer, and I see none of your replies.
        What went wrong: no route to host
        I keep trying. On the computer I run on, "afterword check" tests every part.
        ------ reply above this line ------
        "#);
    }

    #[test]
    fn every_notice_in_full() {
        let id = id();
        let about = About { id: &id, employer: "Acme", first_name: "Anna" };
        let text: Vec<String> =
            all().iter().map(|what| shown(&notice(&about, what, date("2026-12-08")))).collect();
        insta::assert_snapshot!(text.join("\n"), @r#"
    Subject: [Afterword] Sent to Anna at Acme {ACME-1}

    Sent Tue 8 Dec 09:12. If nothing comes, the earliest second and last message
    is Tue 22 Dec.
    ------ reply above this line ------

    Subject: [Afterword] Not sent to Anna at Acme {ACME-1}

    Not sent: I could not read your mailbox since Tue 8 Dec 06:10. I try again,
    and ask you if it gets late.
    ------ reply above this line ------

    Subject: [Afterword] Acme wrote to you {ACME-1}

    Tom Weber wrote Tue 8 Dec 08:41; the mail is in your mailbox. The draft is
    withdrawn; nothing goes out.
    ------ reply above this line ------

    Subject: [Afterword] Acme invites you {ACME-1}

    Acme invites you: Wed 16 Dec 10:00. No follow-up goes out before it.
    ------ reply above this line ------

    Subject: [Afterword] An offer from Acme {ACME-1}

    The mail of Anna reads like an offer. It names Fri 18 Dec as the last day
    for your answer. Congratulations.
    ------ reply above this line ------

    Subject: [Afterword] Acme: closed {ACME-1}

    Acme wrote that it is a no this time. The matter is closed; nothing more
    goes out.
    ------ reply above this line ------

    Subject: [Afterword] Acme: the draft lapsed {ACME-1}

    The draft of Tue 1 Dec lapsed, and nothing was sent. It stays in the weekly
    summary; reply "draft" for a new one.
    ------ reply above this line ------

    Subject: [Afterword] Acme: closed, moved on {ACME-1}

    Two messages, on Tue 24 Nov and Tue 8 Dec, and no answer. You have done your
    part. I close the matter; a late reply re-opens it.
    ------ reply above this line ------

    Subject: [Afterword] Please call Anna at Acme {ACME-1}

    Acme asked to be called, so I write no mail. For your call with Anna:
    - You spoke on Tue 24 Nov about the Data Engineer position.
    Afterwards reply with one line, as in: they called: decision on Friday
    ------ reply above this line ------
    "#);
    }
}
