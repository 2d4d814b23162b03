//! `kill -9` of the real binary at many moments of a run, a send, a backup, a restore and a migration, then a start on
//! the same directory: at moments that were thought of, and at 200 random ones.
//!
//! Invariant proved: the directory is the one before or the one after, never between; a run is resumed and ends or
//! is reported; a message ends in a state that is true for every recipient, and nobody receives it twice.

mod backup;
mod chance;
mod migration;
mod moments;
mod remains;
mod restore;
mod run;
mod send;
