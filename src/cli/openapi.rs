//! `menpai openapi`: the specification of the native API, as it is served.

use std::process::ExitCode;

use crate::cli::{Outcome, say};
use crate::http;

/// Prints the specification.
pub(super) fn run() -> Outcome {
    say(http::specification().trim_end());
    Ok(ExitCode::SUCCESS)
}
