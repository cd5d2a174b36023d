//! The local twins of what can be told in a reply: a promise, a call, a note, an offer, and that
//! something was wrong.

use crate::domain::command::Told;
use crate::domain::event::{Channel, Purpose};
use crate::domain::ids::ReadableId;
use crate::service::Record;
use crate::service::by_hand::{ByHand, Recorded};

use super::failure::Failure;
use super::{output, status};

/// An application and words about it.
#[derive(Debug, clap::Args)]
pub struct Words {
    /// Which application, as in `ACME-1`.
    #[arg(value_name = "ID", value_parser = super::readable_id)]
    pub id: ReadableId,
    /// What there is to say.
    #[arg(value_name = "TEXT", required = true, num_args = 1..)]
    pub text: Vec<String>,
}

/// A contact that no mailbox shows.
#[derive(Debug, clap::Args)]
pub struct LogArgs {
    /// Which application, as in `ACME-1`.
    #[arg(value_name = "ID", value_parser = super::readable_id)]
    pub id: ReadableId,
    /// What was said. A day in it is what they promised, if it was they who got in touch.
    #[arg(value_name = "TEXT")]
    pub text: Vec<String>,
    /// How.
    #[arg(long, value_enum, default_value_t = Way::Phone)]
    pub channel: Way,
    /// They got in touch with you: it counts as an answer.
    #[arg(long)]
    pub they: bool,
    /// You asked how things stand: it counts as one of the two messages.
    #[arg(long, conflicts_with = "they")]
    pub asked: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Way {
    Phone,
    Voicemail,
    Linkedin,
    InPerson,
    Mail,
}

impl From<Way> for Channel {
    fn from(way: Way) -> Self {
        match way {
            Way::Phone => Self::Call,
            Way::Voicemail => Self::Voicemail,
            Way::Linkedin => Self::LinkedIn,
            Way::InPerson => Self::InPerson,
            Way::Mail => Self::Mail,
        }
    }
}

/// `promise`.
pub async fn promise(record: &Record, args: Words) -> Result<(), Failure> {
    let words = args.text.join(" ");
    let told = if words.eq_ignore_ascii_case("no date") {
        Told::NoPromise
    } else {
        Told::Promise { words: words.clone(), channel: None }
    };
    match record.by_hand(&args.id, ByHand::Told(told)).await? {
        Recorded::NotRead => Err(Failure::Usage(format!(
            "{words:?} is no day; write it like \"4 dec\", \"by next friday\" or \"no date\""
        ))),
        recorded => say(&args.id, recorded),
    }
}

/// `log`.
pub async fn log(record: &Record, args: LogArgs) -> Result<(), Failure> {
    let (channel, text) = (args.channel.into(), args.text.join(" "));
    let told = if args.they {
        Told::HeardBack { channel, text }
    } else {
        let purpose = if args.asked { Purpose::Attempt } else { Purpose::Other };
        Told::Contacted { channel, purpose, text }
    };
    tell(record, &args.id, told).await
}

/// `note`.
pub async fn note(record: &Record, args: Words) -> Result<(), Failure> {
    tell(record, &args.id, Told::Note(args.text.join(" "))).await
}

/// `undo` and `wrong`.
pub async fn tell(record: &Record, id: &ReadableId, told: Told) -> Result<(), Failure> {
    say(id, record.by_hand(id, ByHand::Told(told)).await?)
}

/// There is nothing to let go or to put off.
pub(super) fn no_draft(id: &ReadableId) -> Failure {
    Failure::Usage(format!("no draft of {id} waits"))
}

fn say(id: &ReadableId, recorded: Recorded) -> Result<(), Failure> {
    match recorded {
        Recorded::UnknownApplication => Err(status::unknown(id)),
        Recorded::NotRead => {
            Err(Failure::Usage(format!("there is nothing of {id} that this could be about")))
        }
        Recorded::NoDraft => Err(no_draft(id)),
        Recorded::Done => Ok(()),
        Recorded::Said(lines) => {
            for line in lines {
                output::line(&line);
            }
            Ok(())
        }
    }
}
