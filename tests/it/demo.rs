//! The demo, run as a person runs it: the service unchanged, against the embedded server.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use crate::documents::document;

mod picture;

/// The demo, with a directory of its own for what is temporary.
fn started(temporary: &Path, arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_afterword"))
        .arg("demo")
        .args(arguments)
        .env("TMPDIR", temporary)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// What it printed, after the viewer typed something; it must end well and leave no trace.
fn viewed(arguments: &[&str], typed: &str) -> String {
    let temporary = tempfile::tempdir().unwrap();
    let mut demo = started(temporary.path(), arguments);
    demo.stdin.take().unwrap().write_all(typed.as_bytes()).unwrap();
    let Output { status, stdout, stderr } = demo.wait_with_output().unwrap();
    let errors = String::from_utf8_lossy(&stderr);
    assert!(status.success() && errors.is_empty(), "{errors}");
    assert_eq!(names(temporary.path()), [""; 0], "a trace was left");
    String::from_utf8(stdout).unwrap()
}

fn demo(arguments: &[&str]) -> String {
    viewed(&[&["--yes"][..], arguments].concat(), "")
}

/// The names of the files in a directory.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Whether the marks stand there in this order, wherever lines were broken.
fn in_order(told: &str, marks: &[&str]) {
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut rest = told.as_str();
    for mark in marks {
        let found = rest.split_once(mark);
        (_, rest) = found.unwrap_or_else(|| panic!("no `{mark}` in:\n{rest}"));
    }
}

/// What is told, in this order.
const STORY: [&str; 67] = [
    "Mon 23 Nov 2026",
    "start Afterword on a mailbox with 9 mails.",
    "Acme interview on Tue 24 Nov 2026 14:00",
    "Globex interview on Mon 30 Nov 2026 10:00",
    "Hooli interview on Fri 20 Nov 2026 11:00",
    "Initech interview on Wed 2 Dec 2026 15:00",
    "Umbrella automatic mail",
    "mail Hello: what I found",
    "Hooli next: wait until Tue 1 Dec, 08:00",
    "E04 They named no day",
    "Umbrella next: nothing by itself",
    "No interview has been held",
    // A date that was named is waited for.
    "Tue 24 Nov 2026",
    "Anna \"We will let you know by Friday, 4 December.\"",
    "read as Fri 4 Dec 2026",
    "Acme next: wait until Tue 8 Dec, 08:00",
    "E01",
    "E02 Second business day after it: Tue 8 Dec",
    // Nobody said anything: the user is asked.
    "Mon 30 Nov 2026",
    "mail Week 48:",
    "18:00 mail Globex today: when did they say you would hear?",
    "you reply \"no date\".",
    "Globex next: wait until Thu 10 Dec, 08:00",
    // An answer comes between approval and sending.
    "Tue 1 Dec 2026",
    "08:00 mail Send to Lena at Hooli? (1 of 2) {HOOLI-1}",
    "08:02 you reply \"approve\".",
    "mail Approved. It goes out Tue 1 Dec, about 09:00.",
    "08:41 Lena \"Unfortunately",
    "Hooli Closed: they decided against it.",
    "mail Not sent. Lena answered Tue 1 Dec 08:41; see that mail.",
    "Wed 2 Dec 2026",
    "you reply \"by 15 january\".",
    "Initech next: wait until Tue 19 Jan, 08:00",
    "Mon 7 Dec 2026",
    "Friday is over, and Acme is silent.",
    "Acme next: wait until Tue 8 Dec, 08:00",
    "Tue 8 Dec 2026",
    "08:00 mail Send to Anna at Acme? (1 of 2) {ACME-1}",
    "09:00 sent \"Re: Interview Data Engineer\" to anna.schmidt@acme.example, word for word",
    "Dear Anna,",
    "mail Sent Tue 8 Dec 09:00.",
    "Acme next: wait until Tue 22 Dec, 08:00",
    "E07",
    "Thu 10 Dec 2026",
    "08:00 mail Send to Tom at Globex? (1 of 2) {GLOBEX-1}",
    "09:00 sent \"Re: Interview Platform Engineer\" to tom.weber@globex.example",
    "Fri 11 Dec 2026",
    "Globex interview on Tue 12 Jan 2027 11:00",
    "mail Globex invites you: Tue 12 Jan 2027 11:00.",
    "Mon 21 Dec 2026",
    "not a word from Initech",
    "Initech next: wait until Tue 19 Jan, 08:00",
    "E01",
    "Tue 22 Dec 2026",
    "08:00 mail Send to Anna at Acme? (2 of 2) {ACME-1}",
    "09:00 sent",
    "second and last message",
    "Acme next: wait until Tue 5 Jan, 00:00",
    "E08 Two messages are the most.",
    "Tue 5 Jan 2027",
    "08:00 mail Two messages, on Tue 8 Dec 2026 and Tue 22 Dec 2026, and no answer.",
    // The last weekly mail, whole.
    "Mon 11 Jan 2027",
    "WAITING (nothing to do)",
    "COMING Globex, Platform Engineer: Tue 12 Jan 11:00",
    "CLOSED Acme, Data Engineer: two messages, no answer.",
    "RECORD 3 active",
    "Employers: 5. Messages to them: 3, each approved word for word.",
];

#[test]
fn the_demo_tells_the_whole_story_in_order() {
    in_order(&demo(&[]), &STORY);
}

#[test]
fn the_demo_is_the_same_every_time_and_fits_on_a_terminal() {
    let told = demo(&[]);
    let wide = told.lines().find(|line| line.chars().count() > 80);
    assert_eq!(wide, None);
    assert!(told.lines().count() < 200, "{told}");
    assert_eq!(demo(&[]), told);
}

#[test]
fn the_picture_in_the_readme_is_what_the_demo_prints() {
    assert!(document("README.md").contains("](docs/demo.svg)"), "README shows no picture");
    let drawn = picture::picture(&demo(&[]));
    assert_eq!(
        document("docs/demo.svg"),
        drawn,
        "draw it anew, as examples/terminal_picture.rs says"
    );
}

#[test]
fn the_demo_leaves_its_mails_and_pages_where_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    demo(&["--keep", kept.to_str().unwrap()]);
    let names = names(&kept);
    let sent: Vec<&String> = names.iter().filter(|name| name.starts_with("to-employer")).collect();
    assert_eq!(sent.len(), 3, "{names:?}");
    let weekly = |name: &&String| name.starts_with("INBOX") && name.contains("afterword-week");
    assert_eq!(names.iter().filter(weekly).count(), 7, "{names:?}");
    for name in ["afterword.db", "summary.html", "report.html"] {
        assert!(names.iter().any(|it| it == name), "no {name}: {names:?}");
    }
    let page = |name: &str| std::fs::read_to_string(kept.join(name)).unwrap();
    let summary = page("summary.html");
    for shown in ["WAITING", "Acme", "Globex", "Initech", "Umbrella"] {
        assert!(summary.contains(shown), "no {shown} in {summary}");
    }
    for employer in ["Acme", "Globex", "Hooli", "Initech", "Umbrella"] {
        assert!(page("report.html").contains(employer), "no {employer} in the report");
    }
}

