//! Mail as bytes and as words. Coming in: what one message says, read from its bytes. Going out:
//! the texts, and the bytes that are sent. No socket, no clock, no store.
//!
//! The surprising fact: reading never fails; odd mail gives few facts and a list of defects.

pub mod compose;
pub mod draft_text;
pub mod feed;
pub mod page;
pub mod read;
pub mod sense;
pub mod wording;
