//! The record by commands of the program, and by the same words in a mail: what is told, taken
//! back, shown and why.

use serde_json::{Value, json};

use crate::blackbox::until_asked;

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
    let table = program.at(now, &["status"]);
    assert!(table.out.contains(id) && table.out.contains("0 of 2"), "{}", table.out);
    let summary = program.at(now, &["summary", "--week", "2026-W49"]);
    summary.assert_code(0);
    assert!(summary.out.contains("Week 49"), "{}", summary.out);
    assert!(summary.out.contains("NEEDS YOU"), "{}", summary.out);
}
