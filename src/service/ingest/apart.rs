//! Reading a whole message on a thread of its own with a large stack: a parser that goes down into
//! part after part of a hostile message must not end the process.
//!
//! The surprising fact: whatever happens there, there is a message. What cannot be read is read by
//! its headers.

use std::thread;

use crate::domain::message::Message;
use crate::mail::read::{ReadContext, read, read_headers};

/// In octets; only what is used is taken from the system.
const STACK: usize = 64 << 20;

/// A message from its bytes.
pub(super) fn read_apart(bytes: &[u8], context: &ReadContext<'_>) -> Message {
    let read_here = || {
        thread::scope(|scope| {
            let thread = thread::Builder::new().name("reading".to_owned()).stack_size(STACK);
            thread.spawn_scoped(scope, || read(bytes, context)).ok()?.join().ok()
        })
    };
    read_here().unwrap_or_else(|| {
        let mut message = read_headers(bytes, context);
        message.defects.push("the body could not be read".to_owned());
        message
    })
}
