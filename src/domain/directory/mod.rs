//! Who is who on this server: accounts (one a person), members (a person inside one tenant), departments.

pub mod account;
pub mod department;
pub mod member;
pub mod outline;
pub mod profile;
pub mod tree;
pub mod visibility;
