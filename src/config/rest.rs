//! The small sections: `[store]`, `[watch]`, `[approval]`, `[drafts]`, `[sending]`, `[summary]`, `[report]`, `[match]`
//! and `[privacy]`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::NaiveDate;

use super::account::own_address;
use super::problem::hint;
use super::reader::Document;
use super::{
    Account, Approval, Drafts, Matching, Privacy, Rejections, Report, SaveToSent, Sender, Sending,
    Summary, Watch,
};
use crate::domain::address::Address;
use crate::domain::command::explain_first_line;
use crate::domain::report::{Column, Form};

/// Texts are kept at least so long: the weekly mail, the report of a month and a word that is taken
/// back still need them.
const LEAST_KEPT_DAYS: u32 = 30;

/// The commands that may be given other words; the rest takes text after the word.
const WORDS: [&str; 8] = ["approve", "edit", "later", "skip", "stop", "pause", "resume", "cancel"];

pub(super) fn store(document: &mut Document<'_>) -> PathBuf {
    let written = document.section("store").path("path");
    written.unwrap_or_else(|| document.path("afterword.db"))
}

pub(super) fn watch(document: &mut Document<'_>) -> Watch {
    let mut section = document.section("watch");
    Watch {
        backfill_days: section.number("backfill_days", 0..=3650, 180),
        poll_minutes: section.number("poll_minutes", 1..=60, 15),
        idle: section.flag("idle", true),
    }
}

/// Who is asked is the user, and nobody else.
pub(super) fn approval(document: &mut Document<'_>, account: Option<&Account>) -> Option<Approval> {
    let mut section = document.section("approval");
    let notify = section.text("notify", own_address);
    let words = section.lists("words");
    for word in words.keys().filter(|word| !WORDS.contains(&word.as_str())) {
        let meant = hint(word, WORDS);
        section.problem("words", format!("{word:?} is no command that takes other words{meant}"));
    }
    for problem in ambiguous(&words) {
        section.problem("words", problem);
    }
    let account = account?;
    let own = account.own_addresses();
    if let Some(other) = notify.as_ref().filter(|notify| !own.contains(notify)) {
        section.problem(
            "notify",
            format!("{other} is not yours; it must be account.address or one of account.aliases"),
        );
    }
    Some(Approval { notify: notify.unwrap_or_else(|| account.address.clone()), words })
}

/// Words that mean something else already: with `approve = ["no"]` a refusal would send.
fn ambiguous(words: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let mut problems = Vec::new();
    for (command, others) in words {
        for other in others {
            let meant = explain_first_line(other, NaiveDate::default(), &[]);
            if meant.is_some_and(|(word, _, _)| word != *command) {
                problems.push(format!("{other:?} means something else already, not {command}"));
            }
            let elsewhere =
                words.iter().find(|(it, theirs)| *it < command && theirs.contains(other));
            if let Some((first, _)) = elsewhere {
                problems.push(format!("{other:?} cannot be both {first} and {command}"));
            }
        }
    }
    problems
}

pub(super) fn drafts(document: &mut Document<'_>) -> Drafts {
    let mut section = document.section("drafts");
    let templates = section.path("templates");
    if let Some(folder) = templates.as_ref().filter(|folder| !folder.is_dir()) {
        section.problem("templates", format!("there is no folder {}", folder.display()));
    }
    Drafts { templates }
}

pub(super) fn sending(document: &mut Document<'_>) -> Sending {
    let mut section = document.section("sending");
    let enabled = section.flag("enabled", true);
    let save_to_sent = section.text("save_to_sent", |text| match text {
        "auto" => Ok(SaveToSent::Auto),
        "never" => Ok(SaveToSent::Never),
        _ => Err(format!("must be \"auto\" or \"never\", not {text:?}")),
    });
    let stop_file = section.path("stop_file");
    Sending {
        enabled,
        save_to_sent: save_to_sent.unwrap_or(SaveToSent::Auto),
        stop_file: stop_file.unwrap_or_else(|| document.path("afterword.stop")),
    }
}

pub(super) fn report(document: &mut Document<'_>) -> Report {
    let mut section = document.section("report");
    let form = section.text("form", |text| {
        let names = Form::ALL.map(Form::as_str);
        Form::parse(text).ok_or_else(|| format!("unknown form {text:?}{}", hint(text, names)))
    });
    let columns = section.list("columns", |text| {
        let names = Column::ALL.map(Column::as_str);
        Column::parse(text).ok_or_else(|| format!("unknown column {text:?}{}", hint(text, names)))
    });
    Report { form: form.unwrap_or(Form::Plain), columns: columns.unwrap_or_default() }
}

pub(super) fn summary(document: &mut Document<'_>) -> Summary {
    let rejections = document.section("summary").text("rejections", |text| match text {
        "summary" => Ok(Rejections::InSummary),
        "now" => Ok(Rejections::Now),
        _ => Err(format!("must be \"summary\" or \"now\", not {text:?}")),
    });
    Summary { rejections: rejections.unwrap_or(Rejections::InSummary) }
}

pub(super) fn matching(document: &mut Document<'_>) -> Matching {
    let mut section = document.section("match");
    Matching {
        ignore: section.list("ignore", sender).unwrap_or_default(),
        track: section.list("track", sender).unwrap_or_default(),
    }
}

pub(super) fn privacy(document: &mut Document<'_>) -> Privacy {
    let mut section = document.section("privacy");
    let days = section.number("keep_days", 0..=3650, 0);
    if (1..LEAST_KEPT_DAYS).contains(&days) {
        section.problem("keep_days", format!("must be 0, or at least {LEAST_KEPT_DAYS}"));
    }
    Privacy { keep_days: (days > 0).then_some(days) }
}

fn sender(text: &str) -> Result<Sender, String> {
    let form = || format!("{text:?} is neither an address nor a domain, as in \"example.com\"");
    let word = text.trim().trim_start_matches('@').to_lowercase();
    if word.contains('@') {
        return Address::parse(&word).map(Sender::Address).ok_or_else(form);
    }
    let address = Address::parse(&format!("x@{word}")).filter(Address::is_sendable);
    address.map(|_| Sender::Domain(word)).ok_or_else(form)
}
