//! Messages that no decent program writes. They are put into the mailbox as files, because a
//! server would not take some of them.

use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use serde_json::Value;

use crate::hostile;
use crate::program::Program;
use crate::proxy::Proxy;
use crate::world::Person;

use super::{NOW, new_person};

const LATER: &str = "2026-11-20T09:05:00Z";

/// Puts a file into INBOX, which the server makes when somebody looks into it.
fn put(person: &Person, name: &str, bytes: &[u8]) {
    let (local, domain) = person.user.split_once('@').unwrap();
    let home = person.servers.ca_file().with_file_name("mail").join(domain).join(local);
    let [tmp, new] = ["tmp", "new"].map(|part| home.join("Maildir").join(part).join(name));
    std::fs::write(&tmp, bytes).unwrap();
    std::fs::set_permissions(&tmp, PermissionsExt::from_mode(0o644)).unwrap();
    std::fs::rename(tmp, new).unwrap();
}

/// A stranger's message with these lines more in its head, and a body.
fn message(head: &str, body: &str) -> Vec<u8> {
    let text = format!(
        "From: Lou Stone <lou@strangers.test>\nTo: jane@example.test\nSubject: Interview\n\
         Date: Fri, 20 Nov 2026 09:00:00 +0100\nMessage-ID: <odd@strangers.test>\n{head}\n{body}"
    );
    text.replace('\n', "\r\n").into_bytes()
}

fn nested(depth: usize) -> Vec<u8> {
    let mut head = String::new();
    let mut body = String::new();
    for n in 0..depth {
        let line = format!("Content-Type: multipart/mixed; boundary=\"b{n}\"\n");
        if n == 0 {
            head = line
        } else {
            body.push_str(&line)
        }
        body.push_str(&format!("\n--b{n}\n"));
    }
    message(&head, &format!("{body}\nhello\n"))
}

