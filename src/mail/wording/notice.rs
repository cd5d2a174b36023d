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
    /// A person wrote, and the next step is the user's.
    YourTurn {
        who: String,
        at: NaiveDateTime,
    },
    Invited {
        starts: NaiveDateTime,
    },
    Offer {
        who: String,
        expires: Option<NaiveDate>,
    },
    /// The last day for an answer to their offer comes near.
    OfferExpires {
        on: NaiveDate,
    },
    Rejected,
    /// An approved message that could not go out while the approval was valid.
    Lapsed {
        approved_on: NaiveDate,
    },
    /// A draft nobody had approved, and why it is of no use any more.
    Withdrawn {
        why: String,
    },
    /// Two messages, no answer, and the days after them (E08, E25).
    MovedOn {
        first: NaiveDate,
        second: NaiveDate,
    },
}

/// Tells the user.
#[must_use]
pub fn notice(about: &About<'_>, notice: &Notice, today: NaiveDate) -> Words {
    let (kind, subject) = heading(about, notice);
    let text = paragraph(&line(about, notice, today));
    Words::new(kind, &about.subject(&subject), format!("{text}{MARKER}\n"))
}

/// Tells several pieces of news in one mail; `None` if there are none.
#[must_use]
pub fn alerts(news: &[(About<'_>, Notice)], today: NaiveDate) -> Option<Words> {
    if let [(about, only)] = news {
        return Some(notice(about, only, today));
    }
    let (first, _) = news.first()?;
    let others = news.iter().filter(|(about, _)| about.employer != first.employer);
    let whom = match others.count() {
        0 => first.employer(),
        1 => format!("{} and one more", first.employer()),
        more => format!("{} and {more} more", first.employer()),
    };
    let lines = news.iter().map(|(about, notice)| {
        paragraph(&format!("{{{}}} {}", about.id, line(about, notice, today)))
    });
    let text: Vec<String> = lines.collect();
    let subject = format!("{TAG} News from {whom}");
    let body = format!("{}{MARKER}\n", text.join("\n"));
    Some(Words::new(UserMailKind::Alert, &subject, body))
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

/// Another installation writes mails to the user.
#[must_use]
pub fn another_installation() -> Words {
    let text = [
        "A mail in your mailbox was written by another installation of Afterword. Two of them \
         could ask you twice, and write twice to one employer. So this one asks and sends nothing \
         from now on.",
        "Stop the other one. Then reply \"resume\" to this mail, or run \"afterword resume\" on \
         the computer I run on.",
    ];
    let text: String = text.iter().map(|line| paragraph(line)).collect();
    let subject = format!("{TAG} Two of us work on this mailbox");
    Words::new(UserMailKind::Alert, &subject, format!("{text}{MARKER}\n"))
}

fn heading(about: &About<'_>, notice: &Notice) -> (UserMailKind, String) {
    let (employer, name) = (about.employer(), about.name());
    let (receipt, alert) = (UserMailKind::Receipt, UserMailKind::Alert);
    match notice {
        Notice::Outcome(Outcome::Sent { .. }) => (receipt, format!("Sent to {name} at {employer}")),
        Notice::Outcome(Outcome::InDoubt) => {
            (receipt, format!("Sent to {name} at {employer}? I cannot tell"))
        }
        Notice::Outcome(
            Outcome::Answered { .. } | Outcome::Blind { .. } | Outcome::NotSent { .. },
        ) => (receipt, format!("Not sent to {name} at {employer}")),
        Notice::YourTurn { .. } => (alert, format!("{employer} wrote to you")),
        Notice::Invited { .. } => (alert, format!("{employer} invites you")),
        Notice::Offer { .. } => (alert, format!("An offer from {employer}")),
        Notice::OfferExpires { .. } => (alert, format!("The offer from {employer} runs out")),
        Notice::Rejected => (alert, format!("{employer}: closed")),
        Notice::Lapsed { .. } => (receipt, format!("Not sent to {name} at {employer}")),
        Notice::Withdrawn { .. } => (receipt, format!("{employer}: the draft is withdrawn")),
        Notice::MovedOn { .. } => (receipt, format!("{employer}: closed after two messages")),
    }
}

fn line(about: &About<'_>, notice: &Notice, today: NaiveDate) -> String {
    let employer = about.employer();
    match notice {
        Notice::Outcome(what) => outcome(what, today),
        Notice::YourTurn { who, at } => format!(
            "{} wrote {}, and the next step is yours. The mail is in your mailbox; while it is \
             your turn, I write nothing to {employer}.",
            one(who),
            moment(*at, today)
        ),
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
        Notice::OfferExpires { on } => format!(
            "{} is the last day for your answer to the offer from {employer}.",
            day(*on, today)
        ),
        Notice::Rejected => format!(
            "{employer} wrote that it is a no this time. The matter is closed; nothing more goes out."
        ),
        Notice::Lapsed { approved_on } => format!(
            "Not sent: the message you approved on {} could not go out in time, and I let it go. \
             It stays in the weekly summary; reply \"draft\" for a new one.",
            day(*approved_on, today)
        ),
        Notice::Withdrawn { why } => {
            format!("{} The draft is withdrawn, and nothing was sent.", one(why))
        }
        Notice::MovedOn { first, second } => format!(
            "Two messages, on {} and {}, and no answer. You have done your part. I close the \
             matter; a late reply re-opens it.",
            day(*first, today),
            day(*second, today)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::receipt::AfterSend;
    use super::super::testing::{date, id, shown, time};
    use super::*;
    use crate::domain::ids::ReadableId;

    fn all() -> [Notice; 11] {
        [
            Notice::Outcome(Outcome::Sent {
                at: time("2026-12-08 09:12"),
                then: AfterSend::SecondNotBefore(date("2026-12-22")),
            }),
            Notice::Outcome(Outcome::InDoubt),
            Notice::Outcome(Outcome::Blind { since: time("2026-12-08 06:10") }),
            Notice::YourTurn { who: "Tom Weber".to_owned(), at: time("2026-12-08 08:41") },
            Notice::Invited { starts: time("2026-12-16 10:00") },
            Notice::Offer { who: "Anna".to_owned(), expires: Some(date("2026-12-18")) },
            Notice::OfferExpires { on: date("2026-12-10") },
            Notice::Rejected,
            Notice::Lapsed { approved_on: date("2026-12-01") },
            Notice::Withdrawn { why: "You wrote to them yourself.".to_owned() },
            Notice::MovedOn { first: date("2026-11-24"), second: date("2026-12-08") },
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
    fn several_pieces_of_news_are_one_mail() {
        let (id, other) = (id(), ReadableId::for_employer("Beta", 2));
        let acme = About { id: &id, employer: "Acme", first_name: "Anna" };
        let beta = About { id: &other, employer: "Beta", first_name: "Tom" };
        let invited = || Notice::Invited { starts: time("2026-12-16 10:00") };
        let expires = || Notice::OfferExpires { on: date("2026-12-10") };
        let today = date("2026-12-08");
        assert_eq!(alerts(&[], today), None);
        assert_eq!(alerts(&[(acme, invited())], today), Some(notice(&acme, &invited(), today)));
        let words = alerts(&[(acme, invited()), (beta, expires())], today).unwrap();
        insta::assert_snapshot!(shown(&words), @r#"
        Subject: [Afterword] News from Acme and one more

        {ACME-1} Acme invites you: Wed 16 Dec 10:00. No follow-up goes out before
        it.

        {BETA-2} Thu 10 Dec is the last day for your answer to the offer from Beta.
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

        Subject: [Afterword] Sent to Anna at Acme? I cannot tell {ACME-1}

        I cannot tell whether it left: the mail server took it and gave no answer.
        Please do not send it by hand yet. I look for it in your mailboxes, do not
        send it again, and ask you if it stays unclear. Until then it counts as
        sent.
        ------ reply above this line ------

        Subject: [Afterword] Not sent to Anna at Acme {ACME-1}

        Not sent yet: I could not read your mailbox since Tue 8 Dec 06:10. I try
        again, and tell you if it becomes too late for it.
        ------ reply above this line ------

        Subject: [Afterword] Acme wrote to you {ACME-1}

        Tom Weber wrote Tue 8 Dec 08:41, and the next step is yours. The mail is in
        your mailbox; while it is your turn, I write nothing to Acme.
        ------ reply above this line ------

        Subject: [Afterword] Acme invites you {ACME-1}

        Acme invites you: Wed 16 Dec 10:00. No follow-up goes out before it.
        ------ reply above this line ------

        Subject: [Afterword] An offer from Acme {ACME-1}

        The mail of Anna reads like an offer. It names Fri 18 Dec as the last day
        for your answer. Congratulations.
        ------ reply above this line ------

        Subject: [Afterword] The offer from Acme runs out {ACME-1}

        Thu 10 Dec is the last day for your answer to the offer from Acme.
        ------ reply above this line ------

        Subject: [Afterword] Acme: closed {ACME-1}

        Acme wrote that it is a no this time. The matter is closed; nothing more
        goes out.
        ------ reply above this line ------

        Subject: [Afterword] Not sent to Anna at Acme {ACME-1}

        Not sent: the message you approved on Tue 1 Dec could not go out in time,
        and I let it go. It stays in the weekly summary; reply "draft" for a new
        one.
        ------ reply above this line ------

        Subject: [Afterword] Acme: the draft is withdrawn {ACME-1}

        You wrote to them yourself. The draft is withdrawn, and nothing was sent.
        ------ reply above this line ------

        Subject: [Afterword] Acme: closed after two messages {ACME-1}

        Two messages, on Tue 24 Nov and Tue 8 Dec, and no answer. You have done your
        part. I close the matter; a late reply re-opens it.
        ------ reply above this line ------
        "#);
    }
}
