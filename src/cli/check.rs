//! `menpai check`: reads the whole database and recomputes every index and the audit's chain.

use std::process::ExitCode;

use crate::app::{StartError, Surroundings, store_options};
use crate::cli::{Outcome, say};
use crate::config::Config;
use crate::store::Store;

/// Checks; the exit code tells scripts whether all is well.
pub(super) fn run(config: &Config) -> Outcome {
    let now = Surroundings::real().ambient.now();
    let store = Store::open(&config.data_dir, &store_options(config), now)
        .map_err(|error| StartError(error.text()))?;
    let findings = store.check()?;
    for finding in &findings {
        say(&finding.to_string());
    }
    store.close();
    if findings.is_empty() {
        say("the database is sound: every index, counter and audit entry agrees with the rows");
        say("数据库完好：所有索引、计数与审计记录均与数据一致");
        Ok(ExitCode::SUCCESS)
    } else {
        say(&format!("{} findings: restore a backup, and report this", findings.len()));
        say(&format!("发现 {} 处不一致：请用备份恢复，并反馈此问题", findings.len()));
        Ok(ExitCode::FAILURE)
    }
}
