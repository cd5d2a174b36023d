//! One attempt to send, in full: for `show --audit`, and for whoever exports the record.

use serde_json::{Value, json};

use crate::domain::draft::AttemptNumber;
use crate::service::audit::AuditView;
use crate::service::view::Local;

use super::output;
use super::status::time;

/// As printed for a person.
pub fn print(attempt: &AuditView) {
    let line = |text: String| output::line(&text);
    let at = |moment: Local| moment.format("%Y-%m-%d %H:%M:%S").to_string();
    line(format!("{} to {}: {}", attempt.kind, attempt.to, attempt.state));
    line(format!("  subject   {}", attempt.subject));
    line(format!("  id        {}", attempt.message_id));
    let approval = &attempt.approval;
    line(format!("  asked     {} in {}", at(approval.asked_at), approval.request_id));
    let by = match (&approval.reply_id, approval.by_reply) {
        (Some(id), _) => format!("your reply {id}"),
        (None, true) => "your reply".to_owned(),
        (None, false) => "a command on this machine".to_owned(),
    };
    line(format!("  approved  {} by {by}", at(approval.granted_at)));
    line(format!("  words     SHA-256 {}", approval.digest));
    for (moment, what) in &attempt.checks {
        line(format!("  checked   {} {what}", at(*moment)));
    }
    line(format!("  claimed   {}", at(attempt.claimed_at)));
    if let Some(moment) = attempt.handed_at {
        line(format!("  handed    {}", at(moment)));
    }
    match &attempt.message {
        Some(it) => line(format!("  message   {} octets, SHA-256 {}", it.octets, it.digest)),
        None => line("  message   its text was removed".to_owned()),
    }
    if let Some(moment) = attempt.finished_at {
        let answer = attempt.answer.as_deref().unwrap_or("no answer");
        line(format!("  ended     {} {answer}", at(moment)));
    }
    if let Some(moment) = attempt.copy_at {
        line(format!("  copy      seen in Sent {}", at(moment)));
    }
}

/// As one object.
pub fn json(attempt: &AuditView) -> Value {
    let approval = &attempt.approval;
    json!({
        "kind": attempt.kind.as_str(),
        "number": attempt.kind.number().map(AttemptNumber::as_i64),
        "state": attempt.state.to_string(),
        "to": attempt.to.as_str(),
        "subject": attempt.subject,
        "message_id": attempt.message_id.as_str(),
        "approval": {
            "request_id": approval.request_id.as_str(),
            "asked_at": time(approval.asked_at),
            "granted_at": time(approval.granted_at),
            "by": if approval.by_reply { "reply" } else { "command" },
            "reply_id": approval.reply_id.as_ref().map(|id| id.as_str()),
            "digest": approval.digest,
        },
        "checks": attempt.checks.iter()
            .map(|(at, what)| json!({ "at": time(*at), "what": what }))
            .collect::<Vec<_>>(),
        "claimed_at": time(attempt.claimed_at),
        "handed_at": attempt.handed_at.map(time),
        "finished_at": attempt.finished_at.map(time),
        "answer": attempt.answer,
        "copy_at": attempt.copy_at.map(time),
        "octets": attempt.message.as_ref().map(|it| it.octets),
        "message_digest": attempt.message.as_ref().map(|it| &it.digest),
    })
}
