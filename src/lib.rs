//! Afterword watches a job seeker's own mailbox and takes care of following up.
//! `ARCHITECTURE.md` has the map; the modules below are its rooms.

pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod imap;
pub mod mail;
pub mod net;
pub mod oauth;
pub mod sandbox;
pub mod service;
pub mod smtp;
pub mod store;
