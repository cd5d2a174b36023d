//! The history of an application as `show` prints it: a line for each entry, and under the first
//! that rests on a message, which one it is, the words that decided, and why it counts here.

use serde_json::{Value, json};

use crate::service::view::{EvidenceView, TimelineEntry};

use super::output;
use super::status::{id_text, person, time};

/// Entries of one message follow each other: it is named once. `bare`: texts were removed by age.
pub fn print(timeline: &[TimelineEntry], bare: bool) {
    let mut shown: Option<&EvidenceView> = None;
    for item in timeline {
        let at = item.at.format("%Y-%m-%d %H:%M");
        output::line(&format!("  {at}  {}  ({})", item.what, item.source));
        let Some(evidence) = &item.evidence else { continue };
        let same = |it: &EvidenceView| {
            (&it.message_id, &it.subject, it.date)
                == (&evidence.message_id, &evidence.subject, evidence.date)
        };
        if !shown.is_some_and(same) {
            output::line(&format!("      {}", message(evidence, bare)));
            output::line(&format!("      here because {}", why_here(evidence)));
        }
        if let Some(words) = &evidence.words
            && shown.is_none_or(|it| !same(it) || it.words.as_ref() != Some(words))
        {
            output::line(&format!("      \"{words}\""));
        }
        shown = Some(evidence);
    }
}

fn message(evidence: &EvidenceView, bare: bool) -> String {
    let from = evidence.from.as_ref().map_or("somebody".to_owned(), ToString::to_string);
    let date = evidence.date.map(|at| at.format(", %a %-d %b %Y %H:%M").to_string());
    let subject = match evidence.subject.as_str() {
        "" if bare => "subject not kept",
        "" => "no subject",
        subject => subject,
    };
    format!("{from}{}: {subject}", date.unwrap_or_default())
}

fn why_here(evidence: &EvidenceView) -> &'static str {
    evidence.matched_by.map_or("it was; you said that it is not", |rule| rule.in_words())
}

/// The same for programs.
pub fn json(item: &TimelineEntry) -> Value {
    json!({
        "at": time(item.at),
        "what": item.what,
        "source": item.source,
        "evidence": item.evidence.as_ref().map(|it| json!({
            "message_id": id_text(it.message_id.as_ref()),
            "from": it.from.as_ref().map(person),
            "subject": it.subject,
            "date": it.date.map(time),
            "words": it.words,
            "matched_by": it.matched_by.map(|rule| rule.as_str()),
        })),
    })
}
