//! Why the process does not start: one sentence per setting that is wrong.

use std::fmt;

use crate::domain::text::Text;

/// What is wrong with the settings. Holds no secret, so it can be printed.
#[derive(Debug)]
pub struct ConfigError {
    problems: Vec<Text>,
}

impl ConfigError {
    pub(super) fn new(problems: Vec<Text>) -> Self {
        Self { problems }
    }

    /// Each problem in both languages.
    pub fn problems(&self) -> &[Text] {
        &self.problems
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "配置有误 / the configuration is not valid:")?;
        for problem in &self.problems {
            writeln!(formatter, "- {}\n  {}", problem.zh, problem.en)?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
