//! `menpai backup`: make, list, verify and restore backups, through a running server or on a stopped one's data;
//! `menpai upgrade-check`: try an upgrade on a copy.
//!
//! Must not know how an archive is made. Invariant: restoring asks for a stopped server, and tells where it keeps
//! what it replaced.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::client::{RunningServer, ServerArguments};
use super::{Failure, Outcome, say, say_progress};
use crate::app::{StartError, Surroundings, store_options};
use crate::config::Config;
use crate::domain::audit::Actor;
use crate::domain::backup::{Manifest, Reason};
use crate::domain::id::BackupId;
use crate::store::Store;
use crate::store::backup::{BackupRequest, Progress, RestoreRequest, Shelf, restore, try_upgrade, verify};

/// How often a backup that is being made is looked at.
const PAUSE: Duration = Duration::from_millis(300);

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a backup: through the running server with --online, else on the data of a stopped one
    Create {
        /// Ask the running server; the token is a platform administrator's session (POST /api/v1/sessions)
        #[arg(long)]
        online: bool,
        #[command(flatten)]
        server: ServerArguments,
    },
    /// List the backups, the newest first
    List,
    /// Read a backup through, as a restore would
    Verify {
        /// A file, or the id of one that `list` shows; the newest when absent
        backup: Option<String>,
    },
    /// Put a backup in the place of a stopped server's data, which is kept aside; a running one does it on its System page
    Restore {
        /// A file, or the id of one that `list` shows
        backup: String,
        /// Restore although the sealing key is lost: every Client Secret must be entered again
        #[arg(long)]
        without_key: bool,
    },
}

/// Does what is asked.
pub(super) async fn run(
    arguments: &Arguments,
    config: &Config,
    variables: &BTreeMap<String, String>,
) -> Outcome {
    let shelf = Shelf::new(&config.backup.directory);
    let passphrase = config.backup.passphrase.as_ref();
    match &arguments.action {
        Action::Create { online: true, server } => ask(&RunningServer::find(server, variables)?).await,
        Action::Create { online: false, .. } => create(config, &shelf),
        Action::List => {
            let shelved = shelf.list()?;
            if shelved.is_empty() {
                say("no backups / 没有备份");
            }
            for backup in shelved {
                say(&line(&backup.manifest, backup.bytes, &backup.path));
            }
            Ok(ExitCode::SUCCESS)
        }
        Action::Verify { backup } => {
            let path = find(&shelf, backup.as_deref())?;
            let verified = verify(&shelf, &path, passphrase, &Progress::default())?;
            for finding in &verified.findings {
                say(&finding.to_string());
            }
            if !verified.findings.is_empty() {
                return Err("the backup is not sound; use another one\n备份不完好，请改用另一个".into());
            }
            let rows: u64 = verified.manifest.tables.values().sum();
            say(&format!(
                "the backup is sound: {rows} rows in {} tables / 备份完好",
                verified.manifest.tables.len()
            ));
            Ok(ExitCode::SUCCESS)
        }
        Action::Restore { backup, without_key } => {
            let path = find(&shelf, Some(backup))?;
            let request = RestoreRequest {
                path,
                passphrase: passphrase.cloned(),
                without_key: *without_key,
                now: Surroundings::real().ambient.now(),
                actor: Actor::Server,
                address: None,
            };
            let restored = restore(&config.data_dir, &request)?;
            say(&format!("restored / 已恢复: {}", restored.manifest.id));
            if let Some(aside) = restored.aside {
                say(&format!("the replaced data is kept in / 原数据保留在: {}", aside.display()));
            }
            if restored.lost_secrets {
                say(
                    "enter the Client Secret of every DingTalk application again / 请重新填写每个钉钉应用的 Client Secret",
                );
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// `menpai upgrade-check`.
pub(super) fn upgrade_check(config: &Config) -> Outcome {
    let shelf = Shelf::new(&config.backup.directory);
    let trial = try_upgrade(&config.data_dir, &shelf, Surroundings::real().ambient.now())?;
    for finding in &trial.findings {
        say(&finding.to_string());
    }
    if !trial.findings.is_empty() {
        return Err("the upgraded copy is not sound; do not upgrade, and report this\n升级后的副本不完好，请勿升级并反馈此问题".into());
    }
    let (from, to) = (trial.from, trial.to);
    say(&if from == to {
        format!("the data has this program's schema already ({to}) and is sound / 无需升级，数据完好")
    } else {
        format!("a copy was brought from schema {from} to {to} and is sound / 副本升级成功，数据完好")
    });
    Ok(ExitCode::SUCCESS)
}

fn create(config: &Config, shelf: &Shelf) -> Outcome {
    let ambient = Surroundings::real().ambient;
    let now = ambient.now();
    let store = Store::open(&config.data_dir, &store_options(config), now).map_err(|error| {
        let text = error.text();
        StartError(crate::domain::text::Text::new(
            format!("{}；服务正在运行时请加 --online", text.zh),
            format!("{}; add --online while the server runs", text.en),
        ))
    })?;
    let id = BackupId(ambient.id());
    let request =
        BackupRequest { id, reason: Reason::Asked, now, passphrase: config.backup.passphrase.clone() };
    store.back_up(shelf, &request, &Progress::default())?;
    store.close();
    if let Some(made) = shelf.find(id)? {
        say(&line(&made.manifest, made.bytes, &made.path));
    }
    Ok(ExitCode::SUCCESS)
}

async fn ask(server: &RunningServer) -> Outcome {
    let mut backup = server.post_json("/backups", &json!({})).await?;
    let word =
        |backup: &Value, key: &str| backup.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let path = format!("/backups/{}", word(&backup, "id"));
    while matches!(word(&backup, "status").as_str(), "queued" | "running") {
        say_progress(&format!(
            "{} {}/{}",
            word(&backup, "status"),
            word(&backup, "rows"),
            word(&backup, "rowsTotal")
        ));
        tokio::time::sleep(PAUSE).await;
        backup = server.get(&path).await?;
    }
    if word(&backup, "status") != "succeeded" {
        return Err(word(&backup, "error").into());
    }
    say(&format!("{}  {} bytes", word(&backup, "id"), word(&backup, "bytes")));
    Ok(ExitCode::SUCCESS)
}

/// The archive that is meant: a file, the id of one on the shelf, or the newest there.
fn find(shelf: &Shelf, meant: Option<&str>) -> Result<PathBuf, Failure> {
    if let Some(path) = meant.map(Path::new).filter(|path| path.is_file()) {
        return Ok(path.to_owned());
    }
    let found = match meant {
        None => shelf.list()?.into_iter().next(),
        Some(id) => id.parse().ok().map(|id| shelf.find(id)).transpose()?.flatten(),
    };
    let found = found.ok_or("there is no such backup; `menpai backup list` shows them\n没有这个备份，请用 menpai backup list 查看")?;
    Ok(found.path)
}

fn line(manifest: &Manifest, bytes: u64, path: &Path) -> String {
    let made = jiff::Timestamp::from_millisecond(manifest.created_at.0).unwrap_or_default();
    let kind = if manifest.encryption.is_some() { "encrypted" } else { "plain" };
    format!(
        "{}  {made:.0}  {bytes:>12} bytes  {kind:<9}  schema {}  {}",
        manifest.id,
        manifest.schema_version,
        path.display()
    )
}
