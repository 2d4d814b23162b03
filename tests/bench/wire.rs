//! A client that costs next to nothing: one kept connection, one request at a time, bodies counted and not read.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A kept connection.
pub(crate) struct Wire {
    stream: TcpStream,
    authority: String,
    token: String,
    buffer: Vec<u8>,
}

impl Wire {
    /// Connects.
    pub(crate) async fn connect(authority: &str, token: &str) -> Self {
        let stream = TcpStream::connect(authority).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, authority: authority.to_owned(), token: token.to_owned(), buffer: Vec::new() }
    }

    /// GETs a path; gives the time and the length of the body. Anything but 200 is the end.
    pub(crate) async fn get(&mut self, path: &str) -> (Duration, usize) {
        let Self { stream, authority, token, buffer } = self;
        let request = format!("GET {path} HTTP/1.1\r\nhost: {authority}\r\nx-access-token: {token}\r\n\r\n");
        let began = Instant::now();
        stream.write_all(request.as_bytes()).await.unwrap();
        buffer.clear();
        let (head, length) = loop {
            assert!(stream.read_buf(buffer).await.unwrap() > 0, "{path}: the connection ended");
            if let Some(head) = buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                let text = std::str::from_utf8(&buffer[..head]).unwrap().to_ascii_lowercase();
                assert!(text.starts_with("http/1.1 200"), "{path}: {text}");
                let length = text.lines().find_map(|line| line.strip_prefix("content-length:")).unwrap();
                break (head + 4, length.trim().parse::<usize>().unwrap());
            }
        };
        while buffer.len() < head + length {
            assert!(stream.read_buf(buffer).await.unwrap() > 0, "{path}: the body ended early");
        }
        (began.elapsed(), length)
    }
}

/// Requests a second of one path over some connections at once.
pub(crate) async fn throughput(authority: &str, token: &str, path: &str, connections: usize) -> f64 {
    const DURATION: Duration = Duration::from_secs(1);
    let tasks: Vec<_> = (0..connections)
        .map(|_| {
            let (authority, token, path) = (authority.to_owned(), token.to_owned(), path.to_owned());
            tokio::spawn(async move {
                let mut wire = Wire::connect(&authority, &token).await;
                let (began, mut count) = (Instant::now(), 0_u32);
                while began.elapsed() < DURATION {
                    wire.get(&path).await;
                    count += 1;
                }
                f64::from(count) / began.elapsed().as_secs_f64()
            })
        })
        .collect();
    let mut sum = 0.0;
    for task in tasks {
        sum += task.await.unwrap();
    }
    sum
}
