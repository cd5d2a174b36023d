//! The pure core: values and decisions. No clock, no I/O, no randomness, no SQL.
//! Every function here gives the same answer for the same arguments.

pub mod address;
pub mod approval;
pub mod draft;
pub mod event;
pub mod ids;
pub mod mailbox;
pub mod message;
pub mod own_mark;
pub mod ref_code;
pub mod user_mail;
