//! DingTalk's answers: the first byte chooses what was asked, the second the HTTP status, the rest is the body.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::{Mutex, PoisonError};

use menpai::dingtalk::{
    Ambient, Application, Client, Credentials, Endpoints, Error, MediaKind, Pace, Receivers, Retry,
};
use menpai::domain::secret::Secret;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

const TOKEN: &str = r#"{"errcode":0,"access_token":"t","expires_in":7200,"accessToken":"t","expireIn":7200}"#;
const NOW: i64 = 1_900_000_000_000;
const SECRET: &str = "a-secret-of-the-application";

/// What the server says to everything but a question for a token.
struct Said {
    status: u16,
    body: Vec<u8>,
    to_tokens_too: bool,
}

/// A server that says what it is told to, and the runtime in which both sides live.
struct Stage {
    runtime: Runtime,
    address: String,
    said: Arc<Mutex<Said>>,
}

thread_local! {
    static STAGE: RefCell<Option<Stage>> = const { RefCell::new(None) };
}

/// Asks DingTalk for something and gets these bytes: it ends as data, or as an error that explains itself.
pub(super) fn dingtalk_answer(bytes: &[u8]) {
    let [asked, status, body @ ..] = bytes else { return };
    STAGE.with_borrow_mut(|stage| {
        let stage = stage.get_or_insert_with(Stage::new);
        let status = [200, 400, 401, 403, 404, 429, 500, 503][usize::from(status % 8)];
        let said = Said { status, body: body.to_vec(), to_tokens_too: asked % 32 == 0 };
        *stage.said.lock().unwrap_or_else(PoisonError::into_inner) = said;
        if let Err(error) = stage.runtime.block_on(ask(&stage.application(), asked % 32)) {
            let words = error.explain();
            assert!(!words.title.zh.is_empty() && !words.remedy.en.is_empty());
            let shown = format!("{error} {error:?} {}", words.detail.zh);
            assert!(!shown.contains(SECRET) && shown.len() < 100_000, "{} bytes of complaint", shown.len());
        }
    });
}

/// Every kind of question that the client has.
async fn ask(application: &Application, which: u8) -> Result<(), Error> {
    match which {
        0 | 1 => application.contact_scope().await.map(drop),
        2 => application.department(1).await.map(drop),
        3 => application.sub_departments(1).await.map(drop),
        4 => application.sub_department_ids(1).await.map(drop),
        5 => application.department_ancestry(1).await.map(drop),
        6 | 17 | 18 => application.department_users(1, None).await.map(drop),
        7 => application.user("u").await.map(drop),
        8 => application.user_ids(1).await.map(drop),
        9 => application.user_count(true).await.map(drop),
        10 => application.send_notice(1, Receivers::Everyone, &json!({"msgtype": "text"})).await.map(drop),
        11 => application.notice_progress(1, "1").await.map(drop),
        12 => application.notice_result(1, "1").await.map(drop),
        13 => application.recall_notice(1, "1").await,
        14 => application.user_by_code("c").await.map(drop),
        15 => application.me(&application.user_token("c").await?).await.map(drop),
        16 => application.userid_by_unionid("u").await.map(drop),
        19 => application.upload(MediaKind::File, "a.txt", *b"text").await.map(drop),
        20 => application.missed_events().await.map(drop),
        _ => application.open_gateway().await.map(drop),
    }
}

impl Stage {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let said = Arc::new(Mutex::new(Said { status: 200, body: Vec::new(), to_tokens_too: false }));
        runtime.spawn(serve(listener, Arc::clone(&said)));
        Self { runtime, address, said }
    }

    /// A new one each time, for a client remembers tokens, waits and bans.
    fn application(&self) -> Application {
        let [oapi, api, login] = [(); 3].map(|()| self.address.clone());
        let ambient = Ambient { now_ms: Arc::new(|| NOW), jitter: Arc::new(|| 0) };
        let pace = Pace { per_api_per_second: 0, per_address: 0 };
        let client = Client::new(Endpoints { oapi, api, login }, pace, ambient).unwrap();
        let credentials = Credentials { client_id: "app".to_owned(), client_secret: Secret::new(SECRET) };
        client.with_retry(Retry { attempts: 1, base_ms: 1, ..Retry::default() }).application(credentials)
    }
}

/// Reads as much of a request as tells whether a token is asked for, and answers.
async fn serve(listener: TcpListener, said: Arc<Mutex<Said>>) {
    while let Ok((mut stream, _)) = listener.accept().await {
        let said = Arc::clone(&said);
        tokio::spawn(async move {
            let mut head = Vec::new();
            while !head.windows(4).any(|window| window == b"\r\n\r\n") {
                if !matches!(stream.read_buf(&mut head).await, Ok(1..)) {
                    return;
                }
            }
            let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
            let line = String::from_utf8_lossy(line).into_owned();
            let (status, body) = {
                let said = said.lock().unwrap_or_else(PoisonError::into_inner);
                let for_token = line.contains("/gettoken") || line.contains("/oauth2/accessToken");
                match for_token && !said.to_tokens_too {
                    true => (200, TOKEN.as_bytes().to_vec()),
                    false => (said.status, said.body.clone()),
                }
            };
            let length = body.len();
            let head =
                format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
            // The client may have gone; that is its affair.
            drop(stream.write_all(&[head.into_bytes(), body].concat()).await);
            drop(stream.shutdown().await);
            // What the client still sends is read, or its end of the connection would break before it has the answer.
            let mut rest = Vec::new();
            drop(stream.read_to_end(&mut rest).await);
        });
    }
}
