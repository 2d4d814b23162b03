//! A server that answers as a test says, on a port of its own, over bare TCP so that it can also fail to answer.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::dingtalk::{Ambient, Application, Client, Credentials, Endpoints, Pace, Retry};
use crate::domain::secret::Secret;

/// The secret of every test's application; distinctive, to be found wherever it leaks.
pub(in crate::dingtalk) const SECRET: &str = "appsecret-9f3a";
/// The token the server gives.
pub(in crate::dingtalk) const TOKEN: &str = "access-token-77c1";
/// The time on the client's clock.
pub(in crate::dingtalk) const NOW: i64 = 1_900_000_000_000;

/// A request as it came.
#[derive(Clone, Debug)]
pub(in crate::dingtalk) struct Asked {
    pub(in crate::dingtalk) method: String,
    pub(in crate::dingtalk) path: String,
    pub(in crate::dingtalk) query: String,
    pub(in crate::dingtalk) headers: BTreeMap<String, String>,
    pub(in crate::dingtalk) body: Vec<u8>,
}

impl Asked {
    pub(in crate::dingtalk) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("a JSON body")
    }
}

/// What the server does with a request.
pub(in crate::dingtalk) enum Answer {
    /// Answers with this status and body.
    Say(u16, Vec<u8>),
    /// Takes the request and closes the connection.
    HangUp,
    /// Takes the request and keeps the connection open.
    Silence,
    /// Promises a longer body than it sends.
    Break,
}

impl From<Value> for Answer {
    fn from(value: Value) -> Self {
        Self::Say(200, value.to_string().into_bytes())
    }
}

/// The server and what it was asked.
pub(in crate::dingtalk) struct Script {
    address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Script {
    /// Answers every request but those for a token by `answer`, which gets the number of earlier requests
    /// for the same path.
    pub(in crate::dingtalk) async fn play(
        answer: impl Fn(&Asked, usize) -> Answer + Send + Sync + 'static,
    ) -> Self {
        Self::play_all(move |asked, count| match asked.path.as_str() {
            "/gettoken" => json!({"errcode": 0, "access_token": TOKEN, "expires_in": 7200}).into(),
            "/v1.0/oauth2/accessToken" => json!({"accessToken": TOKEN, "expireIn": 7200}).into(),
            _ => answer(asked, count),
        })
        .await
    }

    /// Answers every request by `answer`.
    pub(in crate::dingtalk) async fn play_all(
        answer: impl Fn(&Asked, usize) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = format!("http://{}/", listener.local_addr().expect("an address"));
        let asked = Arc::<Mutex<Vec<Asked>>>::default();
        let (answer, log) = (Arc::new(answer), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, log) = (Arc::clone(&answer), Arc::clone(&log));
                tokio::spawn(async move { serve(stream, &*answer, &log).await });
            }
        });
        Self { address, asked }
    }

    /// A client of this server without limits and with short pauses.
    pub(in crate::dingtalk) fn client(&self) -> Client {
        let endpoints =
            Endpoints { oapi: self.address.clone(), api: self.address.clone(), login: self.address.clone() };
        let ambient = Ambient { now_ms: Arc::new(|| NOW), jitter: Arc::new(|| 0) };
        let pace = Pace { per_api_per_second: 0, per_address: 0 };
        let retry = Retry { base_ms: 1, ..Retry::default() };
        Client::new(endpoints, pace, ambient).expect("a client").with_retry(retry)
    }

    /// An application of that client.
    pub(in crate::dingtalk) fn application(&self) -> Application {
        self.client().application(credentials())
    }

    /// The requests for `path` so far.
    pub(in crate::dingtalk) fn asked(&self, path: &str) -> Vec<Asked> {
        let asked = self.asked.lock().expect("not poisoned");
        asked.iter().filter(|asked| asked.path == path).cloned().collect()
    }
}

pub(in crate::dingtalk) fn credentials() -> Credentials {
    Credentials { client_id: "dingapp1".to_owned(), client_secret: Secret::new(SECRET) }
}

/// One request on one connection.
async fn serve(
    mut stream: TcpStream,
    answer: &(dyn Fn(&Asked, usize) -> Answer + Send + Sync),
    log: &Mutex<Vec<Asked>>,
) {
    let Some(asked) = read(&mut stream).await else { return };
    let answer = {
        let mut log = log.lock().expect("not poisoned");
        let count = log.iter().filter(|earlier| earlier.path == asked.path).count();
        log.push(asked.clone());
        answer(&asked, count)
    };
    let (status, body, promised) = match answer {
        Answer::Say(status, body) => (status, body.clone(), body.len()),
        Answer::Break => (200, b"{\"errcode\":0,".to_vec(), 1000),
        Answer::HangUp => return,
        Answer::Silence => return std::future::pending().await,
    };
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Length: {promised}\r\nConnection: close\r\nLocation: /elsewhere\r\n\r\n"
    );
    // The client may have gone; that is its affair.
    let _ = stream.write_all(&[head.into_bytes(), body].concat()).await;
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let end = loop {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).ok()?;
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let headers: BTreeMap<_, _> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers.get("content-length").map_or(Some(0), |length| length.parse().ok())?;
    while bytes.len() < end + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    let body = bytes[end + 4..].to_vec();
    Some(Asked { method, path: path.to_owned(), query: query.to_owned(), headers, body })
}
