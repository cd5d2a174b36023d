//! Every command line that README and `docs/` show is tried: the parser of the program has to take
//! it, and what needs neither a mail server nor a person is run, in a home directory of its own.
//! Programs of others are in a list, so that a new one is looked at before it is recommended.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::documents::{blocks, code_spans, document, root, rows, section};
use crate::program::move_clock;

/// A day before those that the documents name.
const NOW: &str = "2026-11-25T12:00:00Z";

/// What stands for something of the user's, and an example of it.
const SAMPLES: [(&str, &str); 8] = [
    ("ADDRESS", "jane@example.com"),
    ("COMMAND", "status"),
    ("DATE", "2026-12-31"),
    ("DIR", "folder"),
    ("FILE", "file"),
    ("FOLDER", "folder"),
    ("ID", "ACME-1"),
    ("PATH", "config.toml"),
];

/// Programs of others that the documents call.
const OTHER_PROGRAMS: [&str; 12] = [
    "cargo",
    "chmod",
    "cp",
    "docker",
    "journalctl",
    "loginctl",
    "make",
    "mkdir",
    "rm",
    "sudo",
    "systemctl",
    "touch",
];

/// They ask a person, or go on until they are stopped: they are only parsed.
const NOT_RUN: [&str; 2] = ["init", "run"];

/// How a command ends on the small record of this test, if not with 0.
const ENDS: [(&str, i32); 9] = [
    // No mailbox was ever read.
    ("health", 1),
    // No draft waits.
    ("approve", 2),
    ("edit", 2),
    ("later", 2),
    ("skip", 2),
    // They have not written.
    ("wrong", 2),
    // The configuration has a password.
    ("login", 2),
    // Nobody answers at the port of the configuration.
    ("check", 3),
    ("once", 3),
];

const CONFIG: &str = r#"[account]
name = "Jane Doe"
address = "jane@example.com"
time_zone = "Europe/Berlin"

[mail]
provider = "custom"
password_command = "echo sample"

[imap]
host = "localhost"
port = 9

[smtp]
host = "localhost"
port = 9
"#;

const MAIL: &str = "From: Anna Schmidt <anna@acme.example>\r\nTo: jane@example.com\r\n\
    Subject: Your interview\r\nDate: Tue, 24 Nov 2026 16:00:00 +0100\r\n\
    Message-ID: <1@acme.example>\r\n\r\nWe will let you know by Friday, 4 December.\r\n";

/// Name and text of README and of every page.
fn documents() -> Vec<(String, String)> {
    let mut names = vec!["README.md".to_owned()];
    for entry in std::fs::read_dir(root().join("docs")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".md") {
            names.push(format!("docs/{name}"));
        }
    }
    names.sort();
    assert!(names.len() > 4, "{names:?}");
    names.into_iter().map(|name| (name.clone(), document(&name))).collect()
}

/// The lines that a reader would type.
fn typed(text: &str) -> Vec<String> {
    let blocks = blocks(text, "sh").into_iter().chain(blocks(text, "console"));
    let lines: Vec<String> =
        blocks.flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    let lines = lines.iter().map(|line| line.trim().trim_start_matches("$ "));
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

/// The words of a line as a shell reads them, up to where its output goes.
fn words(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (index, part) in line.split('"').enumerate() {
        if index % 2 == 1 {
            found.push(part.to_owned());
            continue;
        }
        for word in part.split_whitespace() {
            if [">", "|", "#"].contains(&word) {
                return found;
            }
            let sample = SAMPLES.iter().find(|(name, _)| *name == word);
            found.push(sample.map_or(word, |(_, sample)| *sample).to_owned());
        }
    }
    found
}

/// The arguments of a line that calls the program.
fn arguments(line: &str) -> Option<Vec<String>> {
    let called =
        line.strip_prefix("afterword ").or_else(|| line.strip_prefix("cargo run --release -- "))?;
    Some(words(called))
}

/// Every call of the program in a text, typed or mentioned.
fn calls(text: &str) -> BTreeSet<Vec<String>> {
    typed(text).into_iter().chain(code_spans(text)).filter_map(|line| arguments(&line)).collect()
}

/// What the parser of the program says against some arguments; help is no complaint.
fn complaint(arguments: &[String]) -> Option<String> {
    let line = std::iter::once("afterword").chain(arguments.iter().map(String::as_str));
    let refused = afterword::cli::command_line().try_get_matches_from(line).err()?;
    refused.use_stderr().then(|| refused.to_string())
}

/// Every command of the program.
pub fn commands() -> BTreeSet<String> {
    let program = afterword::cli::command_line();
    let names = program.get_subcommands().map(|it| it.get_name().to_owned());
    names.filter(|name| name != "help").collect()
}

/// The options of a command, and those that go with every command.
fn options(command: &str) -> BTreeSet<String> {
    let program = afterword::cli::command_line();
    let own = program.find_subcommand(command).unwrap_or_else(|| panic!("no command {command}"));
    let named = own.get_arguments().chain(program.get_arguments()).filter_map(|it| it.get_long());
    named.chain(["help", "version"]).map(|name| format!("--{name}")).collect()
}

/// The options that a text mentions.
fn options_in(text: &str) -> Vec<String> {
    let spans = code_spans(text).into_iter().filter(|span| span.starts_with("--"));
    spans.filter_map(|span| span.split_whitespace().next().map(str::to_owned)).collect()
}

#[test]
fn every_command_line_shown_is_one_that_the_program_takes() {
    let mut tried = 0;
    for (name, text) in documents() {
        for line in typed(&text).iter().filter_map(|line| arguments(line)) {
            assert_eq!(complaint(&line), None, "{name} shows: afterword {}", line.join(" "));
            tried += 1;
        }
        for call in calls(&text) {
            // A name alone in a sentence speaks of a command and is no line to type.
            let known = call.len() == 1 && commands().contains(&call[0]);
            let said = if known { None } else { complaint(&call) };
            assert_eq!(said, None, "{name} names: afterword {}", call.join(" "));
            tried += 1;
        }
    }
    assert!(tried > 100, "only {tried} command lines were found");
}

#[test]
fn a_command_line_that_is_wrong_is_seen() {
    for line in [
        "afterword stauts",
        "afterword show ACME-1 --jsno",
        "afterword why",
        "afterword pause --until",
        "afterword report --from someday",
    ] {
        assert!(complaint(&arguments(line).unwrap()).is_some(), "{line} was taken");
    }
}

#[test]
fn every_option_mentioned_belongs_to_the_command_it_is_mentioned_with() {
    let page = document("docs/commands.md");
    let mut mentioned = 0;
    for part in page.split("\n### ").skip(1) {
        let (heading, text) = part.split_once('\n').unwrap();
        let text = text.split("\n## ").next().unwrap();
        let known: BTreeSet<String> = heading.split(", ").flat_map(options).collect();
        for option in options_in(text) {
            assert!(known.contains(&option), "docs/commands.md: {heading} has no {option}");
            mentioned += 1;
        }
    }
    let readme = document("README.md");
    for row in rows(&section(&readme, "## Commands")) {
        let call = code_spans(row[0]).first().and_then(|span| arguments(span)).unwrap();
        for option in options_in(&row[1..].join(" ")) {
            assert!(options(&call[0]).contains(&option), "README: {} has no {option}", call[0]);
            mentioned += 1;
        }
    }
    assert!(mentioned > 30, "only {mentioned} options were found");
}

#[test]
fn every_command_is_in_the_readme_and_has_its_section() {
    let shown = calls(&document("README.md"));
    let page = document("docs/commands.md");
    let headings: BTreeSet<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("### "))
        .flat_map(|heading| heading.split(", "))
        .collect();
    for command in commands() {
        assert!(shown.iter().any(|call| call.first() == Some(&command)), "README lacks {command}");
        assert!(headings.contains(command.as_str()), "docs/commands.md lacks {command}");
    }
}

