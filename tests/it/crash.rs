//! `kill -9` of the real binary at many moments of a run, a send, a backup and a restore, then a start on the same directory.
//!
//! Invariant proved: the directory is the one before or the one after, never between; a run is resumed and ends or
//! is reported; a message ends in a state that is true for every recipient, and nobody receives it twice.

mod backup;
mod chance;
mod migration;
mod moments;
mod restore;
mod run;
mod send;
