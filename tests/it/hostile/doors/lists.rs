//! Every list of the native API, asked to go on at any place: the first byte chooses the list, the rest is the cursor.

use std::cell::RefCell;
use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use menpai::app::{App, Surroundings};
use menpai::config::{BackupConfig, Config, DingTalkConfig, FirstAdministrator, MetricsConfig, TlsConfig};
use menpai::dingtalk::Retry;
use menpai::domain::access::proxy::TrustedProxies;
use menpai::domain::secret::Secret;
use menpai::domain::time::Timestamp;
use menpai::service::ambient::Ambient;
use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};

const ADMINISTRATOR: (&str, &str) = ("admin", "a long enough password");
const NOBODY: &str = "018f0000-0000-7000-8000-000000000000";
const FIRST_TENANT: u32 = 1000;

/// A server with a few tenants, and somebody who may read all of it.
struct Server {
    runtime: Runtime,
    base: String,
    http: Client,
    token: String,
    lists: Vec<String>,
    _app: App,
    _directory: TempDir,
}

thread_local! {
    static SERVER: RefCell<Option<Server>> = const { RefCell::new(None) };
}

/// Hands a list a cursor that it may or may not have given out: it goes on from there, or says that it cannot.
pub(super) fn cursor(bytes: &[u8]) {
    let [which, key @ ..] = bytes else { return };
    // Longer ones are refused by the server before anybody looks at them.
    let Some(key) = key.get(..key.len().min(4096)) else { return };
    SERVER.with_borrow_mut(|server| {
        let server = server.get_or_insert_with(Server::new);
        let list = &server.lists[usize::from(*which) % server.lists.len()];
        let sealed = URL_SAFE_NO_PAD.encode(key);
        let bare = String::from_utf8_lossy(key);
        for cursor in [sealed.as_str(), &bare] {
            let (status, body) = server.get(list, &[("cursor", cursor), ("limit", "3")]);
            match status {
                200 => {
                    assert!(body["items"].as_array().is_some_and(|items| items.len() <= 3), "{list}: {body}")
                }
                400 => assert!(["invalidCursor", "invalidRequest"].contains(&body["code"].as_str().unwrap())),
                404 => assert!(list.contains(NOBODY), "{list}: {body}"),
                _ => panic!("{list} with the cursor {cursor:?}: {status} {body}"),
            }
        }
    });
}

impl Server {
    fn new() -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let directory = tempfile::tempdir().unwrap();
        let config = config(&directory);
        let fill = |bytes: &mut [u8]| bytes.fill_with(rand::random);
        let ambient = Ambient::new(|| Timestamp(1_900_000_000_000), fill);
        let surroundings = Surroundings::with(ambient, Retry::default());
        let app = runtime.block_on(App::start(&config, surroundings)).unwrap();
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
        let base = format!("{}/api/v1", app.base_url());
        let (token, lists) = (String::new(), lists());
        let mut server = Self { runtime, base, http, token, lists, _app: app, _directory: directory };
        let (username, password) = ADMINISTRATOR;
        let session = server.post("/sessions", &json!({"username": username, "password": password}));
        session["token"].as_str().unwrap().clone_into(&mut server.token);
        for name in ["甲", "乙", "丙", "丁", "戊"] {
            server.post("/tenants", &json!({ "name": name }));
        }
        for name in ["一", "二", "三", "四", "五"] {
            let token = json!({"name": name, "scopes": ["directory:read"]});
            server.post(&format!("/tenants/{FIRST_TENANT}/apiTokens"), &token);
        }
        server
    }

    fn get(&self, path: &str, query: &[(&str, &str)]) -> (u16, Value) {
        let request = self.http.get(format!("{}{path}", self.base)).query(query);
        self.runtime.block_on(async {
            let answer = request.header("X-Access-Token", &self.token).send().await.unwrap();
            (answer.status().as_u16(), answer.json().await.unwrap())
        })
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        let request = self.http.post(format!("{}{path}", self.base)).json(body);
        self.runtime.block_on(async {
            let answer = request.header("X-Access-Token", &self.token).send().await.unwrap();
            assert_eq!(answer.status(), 201, "{path}");
            answer.json().await.unwrap()
        })
    }
}

/// The paths of all lists that take a cursor and that an administrator may read.
fn lists() -> Vec<String> {
    let specification: Value = serde_json::from_str(&menpai::http::specification()).unwrap();
    let mut found = BTreeSet::new();
    for (path, methods) in specification["paths"].as_object().unwrap() {
        let parameters = methods["get"]["parameters"].as_array().into_iter().flatten();
        if parameters.into_iter().any(|parameter| parameter["name"] == "cursor") && !path.starts_with("/me/")
        {
            let filled = path.split('/').map(|part| match part {
                "{tenantId}" => FIRST_TENANT.to_string(),
                _ if part.starts_with('{') => NOBODY.to_owned(),
                _ => part.to_owned(),
            });
            found.insert(filled.collect::<Vec<_>>().join("/"));
        }
    }
    found.into_iter().collect()
}

fn config(directory: &TempDir) -> Config {
    let data_dir = directory.path().join("data");
    let (username, password) = ADMINISTRATOR;
    let nowhere = || "http://127.0.0.1:9".to_owned();
    Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        public_url: None,
        first_administrator: Some(FirstAdministrator {
            username: username.into(),
            password: Secret::new(password),
        }),
        backup: BackupConfig { directory: data_dir.join("backups"), passphrase: None },
        data_dir,
        trusted_proxies: TrustedProxies::default(),
        metrics: MetricsConfig::default(),
        settings_shown: [].into(),
        dingtalk: DingTalkConfig {
            oapi_url: nowhere(),
            api_url: nowhere(),
            login_url: nowhere(),
            qps: None,
            proxy: None,
            extra_ca: None,
        },
        tls: TlsConfig::default(),
        webhook_allow_private: Vec::new(),
        log: "off".into(),
    }
}
