//! The rules of the business, pure: no async, no I/O, no clock, no randomness.
//!
//! Must not know the store, DingTalk's wire, HTTP or the runtime. Everything here can be tested with values alone.

pub mod secret;
pub mod text;
