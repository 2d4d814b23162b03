//! A setting as it may be seen: by its name, with its origin, and without what is secret.
//!
//! Must not know which settings there are. Invariant: a value that is secret was hidden before it came here.

use std::fmt;

/// Where a value came from; the later ones rule over the earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Ours.
    Default,
    /// The file of settings.
    File,
    /// An environment variable.
    Environment,
    /// The command line.
    Flag,
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Default => "default",
            Self::File => "file",
            Self::Environment => "environment",
            Self::Flag => "flag",
        })
    }
}

/// A setting as an administrator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownSetting {
    /// The environment variable's name, by which the documentation speaks of it.
    pub name: &'static str,
    /// The value and where it came from; nothing while it is not set.
    pub value: Option<(String, Origin)>,
}

/// A line of the table of `menpai config show`.
impl fmt::Display for ShownSetting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, value } = self;
        match value {
            Some((value, origin)) => write!(formatter, "{name:<30} {value:<34} {origin}"),
            None => write!(formatter, "{name:<30} {:<34} not set", "-"),
        }
    }
}
