//! Speaks to a running server over its own API, for commands that work from outside the process.
//!
//! Must not know what is asked. Invariants: the token stands in no argument, where everybody on the machine could
//! read it, and in no message; a refusal of the server's is told in the server's own words.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use reqwest::Method;
use serde_json::Value;

use super::Failure;
use crate::config::{API_TOKEN_VARIABLE, SERVER_VARIABLE};
use crate::domain::secret::Secret;

const DEFAULT_SERVER: &str = "http://127.0.0.1:3100";
/// The slowest answer is an examination while DingTalk is out of reach.
const PATIENCE: Duration = Duration::from_secs(180);

/// Which server, and who asks.
#[derive(Debug, Args)]
pub(super) struct ServerArguments {
    /// The running server [env: MENPAI_SERVER] [default: http://127.0.0.1:3100]
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// The file that holds the API token, `-` for standard input [env: MENPAI_API_TOKEN is the token itself]
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// The language of the answer
    #[arg(long, value_enum, default_value_t = Spoken::Zh)]
    language: Spoken,
}

/// The languages of the server's sentences.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Spoken {
    Zh,
    En,
}

/// A running server.
pub(super) struct RunningServer {
    http: reqwest::Client,
    base: String,
    token: Secret,
    language: Spoken,
}

impl RunningServer {
    /// Reads where the server is and the token; connects to nothing yet.
    pub(super) fn find(
        arguments: &ServerArguments,
        variables: &BTreeMap<String, String>,
    ) -> Result<Self, Failure> {
        let told = arguments.server.as_ref().or_else(|| variables.get(SERVER_VARIABLE));
        let base = told.map_or(DEFAULT_SERVER, |told| told.trim_end_matches('/')).to_owned();
        let url = reqwest::Url::parse(&base).map_err(|_| {
            format!("{base} is not the address of a server, such as {DEFAULT_SERVER}\n{base} 不是服务器地址")
        })?;
        // Refused when a provider is already installed, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder =
            reqwest::Client::builder().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none());
        if url.scheme() == "http" {
            // Nothing is encrypted, so a system without certificates will do.
            builder = builder.tls_certs_only([]);
        }
        if matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")) {
            builder = builder.no_proxy();
        }
        let token = token(arguments.token_file.as_deref(), variables)?;
        Ok(Self { http: builder.build()?, base, token, language: arguments.language })
    }

    /// POST without a body below `/api/v1`; gives the answer's JSON, `null` when there is none.
    pub(super) async fn post(&self, path: &str) -> Result<Value, Failure> {
        self.call(Method::POST, path, None).await
    }

    /// GET below `/api/v1`; gives the answer's JSON.
    pub(super) async fn get(&self, path: &str) -> Result<Value, Failure> {
        self.call(Method::GET, path, None).await
    }

    /// POST of JSON below `/api/v1`; gives the answer's JSON.
    pub(super) async fn post_json(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        self.call(Method::POST, path, Some(body)).await
    }

    /// GET of a file below `/api/v1`.
    pub(super) async fn download(&self, path: &str) -> Result<Vec<u8>, Failure> {
        let request = self.http.get(format!("{}/api/v1{path}", self.base));
        let request = request.header("X-Access-Token", self.token.reveal());
        let answer = request.send().await.map_err(|error| self.unreachable(&error))?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(|error| self.unreachable(&error))?;
        if status.is_success() {
            return Ok(body.to_vec());
        }
        let problem: Value = serde_json::from_slice(&body).unwrap_or_default();
        Err(refusal(status.as_u16(), &problem).into())
    }

    async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Result<Value, Failure> {
        let language = match self.language {
            Spoken::Zh => "zh",
            Spoken::En => "en",
        };
        let mut request = self
            .http
            .request(method, format!("{}/api/v1{path}", self.base))
            .header("Accept-Language", language)
            .header("X-Access-Token", self.token.reveal());
        if let Some(body) = body {
            request = request.header("Content-Type", "application/json").body(body.to_string());
        }
        let answer = request.send().await.map_err(|error| self.unreachable(&error))?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(|error| self.unreachable(&error))?;
        let value: Value = serde_json::from_slice(&body).unwrap_or_default();
        if status.is_success() { Ok(value) } else { Err(refusal(status.as_u16(), &value).into()) }
    }

    fn unreachable(&self, error: &reqwest::Error) -> String {
        let what = if error.is_timeout() { "did not answer in time" } else { "cannot be reached" };
        let base = &self.base;
        format!(
            "the server at {base} {what}; is it running? --server names another\n{base} 无法访问，请确认服务已启动，或用 --server 指定地址"
        )
    }
}

/// The problem in the server's own words, with its code.
fn refusal(status: u16, problem: &Value) -> String {
    let word = |key| problem.get(key).and_then(Value::as_str);
    match (word("detail"), word("code")) {
        (Some(detail), Some(code)) => format!("{detail} ({code})"),
        _ => format!("HTTP {status}, and not in the words of this program's API; is --server right?"),
    }
}

fn token(file: Option<&Path>, variables: &BTreeMap<String, String>) -> Result<Secret, Failure> {
    let text = match (file, variables.get(API_TOKEN_VARIABLE)) {
        (Some(path), _) if path == Path::new("-") => {
            let mut text = String::new();
            std::io::stdin().lock().read_to_string(&mut text)?;
            text
        }
        (Some(path), _) => {
            std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?
        }
        (None, Some(token)) => token.clone(),
        (None, None) => String::new(),
    };
    let token = Secret::new(text.trim());
    if token.is_empty() {
        return Err("an API token is needed: set MENPAI_API_TOKEN, or name its file with --token-file\n需要 API 令牌：请设置 MENPAI_API_TOKEN，或用 --token-file 指定文件".into());
    }
    Ok(token)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_token_comes_from_its_file_or_else_the_environment() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token");
        std::fs::write(&path, "from-file\n").unwrap();
        let variables: BTreeMap<_, _> = [(API_TOKEN_VARIABLE.to_owned(), "from-variable".to_owned())].into();
        assert_eq!(token(Some(&path), &variables).unwrap().reveal(), "from-file");
        assert_eq!(token(None, &variables).unwrap().reveal(), "from-variable");
        assert!(token(None, &BTreeMap::new()).is_err());
        std::fs::write(&path, "\n").unwrap();
        assert!(token(Some(&path), &variables).is_err(), "an empty file is no token");
    }

    #[test]
    fn a_refusal_is_told_in_the_servers_words() {
        let problem = json!({"detail": "没有权限", "code": "forbidden"});
        assert_eq!(refusal(403, &problem), "没有权限 (forbidden)");
        assert!(refusal(502, &Value::Null).contains("HTTP 502"));
    }
}