fn odd_messages() -> Vec<(&'static str, Vec<u8>)> {
    let many: String = (0..10_000).map(|n| format!(" r{n}@recipients.test,\n")).collect();
    let noise: Vec<u8> =
        (0_u32..20_000).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[1]).collect();
    let eight_bits = [
        b"From: \xe9\xe8 <caf\xe9@strangers.test>\r\nSubject: Entretien \xe0 Gen\xe8ve\r\n\r\n\xff\xfe\r\n".to_vec(),
        message("X-Odd: \u{1f600}\u{202e}", "Grüße\n"),
    ];
    let [latin, wide] = eight_bits;
    vec![
        ("empty", Vec::new()),
        ("only line ends", b"\r\n\r\n\r\n".to_vec()),
        ("no header", b"hello there\r\nthis is no message\r\n".to_vec()),
        ("a header that never ends", b"Subject: Interview".to_vec()),
        ("noise", noise.clone()),
        ("noise in a part", [message("Content-Type: text/plain; charset=klingon\nContent-Transfer-Encoding: base64\n", ""), noise].concat()),
        ("recipients", message(&format!("Cc: {many} last@recipients.test\n"), "hello\n")),
        ("NULs", b"From: a\0b@strangers.test\r\nSubject: Inter\0view\r\n\0\0: \0\r\n\r\nhel\0lo\r\n".to_vec()),
        ("Latin-1 in headers", latin),
        ("UTF-8 in headers", wide),
        ("everything twice", message("From: Max <max@others.test>\nSubject: Offer\nMessage-ID: <two@others.test>\nDate: nonsense\nTo: x\n", "hello\n")),
        ("no end of a part", message("Content-Type: multipart/mixed; boundary=b\n", "--b\nContent-Type: text/html\n\n<div")),
        ("nested", nested(200)),
        ("a calendar that is none", message("Content-Type: text/calendar; method=REQUEST\n", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:99999999T999999Z\nRRULE:FREQ=SECONDLY\nDTEND;TZID=Nowhere/At-All:1\n")),
        ("a very long line", message("", &"interview ".repeat(200_000))),
        ("many references", message(&format!("References: {}\n", "<a@b.test>\n ".repeat(5_000)), "hello\n")),
    ]
}

/// The invitation that comes after it is recognised, in a pass that ends soon and in silence.
fn assert_goes_on(person: &Person, program: &Program) {
    person.invitation("2026-11-20T09:00:00Z");
    let ran = program.at(LATER, &["once"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert!(ran.took < Duration::from_secs(8), "{:?}", ran.took);
    assert_recognised(person, program);
}

/// The odd message may have opened an application of its own.
fn assert_recognised(person: &Person, program: &Program) {
    let status = program.status_at(LATER);
    let known = status["applications"].as_array().unwrap();
    let is_hers = |it: &&Value| it["contact"]["address"] == person.anna.as_str();
    let view = known.iter().find(is_hers).unwrap_or_else(|| panic!("not recognised: {status:#}"));
    assert_eq!(view["state"], "interviewing");
    let mailboxes = status["health"]["mailboxes"].as_array().unwrap();
    assert!(mailboxes.iter().all(|it| it["error"].is_null()), "{mailboxes:#?}");
}

#[test]
fn odd_messages_do_not_keep_later_ones_from_being_recognised() {
    let (person, program) = new_person();
    program.pass_at(NOW);
    for (n, (_, bytes)) in odd_messages().iter().enumerate() {
        put(&person, &format!("{n}.odd"), bytes);
    }
    assert_goes_on(&person, &program);
}

#[test]
fn odd_messages_in_the_first_look_back_do_no_harm() {
    let (person, program) = new_person();
    // The mailbox is made when somebody looks into it.
    assert!(person.mailbox("INBOX").is_empty());
    for (n, (_, bytes)) in odd_messages().iter().enumerate() {
        put(&person, &format!("{n}.odd"), bytes);
    }
    assert_goes_on(&person, &program);
}

#[test]
fn a_thousand_hostile_messages_stop_nothing() {
    let (person, program) = new_person();
    program.pass_at(NOW);
    let all = hostile::messages(400);
    assert_eq!(all.len(), 1_000);
    for (n, bytes) in all.iter().enumerate() {
        put(&person, &format!("{n}.odd"), bytes);
    }
    person.invitation("2026-11-20T09:00:00Z");
    let ran = program.start(LATER, &["once"]).end_within(Duration::from_secs(200));
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert_recognised(&person, &program);
    let flags = person.servers.flags(&person.user, "INBOX");
    assert!(flags.iter().all(Vec::is_empty), "no flag was changed");
}

#[test]
fn headers_beyond_all_measure_do_not_keep_later_messages_from_being_recognised() {
    let (person, program) = new_person();
    program.pass_at(NOW);
    let many: String = (0..100_000).map(|n| format!(" r{n}@recipients.test,\n")).collect();
    put(&person, "huge.odd", &message(&format!("Cc: {many} last@recipients.test\n"), "hello\n"));
    assert_goes_on(&person, &program);
}

#[test]
fn of_a_message_of_sixty_megabytes_only_the_beginning_is_read() {
    let (person, program) = new_person();
    program.pass_at(NOW);
    let body = "Attached is the film of the interview.\n".repeat(60 * 1024 * 1024 / 39);
    put(&person, "film.odd", &message("", &body));
    person.invitation("2026-11-20T09:00:00Z");

    let proxy = Proxy::to(person.servers.imap_port());
    let through = program.with_imap_port(person.servers, proxy.port);
    let mut running = through.start(LATER, &["once"]);
    let mut peak = 0;
    while !running.ended() {
        peak = running.peak_memory().unwrap_or_default().max(peak);
        std::thread::sleep(Duration::from_millis(2));
    }
    let ran = running.end_within(Duration::from_secs(1));
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""));
    assert!(ran.took < Duration::from_secs(5), "{:?}", ran.took);
    let octets = proxy.octets();
    assert!((64 << 10..1 << 20).contains(&octets), "{octets} octets were read");
    assert!((1..100 << 20).contains(&peak), "{peak} bytes of memory");
    assert_recognised(&person, &program);
}

#[test]
fn the_most_talkative_log_has_no_password_no_address_and_no_words_of_mail() {
    let (person, program) = new_person();
    person.invitation("2026-11-20T09:00:00Z");
    person.anna_writes("INBOX", "2026-11-20T10:00:00Z", "words", "The codeword is marzipan.");
    for (now, arguments) in
        [(LATER, ["once", "-vvv"]), (LATER, ["check", "-vvv"]), (LATER, ["status", "-vvv"])]
    {
        let ran = program.at(now, &arguments);
        ran.assert_code(0);
        if arguments[0] == "once" {
            assert!(ran.err.contains("recognised"), "it says nothing at all: {}", ran.err);
        }
        for secret in ["marzipan", "invite you", "Data Engineer", &person.user, &person.anna] {
            assert!(!ran.err.contains(secret), "{secret} in {}", ran.err);
        }
        // The word itself, and how the answer to AUTH PLAIN begins, which holds it in base64.
        let words: Vec<&str> = ran.err.split(|c: char| !c.is_alphanumeric()).collect();
        assert!(!words.contains(&crate::servers::PASSWORD), "{}", ran.err);
        assert!(!ran.err.contains("AGphbmV"), "{}", ran.err);
    }
}
