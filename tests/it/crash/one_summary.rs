//! The program is killed while the summary of a week is on its way, and the clock may be set
//! meanwhile: what a mail client shows in the end is one summary for each week.
//!
//! A mail to the user is no message to an employer: where nobody knows whether it left, it is
//! looked for in the mailbox and then sent again under the same Message-ID.

use crate::program::Program;
use crate::scripted_smtp::{ScriptedSmtp, Step};
use crate::world::{Letter, Person};

/// Eight o'clock in Berlin: the summary of week 47 is due.
const MONDAY: &str = "2026-11-23T07:00:00Z";

/// Mail of the program goes to a server that keeps count and delivers nothing.
struct Summary {
    person: Person,
    program: Program,
    smtp: ScriptedSmtp,
}

impl Summary {
    /// The pass that queues it and sends it ends at this step.
    fn killed_at(step: Step) -> Self {
        let person = Person::with("");
        let program = Program::new(&person.config());
        program.pass_at("2026-11-20T08:00:00Z");
        person.expect_letters("welcome", 1);
        let smtp = ScriptedSmtp::start(person.servers);
        let program = program.with_smtp_port(person.servers, smtp.port);
        let stop = smtp.stop_at(step);
        let running = program.start(MONDAY, &["once"]);
        stop.reached();
        running.kill();
        drop(stop);
        Self { person, program, smtp }
    }

    /// What the server took last comes to lie in INBOX.
    fn arrives(&self) {
        let bytes = self.smtp.accepted_for(&self.person.user).pop().unwrap().bytes;
        let text = String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
        self.person.file("INBOX", MONDAY, &text);
    }

    /// Every summary that was handed in, oldest first.
    fn handed_in(&self) -> Vec<Letter> {
        let mails = self.smtp.accepted_for(&self.person.user);
        let letters = mails.iter().map(|mail| Letter::read(&mail.bytes));
        letters.filter(|it| it.kind.as_deref() == Some("summary")).collect()
    }

    fn live_on(&self, passes: &[&str]) {
        for now in passes {
            self.program.at(now, &["once"]).assert_code(0);
        }
    }

    /// Two weeks, and one mail for each, however often it was handed in.
    fn assert_one_for_each_week(&self, case: &str) {
        let letters = self.handed_in();
        for week in ["Week 47", "Week 48"] {
            let of_week = letters.iter().filter(|it| it.subject.contains(week));
            let mut ids: Vec<&str> = of_week.map(|it| it.message_id.as_str()).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), 1, "{case}: {week}");
        }
    }
}

const ON: [&str; 4] = [
    "2026-11-23T07:15:00Z",
    "2026-11-23T07:30:00Z",
    "2026-11-24T07:00:00Z",
    "2026-11-30T07:00:00Z",
];

#[test]
fn a_summary_that_was_queued_and_not_handed_over_is_sent_by_the_next_pass() {
    for step in [Step::Greeting, Step::Auth, Step::Data] {
        let summary = Summary::killed_at(step);
        assert_eq!(summary.handed_in().len(), 0, "{step:?}");
        summary.live_on(&["2026-11-23T07:01:00Z"]);
        assert_eq!(summary.handed_in().len(), 1, "{step:?}");
        summary.live_on(&ON);
        assert_eq!(summary.handed_in().len(), 2, "{step:?}");
        summary.assert_one_for_each_week(&format!("{step:?}"));
    }
}

#[test]
fn a_summary_in_doubt_is_looked_for_and_sent_again_under_the_same_id() {
    // The step, whether the server had taken it, whether it arrives, and how often week 47 is
    // handed in.
    for (step, taken, arrives, times) in [
        (Step::Body, 0, false, 1),
        (Step::Dot, 1, true, 1),
        (Step::Dot, 1, false, 2),
        (Step::Told, 1, true, 1),
    ] {
        let case = format!("{step:?}, arrives: {arrives}");
        let summary = Summary::killed_at(step);
        assert_eq!(summary.handed_in().len(), taken, "{case}");
        if arrives {
            summary.arrives();
        }
        summary.live_on(&["2026-11-23T07:05:00Z"]);
        assert_eq!(summary.handed_in().len(), taken, "{case}: it may still be on its way");
        summary.live_on(&ON);
        assert_eq!(summary.handed_in().len(), times + 1, "{case}");
        summary.assert_one_for_each_week(&case);
    }
}

#[test]
fn a_clock_that_is_set_after_the_crash_makes_no_second_summary() {
    let back = [
        "2026-11-22T12:00:00Z",
        "2026-11-23T06:59:00Z",
        "2026-11-23T07:30:00Z",
        "2026-11-30T08:30:00Z",
        "2026-11-30T08:45:00Z",
    ];
    let ahead = [
        "2026-11-30T08:30:00Z",
        "2026-11-23T07:00:00Z",
        "2026-11-29T12:00:00Z",
        "2026-11-30T08:45:00Z",
    ];
    for step in [Step::Data, Step::Body] {
        for (way, passes) in [("back", &back[..]), ("ahead", &ahead[..])] {
            let case = format!("{step:?}, {way}");
            let summary = Summary::killed_at(step);
            summary.live_on(passes);
            assert_eq!(summary.handed_in().len(), 2, "{case}");
            summary.assert_one_for_each_week(&case);
        }
    }
}
