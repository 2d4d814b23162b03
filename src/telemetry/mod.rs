//! What the process says while it runs: one subscriber, human-readable lines on standard error.
//!
//! Must not know what is logged, only how. Invariants: no library speaks below `info`, whatever `MENPAI_LOG` says,
//! because libraries print whole requests there, tokens included; and our own events carry no secret, no token, no
//! mobile number and no message text (fields name ids, counts, codes and durations; units stand in the field's name).

mod recent;

use std::io::{self, IsTerminal};

use tracing::{Level, Metadata};
use tracing_subscriber::filter::{EnvFilter, ParseError, filter_fn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

pub use self::recent::RecentErrors;

/// Starts logging for the whole process, which is the one thing here that is global; call it once, from `main`. What
/// is logged as a warning or an error is also kept in `recent`.
///
/// # Errors
/// When something else has already taken the process's logging.
pub fn start(filter: EnvFilter, recent: RecentErrors) -> Result<(), TryInitError> {
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_filter(filter_fn(may_speak));
    tracing_subscriber::registry().with(filter).with(lines).with(recent).try_init()
}

/// Reads `info`, `debug`, `warn,menpai::dingtalk=trace`: a level, or directives as `tracing` knows them.
///
/// # Errors
/// When a directive is not one.
pub fn filter(text: &str) -> Result<EnvFilter, ParseError> {
    EnvFilter::builder().parse(text)
}

/// Our own code at every level, others from `info` upwards.
fn may_speak(event: &Metadata<'_>) -> bool {
    *event.level() <= Level::INFO || event.target().split("::").next() == Some("menpai")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_directives_are_read() {
        for good in ["info", "debug", "warn,menpai::dingtalk=trace", "off"] {
            assert!(filter(good).is_ok(), "{good}");
        }
        for bad in ["loud=very", "menpai=sometimes"] {
            assert!(filter(bad).is_err(), "{bad}");
        }
    }
}