#[test]
fn other_programs_are_known_ones_and_targets_of_make_exist() {
    let makefile = document("Makefile");
    for (name, text) in documents() {
        for line in typed(&text).iter().filter(|line| arguments(line).is_none()) {
            let words = words(line);
            let program = words.first().unwrap().as_str();
            assert!(OTHER_PROGRAMS.contains(&program), "{name} calls {program}: {line}");
            if program == "make" {
                let target = format!("\n{}:", words[1]);
                assert!(makefile.contains(&target), "{name}: make has no target {}", words[1]);
            }
        }
    }
}

/// The program in a folder that is its home and holds its configuration.
fn run(home: &Path, arguments: &[String]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_afterword"));
    command.args(arguments).current_dir(home).stdin(Stdio::null()).env_clear().env("HOME", home);
    // The demo moves a clock of its own.
    if arguments.first().is_none_or(|name| name != "demo") {
        move_clock(&mut command, NOW);
    }
    let ran = command.output().unwrap();
    let said = [ran.stdout, ran.stderr].map(|it| String::from_utf8_lossy(&it).into_owned());
    (ran.status.code(), said.concat())
}

/// A home with one application on record, and the files that the documents name.
fn furnished() -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("config.toml", CONFIG),
        ("mail.eml", MAIL),
        ("letter.txt", "Dear Anna,\n\nhow does it stand?\n"),
        ("applications.csv", "Company,Position\nGlobex,Engineer\n"),
    ] {
        std::fs::write(home.path().join(name), text).unwrap();
    }
    let line = words("new Acme --interview 2026-11-24T14:00 --promise 2026-12-04");
    let (code, said) = run(home.path(), &line);
    assert_eq!(code, Some(0), "{said}");
    home
}

fn copy_of(home: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for entry in std::fs::read_dir(home).unwrap() {
        let from = entry.unwrap().path();
        std::fs::copy(&from, copy.path().join(from.file_name().unwrap())).unwrap();
    }
    copy
}

#[test]
fn every_command_line_that_needs_no_server_does_what_it_says() {
    let home = furnished();
    let lines: BTreeSet<Vec<String>> = documents()
        .iter()
        .flat_map(|(_, text)| calls(text))
        .filter(|call| complaint(call).is_none() && !NOT_RUN.contains(&call[0].as_str()))
        // The demo without this waits for a person.
        .filter(|call| call[0] != "demo" || call.iter().any(|word| word == "--yes"))
        .collect();
    assert!(lines.len() > 40, "{lines:#?}");
    for line in lines {
        let home = copy_of(home.path());
        let otherwise = ENDS.iter().find(|(name, _)| *name == line[0]);
        let asks_for_help = line.iter().any(|word| word == "--help");
        let expected = otherwise.filter(|_| !asks_for_help).map_or(0, |(_, code)| *code);
        let (code, said) = run(home.path(), &line);
        assert_eq!(code, Some(expected), "afterword {}: {said}", line.join(" "));
    }
}

#[test]
fn a_wrong_configuration_is_said_with_its_line() {
    let home = furnished();
    let wrong = CONFIG.replace("port = 9", "prot = 9");
    std::fs::write(home.path().join("config.toml"), wrong).unwrap();
    let (code, said) = run(home.path(), &words("check"));
    assert_eq!(code, Some(2), "{said}");
    assert!(said.contains("config.toml:") && said.contains("prot"), "{said}");
}
