//! The support bundle: readable text files that tell a stranger how the server is, and nothing about anybody.
//!
//! Invariant: what is in it is listed here, field by field; nothing is taken over as a whole but the settings, which
//! hide their secrets themselves.

use std::io::{self, Write as _};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::Watch;
use crate::domain::access::principal::Principal;
use crate::domain::error::Result;
use crate::domain::page::Limit;
use crate::domain::sync::run::SyncRun;
use crate::domain::time::Timestamp;
use crate::service::audit::Record;

/// How many runs of each tenant are told.
const RUNS: usize = 10;
/// How many tenants' runs are told.
const TENANTS: usize = 200;

const READ_ME: &str = "\
Menpai support bundle. Every file is plain text: read it before you send it.
It holds versions, settings (secrets hidden), health, numbers, the last warnings and errors, and the last runs by tenant id.
It holds no names, mobile numbers, userids, message texts, passwords, tokens or keys.

门牌诊断包。所有文件均为纯文本，发送前可逐一查看。
包含版本、配置（密钥已隐藏）、健康状况、计数、最近的警告与错误、各租户最近的同步记录（仅租户编号）。
不含姓名、手机号、userid、消息内容、密码、令牌或密钥。
";

/// A file of the bundle.
#[derive(Clone, Debug)]
pub struct BundleFile {
    /// Its name.
    pub name: &'static str,
    /// What is in it.
    pub text: String,
}

impl Watch {
    /// The files of a support bundle. For platform administrators; it is written down who took it.
    pub async fn bundle(&self, principal: &Principal) -> Result<Vec<BundleFile>> {
        principal.require_platform()?;
        let measures = self.measures().await?;
        let parts: Vec<Value> = measures
            .vitals
            .parts()
            .into_iter()
            .map(|part| json!({"name": part.name, "status": part.health.name()}))
            .collect();
        let tables: Value = measures.tables.iter().map(|(name, rows)| (*name, *rows)).collect();
        let record = Record::by(principal, self.context.ambient.now(), None, "support.bundle");
        let runs = self
            .context
            .store
            .write(move |tx| {
                record.write(tx)?;
                let mut runs = Vec::new();
                for tenant in tx.tenants().all()?.into_iter().take(TENANTS) {
                    let page = tx.in_tenant(tenant.id).sync_runs().list(Limit::new(Some(RUNS)), None)?;
                    runs.extend(page.items.iter().map(run));
                }
                Ok(runs)
            })
            .await?;
        let errors: Vec<Value> = (self.recent)()
            .into_iter()
            .map(|error| {
                json!({
                    "at": moment(error.at), "level": if error.is_error { "error" } else { "warning" },
                    "source": error.source, "message": masked(&error.message), "requestId": error.request_id,
                })
            })
            .collect();
        let pretty = |value: Value| format!("{value:#}\n");
        let file = |name, text| BundleFile { name, text };
        Ok(vec![
            file("README.txt", READ_ME.to_owned()),
            file("version.txt", format!("menpai {}\n", env!("CARGO_PKG_VERSION"))),
            file("settings.txt", self.settings.iter().map(|setting| format!("{setting}\n")).collect()),
            file("system.txt", system(measures.store_bytes, measures.vitals.free_bytes)),
            file("health.json", pretty(json!(parts))),
            file("tables.json", pretty(tables)),
            file("errors.json", pretty(json!(errors))),
            file("runs.json", pretty(json!(runs))),
        ])
    }
}

/// A run without anybody in it: no names, no sentences.
fn run(run: &SyncRun) -> Value {
    let counts = &run.counts;
    json!({
        "tenant": run.tenant.0, "id": run.id.to_string(), "status": run.status.name(), "trigger": run.trigger.name(),
        "phase": run.phase.name(), "createdAt": moment(run.created_at), "finishedAt": run.finished_at.map(moment),
        "departmentsRead": counts.departments_read, "membersRead": counts.members_read,
        "membersCreated": counts.members_created, "membersUpdated": counts.members_updated,
        "membersDisabled": counts.members_disabled, "conflicts": counts.conflicts, "calls": run.calls,
        "error": run.error.as_ref().map(|error| error.code.as_str()),
    })
}

fn moment(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().to_string()
}

/// The log carries no mobile number; should one slip in, it does not leave the house by this way.
fn masked(text: &str) -> String {
    let (mut masked, mut digits) = (String::with_capacity(text.len()), 0);
    for character in text.chars() {
        digits = if character.is_ascii_digit() { digits + 1 } else { 0 };
        masked.push(if digits > 5 { '*' } else { character });
    }
    masked
}

fn system(store_bytes: u64, free_bytes: Option<u64>) -> String {
    let first = |path: &str, beginning: &str| {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        text.lines().find(|line| line.starts_with(beginning)).unwrap_or_default().to_owned()
    };
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    format!(
        "os {} {}\n{}\nkernel {}\ncores {cores}\n{}\n{}\n{}\ndatabase {store_bytes} bytes\nfree {} bytes\n",
        std::env::consts::OS,
        std::env::consts::ARCH,
        first("/etc/os-release", "PRETTY_NAME"),
        first("/proc/sys/kernel/osrelease", ""),
        first("/proc/meminfo", "MemTotal"),
        first("/proc/self/status", "VmRSS"),
        first("/proc/self/status", "VmHWM"),
        free_bytes.map_or_else(|| "unknown".to_owned(), |bytes| bytes.to_string()),
    )
}

/// The files as a tar.gz.
///
/// # Errors
/// Never, for it is written into memory; the type says what the writers say.
pub fn archive(files: &[BundleFile], now: Timestamp) -> io::Result<Vec<u8>> {
    let mut tar = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for file in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(file.text.len() as u64);
        header.set_mode(0o600);
        header.set_mtime(u64::try_from(now.0 / 1000).unwrap_or_default());
        tar.append_data(&mut header, format!("menpai-support/{}", file.name), file.text.as_bytes())?;
    }
    let mut gzip = tar.into_inner()?;
    gzip.flush()?;
    gzip.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_are_masked() {
        assert_eq!(masked("took 12345 ms"), "took 12345 ms");
        assert_eq!(masked("13800138000 and +86-13800138000"), "13800****** and +86-13800******");
    }
}
