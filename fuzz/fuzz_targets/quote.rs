//! Values in commands: one quoted string on one line of ASCII, or nothing.
#![no_main]

use afterword::imap::fuzz;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|value: &str| {
    let Some(quoted) = fuzz::quoted(value) else { return };
    assert!(quoted.is_ascii() && !quoted.contains(['\r', '\n', '\0']));
    let inner = quoted.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap();
    let mut escaped = false;
    for c in inner.chars() {
        assert!(escaped || c != '"', "the string ends early");
        escaped = !escaped && c == '\\';
    }
    assert!(!escaped, "the end is escaped");
});
