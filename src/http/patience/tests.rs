//! Waits and bounds of a connection, without a server.

use std::future::poll_fn;

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

use super::*;

const SHORT: Patience = Patience {
    head: Duration::from_millis(20),
    idle: Duration::from_millis(20),
    body: Duration::from_millis(20),
};
const LONG: Duration = Duration::from_secs(3600);

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<usize> {
    stream.read(&mut [0; 64]).await
}

#[tokio::test]
async fn a_head_that_does_not_come_ends_the_connection() {
    for sent in ["", "GET / HTTP/1.1\r\nHost: x\r\n"] {
        let (mut client, server) = duplex(1024);
        let mut server = PatientStream::new(server, SHORT, None);
        client.write_all(sent.as_bytes()).await.unwrap();
        if !sent.is_empty() {
            assert_eq!(read(&mut server).await.unwrap(), sent.len());
        }
        assert_eq!(read(&mut server).await.unwrap_err().kind(), io::ErrorKind::TimedOut, "{sent:?}");
    }
}

#[tokio::test]
async fn the_next_head_is_waited_for_anew_and_an_idle_connection_ends() {
    let (mut client, server) = duplex(1024);
    let mut server = PatientStream::new(server, Patience { head: LONG, ..SHORT }, None);
    for _ in 0..2 {
        client.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        read(&mut server).await.unwrap();
        assert_eq!(server.turn, Turn::Server);
        server.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
        assert_eq!(server.turn, Turn::Idle);
    }
    client.write_all(b"G").await.unwrap();
    read(&mut server).await.unwrap();
    assert_eq!(server.turn, Turn::Head);
    client.write_all(b"ET / HTTP/1.1\r\n\r\n").await.unwrap();
    read(&mut server).await.unwrap();
    server.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await.unwrap();
    assert_eq!(read(&mut server).await.unwrap_err().kind(), io::ErrorKind::TimedOut);
}

#[tokio::test]
async fn the_wait_for_the_next_head_begins_although_it_was_asked_for_before_the_answer_went_out() {
    let (mut client, server) = duplex(1024);
    let mut server = PatientStream::new(server, Patience { head: LONG, ..SHORT }, None);
    client.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    read(&mut server).await.unwrap();
    let mut answered = false;
    let ended = poll_fn(|context| {
        let mut space = [0; 64];
        let mut space = ReadBuf::new(&mut space);
        let outcome = Pin::new(&mut server).poll_read(context, &mut space);
        if outcome.is_pending() && !std::mem::replace(&mut answered, true) {
            assert!(Pin::new(&mut server).poll_write(context, b"HTTP/1.1 204 No Content\r\n\r\n").is_ready());
        }
        outcome
    });
    assert_eq!(ended.await.unwrap_err().kind(), io::ErrorKind::TimedOut);
}

#[tokio::test]
async fn a_body_that_was_asked_for_is_no_head() {
    let (mut client, server) = duplex(4096);
    let mut server = PatientStream::new(server, SHORT, None);
    client.write_all(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\n\r\n").await.unwrap();
    read(&mut server).await.unwrap();
    server.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await.unwrap();
    client.write_all(b"a body").await.unwrap();
    read(&mut server).await.unwrap();
    assert_eq!(server.turn, Turn::Server);
}

#[tokio::test]
async fn however_a_head_is_cut_its_end_is_found() {
    for (sent, turn) in [
        (&b"GET / HTTP/1.1\r\nA: b\r\n\r\nrest"[..], Turn::Server),
        (b"GET / HTTP/1.1\r\nA: b\r\n\n\r\n", Turn::Head),
        (b"PRI * HTTP/2.0\r\n\r\n", Turn::Free),
        (b"PRINT / HTTP/1.1\r\n\r\n", Turn::Server),
    ] {
        for piece in 1..=sent.len() {
            let mut server = PatientStream::new(tokio::io::empty(), SHORT, None);
            sent.chunks(piece).for_each(|part| server.note_read(part));
            assert_eq!(server.turn, turn, "{piece} bytes at a time of {sent:?}");
        }
    }
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let (mut client, server) = duplex(4096);
    let mut server = PatientStream::new(server, Patience { head: LONG, ..SHORT }, None);
    let send = async {
        let line = [b'a'; 1024];
        while client.write_all(&line).await.is_ok() {}
        client
    };
    let receive = async {
        let mut total = 0;
        loop {
            match server.read(&mut [0; 1024]).await {
                Ok(read) => total += read,
                Err(refusal) => return (total, refusal.kind(), drop(server)),
            }
        }
    };
    let (mut client, (total, kind, ())) = tokio::join!(send, receive);
    assert!(total <= HEAD, "{total}");
    assert_eq!(kind, io::ErrorKind::InvalidData);
    let mut answer = Vec::new();
    client.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 431 ") && answer.ends_with("\r\n\r\n"), "{answer}");
    assert!(answer.contains("\r\nx-content-type-options: nosniff\r\n"), "{answer}");
    assert!(answer.contains("\r\ncontent-security-policy: default-src 'none'; "), "{answer}");
}

#[tokio::test]
async fn a_request_that_is_worked_on_and_http_2_are_left_alone() {
    for (sent, turn) in
        [(&b"GET / HTTP/1.1\r\n\r\n"[..], Turn::Server), (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Turn::Free)]
    {
        let (mut client, server) = duplex(1024);
        let mut server = PatientStream::new(server, SHORT, None);
        client.write_all(sent).await.unwrap();
        read(&mut server).await.unwrap();
        assert_eq!(server.turn, turn);
        // Longer than either wait; then the client goes, and that is what is read.
        let gone = async {
            sleep(SHORT.head * 3).await;
            drop(client);
        };
        assert_eq!(tokio::join!(read(&mut server), gone).0.unwrap(), 0);
    }
}

/// A client's bytes that nobody reads any more would make its system throw away the answer.
#[tokio::test]
async fn whoever_still_sends_is_listened_to_until_it_has_ended() {
    let (mut client, server) = duplex(1024);
    let mut server = PatientStream::new(server, SHORT, None);
    client.write_all(b"POST / HTTP/1.1\r\n\r\n").await.unwrap();
    read(&mut server).await.unwrap();
    server.write_all(b"HTTP/1.1 413 Content Too Large\r\n\r\n").await.unwrap();
    let sending = async {
        for _ in 0..1024 {
            client.write_all(&[b'x'; 1024]).await.unwrap();
        }
        let mut answer = vec![0; 34];
        client.read_exact(&mut answer).await.unwrap();
        drop(client);
        answer
    };
    let (answer, ended) = tokio::join!(sending, server.shutdown());
    assert!(answer.starts_with(b"HTTP/1.1 413 "));
    ended.unwrap();
}

#[tokio::test]
async fn who_never_ends_or_says_nothing_is_left_after_a_while() {
    let (mut client, server) = duplex(1024);
    let leaving = tokio::spawn(async move { PatientStream::new(server, SHORT, None).shutdown().await });
    while client.write_all(&[b'x'; 1024]).await.is_ok() {}
    leaving.await.unwrap().unwrap();
    let (_client, server) = duplex(1024);
    PatientStream::new(server, SHORT, None).shutdown().await.unwrap();
}
