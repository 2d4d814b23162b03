//! The stream through a proxy, which is the only way out of many networks.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use menpai::domain::secret::Secret;
use menpai::simulator::EventTransport;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

use super::Stage;

/// `user:p@ss`, as it must arrive.
const WORDS: &str = "Proxy-Authorization: Basic dXNlcjpwQHNz";

/// A proxy that wants a password: passes whole addresses on to the simulator, and makes tunnels. Gives its address and
/// counts its tunnels.
async fn proxy(simulator: String) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let tunnels = Arc::new(AtomicUsize::new(0));
    let counted = tunnels.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(pass_on(client, simulator.clone(), counted.clone()));
        }
    });
    (format!("http://user:p%40ss@{address}"), tunnels)
}

async fn pass_on(mut client: TcpStream, simulator: String, tunnels: Arc<AtomicUsize>) -> Option<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await.ok()?);
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    if !text.to_lowercase().contains(&WORDS.to_lowercase()) {
        return client.write_all(b"HTTP/1.1 407 Who are you?\r\n\r\n").await.ok();
    }
    let mut server = if let Some(rest) = text.strip_prefix("CONNECT ") {
        let server = TcpStream::connect(rest.split(' ').next()?).await.ok()?;
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.ok()?;
        tunnels.fetch_add(1, Ordering::Relaxed);
        server
    } else {
        let mut server = TcpStream::connect(simulator.strip_prefix("http://")?).await.ok()?;
        server.write_all(&head).await.ok()?;
        server
    };
    copy_bidirectional(&mut client, &mut server).await.ok().map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn events_come_through_the_proxy() {
    let mut stage = Stage::new(6, EventTransport::Stream).await;
    let (address, tunnels) = proxy(stage.world.simulator.base_url()).await;
    stage.world.config.dingtalk.proxy = Some(Secret::new(address));
    stage.world.restart().await;
    stage.subscribe(json!({ "transport": "stream" })).await;
    stage.until_connected().await;
    assert!(tunnels.load(Ordering::Relaxed) > 0, "it went around the proxy");
    stage.until_event_runs(1).await;
    stage.until_quiet().await;
    let (id, corp) = (stage.userids()[0].clone(), stage.corp_id().to_owned());
    stage.world.dingtalk().change_user(&corp, &id, |user| user.name = "绕不过代理".into()).unwrap();
    stage.assert_followed().await;
    assert_eq!(stage.member(&id).await["name"], "绕不过代理");
    stage.finish().await;
}