/// The words of a viewer, of which nothing has to be mended.
const OWN_WORDS: &str = "Dear Anna,\n\nthank you for the talk on 24 November about the Data Engineer \
    position. You expected news by 4 December: may I ask how my application is progressing? I look \
    forward to your answer.\n\nKind regards\nJane Doe";

#[test]
fn a_viewer_who_answers_differently_sees_another_story() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    // Hooli is skipped, Acme gets other words, and nothing more is answered.
    let typed = format!("skip\nedit\n{OWN_WORDS}\n.\napprove\n");
    let told = viewed(&["--keep", kept.to_str().unwrap()], &typed);
    in_order(
        &told,
        &[
            "Tue 1 Dec 2026",
            "Send to Lena at Hooli? (1 of 2)",
            "draft 1, begins",
            "you reply \"skip\".",
            "Skipped. Nothing is sent",
            "Tue 8 Dec 2026",
            "Send to Anna at Acme? (1 of 2)",
            "you reply \"edit\".",
            "draft 2, begins",
            "you reply \"approve\".",
            "sent \"Re: Interview Data Engineer\" to anna.schmidt@acme.example",
            "Send to Tom at Globex? (1 of 2)",
            "you do not reply; time goes on.",
            "Messages to them: 1, each approved word for word.",
        ],
    );
    in_order(&viewed(&[], ""), &["Messages to them: 0. Mails in the mailbox:"]);
    let sent: Vec<String> =
        names(&kept).into_iter().filter(|name| name.starts_with("to-employer")).collect();
    let [only] = sent.as_slice() else { panic!("{sent:?}") };
    let bytes = std::fs::read(kept.join(only)).unwrap();
    let message = mail_parser::MessageParser::default().parse(&bytes).unwrap();
    let text = message.body_text(0).unwrap().replace("\r\n", "\n");
    assert_eq!(text.trim(), OWN_WORDS);
}

#[test]
fn ctrl_c_and_a_terminal_that_is_closed_end_the_demo_and_leave_no_trace() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        ended_by(signal);
    }
}

fn ended_by(signal: &str) {
    let temporary = tempfile::tempdir().unwrap();
    let mut demo = started(temporary.path(), &[]);
    let mut told = String::new();
    let mut out = demo.stdout.take().unwrap();
    let mut some = [0; 512];
    while !told.contains("Your reply") {
        let count = out.read(&mut some).unwrap();
        assert!(count > 0, "it ended by itself:\n{told}");
        told.push_str(&String::from_utf8_lossy(&some[..count]));
    }
    let id = demo.id().to_string();
    assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    assert_eq!(demo.wait().unwrap().code(), Some(130), "{signal}");
    assert_eq!(names(temporary.path()), [""; 0], "a trace was left after {signal}");
}
