//! A day of passes with a server that drops every connection after seven minutes: what is opened
//! is closed again, nothing grows, and the one message leaves once.

use std::time::{Duration, Instant};

use chrono::TimeDelta;

use super::{Branch, DUE, due, open};
use crate::embedded::utc;
use crate::program::Program;
use crate::proxy::Proxy;

/// One pass between two drops, a whole day long.
const PASSES: i64 = 24 * 60 / 7;
/// After this many passes everything that is kept for good is there.
const WARM: i64 = 40;

#[tokio::test]
async fn a_day_of_dropped_connections_leaves_nothing_open_and_nothing_grown() {
    let stage = due().await;
    let proxy = Proxy::to(stage.sandbox.imap_port());
    let mut branch = through(Branch::of(&stage).await, &proxy).await;
    let mut warm = (0, 0);
    for pass in 0..PASSES {
        let now = (utc(DUE) + TimeDelta::minutes(7 * pass)).to_rfc3339();
        let cut = proxy.clone();
        let dropping = std::thread::spawn(move || {
            // Now and then in the middle of a pass, else after it.
            std::thread::sleep(Duration::from_millis(if pass % 4 == 1 { 8 } else { 60 }));
            cut.cut();
        });
        branch.pass_at(&now.replace("+00:00", "Z")).await;
        dropping.join().unwrap();
        if pass == WARM {
            warm = (descriptors(), memory());
        }
    }
    proxy.cut();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let connections = proxy.connections();
    assert!(connections <= 24 * 60, "{connections} connections in a day");
    let (open, used) = (descriptors(), memory());
    assert!(open <= warm.0 + 10, "{} descriptors became {open}", warm.0);
    assert!(used <= warm.1 + 16 * 1024 * 1024, "{} octets became {used}", warm.1);
    assert_eq!(branch.sent(), 1);
}

/// How much faster than ours the clock of the running program goes.
const TIMES: u32 = 120;
/// The server drops every connection so often, on that clock.
const DROP: Duration = Duration::from_secs(7 * 60);

/// The real program, `run` and left alone, on a clock in a hurry. `SOAK_HOURS` sets how long it
/// lives on that clock; with 24 it takes twelve minutes.
#[expect(clippy::print_stdout, clippy::disallowed_methods, reason = "its figures are wanted")]
#[tokio::test]
async fn the_service_lives_through_dropped_connections_and_sends_once() {
    let hours = std::env::var("SOAK_HOURS").map_or(1, |hours| hours.parse().unwrap());
    let drops = hours * 60 / 7;
    let stage = due().await;
    let proxy = Proxy::to(stage.sandbox.imap_port());
    let branch = through(Branch::of(&stage).await, &proxy).await;
    let Branch { sandbox, service, config, sent_before, _folder, .. } = branch;
    drop(service);
    let program = Program::new(&config).start_hurried(DUE, TIMES, &["run"]);
    let begun = Instant::now();
    let (mut open, mut held) = (Vec::new(), Vec::new());
    for drop in 1..=drops {
        let left = (DROP / TIMES * drop).saturating_sub(begun.elapsed());
        tokio::time::sleep(left).await;
        let still = "the service has ended";
        open.push(program.descriptors().expect(still));
        held.push(program.held_memory().expect(still) >> 20);
        proxy.cut();
    }
    let connections = proxy.connections();
    println!(
        "{hours} hours, {drops} drops: {connections} connections, at most {} descriptors, \
         {} MB at the first drop and {} MB at the last",
        open.iter().max().unwrap(),
        held.first().unwrap(),
        held.last().unwrap()
    );
    assert_eq!(sandbox.delivered().len() - sent_before, 1, "{}", program.read("err"));
    let by_rest = u64::from(drops * 12);
    assert!(connections <= by_rest, "{connections} connections for {drops} drops");
    assert!(*open.iter().max().unwrap() <= open[0] + 10, "descriptors: {open:?}");
    assert!(*held.last().unwrap() <= held[0] + 16, "megabytes: {held:?}");
    program.terminate();
    let ended = program.end_within(Duration::from_secs(u64::from(hours) * 60 + 60));
    ended.assert_code(0);
}

/// The same history, but mail is read through the proxy.
async fn through<'a>(branch: Branch<'a>, proxy: &Proxy) -> Branch<'a> {
    let text = std::fs::read_to_string(&branch.config).unwrap();
    let direct = format!("port = {}\n", branch.sandbox.imap_port());
    let proxied = text.replacen(&direct, &format!("port = {}\n", proxy.port), 1);
    assert_ne!(text, proxied);
    std::fs::write(&branch.config, proxied).unwrap();
    let Branch { service, config, deadlines, .. } = branch;
    drop(service);
    let service = open(&config, deadlines).await;
    Branch { service, config, ..branch }
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Resident, in octets.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() * 1024
}
