//! The record by commands of the program, and by the same words in a mail: what is told, taken
//! back, shown and why.

use std::path::Path;

use serde_json::{Value, json};

use afterword::sandbox::Style;

use crate::blackbox::until_asked;
use crate::embedded::{ANNA, Stage, USER};
use crate::program::Program;
use crate::world::Person;

#[test]
fn the_reading_commands_say_who_when_and_why() {
    let (person, program, _) = until_asked("");
    let now = "2026-12-08T07:01:00Z";
    let view = program.application_at(now);
    let id = view["id"].as_str().unwrap();

    let show = program.at(now, &["show", id]);
    show.assert_code(0);
    for what in [
        id,
        "Data Engineer",
        &format!("Anna Schmidt <{}>, Wed 25 Nov 2026 11:00: Re: Interview", person.anna),
        "here because the application began with it",
        "\"We will let you know by Friday, 4 December.\"",
        "Tue 24 Nov 2026 14:00",
        "asked",
    ] {
        assert!(show.out.contains(what), "{what} is missing in:\n{}", show.out);
    }
    let show = program.at(now, &["show", id, "--json"]);
    let shown: Value = serde_json::from_str(&show.out).unwrap();
    assert_eq!((&shown["id"], &shown["state"]), (&view["id"], &view["state"]));
    let timeline = shown["timeline"].as_array().unwrap();
    let promise = timeline.iter().find(|it| it["what"].as_str().unwrap().starts_with("promise"));
    let evidence = &promise.unwrap()["evidence"];
    assert_eq!(
        (&evidence["matched_by"], &evidence["subject"]),
        (&json!("reference"), &json!("Re: Interview Data Engineer"))
    );
    assert_eq!(
        (&evidence["from"]["address"], &evidence["date"]),
        (&json!(person.anna), &json!("2026-11-25T11:00:00+01:00"))
    );
    assert_eq!(evidence["words"], "We will let you know by Friday, 4 December.");
    let by_service = timeline.iter().find(|it| it["source"] == "service");
    assert_eq!(by_service.unwrap()["evidence"], Value::Null);

    let why = program.at("2026-12-07T08:00:00Z", &["why", id]);
    why.assert_code(0);
    assert!(why.out.lines().all(|line| line.trim_start().starts_with(['E', 'S'])), "{}", why.out);
    let why = program.at(now, &["why", id]).out;
    assert!(why.contains("E02  Second business day after it") && why.contains("E13  "), "{why}");
    let table = program.at(now, &["status"]);
    assert!(table.out.contains(id) && table.out.contains("0 of 2"), "{}", table.out);
    let summary = program.at(now, &["summary", "--week", "2026-W49"]);
    summary.assert_code(0);
    assert!(summary.out.contains("Week 49"), "{}", summary.out);
    assert!(summary.out.contains("NEEDS YOU"), "{}", summary.out);
}

/// One application without any mail, and the program that keeps it.
pub fn recorded() -> (Person, Program) {
    let person = Person::with("");
    let program = Program::new(&person.config());
    let new = ["new", "Globex", "--position", "Analyst", "--interview", "2026-11-24T14:00"];
    program.at("2026-11-25T08:00:00Z", &new).assert_code(0);
    (person, program)
}

