//! The service against the simulator: what the platform delivered and what is said here must agree.

mod faults;
mod sending;
mod ten_thousand;
mod ways;
mod world;
