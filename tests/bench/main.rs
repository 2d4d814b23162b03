//! The measurements of `make bench`, run against the simulator.

fn main() {}
