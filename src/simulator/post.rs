//! A POST over plain HTTP/1.1, for pushing events to receivers in the same network.
//!
//! Must not know events. Invariant: it ends within the time given, reads at most [`LARGEST`] bytes, follows no
//! redirect and speaks no TLS. The project's HTTP client belongs to the other side of the wire, so this is ours.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The longest answer that is read.
const LARGEST: u64 = 64 * 1024;

/// Posts JSON and answers the body of a 200.
///
/// # Errors
/// When the address is not `http://…`, the time is over, the connection fails, or the status is not 200.
pub(crate) async fn post(url: &str, body: &str, patience: Duration) -> io::Result<String> {
    timeout(patience, exchange(url, body)).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
}

async fn exchange(url: &str, body: &str) -> io::Result<String> {
    let invalid = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let rest = url.strip_prefix("http://").ok_or_else(|| invalid("only http:// addresses are pushed to"))?;
    let split = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at(split);
    let slash = if target.starts_with('/') { "" } else { "/" };
    let port =
        if authority.rsplit(':').next().is_some_and(|port| port.parse::<u16>().is_ok()) { "" } else { ":80" };
    let mut socket = TcpStream::connect(format!("{authority}{port}")).await?;
    let request = format!(
        "POST {slash}{target} HTTP/1.1\r\nHost: {authority}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    socket.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    socket.take(LARGEST).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").ok_or_else(|| invalid("no HTTP answer"))?;
    if head.split(' ').nth(1) != Some("200") {
        return Err(invalid("the status is not 200"));
    }
    let chunked = head.to_ascii_lowercase().contains("transfer-encoding: chunked");
    Ok(if chunked { unchunk(body) } else { body.to_owned() })
}

/// Joins the chunks of a body; a damaged one ends where the damage begins.
fn unchunk(mut body: &str) -> String {
    let mut whole = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16).unwrap_or(0);
        let Some(chunk) = rest.get(..size).filter(|_| size > 0) else { break };
        whole.push_str(chunk);
        body = rest.get(size + 2..).unwrap_or_default();
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_are_joined() {
        assert_eq!(unchunk("3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"), "abcde");
        assert_eq!(unchunk("zz\r\nabc"), "");
    }
}
