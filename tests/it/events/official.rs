//! DingTalk's own Stream client for Python against the simulator's gateway: proof that the simulator speaks the real
//! protocol. Skipped, with the reason printed, where the client cannot be installed.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use menpai::app::now_millis;
use menpai::simulator::{self, EventState, EventTransport, Platform, Settings, Shape};
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{PATIENCE, until};

/// The version that was tried.
const CLIENT: &str = "dingtalk-stream==0.24.3";

/// A process that ends with the test.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A Python that has the client, made once and kept beside what cargo builds.
fn python() -> Result<PathBuf, String> {
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join(CLIENT.replace('=', "-"));
    let python = kept.join("bin/python");
    if python.exists() {
        return Ok(python);
    }
    // Made aside, so that one that was not finished is never taken for whole.
    let made = kept.with_extension(format!("making-{}", std::process::id()));
    run(Command::new("python3").args(["-m", "venv"]).arg(&made))?;
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", CLIENT];
    run(Command::new(made.join("bin/python")).args(install))?;
    match std::fs::rename(&made, &kept) {
        Ok(()) => Ok(python),
        // Another test run was faster.
        Err(_) if python.exists() => Ok(python),
        Err(error) => Err(error.to_string()),
    }
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| format!("{command:?}: {error}"))?;
    let last = String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned();
    if output.status.success() { Ok(()) } else { Err(format!("{command:?}: {last}")) }
}

/// Starts the client; its events come out one a line.
fn connect(
    python: &Path,
    base: &str,
    app: &simulator::Credentials,
) -> (Ended, mpsc::UnboundedReceiver<Value>) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/official_stream_client.py");
    let mut child = Command::new(python)
        .arg(script)
        .args([base, &app.client_id, &app.client_secret])
        .env("NO_PROXY", "127.0.0.1")
        .env("no_proxy", "127.0.0.1")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = BufReader::new(child.stdout.take().unwrap());
    let (send, events) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in output.lines().map_while(Result::ok) {
            if let Ok(event) = serde_json::from_str(&line)
                && send.send(event).is_err()
            {
                break;
            }
        }
    });
    (Ended(child), events)
}

fn changed(platform: &Platform, corp_id: &str) -> String {
    let first = |it: &simulator::Organisation| it.users().next().unwrap().userid.clone();
    let userid = platform.with_organisation(corp_id, first).unwrap();
    platform.change_user(corp_id, &userid, |user| user.name.push('改')).unwrap();
    userid
}

#[tokio::test(flavor = "multi_thread")]
async fn the_official_client_connects_and_hears() {
    let python = match tokio::task::spawn_blocking(python).await.unwrap() {
        Ok(python) => python,
        Err(reason) => {
            eprintln!("skipped: the official client {CLIENT} could not be installed ({reason})");
            return;
        }
    };
    let mut settings = Settings::new(Arc::new(now_millis));
    let app = settings.organisation(&Shape::plain(5, 1));
    settings.applications[0].events = EventTransport::Stream;
    let simulator = simulator::start("127.0.0.1:0".parse().unwrap(), settings).await.unwrap();
    let platform = simulator.platform();
    let (client, mut events) = connect(&python, &simulator.base_url(), &app);
    until("the official client", async || platform.connection_count(&app.client_id) == 1).await;

    let userid = changed(platform, &app.corp_id);
    let event = tokio::time::timeout(PATIENCE, events.recv()).await.unwrap().unwrap();
    assert_eq!((&event["type"], &event["data"]["userId"]), (&json!("user_modify_org"), &json!([userid])));
    assert_eq!(event["id"], platform.events()[0].event_id);
    until("its confirmation", async || platform.events()[0].state == EventState::Acknowledged).await;
    assert_eq!(platform.events()[0].attempts, 1);
    drop(client);
    simulator.stop().await;
}
