//! What is printed or written to be looked at, to be printed and to be handed in: the summary, the
//! report and the calendar. Of a record with one application, made by hand.

use std::os::unix::fs::PermissionsExt as _;

use crate::by_command::recorded;

/// The day on which it was recorded, after the interview of the day before.
const NOW: &str = "2026-11-25T09:00:00Z";

/// The command, its exit code, the first line, and more of what it says. Blanks count once.
type Case = (&'static [&'static str], i32, &'static str, &'static [&'static str]);

const PRINTED: [Case; 9] = [
    (
        &["report", "--from", "2026-11-01", "--to", "2026-11-30"],
        0,
        "Contacts with employers, 2026-11-01 to 2026-11-30",
        &[
            "Date Employer Position Contact Person Result",
            "2026-11-24 Globex Analyst interview no answer yet",
            "2026-11-25 Globex Analyst application no answer yet",
        ],
    ),
    (
        &["report", "--from", "2026-11-01", "--to", "2026-11-30", "--csv"],
        0,
        "Date,Employer,Position,Contact,Person,Result",
        &[
            "2026-11-24,Globex,Analyst,interview,,no answer yet",
            "2026-11-25,Globex,Analyst,application,,no answer yet",
        ],
    ),
    (
        &["report", "--from", "2026-10-01", "--to", "2026-10-31"],
        0,
        "Contacts with employers, 2026-10-01 to 2026-10-31",
        &["Nothing in these days."],
    ),
    (
        &["report", "--from", "2026-12-01", "--to", "2026-11-30"],
        2,
        "afterword: --from 2026-12-01 is after --to 2026-11-30",
        &[],
    ),
    (
        &["report", "--columns", "fame"],
        2,
        "error: invalid value 'fame' for '--columns <COLUMNS>': columns are date, employer, \
         position, contact, person, result",
        &[],
    ),
    (
        &["summary", "--week", "2026-W48"],
        0,
        "[Afterword] Week 48: all quiet, 1 waiting",
        &["1 waiting; next is Globex on Tue 8 Dec."],
    ),
    (&["summary", "--week", "50"], 2, "afterword: weeks are written like 2026-W50", &[]),
    (
        &["calendar"],
        0,
        "BEGIN:VCALENDAR",
        &["DTSTART;VALUE=DATE:20261208", "SUMMARY:Afterword looks again: Globex", "END:VCALENDAR"],
    ),
    (&["calendar", "/nowhere/at/all.ics"], 2, "", &["/nowhere/at/all.ics: "]),
];

/// The command but for the file at its end, and what is in the file.
const WRITTEN: [(&[&str], &[&str]); 3] = [
    (
        &["report", "--from", "2026-11-01", "--to", "2026-11-30", "--html"],
        &["<h1>Contacts with employers, 2026-11-01 to 2026-11-30</h1>", "Globex", "Analyst"],
    ),
    (
        &["summary", "--week", "2026-W48", "--html"],
        &["<h1>[Afterword] Week 48: all quiet, 1 waiting</h1>", "Globex"],
    ),
    (&["calendar"], &["BEGIN:VCALENDAR", "SUMMARY:Afterword looks again: Globex"]),
];

pub fn commands() -> Vec<&'static str> {
    let all = PRINTED.iter().map(|case| case.0).chain(WRITTEN.iter().map(|case| case.0));
    all.filter_map(|command| command.first().copied()).collect()
}

#[test]
fn what_is_printed_begins_with_what_it_is_and_goes_on_with_the_record() {
    let (_person, program) = recorded();
    let before = program.application_at(NOW);
    for (command, code, first, more) in PRINTED {
        let ran = program.at(NOW, command);
        assert_eq!(ran.code, Some(code), "{command:?}: {ran:?}");
        let (said, silent) = if code == 0 { (ran.out, ran.err) } else { (ran.err, ran.out) };
        assert_eq!(silent, "", "{command:?}");
        let begins = said.lines().next().is_some_and(|line| line.starts_with(first));
        assert!(begins, "{command:?}: {said}");
        let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in more {
            assert!(words.contains(part), "{command:?}: {part}: {said}");
        }
    }
    assert_eq!(program.application_at(NOW), before, "looking changes nothing");
}

#[test]
fn what_is_written_is_one_file_for_the_user_alone_that_loads_nothing() {
    let (person, program) = recorded();
    for (command, parts) in WRITTEN {
        let file = person.folder.path().join(format!("{}.out", command[0]));
        for _ in 0..2 {
            let ran = program.at(NOW, &[command, &[file.to_str().unwrap()][..]].concat());
            assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{command:?}");
            assert_eq!(ran.out, format!("Written to {}.\n", file.display()));
        }
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{command:?}");
        let text = std::fs::read_to_string(&file).unwrap();
        for part in parts {
            assert!(text.contains(part), "{command:?}: {part}: {text}");
        }
        assert!(!text.contains("src=\"http") && !text.contains("url(http"), "{text}");
        if text.contains("<html") {
            assert!(text.contains("default-src 'none'"), "{command:?}");
        }
    }
}
