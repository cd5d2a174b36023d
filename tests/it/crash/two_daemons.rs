//! Two programs on one database: one of them works, and if nothing keeps the other away, the
//! claims in the database do.

use std::time::Duration;

use crate::crash::{DUE, Due};
use crate::program::Program;
use crate::scripted_smtp::Step;

const LONG: Duration = Duration::from_secs(60);

#[test]
fn a_second_daemon_on_the_same_database_says_so_and_leaves() {
    let due = Due::new();
    let branch = due.branch();
    let stop = branch.smtp.stop_at(Step::Rcpt);
    let first = branch.program.start(DUE, &["run"]);
    stop.reached();
    let link = branch.program.database().with_file_name("other.db");
    std::os::unix::fs::symlink(branch.program.database(), &link).unwrap();
    let under_another_name =
        branch.program.changed("other", "[profile]", "[store]\npath = \"other.db\"\n[profile]");
    for second in [&branch.program, &under_another_name] {
        let second = second.at(DUE, &["run"]);
        second.assert_code(2);
        assert!(second.err.contains("another"), "{}", second.err);
    }
    drop(stop);
    for _ in 0..400 {
        if branch.sent() > 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    first.terminate();
    first.end_within(LONG).assert_code(0);
    assert_eq!(branch.sent(), 1);
}

/// The lock file is gone, as after a cleaning that knew too little: both work at the same time.
#[test]
fn two_daemons_without_a_lock_send_one_message() {
    for step in [Step::Greeting, Step::Rcpt, Step::Data, Step::Dot] {
        let due = Due::with("[sending]\nsave_to_sent = \"never\"");
        let branch = due.branch();
        let stop = branch.smtp.stop_at(step);
        let first = branch.program.start(DUE, &["once"]);
        stop.reached();
        let lock = branch.program.database().with_file_name("afterword.db.lock");
        std::fs::remove_file(lock).unwrap();
        let second: &Program = &branch.program;
        second.at("2026-12-08T08:01:10Z", &["once"]);
        drop(stop);
        first.end_within(LONG);
        branch.program.pass_at("2026-12-08T08:30:00Z");
        assert_eq!(branch.sent(), 1, "{step:?}");
        let view = branch.program.application_at("2026-12-08T08:31:00Z");
        assert_eq!(view["attempts"].as_array().unwrap().len(), 1, "{step:?}: {view:#}");
    }
}
