//! Header sections as the first pass over a mailbox reads them, ids and all.
#![no_main]

use afterword::domain::address::{Address, OwnAddresses};
use afterword::mail::read::{ReadContext, read_headers};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let Some(account) = Address::parse("jane@doe.example") else { return };
    let own = OwnAddresses::new(account, Vec::new());
    let context = ReadContext { own: &own, received: None, zone: chrono_tz::UTC };
    let message = read_headers(octets, &context);
    assert!(message.references.len() <= 200);
    for id in message.message_id.iter().chain(&message.references).chain(&message.in_reply_to) {
        let text = id.as_str();
        assert!(!text.is_empty() && !text.contains(['\r', '\n', '<', '>']));
    }
});
