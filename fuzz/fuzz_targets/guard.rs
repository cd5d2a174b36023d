//! The reader that bounds what a server may send: the same octets in one piece and in two.
#![no_main]

use afterword::imap::fuzz;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let whole = fuzz::first_response(octets, octets.len());
    let in_two = fuzz::first_response(octets, octets.len() / 2);
    assert_eq!(whole, in_two);
});