#[test]
fn what_is_told_by_command_is_in_the_record_and_undo_takes_the_last_of_it_back() {
    let (_person, program) = recorded();
    let now = "2026-11-25T09:00:00Z";
    let tell = |arguments: &[&str]| program.at(now, arguments).assert_code(0);
    let seen = || program.application_at("2026-11-25T09:01:00Z");
    tell(&["promise", "GLOBEX-1", "4", "dec"]);
    assert_eq!(seen()["promise"]["by"], "2026-12-04");
    tell(&["undo", "GLOBEX-1"]);
    assert_eq!(seen()["promise"], Value::Null);
    tell(&["interview", "GLOBEX-1", "2026-12-01T10:00", "--round", "2"]);
    assert_eq!(seen()["interviews"][1]["starts_at"], "2026-12-01T10:00:00+01:00");
    tell(&["log", "GLOBEX-1", "--they", "they decide in two weeks"]);
    tell(&["note", "GLOBEX-1", "liked the migration story"]);
    let show = program.at(now, &["show", "GLOBEX-1"]);
    for what in ["they answered", "liked the migration story", "interview on Tue 1 Dec"] {
        assert!(show.out.contains(what), "{what}: {}", show.out);
    }
    tell(&["stop", "GLOBEX-1"]);
    assert_eq!(seen()["closed"]["reason"], "by_user");
    tell(&["reopen", "GLOBEX-1"]);
    assert_eq!(seen()["closed"], Value::Null);
    program.at(now, &["wrong", "GLOBEX-1"]).assert_code(2);
}

#[test]
fn what_is_no_name_no_domain_or_no_length_is_not_recorded() {
    let (_person, program) = recorded();
    let commands: [&[&str]; 5] = [
        &["new", ""],
        &["new", "  "],
        &["new", "Initech", "--domain", "in itech"],
        &["new", "Initech", "--interview", "2026-12-01T10:00", "--minutes", "0"],
        &["interview", "GLOBEX-1", "2026-12-01T10:00", "--minutes", "5000"],
    ];
    for command in commands {
        let ran = program.at("2026-11-25T09:00:00Z", command);
        ran.assert_code(2);
        assert!(ran.err.contains("invalid value"), "{command:?}: {}", ran.err);
    }
    let view = program.application_at("2026-11-25T09:01:00Z");
    assert_eq!(
        (view["id"].as_str(), view["interviews"].as_array().unwrap().len()),
        (Some("GLOBEX-1"), 1)
    );
}

#[test]
fn where_no_draft_waits_none_is_let_go_put_off_changed_or_approved() {
    let (_person, program) = recorded();
    let commands: [&[&str]; 4] = [
        &["skip", "GLOBEX-1"],
        &["later", "GLOBEX-1", "fri"],
        &["edit", "GLOBEX-1"],
        &["approve", "GLOBEX-1"],
    ];
    for command in commands {
        let ran = program.at("2026-11-25T09:00:00Z", command);
        ran.assert_code(2);
        assert!(ran.err.contains("no draft of GLOBEX-1 waits"), "{command:?}: {}", ran.err);
    }
}

#[test]
fn a_spreadsheet_is_taken_in_once_and_a_dry_run_takes_in_nothing() {
    let (person, program) = recorded();
    let sheet = person.folder.path().join("sheet.csv");
    let lines =
        "Firma;Stelle;Beworben am\nGlobex;Analyst;2026-10-01\nInitech;Engineer;2.10.2026\n;;\n";
    std::fs::write(&sheet, lines).unwrap();
    let sheet = sheet.to_str().unwrap();
    let now = "2026-11-25T09:00:00Z";
    let dry = program.at(now, &["import", sheet, "--dry-run"]);
    for line in
        ["known    GLOBEX-1  Globex, Analyst", "new      Initech, Engineer", "skipped  line 4"]
    {
        assert!(dry.out.contains(line), "{line}: {}", dry.out);
    }
    program.application_at(now);
    for (map, initech) in [("employer=Firma,position=Stelle", "new "), ("employer=Firma", "known ")]
    {
        let ran = program.at(now, &["import", sheet, "--map", map]);
        ran.assert_code(0);
        let line = ran.out.lines().find(|line| line.contains("Initech")).unwrap();
        assert!(line.starts_with(initech), "{}", ran.out);
    }
    let status = program.status_at(now);
    assert_eq!(status["applications"].as_array().unwrap().len(), 2);
}

