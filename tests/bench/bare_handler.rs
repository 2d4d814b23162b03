//! A bare poem handler in a process of its own, which answers everything with bytes of a given length: what the web server
//! costs alone.

use poem::listener::{Acceptor as _, Listener as _, TcpListener};
use poem::web::Data;
use poem::{EndpointExt as _, Response, Server, handler};

use crate::child::Process;

/// The word by which the benchmark starts itself as this.
pub(crate) const COMMAND: &str = "bare-handler";

#[handler]
fn answer(Data(text): Data<&String>) -> Response {
    Response::builder().content_type("application/json; charset=utf-8").body(text.clone())
}

/// Serves until ended, after telling the address.
pub(crate) async fn serve(length: usize) {
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
    println!("listening {}", acceptor.local_addr().first().unwrap().as_socket_addr().unwrap());
    Server::new_with_acceptor(acceptor).run(answer.data(" ".repeat(length))).await.unwrap();
}

/// Starts it; gives the process and its address.
pub(crate) fn start(length: usize) -> (Process, String) {
    let program = std::env::current_exe().unwrap();
    let mut process = Process::start_program(&program, &[COMMAND, &length.to_string()], &[]);
    let line = process.line_with("listening");
    let authority = line.split_whitespace().last().unwrap().to_owned();
    (process, authority)
}
