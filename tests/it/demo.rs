//! The demo, run as a person runs it: the service unchanged, against the embedded server.

use std::process::Command;

fn demo(arguments: &[&str]) -> String {
    let ran = Command::new(env!("CARGO_BIN_EXE_afterword"))
        .args(["demo", "--yes"])
        .args(arguments)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{errors}");
    assert!(errors.is_empty(), "{errors}");
    String::from_utf8(ran.stdout).unwrap()
}

#[test]
fn the_demo_tells_the_whole_story_in_order() {
    let told = demo(&[]);
    let marks = [
        "invites you to an interview",
        "We will let you know by Friday, 4 December.",
        "Nothing is asked and nothing is sent",
        "Tue 8 Dec 2026",
        "draft: message 1 of 2",
        "reply \"approve\"",
        "message 1 of 2 sent",
        "Tue 22 Dec 2026",
        "draft: message 2 of 2",
        "message 2 of 2 sent",
        "Closed: two messages, no answer.",
        "Messages to the employer: 2, each approved word for word.",
    ];
    let mut rest = told.as_str();
    for mark in marks {
        let (_, after) = rest.split_once(mark).unwrap_or_else(|| panic!("no `{mark}` in:\n{rest}"));
        rest = after;
    }
}

#[test]
fn the_demo_is_the_same_every_time() {
    assert_eq!(demo(&[]), demo(&[]));
}

#[test]
fn the_demo_leaves_its_mails_where_it_is_told_to() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    demo(&["--keep", kept.to_str().unwrap()]);
    let names =
        |ending: &str| walk(&kept).into_iter().filter(|name| name.ends_with(ending)).count();
    assert!(names(".eml") >= 10, "{:?}", walk(&kept));
    assert_eq!(names(".db"), 1, "{:?}", walk(&kept));
}

fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            found.push(path.to_string_lossy().into_owned());
        }
    }
    found
}
