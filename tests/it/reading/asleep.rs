//! A machine that was asleep: the program is stopped for a while, and every line it had is dead.

use std::time::{Duration, Instant};

use afterword::sandbox::Style;

use crate::embedded::Stage;
use crate::program::Program;
use crate::proxy::Proxy;

const NOW: &str = "2026-11-20T09:05:00Z";
/// How much faster than ours the clock of the program goes: it sleeps for minutes.
const TIMES: u32 = 40;
const ASLEEP: Duration = Duration::from_secs(5);
/// Far more than any machine needs.
const LONGEST: Duration = Duration::from_secs(60);

async fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < LONGEST, "{what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_machine_slept_dead_lines_are_dropped_and_the_mail_is_read() {
    let mut stage = Stage::new(Style::Plain).await;
    stage.at(NOW);
    let proxy = Proxy::to(stage.sandbox.imap_port());
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(stage.folder.path().join("config.toml")).unwrap();
    let ports = [stage.sandbox.imap_port(), proxy.port].map(|port| format!("port = {port}\n"));
    let config = folder.path().join("config.toml");
    // Neither the next look nor the end of an IDLE comes soon enough to be taken for the wake.
    let more = "[watch]\npoll_minutes = 60\n";
    std::fs::write(&config, text.replacen(&ports[0], &ports[1], 1) + more).unwrap();
    let program = Program::new(&config);
    let running = program.start_hurried(NOW, TIMES, &["-v", "run"]);
    let listens =
        |times: usize| stage.sandbox.heard().iter().filter(|line| *line == "IDLE").count() >= times;
    until("it does not listen", || listens(2)).await;

    running.signal("STOP");
    proxy.deaden();
    let jumps = running.read("err").matches("the clock has jumped").count();
    let heard = stage.sandbox.heard().len();
    stage.invitation();
    tokio::time::sleep(ASLEEP).await;
    running.signal("CONT");

    until("the sleep was not noticed", || {
        running.read("err").matches("the clock has jumped").count() > jumps
    })
    .await;
    let read = || stage.sandbox.heard()[heard..].iter().any(|line| line.starts_with("UID FETCH "));
    until("the mail was not read", read).await;
    until("it does not listen again", || {
        stage.sandbox.heard()[heard..].iter().filter(|line| *line == "IDLE").count() >= 2
    })
    .await;
    let known = || program.status_at(NOW)["applications"].as_array().unwrap().len() == 1;
    until("the invitation was not recorded", known).await;
}
