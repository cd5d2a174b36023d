//! Recording by hand what the mailbox cannot know.

use chrono::{NaiveDate, TimeDelta};

use crate::domain::address::{Address, Correspondent};
use crate::domain::command::Told;
use crate::domain::date_words::{self, FARTHEST};
use crate::domain::draft::DraftState;
use crate::domain::ids::{MessageId, ReadableId};
use crate::domain::reason::plain_day;
use crate::service::Record;
use crate::service::by_hand::{ByHand, NewApplication, NewInterview, NotLater, Recorded};
use crate::service::occasion::{NewOffer, Solid};

use super::failure::Failure;
use super::{output, status, tell};

/// A new application.
#[derive(Debug, clap::Args)]
pub struct NewArgs {
    /// The employer's name.
    #[arg(value_parser = name)]
    pub employer: String,
    /// What you applied for.
    #[arg(long)]
    pub position: Option<String>,
    /// The employer's mail domain: acme.example.
    #[arg(long, value_parser = domain)]
    pub domain: Option<String>,
    /// The person who spoke to you: `Anna Schmidt <anna@acme.example>` or an address.
    #[arg(long, value_name = "PERSON", value_parser = person)]
    pub contact: Option<Correspondent>,
    /// When the interview begins, in your time: `2026-11-24T14:00`, `30 nov 14:00`.
    #[arg(long, value_name = "TIME")]
    pub interview: Option<String>,
    /// How long it takes.
    #[arg(long, value_name = "MINUTES", default_value_t = 60, value_parser = minutes())]
    pub minutes: u32,
    /// The last day by which they promised to answer: `2026-12-04`, `4 dec`.
    #[arg(long, value_name = "DATE")]
    pub promise: Option<String>,
    /// One true sentence about you that fits this position.
    #[arg(long)]
    pub strength: Option<String>,
}

/// An interview of a known application.
#[derive(Debug, clap::Args)]
pub struct InterviewArgs {
    /// Which application, as in `ACME-1`.
    #[arg(value_name = "ID", value_parser = super::readable_id)]
    pub id: ReadableId,
    /// When it begins, in your time: `2026-11-24T14:00`, `30 nov 14:00`.
    #[arg(value_name = "TIME", required = true, num_args = 1..)]
    pub at: Vec<String>,
    /// How long it takes.
    #[arg(long, value_name = "MINUTES", default_value_t = 60, value_parser = minutes())]
    pub minutes: u32,
    /// Which interview with them it is, counted from 1.
    #[arg(long)]
    pub round: Option<u32>,
}

/// An offer of an employer.
#[derive(Debug, clap::Args)]
pub struct OfferArgs {
    /// The application that led to it.
    #[arg(value_name = "ID", value_parser = super::readable_id)]
    pub id: ReadableId,
    /// The offer in your words: `60,000, expires 10 dec`; kept as a note.
    pub words: Vec<String>,
    /// The last day on which you can say yes: `2026-12-10`, `10 dec`.
    #[arg(long, value_name = "DATE")]
    pub expires: Option<String>,
    /// The day it was written.
    #[arg(long, value_name = "DATE")]
    pub written: Option<String>,
    /// The message it stands in, if it is not recognised: its Message-ID.
    #[arg(long, value_name = "MESSAGE-ID", value_parser = message_id)]
    pub message: Option<MessageId>,
    /// Let the others be told who made it.
    #[arg(long)]
    pub named: bool,
    /// You took it: whoever still waits may be told, each with your approval.
    #[arg(long, conflicts_with_all = ["words", "expires", "written", "message", "named"])]
    pub accepted: bool,
}

fn message_id(text: &str) -> Result<MessageId, String> {
    MessageId::parse(text).ok_or_else(|| "a Message-ID looks like abc@acme.example".to_owned())
}

fn name(text: &str) -> Result<String, String> {
    let name = text.trim();
    if name.is_empty() { Err("it is empty".to_owned()) } else { Ok(name.to_owned()) }
}

fn domain(text: &str) -> Result<String, String> {
    let domain = text.trim().trim_start_matches('@').to_lowercase();
    let address = Address::parse(&format!("x@{domain}")).filter(Address::is_sendable);
    address.map(|_| domain).ok_or_else(|| "write it like acme.example".to_owned())
}

/// At most a day.
fn minutes() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..=1440)
}

