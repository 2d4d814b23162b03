//! The binary under measurement as processes of its own, ended when dropped.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

/// The processor time that a process has used so far, all its threads together. Unlike the time on the clock, it hardly
/// depends on what else the machine does.
pub(crate) fn processor_time(process: u32) -> Duration {
    // In hundredths of a second, as Linux counts them for programs; fields 14 and 15, behind the name in brackets.
    let line = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = line.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

/// A process of the binary, with its standard output.
pub(crate) struct Process {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Process {
    /// Starts the binary with arguments and variables.
    pub(crate) fn start(arguments: &[&str], variables: &[(&str, String)]) -> Self {
        Self::start_program(env!("CARGO_BIN_EXE_menpai").as_ref(), arguments, variables)
    }

    /// Starts another program with arguments and variables.
    pub(crate) fn start_program(program: &Path, arguments: &[&str], variables: &[(&str, String)]) -> Self {
        let mut command = Command::new(program);
        command.args(arguments).stdout(Stdio::piped()).env("MENPAI_LOG", "warn");
        for (name, value) in variables {
            command.env(name, value);
        }
        let mut child = command.spawn().expect("the binary starts");
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// The next line that contains a text.
    pub(crate) fn line_with(&mut self, text: &str) -> String {
        let mut line = String::new();
        while self.lines.read_line(&mut line).unwrap() > 0 {
            if line.contains(text) {
                return line;
            }
            line.clear();
        }
        panic!("the process ended without saying {text:?}");
    }

    /// Its process id.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }
}

impl Process {
    /// Ends it at once.
    pub(crate) fn end(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// The simulator in a process of its own.
pub(crate) struct SimulatorProcess {
    _process: Process,
    pub(crate) base: String,
    pub(crate) application: BTreeMap<&'static str, String>,
}

impl SimulatorProcess {
    /// Starts a simulator with one enterprise.
    pub(crate) fn start(members: usize, limits: bool) -> Self {
        let members = members.to_string();
        let mut arguments = vec!["simulate", "--plain", "--members", &members, "--address", "127.0.0.1:0"];
        if limits {
            arguments.push("--limits");
        }
        let mut process = Process::start(&arguments, &[]);
        let last = |line: String| line.split_whitespace().last().unwrap().to_owned();
        let base = last(process.line_with("http://"));
        let application = [
            ("CorpId", "corpId"),
            ("AgentId", "agentId"),
            ("Client ID", "clientId"),
            ("Client Secret", "clientSecret"),
        ]
        .into_iter()
        .map(|(label, name)| (name, last(process.line_with(label))))
        .collect();
        Self { _process: process, base, application }
    }

    /// Calls that the limits refused.
    pub(crate) async fn refused(&self) -> u64 {
        let url = format!("{}/control/v1/counts", self.base);
        let counts: serde_json::Value = reqwest::get(url).await.unwrap().json().await.unwrap();
        counts.as_array().unwrap().iter().map(|one| one["errors"].as_u64().unwrap_or(0)).sum()
    }

    /// Changes something by the control interface.
    pub(crate) async fn control(&self, method: reqwest::Method, path: &str, body: &serde_json::Value) {
        let url = format!("{}/control/v1/{path}", self.base);
        let answer = reqwest::Client::new().request(method, url).json(body).send().await.unwrap();
        assert!(answer.status().is_success(), "{path}: {answer:?}");
    }

    /// Ends it.
    pub(crate) fn stop(self) {}
}
