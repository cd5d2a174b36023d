//! The pure core: values and decisions. No clock, no I/O, no randomness, no SQL.
//! Every function here gives the same answer for the same arguments.

pub mod address;
pub mod alert;
pub mod approval;
pub mod attribution;
pub mod calendar;
pub mod caution;
pub mod command;
pub mod date_words;
pub mod draft;
pub mod evening;
pub mod event;
pub mod follow_up;
pub mod forecast;
pub mod hexadecimal;
pub mod holidays;
pub mod ids;
pub mod kept_word;
pub mod mailbox;
pub mod message;
pub mod observation;
pub mod old_texts;
pub mod own_mark;
pub mod person;
pub mod policy;
pub mod reason;
pub mod ref_code;
pub mod report;
pub mod settings;
pub mod story;
pub mod subject;
pub mod tone;
pub mod user_mail;
pub mod week;
