//! The real binary as a process of its own: started on a data directory, ended without warning, examined afterwards.
//!
//! Invariant: whatever becomes of a test, its process is ended, by its own handle.

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use menpai::domain::time::Timestamp;
use menpai::store::{Store, StoreOptions};
use reqwest::Method;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Answer, answer};

/// A data directory of its own and what its server is told.
pub(crate) struct Installation {
    directory: TempDir,
    dingtalk: String,
    token: String,
    passphrase: Option<String>,
    http: reqwest::Client,
}

impl Installation {
    /// A copy of a parked server's data, for a DingTalk at this address; `token` is a session in that data.
    pub(crate) fn copy(data: &Path, dingtalk: &str, token: &str) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let copy = directory.path().join("data");
        fs::create_dir(&copy).unwrap();
        for entry in fs::read_dir(data).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_file() {
                fs::copy(entry.path(), copy.join(entry.file_name())).unwrap();
            }
        }
        // The client needs a TLS provider although nothing here speaks TLS; another test may have set it.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        Self { directory, dingtalk: dingtalk.to_owned(), token: token.to_owned(), passphrase: None, http }
    }

    /// The same, with a passphrase for its backups.
    pub(crate) fn knowing(self, passphrase: &str) -> Self {
        Self { passphrase: Some(passphrase.to_owned()), ..self }
    }

    /// The data directory.
    pub(crate) fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// Everything that its servers logged so far.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn log_file(&self) -> PathBuf {
        self.directory.path().join("log")
    }

    fn command(&self, subcommand: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_menpai"));
        command
            .arg(subcommand)
            .env_clear()
            .env("MENPAI_DATA_DIR", self.data())
            .env("MENPAI_LISTEN", "127.0.0.1:0")
            .env("MENPAI_DINGTALK_OAPI_URL", &self.dingtalk)
            .env("MENPAI_DINGTALK_API_URL", &self.dingtalk)
            .env("MENPAI_DINGTALK_LOGIN_URL", &self.dingtalk)
            .env("MENPAI_DINGTALK_QPS", "0")
            .env("MENPAI_LOG", "trace")
            .stdin(Stdio::null());
        if let Some(passphrase) = &self.passphrase {
            command.env("MENPAI_BACKUP_PASSPHRASE", passphrase);
        }
        command
    }

    /// `menpai` with these words, to its end.
    pub(crate) async fn run(&self, words: &[&str]) -> Output {
        let mut command = self.words(words);
        tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap()
    }

    /// `menpai serve`, where no file may grow beyond so many bytes; `None` when it cannot start like that.
    pub(crate) async fn serve_limited(&self, bytes: u64) -> Option<Served> {
        // The log is a file, too.
        let mut command = limited(&self.command("serve"), bytes);
        command.stdout(Stdio::piped()).stderr(Stdio::null());
        tokio::task::spawn_blocking(move || Served::start(&mut command)).await.unwrap()
    }

    /// `menpai` with these words; whoever starts it ends it.
    pub(crate) fn start(&self, words: &[&str]) -> Child {
        self.words(words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    fn words(&self, words: &[&str]) -> Command {
        let (first, rest) = words.split_first().unwrap();
        let mut command = self.command(first);
        command.args(rest);
        command
    }

    /// `menpai serve`, once it says where.
    pub(crate) async fn serve(&self) -> Served {
        let log = OpenOptions::new().create(true).append(true).open(self.log_file()).unwrap();
        let mut command = self.command("serve");
        command.stdout(Stdio::piped()).stderr(log);
        let started = tokio::task::spawn_blocking(move || Served::start(&mut command)).await.unwrap();
        started.unwrap_or_else(|| panic!("the server did not start: {}", self.log()))
    }

    /// A call as the administrator.
    pub(crate) async fn call(
        &self,
        served: &Served,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Answer {
        let request = self.request(served, method, path);
        answer(body.iter().fold(request, reqwest::RequestBuilder::json)).await
    }

    /// What the server has at this place; `None` while nobody answers.
    pub(crate) async fn ask(&self, served: &Served, path: &str) -> Option<Answer> {
        self.attempt(served, Method::GET, path, None).await
    }

    /// A call of a server that may be gone at any moment.
    pub(crate) async fn attempt(
        &self,
        served: &Served,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Option<Answer> {
        let request = self.request(served, method, path);
        let response = body.iter().fold(request, |request, body| request.json(body)).send().await.ok()?;
        let status = response.status().as_u16();
        let body = response.json().await.ok()?;
        Some(Answer { status, content_type: String::new(), body })
    }

    /// A request as the administrator, to complete by hand.
    pub(crate) fn request(&self, served: &Served, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", served.base_url));
        request.header("X-Access-Token", &self.token)
    }

    /// The stored data, for a look while no server runs.
    pub(crate) fn store(&self) -> Store {
        Store::open(&self.data(), &StoreOptions::default(), Timestamp(0)).unwrap()
    }

    /// Proves with `menpai check` that the stored data is sound.
    pub(crate) async fn check(&self) {
        let mut command = self.command("check");
        let checked = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    }
}

/// The same command by way of a shell that limits the length of files; a write beyond is an error, not the end.
fn limited(command: &Command, bytes: u64) -> Command {
    let mut shell = Command::new("bash");
    // In blocks of 1024 bytes.
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", bytes.div_ceil(1024));
    shell.arg("-c").arg(script).arg(command.get_program()).args(command.get_args()).env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            shell.env(name, value);
        }
    }
    shell.env("PATH", "/usr/bin:/bin").stdin(Stdio::null());
    shell
}

/// A running server.
pub(crate) struct Served {
    process: Child,
    base_url: String,
    /// Held open: a server whose standard output is gone is another case.
    _output: BufReader<ChildStdout>,
}

impl Served {
    fn start(command: &mut Command) -> Option<Self> {
        let mut process = command.spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        while output.read_line(&mut line).unwrap() > 0 {
            if let Some((_, address)) = line.trim().trim_end_matches("/api/docs").split_once("http://")
                && line.contains("/api/docs")
            {
                let base_url = format!("http://{address}");
                return Some(Self { process, base_url, _output: output });
            }
            line.clear();
        }
        process.wait().unwrap();
        None
    }

    /// Ends it as `kill -9` does.
    pub(crate) async fn kill(mut self) {
        tokio::task::spawn_blocking(move || {
            self.process.kill().unwrap();
            self.process.wait().unwrap();
        })
        .await
        .unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have been ended already; then there is nothing left to do.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
