//! What is told at the terminal while a draft waits for an approval: the exit code, the words, and
//! the record afterwards. Each command begins from the same moment, in a copy of the database.

use std::time::Duration;

use serde_json::{Value, json};

use crate::blackbox::{globex, new_person};
use crate::program::Program;
use crate::world::Person;

/// Ten minutes after the request came.
const NOW: &str = "2026-12-08T07:10:00Z";

const OWN_WORDS: &str = "\
Dear Bob,

thank you again for the good talk about the Analyst position. Is there any news? I look forward
to hearing from you.

Kind regards
Jane Doe
";

/// Whether `show --json` is as it should be.
type Holds = fn(&Value) -> bool;

/// The command, what is typed at it, its exit code, a part of what it says, and what holds then.
type Case = (&'static [&'static str], &'static str, i32, &'static str, Holds);

const COMMANDS: [Case; 24] = [
    (&["skip", "GLOBEX-1"], "", 0, "The last draft was let go on Tue 8 Dec", |it| {
        it["draft"].is_null() && it["next"]["action"] == "nothing"
    }),
    (&["skip", "ACME-7"], "", 2, "there is no application ACME-7", untouched),
    (&["later", "GLOBEX-1", "2026-12-15"], "", 0, "Tue 15 Dec", |it| {
        it["draft"].is_null() && next_at(it).starts_with("2026-12-15T")
    }),
    (&["later", "GLOBEX-1", "soonish"], "", 2, "`soonish` is no day", untouched),
    (&["later", "GLOBEX-1", "2026-12-08"], "", 2, "Tue 8 Dec 2026 is not one of", untouched),
    (&["later", "GLOBEX-1", "2027-02-04"], "", 0, "Thu 4 Feb", |it| {
        it["draft"].is_null() && next_at(it).starts_with("2027-02-04T")
    }),
    (&["later", "GLOBEX-1", "2027-02-07"], "", 2, "not one of the next 60 days", untouched),
    (&["later", "ACME-7", "2026-12-15"], "", 2, "no draft of ACME-7 waits", untouched),
    (&["edit", "GLOBEX-1"], OWN_WORDS, 0, "Draft 2 takes the place of draft 1.", |it| {
        it["state"] == "asked" && it["draft"]["version"] == 2 && it["draft"]["state"] == "asked"
    }),
    (&["edit", "GLOBEX-1"], " \n", 0, "There was no text; nothing was changed.", untouched),
    (&["edit", "GLOBEX-1"], "See https://jane.example\n", 2, "the text was not taken", untouched),
    (&["edit", "GLOBEX-1", "--file", "/missing.txt"], "", 2, "/missing.txt: ", untouched),
    (&["edit", "ACME-7"], "", 2, "no draft of ACME-7 waits for an approval", untouched),
    (
        &["offer", "GLOBEX-1", "60,000", "expires", "18", "dec"],
        "",
        0,
        "Noted: their offer.",
        |it| {
            it["state"] == "offer"
                && it["turn"] == "me"
                && it["draft"].is_null()
                && it["notes"] == json!(["60,000 expires 18 dec"])
        },
    ),
    (&["offer", "GLOBEX-1", "--message", "x@acme.example"], "", 2, "no message with", untouched),
    (&["offer", "GLOBEX-1", "--accepted"], "", 0, "you accepted their offer", |it| {
        it["state"] == "closed" && it["closed"]["reason"] == "accepted" && it["draft"].is_null()
    }),
    (&["offer", "GLOBEX-1", "--accepted", "--named"], "", 2, "cannot be used with", untouched),
    (&["plan", "--at", "2026-12-31"], "", 0, "I ask you once more about the draft", untouched),
    (&["plan", "--at", "2026-12-08"], "", 0, "Nothing happens by Tue 8 Dec 2026", untouched),
    (&["plan", "--at", "2026-12-07"], "", 2, "Mon 7 Dec 2026 is past", untouched),
    (&["interview", "GLOBEX-1", "10 dec 14:00"], "", 0, "coming up on Thu 10 Dec", |it| {
        it["interviews"][1]["starts_at"] == "2026-12-10T14:00:00+01:00" && it["draft"].is_null()
    }),
    (&["interview", "GLOBEX-1", "thursday"], "", 2, "is no day with a time", untouched),
    (&["note", "GLOBEX-1", "strength: I know Kafka."], "", 0, "undo GLOBEX-1", untouched),
    (&["plan", "--at", "soonish"], "", 2, "`soonish` is no day", untouched),
];

