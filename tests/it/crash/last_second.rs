//! What happens in the second before the body leaves: the server for sending waits already.

use crate::crash::{DUE, Due};
use crate::scripted_smtp::Step;

#[test]
fn an_answer_a_second_before_the_body_stops_the_message() {
    for mailbox in ["INBOX", "Junk", "Trash"] {
        let due = Due::new();
        let branch = due.branch();
        let stop = branch.smtp.stop_at(Step::Data);
        let running = branch.program.start(DUE, &["once"]);
        stop.reached();
        let answer = "Dear Jane, we need two references. Could you send them?";
        due.person.anna_writes(mailbox, "2026-12-08T08:01:02Z", "answer", answer);
        drop(stop);
        running.end_within(std::time::Duration::from_secs(60)).assert_code(0);
        assert_eq!(branch.sent(), 0, "{mailbox}");
        branch.program.pass_at("2026-12-08T08:20:00Z");
        assert_eq!(branch.sent(), 0, "{mailbox}");
        let view = branch.program.application_at("2026-12-08T08:21:00Z");
        assert_eq!(view["state"], "your_turn", "{mailbox}");
    }
}

/// Mail that has nothing to do with it only costs a second look.
#[test]
fn other_mail_a_second_before_the_body_delays_nothing() {
    let due = Due::new();
    let branch = due.branch();
    let stop = branch.smtp.stop_at(Step::Data);
    let running = branch.program.start(DUE, &["once"]);
    stop.reached();
    let newsletter = "From: News <news@shop.example>\nTo: <you@example.com>\nSubject: Sale\n\
                      Message-ID: <sale@shop.example>\n\nEverything must go.\n";
    due.person.file("INBOX", "2026-12-08T08:01:02Z", newsletter);
    drop(stop);
    running.end_within(std::time::Duration::from_secs(60)).assert_code(0);
    assert_eq!(branch.sent(), 1);
    let audit =
        branch.program.at("2026-12-08T08:10:00Z", &["show", "--audit", "--json", &due.id()]);
    let shown: serde_json::Value = serde_json::from_str(&audit.out).unwrap();
    let states: Vec<&str> =
        shown["audit"].as_array().unwrap().iter().map(|it| it["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["released", "sent"]);
    let sent = &shown["audit"][1];
    assert_eq!(sent["answer"], "accepted");
    assert_eq!(sent["approval"]["by"], "reply");
    let checks = sent["checks"].as_array().unwrap();
    let said = |words: &str| checks.iter().any(|it| it["what"].as_str().unwrap().contains(words));
    for words in ["INBOX read", "Sent read", "Junk read", "E20", "looked once more"] {
        assert!(said(words), "{words}: {checks:#?}");
    }
}
