//! `menpai doctor`: examine a tenant's DingTalk application through a running server, and print what was found.

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::Args;
use serde_json::Value;

use super::client::{RunningServer, ServerArguments};
use super::{Outcome, say};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The tenant's number
    #[arg(long, value_name = "ID")]
    tenant: u32,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: ServerArguments,
}

/// Examines and prints; ends with 1 when something must be mended.
pub(super) async fn run(arguments: &Arguments, variables: &BTreeMap<String, String>) -> Outcome {
    let server = RunningServer::find(&arguments.server, variables)?;
    let path = format!("/tenants/{}/dingtalk/doctor", arguments.tenant);
    let report = server.post(&path).await?;
    let checks = report.get("checks").and_then(Value::as_array);
    let checks =
        checks.ok_or("the server's answer is not a doctor's report; is it as new as this command?")?;
    say(&if arguments.json { format!("{report:#}") } else { shown(checks) });
    let wrong = checks.iter().any(|check| word(check, "status") == "error");
    Ok(if wrong { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn word<'a>(check: &'a Value, key: &str) -> &'a str {
    check.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// One line a check; below it what was seen, and what to do about it.
fn shown(checks: &[Value]) -> String {
    let mut text = String::new();
    for check in checks {
        let mark = match word(check, "status") {
            "ok" => '✓',
            "warning" => '!',
            "error" => '✗',
            _ => '?',
        };
        text.push_str(&format!("{mark} {}  [{}]\n", word(check, "title"), word(check, "id")));
        for (sign, key) in [(' ', "evidence"), ('→', "remedy"), (' ', "link")] {
            let said = word(check, key);
            if !said.is_empty() && (key == "evidence" || mark != '✓') {
                text.push_str(&format!("    {sign} {said}\n"));
            }
        }
    }
    let count = |status| checks.iter().filter(|check| word(check, "status") == status).count();
    let [ok, unproven, warning, error] = ["ok", "unproven", "warning", "error"].map(count);
    text.push_str(&format!("\n✓ ok {ok}   ? unproven {unproven}   ! warning {warning}   ✗ error {error}"));
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_wrong_is_printed_with_what_to_do() {
        let checks = [
            json!({"id": "network", "title": "网络", "status": "ok", "evidence": "有应答", "remedy": ""}),
            json!({"id": "secret", "title": "密钥", "status": "error", "evidence": "不匹配", "remedy": "重新复制",
                "link": "https://open-dev.dingtalk.com/"}),
        ];
        let expected = "✓ 网络  [network]\n      有应答\n✗ 密钥  [secret]\n      不匹配\n    → 重新复制\n      \
                        https://open-dev.dingtalk.com/\n\n✓ ok 1   ? unproven 0   ! warning 0   ✗ error 1";
        assert_eq!(shown(&checks), expected);
    }
}
