//! Synchronisation as decisions: a complete snapshot and the stored directory make a plan, nothing is done here.

pub mod absence;
pub mod arrival;
pub mod change;
pub mod change_filter;
pub mod choice;
pub mod conflict;
pub mod detach;
pub mod event;
pub mod guard;
pub mod identity;
pub mod merge;
#[cfg(test)]
mod model;
pub mod order;
pub mod plan;
pub mod resolution;
pub mod revert;
pub mod run;
pub mod snapshot;
pub mod step;
pub mod stored;
pub mod warnings;
