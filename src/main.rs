//! Parses the command line, sets up tracing and hands over.

fn main() {}
