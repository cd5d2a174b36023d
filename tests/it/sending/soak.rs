//! A day of passes with a server that drops every connection after seven minutes: what is opened
//! is closed again, nothing grows, and the one message leaves once.

use std::time::Duration;

use chrono::TimeDelta;

use super::{Branch, DUE, due, open};
use crate::embedded::utc;
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
