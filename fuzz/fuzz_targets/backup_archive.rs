//! The door `backup_archive`, fed by the fuzzer.

#![no_main]

#[path = "../../tests/it/hostile/doors/mod.rs"]
mod doors;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| doors::enter("backup_archive", bytes));
