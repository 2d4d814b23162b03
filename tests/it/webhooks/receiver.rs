//! A program that is told things: it keeps every call and answers as the test wants.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use poem::http::StatusCode;
use poem::listener::TcpAcceptor;
use poem::{Endpoint, Request, Response, Server};
use serde_json::Value;
use tokio::task::JoinHandle;

/// A call as it came.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    headers: BTreeMap<String, String>,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Call {
    pub(crate) fn header(&self, name: &str) -> &str {
        &self.headers[name]
    }
}

#[derive(Default)]
struct State {
    calls: Vec<Call>,
    status: Option<u16>,
    redirect: Option<String>,
}

/// A receiver on a free port; ends with the test.
pub(crate) struct Receiver {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    task: JoinHandle<()>,
}

struct Keep(Arc<Mutex<State>>);

impl Endpoint for Keep {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let text = request.take_body().into_string().await.unwrap();
        let headers = request.headers().iter();
        let headers =
            headers.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
        let body = serde_json::from_str(&text).unwrap();
        let mut state = self.0.lock().unwrap();
        state.calls.push(Call { headers, text, body });
        if let Some(to) = &state.redirect {
            let redirect = Response::builder().status(StatusCode::TEMPORARY_REDIRECT);
            return Ok(redirect.header("location", to).finish());
        }
        Ok(Response::builder().status(StatusCode::from_u16(state.status.unwrap_or(200)).unwrap()).finish())
    }
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State::default()));
        let server = Server::new_with_acceptor(TcpAcceptor::from_tokio(listener).unwrap());
        let keep = Keep(Arc::clone(&state));
        let task = tokio::spawn(async move { server.run(keep).await.unwrap() });
        Self { address, state, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    pub(crate) fn calls(&self) -> Vec<Call> {
        self.state.lock().unwrap().calls.clone()
    }

    pub(crate) fn answer_with(&self, status: u16) {
        self.state.lock().unwrap().status = Some(status);
    }

    pub(crate) fn redirect_to(&self, url: &str) {
        self.state.lock().unwrap().redirect = Some(url.to_owned());
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}
