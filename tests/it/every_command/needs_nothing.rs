//! The commands that need no configuration and no mailbox: how a message is read, the wordings,
//! and what the shell and the manual know. They run in an empty folder that is also the home.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::document_commands;

const LETTER: &str = "\
From: Anna Schmidt <anna@acme.example>
To: Jane Doe <jane@doe.example>
Subject: Re: Interview Data Engineer
Date: Wed, 25 Nov 2026 11:00:00 +0100
Message-ID: <promise@acme.example>
Content-Type: text/plain; charset=utf-8

Dear Jane,

thank you for the talk today. We will let you know by Friday, 4 December.

Kind regards
Anna Schmidt
";

/// The command, its exit code, the first line, and more of what it says.
type Case = (&'static [&'static str], i32, &'static str, &'static [&'static str]);

const COMMANDS: [Case; 10] = [
    (
        &["explain", "a.eml"],
        0,
        "a.eml",
        &[
            "from Anna Schmidt <anna@acme.example>, Wed 25 Nov 2026, 11:00 +01:00",
            "It belongs to a job application.",
            "until Fri 4 Dec 2026, from \"by Friday, 4 December\"",
        ],
    ),
    (&["explain", "-"], 0, "-", &["from Anna Schmidt <anna@acme.example>"]),
    (&["explain", "noise.bin"], 1, "noise.bin: not a message", &[]),
    (&["explain", "missing.eml"], 1, "missing.eml: ", &[]),
    (&["explain"], 2, "error: ", &["<FILE>"]),
    (&["templates", "en/first"], 0, "##### en/first.txt #####", &["{{ first_name }}"]),
    (&["templates", "en/none"], 2, "afterword: there is no such wording", &["LANGUAGE/KIND"]),
    (&["completions", "bash"], 0, "_afterword() {", &["complete -F _afterword"]),
    (&["completions", "tin"], 2, "error: invalid value 'tin'", &["bash, elvish, fish"]),
    (&["man"], 0, ".ie", &[".TH afterword 1", ".SH SYNOPSIS"]),
];

pub fn commands() -> Vec<&'static str> {
    COMMANDS.iter().filter_map(|case| case.0.first().copied()).collect()
}

/// An empty home but for a message and something that is none.
fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("a.eml"), LETTER).unwrap();
    std::fs::write(home.path().join("noise.bin"), [0, 1, 2]).unwrap();
    home
}

/// The letter is what is typed.
fn ran(home: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_afterword"))
        .args(arguments)
        .env_clear()
        .env("HOME", home)
        .current_dir(home)
        .stdin(File::open(home.join("a.eml")).unwrap())
        .output()
        .unwrap()
}

fn printed(home: &Path, arguments: &[&str]) -> String {
    let output = ran(home, arguments);
    assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_result_that_does_not_fit_on_the_disk_is_no_success_and_a_closed_pipe_is_no_failure() {
    let home = home();
    let commands: [&[&str]; 4] =
        [&["man"], &["templates"], &["completions", "bash"], &["explain", "a.eml"]];
    for arguments in commands {
        let into = |stdout: Stdio| {
            Command::new(env!("CARGO_BIN_EXE_afterword"))
                .args(arguments)
                .env_clear()
                .current_dir(home.path())
                .stdout(stdout)
                .output()
                .unwrap()
        };
        let full = into(File::options().write(true).open("/dev/full").unwrap().into());
        let said = String::from_utf8(full.stderr).unwrap();
        assert_eq!(full.status.code(), Some(1), "{arguments:?}: {said}");
        assert!(said.contains("No space left on device"), "{arguments:?}: {said}");

        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let closed = into(writer.into());
        assert_eq!((closed.status.code(), closed.stderr.len()), (Some(0), 0), "{arguments:?}");
    }
}

#[test]
fn what_is_logged_has_no_colours() {
    let home = home();
    std::fs::write(home.path().join("config.toml"), "junk = 1\n").unwrap();
    let output = ran(home.path(), &["explain", "a.eml"]);
    let log = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(log.contains("WARN") && log.contains("junk"), "{log}");
    assert!(!log.contains('\u{1b}'), "{log:?}");
}

#[test]
fn what_needs_no_configuration_runs_in_an_empty_home_and_leaves_nothing_there() {
    let home = home();
    for (arguments, code, first, more) in COMMANDS {
        let output = ran(home.path(), arguments);
        let [out, err] = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap());
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {out}{err}");
        let said = if code == 0 { &out } else { &err };
        let begins = said.lines().next().is_some_and(|line| line.starts_with(first));
        assert!(begins, "{arguments:?}: {said}");
        for part in more {
            assert!(said.contains(part), "{arguments:?}: {part}: {said}");
        }
        assert!(code != 0 || err.is_empty(), "{arguments:?}: {err}");
    }
    assert_eq!(std::fs::read_dir(home.path()).unwrap().count(), 2);
}

#[test]
fn one_file_that_is_no_message_does_not_stop_the_others() {
    let home = home();
    let output = ran(home.path(), &["explain", "--json", "noise.bin", "a.eml"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stderr, b"noise.bin: not a message\n");
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&read["file"], &read["direction"]), (&json!("a.eml"), &json!("incoming")));
    assert_eq!((&read["tracked"], &read["position"]), (&json!(true), &json!("Data Engineer")));
    assert_eq!(read["message_id"], "promise@acme.example");
    assert_eq!(read["promises"][0]["not_before"], "2026-12-04");
}

#[test]
fn a_wording_that_was_written_is_kept_when_it_is_written_again() {
    let home = home();
    let write = ["templates", "en/first", "--write", "own"];
    assert_eq!(printed(home.path(), &write), "own/en/first.txt\n");
    let file = home.path().join("own/en/first.txt");
    let text = std::fs::read_to_string(&file).unwrap();
    let shown = printed(home.path(), &["templates", "en/first"]);
    assert!(shown.contains(text.trim_end()), "{shown}");
    std::fs::write(&file, "Hello").unwrap();
    let again = "own/en/first.txt is there already; it was kept.\n";
    assert_eq!(printed(home.path(), &write), again);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "Hello");
}

#[test]
fn every_shell_and_the_manual_know_every_command() {
    let home = home();
    let manual = printed(home.path(), &["man"]).replace("\\-", "-");
    let shells = ["bash", "elvish", "fish", "powershell", "zsh"];
    let scripts = shells.map(|shell| printed(home.path(), &["completions", shell]));
    for command in document_commands::commands() {
        assert!(manual.contains(&format!("afterword {command}")), "man: {command}");
        for (shell, script) in shells.iter().zip(&scripts) {
            assert!(script.contains(&command), "{shell}: {command}");
        }
    }
}
