//! Neither the client secret nor a token is ever shown: not in errors, not in `Debug`, not in logs.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use super::script::{Answer, Asked, SECRET, Script, TOKEN, credentials};
use crate::dingtalk::Retry;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("not poisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_failure_and_no_log_line_shows_a_secret() {
    let log = Log::default();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let faults: [fn(&Asked) -> Answer; 5] = [
        |_| Answer::HangUp,
        |_| Answer::Silence,
        |_| Answer::Break,
        |asked| json!({"errcode": 40035, "errmsg": asked.query, "request_id": asked.query}).into(),
        |_| json!({"errcode": 0, "result": {"count": 1}}).into(),
    ];
    let mut shown = String::new();
    for fault in faults {
        for in_token in [true, false] {
            // Another test, without a subscriber, may just have switched the log lines off for good.
            tracing::callsite::rebuild_interest_cache();
            let script = Script::play_all(move |asked, _| match asked.path.as_str() {
                "/gettoken" if !in_token => json!({"errcode": 0, "access_token": TOKEN}).into(),
                _ => fault(asked),
            })
            .await;
            let retry = Retry { attempts: 2, base_ms: 1, timeout_ms: 50, ..Retry::default() };
            let client = script.client().with_retry(retry);
            let application = client.application(credentials());
            if let Err(error) = application.user_count(false).await {
                let words = error.explain();
                shown += &format!("{error} {error:?} {words:?}\n");
            }
            shown += &format!("{client:?} {application:?} {:?}\n", credentials());
        }
    }
    let log = String::from_utf8(log.0.lock().expect("not poisoned").clone()).expect("text");
    assert!(log.contains("/topapi/user/count") && shown.contains("dingapp1"));
    for secret in [SECRET, TOKEN] {
        assert!(!shown.contains(secret), "{shown}");
        assert!(!log.contains(secret), "{log}");
    }
}
