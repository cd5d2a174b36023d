//! Names of mailboxes: what is shown has no control characters, and what goes back is one line.
#![no_main]

use afterword::imap::fuzz;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|name: &str| {
    let shown = fuzz::readable_name(name);
    assert!(!shown.chars().any(char::is_control));
});
