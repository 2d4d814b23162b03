//! Who may do what: roles become permissions, a principal holds them, passwords follow rules.

pub mod password;
pub mod permission;
pub mod principal;
pub mod proxy;
pub mod role;
pub mod session;
