//! How fast the pure parts are: reading headers, reading whole messages, cutting windows.
//!
//! ```sh
//! cargo bench --bench pure
//! ```

#![expect(clippy::expect_used, reason = "a measuring program stops where it cannot measure")]

use afterword::domain::address::{Address, OwnAddresses};
use afterword::domain::mailbox::{Past, Windows};
use afterword::mail::read::{ReadContext, read, read_headers};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const LETTER: &str = "\
Received: from mx.acme.example (mx.acme.example. [203.0.113.7])\r\n\tby mx.doe.example with ESMTPS;\r\n\tTue, 24 Nov 2026 15:02:00 +0100\r\n\
From: Anna Schmidt <anna.schmidt@acme.example>\r\nTo: Jane Doe <jane@doe.example>\r\n\
Subject: =?utf-8?Q?Ihr_Gespr=C3=A4ch_als_Data_Engineer?=\r\nDate: Tue, 24 Nov 2026 15:02:00 +0100\r\n\
Message-ID: <8f14e45fceea167a@acme.example>\r\nIn-Reply-To: <c9f0f895fb98ab91@doe.example>\r\n\
References: <45c48cce2e2d7fbd@acme.example>\r\n <c9f0f895fb98ab91@doe.example>\r\n\
MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
Dear Jane,\r\n\r\nthank you for your time on Tuesday. We will let you know by Friday, 4 December,\r\n\
how we go on with the position of Data Engineer.\r\n\r\nKind regards\r\nAnna Schmidt\r\n\r\n\
On Mon, 23 Nov 2026 at 10:00, Jane Doe <jane@doe.example> wrote:\r\n> Dear Anna,\r\n> I look forward to it.\r\n";

fn reading(c: &mut Criterion) {
    let account = Address::parse("jane@doe.example").expect("an address");
    let own = OwnAddresses::new(account, Vec::new());
    let context = ReadContext { own: &own, received: None, zone: chrono_tz::Europe::Berlin };
    let (headers, _) = LETTER.split_once("\r\n\r\n").expect("a header section");
    let mut group = c.benchmark_group("reading");
    group.throughput(Throughput::Elements(1));
    group.bench_function("headers", |b| b.iter(|| read_headers(headers.as_bytes(), &context)));
    group.bench_function("a whole message", |b| b.iter(|| read(LETTER.as_bytes(), &context)));
    group.finish();
}

fn windows(c: &mut Criterion) {
    let past = Past::new(1, 100_001).expect("a past");
    c.bench_function("windows of 100,000 messages", |b| {
        b.iter(|| {
            let mut windows = Windows::down(past, None);
            let mut count = 0;
            loop {
                if let Some(window) = windows.cut(500) {
                    count += u64::from(window.range().last() - window.range().first()) + 1;
                } else if let Some(span) = windows.span(10_000) {
                    windows.found(span, (span.first()..=span.last()).collect());
                } else {
                    break count;
                }
            }
        });
    });
}

criterion_group!(benches, reading, windows);
criterion_main!(benches);
