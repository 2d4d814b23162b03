//! The rules of the business, pure: no async, no I/O, no clock, no randomness.
//!
//! Must not know the store, DingTalk's wire, HTTP or the runtime. Everything here can be tested with values alone.

pub mod access;
pub mod audit;
pub mod backup;
pub mod dingtalk_app;
pub mod directory;
pub mod doctor;
pub mod error;
pub mod id;
pub mod job;
pub mod messaging;
pub mod mobile;
pub mod network;
pub mod page;
pub mod repetition;
pub mod schedule;
pub mod secret;
pub mod setting;
pub mod sync;
pub mod tenant;
pub mod text;
pub mod time;
pub mod watch;
pub mod webhook;
