//! What the pinned libraries do where we do not use their short way. Nothing of ours is tested:
//! when one of these fails after an update, the library has changed, and the code that is named
//! beside the test can become simpler or has to become more careful.

mod bounds;
mod idle;
mod imap;
mod parser;
mod smtp;