fn person(text: &str) -> Result<Correspondent, String> {
    let wrong = || "write it like `Anna Schmidt <anna@acme.example>`".to_owned();
    let (name, address) = match text.split_once('<') {
        Some((name, rest)) => (name.trim(), rest.trim_end().trim_end_matches('>')),
        None => ("", text),
    };
    let address = Address::parse(address).filter(Address::is_sendable).ok_or_else(wrong)?;
    let name = (!name.is_empty()).then(|| name.trim_matches('"').to_owned());
    Ok(Correspondent { name, address })
}

/// The words for a time are those of a reply.
fn interview_at(
    record: &Record,
    words: &str,
    minutes: u32,
    round: Option<u32>,
) -> Result<NewInterview, Failure> {
    let starts_at = record.day_and_time(words).ok_or_else(|| {
        let like = "write it like \"30 nov 14:00\" or 2026-11-24T14:00";
        Failure::Usage(format!("{words:?} is no day with a time; {like}"))
    })?;
    let ends_at = starts_at + TimeDelta::minutes(i64::from(minutes));
    Ok(NewInterview { starts_at, ends_at, round })
}

/// `new`.
pub async fn new(record: &Record, args: NewArgs) -> Result<(), Failure> {
    let promise = match &args.promise {
        Some(words) => Some((words.clone(), promised_day(record, words)?)),
        None => None,
    };
    let interview = args.interview.as_deref();
    let interview = interview.map(|at| interview_at(record, at, args.minutes, None)).transpose()?;
    let application = NewApplication {
        employer: args.employer,
        domain: args.domain,
        position: args.position,
        contact: args.contact,
        interview,
        promise,
        strength: args.strength,
    };
    let id = record.new_application(application).await?;
    output::line(&format!("Recorded as {id}."));
    status::why(record, &id).await
}

/// `interview`.
pub async fn interview(record: &Record, args: InterviewArgs) -> Result<(), Failure> {
    let interview = interview_at(record, &args.at.join(" "), args.minutes, args.round)?;
    done(record, &args.id, ByHand::Interview(interview)).await
}

/// `offer`.
pub async fn offer(record: &Record, args: OfferArgs) -> Result<(), Failure> {
    if args.accepted {
        return tell::tell(record, &args.id, Told::Accepted).await;
    }
    let day_of = |words: Option<String>| match words {
        Some(words) => promised_day(record, &words).map(Some),
        None => Ok(None),
    };
    let new = NewOffer {
        written_on: day_of(args.written)?,
        expires_on: day_of(args.expires)?,
        evidence: args.message,
        named: args.named,
        words: args.words.join(" "),
    };
    let Some(solid) = record.record_offer(&args.id, &new).await? else {
        return Err(status::unknown(&args.id));
    };
    if solid == Solid::UnknownMessage {
        return Err(Failure::Usage(solid.said().to_owned()));
    }
    output::line(solid.said());
    Ok(())
}

/// `draft`.
pub async fn draft(record: &Record, id: &ReadableId) -> Result<(), Failure> {
    done(record, id, ByHand::Draft).await
}

/// `approve`: shows the exact words and waits for `yes`.
pub async fn approve(record: &Record, id: &ReadableId) -> Result<(), Failure> {
    let Some(draft) = record.waiting_draft(id).await? else {
        return Err(nothing_to_approve(record, id).await?);
    };
    output::line(&format!("From:    {}", draft.from));
    output::line(&format!("To:      {}", draft.to));
    output::line(&format!("Subject: {}\n\n{}", draft.subject, draft.body));
    output::line("Type yes to approve exactly this:");
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    if !answer.trim().eq_ignore_ascii_case("yes") {
        output::line("Nothing was approved.");
        return Ok(());
    }
    match record.approve_by_command(id, &draft).await? {
        Ok(send_at) => {
            let at = send_at.with_timezone(&record.zone()).format("%a %-d %b %Y, %H:%M");
            output::line(&format!("Approved. It goes out {at}, if nothing comes before."));
            Ok(())
        }
        Err(refusal) => {
            Err(Failure::Usage(format!("nothing was approved: {}", refusal.sentence())))
        }
    }
}

/// Who approves twice is told that once was enough.
async fn nothing_to_approve(record: &Record, id: &ReadableId) -> Result<Failure, Failure> {
    let Some((view, _)) = record.application(id).await? else { return Ok(status::unknown(id)) };
    let approved = view.draft.filter(|draft| draft.state == DraftState::Approved);
    Ok(Failure::Usage(match approved {
        Some(draft) => {
            let at = draft.send_at.format("%a %-d %b %Y, %H:%M");
            format!("the draft of {id} is approved already; it goes out {at}")
        }
        None => format!("no draft of {id} waits for an approval"),
    }))
}

