//! Stops a pass at a named point, as if the machine had died there.
//!
//! The service says in its log how far a message has come. What listens here ends the pass in the
//! middle of that line: everything the pass holds is dropped, and nothing after it runs. No code of
//! the service knows about it.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::atomic::{AtomicU32, Ordering};

use afterword::service::Service;
use futures_util::FutureExt as _;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

/// Every point of the way out, in order. The last two are those of mails to the user.
pub const POINTS: [&str; 14] = [
    "look begins",
    "mailboxes read",
    "mailboxes searched",
    "about to be claimed",
    "claimed",
    "the server waits for the body",
    "nothing has come since",
    "about to be handed over",
    "handed over",
    "answered",
    "about to be settled",
    "settled",
    "a mail to the user is handed over",
    "a mail to the user is answered",
];

struct Trap {
    point: &'static str,
    passed: AtomicU32,
}

/// What unwinds; without the noise of a panic.
struct Stopped;

/// One pass that ends at `point`. `false` if it never came there.
pub async fn pass_until(service: &mut Service, point: &'static str) -> bool {
    let trap = Trap { point, passed: AtomicU32::new(0) };
    let _listening = tracing::subscriber::set_default(tracing_subscriber::registry().with(trap));
    AssertUnwindSafe(service.pass()).catch_unwind().await.is_err()
}

impl<S: Subscriber> Layer<S> for Trap {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut seen = Seen { wanted: self.point, found: false };
        event.record(&mut seen);
        if seen.found && self.passed.fetch_add(1, Ordering::SeqCst) == 0 {
            resume_unwind(Box::new(Stopped));
        }
    }
}

struct Seen {
    wanted: &'static str,
    found: bool,
}

impl Visit for Seen {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.found |= field.name() == "point" && value == self.wanted;
    }

    fn record_debug(&mut self, _field: &Field, _value: &dyn std::fmt::Debug) {}
}