/// The command, all that it says, and what `status --json` says of sending.
const PAUSES: [(&[&str], &str, &str); 3] = [
    (&["pause"], "Paused until you say `afterword resume`.\n", "paused"),
    (&["resume"], "Going on.\n", "on"),
    (&["pause", "--until", "4 jan"], "Paused until Mon 4 Jan 2027.\n", "paused"),
];

pub fn commands() -> Vec<&'static str> {
    let all = COMMANDS.iter().map(|case| case.0).chain(PAUSES.iter().map(|case| case.0));
    all.filter_map(|command| command.first().copied()).collect()
}

fn untouched(it: &Value) -> bool {
    it["state"] == "asked" && it["draft"]["version"] == 1 && it["draft"]["state"] == "asked"
}

fn next_at(it: &Value) -> &str {
    it["next"]["at"].as_str().unwrap_or_default()
}

/// The request about the first message to Globex lies in INBOX: Tuesday 8 December, eight o'clock
/// in Berlin. With it the address of the person there.
fn asked() -> (Person, String, Program) {
    let (person, program) = new_person("");
    program.pass_at("2026-11-25T07:00:00Z");
    let (bob, ran) = globex(&program);
    ran.assert_code(0);
    program.pass_at("2026-12-08T07:00:00Z");
    person.expect_letters("approval-request", 1);
    (person, bob, program)
}

#[test]
fn each_command_about_a_draft_that_waits_ends_says_and_does_what_it_should() {
    let (_person, _, program) = asked();
    let mut wrong = Vec::new();
    for (command, typed, code, says, holds) in COMMANDS {
        let folder = tempfile::tempdir().unwrap();
        let program = program.copy_to(folder.path());
        let ran = program.typing_at(NOW, command, typed);
        let shown = program.at(NOW, &["show", "GLOBEX-1", "--json"]);
        let view: Value = serde_json::from_str(&shown.out).unwrap();
        let said = if code == 0 { &ran.out } else { &ran.err };
        let quiet = code != 0 || ran.err.is_empty();
        if ran.code != Some(code) || !said.contains(says) || !quiet || !holds(&view) {
            wrong.push(format!("{command:?}: {ran:?}\n{view:#}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_pause_holds_what_is_approved_until_its_end() {
    let (person, bob, program) = asked();
    program.typing_at(NOW, &["approve", "GLOBEX-1"], "yes\n").assert_code(0);
    let again = program.typing_at(NOW, &["approve", "GLOBEX-1"], "yes\n");
    again.assert_code(2);
    assert!(again.err.contains("is approved already; it goes out Tue 8 Dec 2026"), "{}", again.err);
    for (command, says, sending) in PAUSES {
        let ran = program.at(NOW, command);
        assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (Some(0), says, ""));
        assert_eq!(program.status_at(NOW)["health"]["sending"], sending, "{command:?}");
    }
    assert!(program.at(NOW, &["status"]).out.contains("paused until Mon 4 Jan 00:00."));
    program.at(NOW, &["pause", "--until", "soonish"]).assert_code(2);
    let over = program.at(NOW, &["pause", "--until", "2026-01-04"]);
    over.assert_code(2);
    assert!(over.err.contains("Sun 4 Jan 2026 is not ahead"), "{}", over.err);
    assert_eq!(program.status_at("2027-01-03T22:59:00Z")["health"]["sending"], "paused");
    assert_eq!(program.status_at("2027-01-03T23:00:00Z")["health"]["sending"], "on");

    program.pass_at("2026-12-08T08:30:00Z");
    std::thread::sleep(Duration::from_millis(300));
    assert!(person.servers.messages(&bob, "INBOX").is_empty(), "sent in the pause");
    program.at("2026-12-08T08:40:00Z", &["resume"]).assert_code(0);
    for now in ["2026-12-08T09:06:00Z", "2026-12-09T08:30:00Z", "2026-12-09T09:30:00Z"] {
        program.pass_at(now);
    }
    assert_eq!(person.servers.wait_for(&bob, "INBOX", 1).len(), 1);
}