/// Another text for the draft that waits.
#[derive(Debug, clap::Args)]
pub struct EditArgs {
    /// Which application, as in `ACME-1`.
    #[arg(value_name = "ID", value_parser = super::readable_id)]
    pub id: ReadableId,
    /// The file with the whole new text [default: standard input].
    #[arg(long, value_name = "FILE")]
    pub file: Option<std::path::PathBuf>,
}

/// `edit`: shows the draft, takes the whole new text, and asks for that one.
pub async fn edit(record: &Record, args: &EditArgs) -> Result<(), Failure> {
    let id = &args.id;
    let Some(draft) = record.waiting_draft(id).await? else {
        return Err(Failure::Usage(format!("no draft of {id} waits for an approval")));
    };
    let text = match &args.file {
        Some(path) => std::fs::read_to_string(path)
            .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?,
        None => {
            output::line(&draft.body);
            output::line("Type the whole new text; Ctrl-D ends it:");
            std::io::read_to_string(std::io::stdin())?
        }
    };
    if text.trim().is_empty() {
        output::line("There was no text; nothing was changed.");
        return Ok(());
    }
    match record.edit_by_command(id, &draft, &text).await? {
        Ok(new) => {
            output::line(&format!(
                "Draft {} takes the place of draft {}. Approve it by reply, or: afterword approve {id}",
                new.version, draft.version
            ));
            Ok(())
        }
        Err(complaints) => {
            Err(Failure::Usage(format!("the text was not taken: {}", complaints.join("; "))))
        }
    }
}

/// `later`.
pub async fn later(record: &Record, id: &ReadableId, words: &str) -> Result<(), Failure> {
    let day = day(record, words)?;
    match record.later_by_command(id, day).await? {
        Ok(()) => status::why(record, id).await,
        Err(NotLater::NoDraft) => Err(tell::no_draft(id)),
        Err(NotLater::Day) => Err(Failure::Usage(format!(
            "{} is not one of the next {FARTHEST} days",
            day.format("%a %-d %b %Y")
        ))),
    }
}

/// `skip`.
pub async fn skip(record: &Record, id: &ReadableId) -> Result<(), Failure> {
    done(record, id, ByHand::Skip).await
}

/// `stop`.
pub async fn stop(record: &Record, id: &ReadableId) -> Result<(), Failure> {
    done(record, id, ByHand::Stop).await
}

/// `reopen`.
pub async fn reopen(record: &Record, id: &ReadableId) -> Result<(), Failure> {
    done(record, id, ByHand::Reopen).await
}

async fn done(record: &Record, id: &ReadableId, what: ByHand) -> Result<(), Failure> {
    match record.by_hand(id, what).await? {
        Recorded::UnknownApplication => Err(status::unknown(id)),
        Recorded::NoDraft => Err(tell::no_draft(id)),
        Recorded::Done | Recorded::Said(_) | Recorded::NotRead => status::why(record, id).await,
    }
}

/// `pause`.
pub async fn pause(record: &Record, until: Option<&str>) -> Result<(), Failure> {
    let until = match until {
        Some(words) => Some(day(record, words)?),
        None => None,
    };
    // A pause that is over before it begins would hold nothing.
    if let Some(day) = until.filter(|day| *day <= record.today()) {
        let day = plain_day(day);
        return Err(Failure::Usage(format!("{day} is not ahead; nothing was paused")));
    }
    record.pause(until).await?;
    output::line(&match until {
        Some(day) => format!("Paused until {}.", plain_day(day)),
        None => "Paused until you say `afterword resume`.".to_owned(),
    });
    Ok(())
}

/// `resume`.
pub async fn resume(record: &Record) -> Result<(), Failure> {
    record.resume().await?;
    output::line("Going on.");
    Ok(())
}

pub(super) fn day(record: &Record, words: &str) -> Result<NaiveDate, Failure> {
    words
        .parse()
        .ok()
        .or_else(|| date_words::parse(words, record.today()))
        .ok_or_else(|| Failure::Usage(format!("`{words}` is no day; write it like 2026-12-04")))
}

/// A promise may lie in the past, and a week or a month that was named ends at its end (E03).
fn promised_day(record: &Record, words: &str) -> Result<NaiveDate, Failure> {
    date_words::parse_promise(words, record.today())
        .ok_or_else(|| Failure::Usage(format!("`{words}` is no day; write it like 2026-12-04")))
}
