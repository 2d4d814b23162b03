//! The client against a scripted server on loopback: what is sent, what is tried again, what is believed.

mod contacts;
mod hostile;
mod notices;
pub(super) mod script;
mod secrecy;
mod sign_in;
mod tries;