#[test]
fn a_record_goes_out_and_in_again_unchanged() {
    let (person, program) = recorded();
    let now = "2026-11-25T09:00:00Z";
    let out = person.folder.path().join("record.json");
    let out = out.to_str().unwrap();
    program.at(now, &["export", out]).assert_code(0);
    let other = program.changed("other", "[profile]", "[store]\npath = \"other.db\"\n\n[profile]");
    other.at(now, &["import", out]).assert_code(0);
    let export = |program: &Program| {
        let ran = program.at(now, &["export"]);
        serde_json::from_str::<Value>(&ran.out).unwrap()
    };
    assert_eq!(export(&other), export(&program));
    other.at(now, &["import", out]).assert_code(2);
}

#[test]
fn what_was_forgotten_is_in_no_later_backup() {
    let (person, program) = recorded();
    let now = "2026-11-25T09:00:00Z";
    program.at(now, &["note", "GLOBEX-1", "a very private sentence"]).assert_code(0);
    let holds = |name: &str| {
        let file = person.folder.path().join(name);
        program.at(now, &["backup", file.to_str().unwrap()]).assert_code(0);
        let bytes = std::fs::read(file).unwrap();
        ["a very private sentence", "Globex"]
            .map(|it| bytes.windows(it.len()).any(|window| window == it.as_bytes()))
    };
    assert_eq!(holds("before.db"), [true, true], "the copy is complete");
    let before = person.folder.path().join("before.db");
    program.at(now, &["backup", before.to_str().unwrap()]).assert_code(2);
    program.typing_at(now, &["forget", "GLOBEX-1"], "no\n").assert_code(0);
    program.application_at(now);
    // What an upgrade of last month has left.
    let mut copy = program.database().into_os_string();
    copy.push(".schema-1.20261025T090000Z");
    std::fs::copy(person.folder.path().join("before.db"), &copy).unwrap();
    let ran = program.typing_at(now, &["forget", "GLOBEX-1"], "yes\n");
    ran.assert_code(0);
    assert_eq!(ran.out.matches("from before an upgrade").count(), 2, "{}", ran.out);
    assert!(!Path::new(&copy).exists());
    assert_eq!(program.status_at(now)["applications"], json!([]));
    assert_eq!(holds("after.db"), [false, false]);
}

/// The user passes on a mail with our tag in the subject.
fn passed_on(stage: &Stage, subject: &str, id: &str) {
    stage.put(
        "Sent",
        "2026-11-26T10:00:00Z",
        &format!(
            "From: Jane Doe <{USER}>\nTo: <{USER}>\nSubject: {subject}\n\
             Date: Thu, 26 Nov 2026 11:00:00 +0100\nMessage-ID: <{id}@doe.example>\n\
             Content-Type: text/plain; charset=utf-8\n\n\
             ---------- Forwarded message ---------\nFrom: Anna Schmidt <{ANNA}>\n\
             Date: Wed, 25 Nov 2026 10:00:00 +0100\nSubject: From my phone\nTo: Jane\n\n\
             We will let you know by Friday, 11 December.\n\nAnna\n"
        ),
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_passed_on_to_oneself_with_the_tag_belongs_to_the_application() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.pass_at("2026-11-20T08:00:00Z").await;
    stage.invitation();
    stage.pass_at("2026-11-20T09:05:00Z").await;
    let id = stage.application().await.id;
    passed_on(&stage, "Fwd: From my phone", "untagged");
    passed_on(&stage, "Fwd: From my phone [Afterword]", "unnamed");
    stage.pass_at("2026-11-26T10:05:00Z").await;
    assert!(stage.application().await.promise.is_none(), "it did not say which application");
    passed_on(&stage, &format!("Fwd: From my phone [Afterword] {id}"), "named");
    stage.pass_at("2026-11-26T10:10:00Z").await;
    let view = stage.application().await;
    assert_eq!(view.promise.unwrap().reading.not_before, "2026-12-11".parse().ok());
    assert_eq!(view.replies.len(), 2);
    assert_eq!(view.replies[1].from.as_str(), ANNA);
}
