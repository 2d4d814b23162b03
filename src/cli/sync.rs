//! `menpai sync`: show what a synchronisation would do, carry one out, or look back, through a running server.
//!
//! Must not know how a run works. Invariant: the exit code tells how the run ended: 0 well, 1 badly, 2 it waits for
//! approval.

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::client::{RunningServer, ServerArguments};
use super::{Failure, Outcome, say, say_progress};

/// How often a run that goes on is looked at.
const PAUSE: Duration = Duration::from_millis(400);
/// How many runs `status` shows.
const SHOWN: usize = 10;
/// The exit code of a run that the guard stopped.
const AWAITING_APPROVAL: u8 = 2;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Show what a synchronisation would change, and change nothing
    Preview(Target),
    /// Synchronise; exit code 2 when an administrator must approve first
    Run(Target),
    /// Show the last runs
    Status(Target),
}

#[derive(Debug, Args)]
struct Target {
    /// The tenant's number
    #[arg(long, value_name = "ID")]
    tenant: u32,
    /// Print the result as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerArguments,
}

/// Does what is asked, and prints what came of it.
pub(super) async fn run(arguments: &Arguments, variables: &BTreeMap<String, String>) -> Outcome {
    match &arguments.action {
        Action::Preview(target) => start(target, "preview", variables).await,
        Action::Run(target) => start(target, "apply", variables).await,
        Action::Status(target) => status(target, variables).await,
    }
}

async fn start(target: &Target, mode: &str, variables: &BTreeMap<String, String>) -> Outcome {
    let server = RunningServer::find(&target.server, variables)?;
    let runs = format!("/tenants/{}/syncRuns", target.tenant);
    let mut run = server.post_json(&runs, &json!({ "mode": mode })).await?;
    let path = format!("{runs}/{}", known(&run, "id")?);
    let mut told = String::new();
    while matches!(known(&run, "status")?, "queued" | "running") {
        let now = progress(&run);
        if now != told {
            say_progress(&now);
            told = now;
        }
        tokio::time::sleep(PAUSE).await;
        run = server.get(&path).await?;
    }
    say(&if target.json { format!("{run:#}") } else { result(&run) });
    Ok(exit_code(known(&run, "status")?))
}

async fn status(target: &Target, variables: &BTreeMap<String, String>) -> Outcome {
    let server = RunningServer::find(&target.server, variables)?;
    let page = server.get(&format!("/tenants/{}/syncRuns?limit={SHOWN}", target.tenant)).await?;
    let runs = page.get("items").and_then(Value::as_array).ok_or_else(not_a_run)?;
    if target.json {
        say(&format!("{:#}", Value::from(runs.as_slice())));
    } else if runs.is_empty() {
        say("no synchronisation yet / 尚未同步");
    } else {
        say(&runs.iter().map(line).collect::<Vec<_>>().join("\n"));
    }
    Ok(ExitCode::SUCCESS)
}

fn exit_code(status: &str) -> ExitCode {
    match status {
        "succeeded" | "previewed" => ExitCode::SUCCESS,
        "awaitingApproval" => AWAITING_APPROVAL.into(),
        _ => ExitCode::FAILURE,
    }
}

fn word<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// A text that every run has.
fn known<'a>(run: &'a Value, key: &str) -> Result<&'a str, Failure> {
    run.get(key).and_then(Value::as_str).ok_or_else(not_a_run)
}

fn not_a_run() -> Failure {
    "the server's answer is not a synchronisation; is it as new as this command?\n服务器的应答不是同步记录，请确认版本一致"
        .into()
}

fn count(run: &Value, key: &str) -> u64 {
    run.get("counts").and_then(|counts| counts.get(key)).and_then(Value::as_u64).unwrap_or_default()
}

/// How far a run is.
fn progress(run: &Value) -> String {
    let found = run.get("departmentsFound").and_then(Value::as_u64).unwrap_or_default();
    let (departments, members) = (count(run, "departmentsRead"), count(run, "membersRead"));
    format!("{}: departments {departments}/{found}, members {members}", word(run, "phase"))
}

/// The counts that are not nought, under the names they have in the API.
fn counts(run: &Value) -> impl Iterator<Item = (&str, u64)> {
    let counts = run.get("counts").and_then(Value::as_object).into_iter().flatten();
    counts.filter_map(|(name, count)| Some((name.as_str(), count.as_u64().filter(|count| *count > 0)?)))
}

/// How a run ended; below it what it did, why it waits, what to know, what failed and what to do.
fn result(run: &Value) -> String {
    let mut text = format!("{}  [{}]", word(run, "status"), word(run, "id"));
    for (name, count) in counts(run) {
        text.push_str(&format!("\n    {name} {count}"));
    }
    for (sign, key) in [('✋', "guard"), ('!', "warnings")] {
        let said = run.get(key).and_then(Value::as_array).into_iter().flatten();
        for sentence in said.filter_map(Value::as_str) {
            text.push_str(&format!("\n    {sign} {sentence}"));
        }
    }
    if let Some(error) = run.get("error") {
        text.push_str(&format!("\n    ✗ {} ({})", word(error, "detail"), word(error, "code")));
        for (sign, key) in [('→', "remedy"), (' ', "link")] {
            let said = word(error, key);
            if !said.is_empty() {
                text.push_str(&format!("\n    {sign} {said}"));
            }
        }
    }
    text
}

/// A run in one line.
fn line(run: &Value) -> String {
    let did: String = counts(run)
        .filter(|(name, _)| !name.ends_with("Read"))
        .map(|(name, count)| format!("  {name} {count}"))
        .collect();
    let [at, status, mode, trigger] = ["createdAt", "status", "mode", "trigger"].map(|key| word(run, key));
    format!("{at}  {status:<16} {mode:<7} {trigger:<8}  [{}]{did}", word(run, "id"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_run_is_printed_with_what_to_do() {
        let run = json!({
            "id": "r1", "status": "failed", "counts": {"departmentsRead": 3, "membersCreated": 0},
            "guard": [], "warnings": ["注意"],
            "error": {"code": "dingtalkPermission", "detail": "没有权限", "remedy": "申请权限"},
        });
        let expected = "failed  [r1]\n    departmentsRead 3\n    ! 注意\n    ✗ 没有权限 (dingtalkPermission)\n    → 申请权限";
        assert_eq!(result(&run), expected);
    }

    #[test]
    fn the_exit_code_tells_the_end() {
        assert_eq!(exit_code("previewed"), ExitCode::SUCCESS);
        assert_eq!(exit_code("awaitingApproval"), ExitCode::from(2));
        assert_eq!(exit_code("cancelled"), ExitCode::FAILURE);
    }

    #[test]
    fn a_line_tells_what_was_done_and_not_what_was_read() {
        let run = json!({
            "id": "r1", "createdAt": "2026-11-01T00:00:00Z", "status": "succeeded", "mode": "apply",
            "trigger": "manual", "counts": {"membersRead": 9, "membersCreated": 2},
        });
        assert_eq!(
            line(&run),
            "2026-11-01T00:00:00Z  succeeded        apply   manual    [r1]  membersCreated 2"
        );
    }
}
