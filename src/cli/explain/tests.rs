//! The command on real files.

use super::*;

fn explained(files: &[PathBuf], json: bool) -> (u8, String, String) {
    let args = ExplainArgs {
        files: files.to_vec(),
        json,
        account: Address::parse("jane@mail.example"),
        received: None,
        time_zone: Some(Tz::UTC),
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = run(&args, &mut out, &mut err).unwrap();
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
