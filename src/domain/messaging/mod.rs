//! Messages as decisions: what may be said, to whom, and what is known of each delivery.

pub mod content;
pub mod delivery;
pub mod message;
