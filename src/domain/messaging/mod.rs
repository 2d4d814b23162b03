//! Messages as decisions: what may be said, to whom, when, and what is known of each delivery.

pub mod audience;
pub mod content;
pub mod delivery;
pub mod forecast;
pub mod media;
pub mod message;
pub mod outbox;
pub mod pace;
pub mod quota;
pub mod results;
pub mod tally;
pub mod way;
