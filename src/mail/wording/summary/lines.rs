//! The summary's lines, one for each thing that can be said about an application.

use chrono::NaiveDate;

use super::super::one;
use super::super::when::{day, moment};
use super::{Closed, Item, Need, News, Record, Wait};
use crate::domain::event::ClosedReason;

pub(super) fn title<T>(item: &Item<T>) -> String {
    match one(&item.position) {
        position if position.is_empty() => one(&item.employer),
        position => format!("{}, {position}", one(&item.employer)),
    }
}

pub(super) fn need_line(item: &Item<Need>, today: NaiveDate) -> String {
    let say = |on: &NaiveDate| day(*on, today);
    let what = match &item.what {
        Need::DraftWaits { first_name, since } => format!(
            "a draft is ready since {} (see the mail \"Send to {} at {}?\")",
            say(since),
            one(first_name),
            one(&item.employer)
        ),
        Need::TheyAsked { for_what, on } => format!(
            "they asked for {} on {}. Your turn; my clock for them is stopped.",
            one(for_what),
            say(on)
        ),
        Need::DraftLapsed { on } => {
            format!("a draft lapsed on {}. Reply \"draft\" to its mail for a new one.", say(on))
        }
        Need::NotTaken { on } => format!(
            "the mail server refused the message on {}. Reply \"draft\" to its mail for a new one.",
            say(on)
        ),
        Need::DraftSkipped { on } => {
            format!(
                "you skipped a draft on {}. Reply \"draft\" to its mail for a new one.",
                say(on)
            )
        }
        Need::InDoubt { on } => {
            format!(
                "it is not known whether the message of {} went out; please answer that mail.",
                say(on)
            )
        }
        Need::FactMissing { what } => {
            format!("{} is missing for a draft; please answer that mail.", one(what))
        }
        Need::PleaseCall => "they asked to be called.".to_owned(),
        Need::AnswerBy { on } => format!("they expect your answer by {}.", say(on)),
    };
    format!("{} - {what}", title(item))
}

pub(super) fn wait_line(item: &Item<Wait>, today: NaiveDate) -> String {
    let say = |on: &NaiveDate| day(*on, today);
    let what = match &item.what {
        // Their words were removed by age, and the matter was taken up again.
        Wait::Promised { words, look_again } if words.is_empty() => {
            format!("named a date; I look again {}", say(look_again))
        }
        Wait::Promised { words, look_again } => {
            format!("said \"{}\"; I look again {}", one(words), say(look_again))
        }
        Wait::NoDate { look_again } => format!("named no date; I look again {}", say(look_again)),
        Wait::Approved { goes_out } => format!("approved; it goes out {}", say(goes_out)),
        Wait::FirstSent { on, second_not_before } => format!(
            "first message went out {}; a second and last one not before {}",
            say(on),
            say(second_not_before)
        ),
        Wait::SecondSent { on, closes_on } if *closes_on <= today => {
            format!("second message went out {}; closes today if nothing comes", say(on))
        }
        Wait::SecondSent { on, closes_on } => format!(
            "second message went out {}; closes {} if nothing comes",
            say(on),
            say(closes_on)
        ),
        Wait::OutOfOffice { until } => format!("out of office until {}", say(until)),
        Wait::InterviewAhead => "an interview is ahead".to_owned(),
        Wait::Applied { on } => format!("applied {}; no interview yet", say(on)),
    };
    format!("{} - {what}", title(item))
}

/// When something happens next, if nothing comes.
pub(super) fn wait_day(wait: &Wait) -> Option<NaiveDate> {
    match wait {
        Wait::Promised { look_again: on, .. }
        | Wait::NoDate { look_again: on }
        | Wait::Approved { goes_out: on }
        | Wait::FirstSent { second_not_before: on, .. }
        | Wait::SecondSent { closes_on: on, .. }
        | Wait::OutOfOffice { until: on } => Some(*on),
        Wait::InterviewAhead | Wait::Applied { .. } => None,
    }
}

pub(super) fn news_line(item: &Item<News>, today: NaiveDate) -> String {
    let title = title(item);
    match &item.what {
        News::Invited { starts } => format!("{title} invited you: {}.", moment(*starts, today)),
        News::Rejected => format!("{title}: no (closed)."),
        News::Answered { who, on } => {
            format!("{title}: {} wrote on {}.", one(who), day(*on, today))
        }
        News::Offer { on } => format!("{title}: an offer on {}.", day(*on, today)),
        News::Receipt => format!("{title}: your application arrived."),
    }
}

pub(super) fn closed_line(item: &Item<Closed>) -> String {
    let what = match item.what.reason {
        ClosedReason::MovedOn => {
            "two messages, no answer. You have done your part. A late reply re-opens it."
        }
        ClosedReason::Rejected => "they said no.",
        ClosedReason::Withdrawn => "you withdrew.",
        ClosedReason::Filled => "the position is filled.",
        ClosedReason::AcceptedElsewhere => "you accepted another offer.",
        ClosedReason::Accepted => "you took their offer.",
        ClosedReason::DoNotContact => "they asked for no more messages.",
        ClosedReason::History => "silent for more than 60 days.",
        ClosedReason::ByUser => "closed by you.",
    };
    format!("{}: {what}", title(item))
}

pub(super) fn record(record: &Record) -> String {
    let mut said = vec![format!("{} active", record.active)];
    match record.median_answer_days {
        Some(1) => said.push("median answer 1 day".to_owned()),
        Some(days) => said.push(format!("median answer {days} days")),
        None => {}
    }
    if record.promises > 0 {
        said.push(format!("{} of {} promised dates kept", record.promises_kept, record.promises));
    }
    said.join(", ") + "."
}
