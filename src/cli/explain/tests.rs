//! The command on real files.

use std::fs;

use super::*;

fn explained(files: &[PathBuf], json: bool) -> (u8, String, String) {
    explained_with(&OwnWords::new(), files, json)
}

fn explained_with(words: &OwnWords, files: &[PathBuf], json: bool) -> (u8, String, String) {
    let args = ExplainArgs {
        files: files.to_vec(),
        json,
        account: Address::parse("jane@mail.example"),
        received: None,
        time_zone: Some(Tz::UTC),
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(&args, words, &mut out, &mut err).unwrap();
    (code, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
}

#[test]
fn a_directory_is_walked_and_a_bad_file_does_not_stop_the_others() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("b.eml"), "From: anna@acme.example\n\nhello").unwrap();
    fs::write(dir.path().join("a.eml"), "nothing").unwrap();
    fs::write(dir.path().join("c.eml"), "From: jane@mail.example\n\napprove.\n\n-- \nJane")
        .unwrap();
    let (code, out, err) = explained(&[dir.path().to_owned(), dir.path().join("gone")], true);
    assert_eq!(code, 1);
    assert_eq!(err.lines().count(), 2);
    let lines: Vec<serde_json::Value> =
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["new_text"], "hello");
    assert_eq!(lines[0]["direction"], "incoming");
    assert_eq!(lines[1]["direction"], "outgoing");
    assert_eq!(lines[1]["command"]["word"], "approve");
    assert_eq!(lines[1]["command"]["refused"], serde_json::Value::Null);
}

#[test]
fn the_users_own_word_for_a_command_is_explained_as_the_command() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.eml");
    fs::write(&file, "From: jane@mail.example\n\nFreigeben!").unwrap();
    let files = [file];
    let words = OwnWords::from([("approve".to_owned(), vec!["freigeben".to_owned()])]);
    let command = |words: &OwnWords| {
        let (_, out, _) = explained_with(words, &files, true);
        serde_json::from_str::<serde_json::Value>(&out).unwrap()["command"].clone()
    };
    assert_eq!(command(&words)["word"], "approve");
    assert!(command(&OwnWords::new()).is_null());
    assert!(explained_with(&words, &files, false).1.contains("command    \"approve\""));
}

#[test]
fn our_own_mail_is_known_by_header_and_account() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("own.eml");
    fs::write(&file, "From: jane@mail.example\nX-Afterword-Kind: receipt\n\nx").unwrap();
    assert!(explained(std::slice::from_ref(&file), true).1.contains("\"direction\":\"own\""));
    fs::write(&file, "From: eve@mail.example\nX-Afterword-Kind: receipt\n\nx").unwrap();
    assert!(explained(&[file], true).1.contains("\"direction\":\"incoming\""));
}

#[test]
fn words_for_a_terminal_carry_no_control_characters() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.eml");
    fs::write(&file, "From: anna@acme.example\nSubject: x\n\nhe\x1b[31mllo").unwrap();
    let (_, out, _) = explained(&[file], false);
    assert!(out.contains("  | he") && !out.contains('\x1b'), "{out}");
}

#[test]
fn an_mbox_is_taken_apart_and_its_messages_are_numbered() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("Archive");
    let line = "From a@acme.example Tue Nov 24 15:02:11 2026\n";
    let one = format!("{line}From: a@acme.example\nSubject: x\n\n>From now on\n\n");
    fs::write(&file, one.repeat(3)).unwrap();
    let (code, out, err) = explained(std::slice::from_ref(&file), true);
    assert_eq!((code, err.as_str(), out.lines().count()), (0, "", 3));
    let last: serde_json::Value = serde_json::from_str(out.lines().last().unwrap()).unwrap();
    assert!(last["file"].as_str().unwrap().ends_with("Archive#3"));
    assert_eq!(last["new_text"], "From now on");
    let single = dir.path().join("one.eml");
    fs::copy(&file, &single).unwrap();
    assert_eq!(explained(&[single], true).1.lines().count(), 1);
    assert!(explained(&[file], false).1.ends_with("3 messages read, 0 about applications.\n"));
}

#[test]
fn a_person_is_told_what_it_is_and_why() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.eml");
    let text = "From: Anna Schmidt <anna@acme.example>\nSubject: Your application\n\
        Date: Thu, 19 Nov 2026 10:00:00 +0100\n\nUnfortunately we decided not to move forward \
        with your application. We will send our feedback by Friday.";
    fs::write(&file, text).unwrap();
    let (_, out, _) = explained(&[file], false);
    for part in [
        "from Anna Schmidt <anna@acme.example>, Thu 19 Nov 2026, 10:00 +01:00",
        "It is a rejection (quite sure",
        "because of \"decided not to move",
        "It belongs to a job application.",
        "promise    until Fri 20 Nov 2026, from \"by Friday\"",
    ] {
        assert!(out.contains(part), "{part} in\n{out}");
    }
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_explained(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..600)) {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("a");
        fs::write(&file, [b"From: a@acme.example\n".as_slice(), &bytes].concat()).unwrap();
        for json in [true, false] {
            let (code, out, err) = explained(std::slice::from_ref(&file), json);
            proptest::prop_assert!(code == 0 && !out.is_empty() && err.is_empty());
        }
    }
}
