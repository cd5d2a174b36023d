//! Every command is run as a user runs it, with its exit code, its words and its effect. The tables
//! are in the folder; commands with a test of their own elsewhere are named here with that test.
//!
//! The list of commands is the program's own, so a new one without a test is noticed.

mod by_hand;
mod needs_nothing;
mod on_paper;

use std::path::Path;

use crate::document_commands::commands;

/// The command, the file beside this one, and the test in it.
const ELSEWHERE: [(&str, &str, &str); 26] = [
    ("init", "set_up", "a_newcomer_answers_five_questions_and_sees_what_was_found"),
    ("install-service", "set_up", "the_unit_is_one_that_systemd_takes_and_exposes_little"),
    ("health", "set_up", "health_is_an_exit_code"),
    ("login", "oauth", "a_user_signs_in_with_a_browser_and_no_log_shows_what_was_granted"),
    ("check", "blackbox", "check_says_one_line_for_each_thing_and_sends_nothing"),
    ("run", "blackbox", "run_hears_of_new_mail_at_once_and_stops_when_asked"),
    ("once", "crash", "killed_before_the_body_left_it_is_sent_once_by_a_later_pass"),
    ("status", "blackbox", "status_tells_how_well_it_sees"),
    ("show", "by_command", "the_reading_commands_say_who_when_and_why"),
    ("why", "by_command", "the_reading_commands_say_who_when_and_why"),
    ("new", "blackbox", "what_was_recorded_by_hand_is_asked_and_sent_without_a_thread"),
    ("interview", "by_command", TOLD),
    ("promise", "by_command", TOLD),
    ("log", "by_command", TOLD),
    ("note", "by_command", TOLD),
    ("undo", "by_command", TOLD),
    ("wrong", "by_command", TOLD),
    ("stop", "by_command", TOLD),
    ("reopen", "by_command", TOLD),
    ("draft", "blackbox", "a_draft_that_is_wanted_now_is_asked_for_by_the_next_pass"),
    ("approve", "blackbox", "what_is_approved_at_the_terminal_goes_out_as_well"),
    ("import", "by_command", "a_spreadsheet_is_taken_in_once_and_a_dry_run_takes_in_nothing"),
    ("export", "by_command", "a_record_goes_out_and_in_again_unchanged"),
    ("backup", "by_command", "what_was_forgotten_is_in_no_later_backup"),
    ("forget", "by_command", "what_was_forgotten_is_in_no_later_backup"),
    ("demo", "demo", "the_demo_tells_the_whole_story_in_order"),
];

const TOLD: &str = "what_is_told_by_command_is_in_the_record_and_undo_takes_the_last_of_it_back";

#[test]
fn every_command_of_the_program_has_a_test() {
    let here = [by_hand::commands(), on_paper::commands(), needs_nothing::commands()].concat();
    let known = commands();
    assert!(known.len() > 30, "{known:?}");
    for command in &known {
        let elsewhere = ELSEWHERE.iter().any(|(name, ..)| name == command);
        assert!(elsewhere || here.contains(&command.as_str()), "no test runs afterword {command}");
    }
    let named = ELSEWHERE.iter().map(|(name, ..)| *name).chain(here);
    for command in named {
        assert!(known.contains(command), "there is no afterword {command}");
    }
}

#[test]
fn the_tests_named_for_a_command_exist_and_their_file_runs_it() {
    for (command, file, test) in ELSEWHERE {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/it/{file}.rs"));
        let source = std::fs::read_to_string(path).unwrap();
        assert!(source.contains(&format!("fn {test}()")), "{file}.rs has no {test}");
        assert!(source.contains(&format!("\"{command}\"")), "{file}.rs does not run {command}");
    }
}
