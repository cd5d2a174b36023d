//! Whole messages.
#![no_main]

use afterword::domain::address::{Address, OwnAddresses};
use afterword::mail::read::{ReadContext, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    let Some(account) = Address::parse("jane@doe.example") else { return };
    let own = OwnAddresses::new(account, Vec::new());
    let context = ReadContext { own: &own, received: None, zone: chrono_tz::UTC };
    std::hint::black_box(read(octets, &context));
});
