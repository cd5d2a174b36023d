//! Reading a whole message on a thread of its own with a large stack: a parser that goes down into
//! part after part of a hostile message must not end the process.
//!
//! The surprising fact: whatever happens there, there is a message. What cannot be read is read by
//! its headers.

use std::thread;

use crate::domain::message::Message;
use crate::mail::read::{ReadContext, passed_on, read, read_headers};

/// In octets; only what is used is taken from the system.
const STACK: usize = 64 << 20;

/// A message from its bytes.
pub(super) fn read_apart(bytes: &[u8], context: &ReadContext<'_>) -> Message {
    apart(|| read(bytes, context)).unwrap_or_else(|| {
        let mut message = read_headers(bytes, context);
        message.defects.push("the body could not be read".to_owned());
        message
    })
}

/// The message inside one that was passed on.
pub(super) fn passed_on_apart(bytes: &[u8], context: &ReadContext<'_>) -> Option<Message> {
    apart(|| passed_on(bytes, context)).flatten()
}

fn apart<T: Send>(read: impl FnOnce() -> T + Send) -> Option<T> {
    thread::scope(|scope| {
        let thread = thread::Builder::new().name("reading".to_owned()).stack_size(STACK);
        thread.spawn_scoped(scope, read).ok()?.join().ok()
    })
}
