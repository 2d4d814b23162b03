//! A DingTalk platform for tests, benchmarks and the demo.
