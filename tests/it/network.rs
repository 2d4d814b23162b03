//! The network around the server: HTTPS in the binary, the redirect, a proxy on the way to DingTalk.

use std::net::SocketAddr;

use menpai::app::{App, Surroundings};
use menpai::config::TlsCertificate;
use menpai::domain::secret::Secret;
use menpai::simulator::Shape;

use crate::support::World;

#[tokio::test]
async fn https_is_spoken_with_a_certificate_of_its_own() {
    let mut world = World::new(Shape::plain(2, 5)).await;
    world.park().await;
    let mut config = world.config.clone();
    // A free port that is known beforehand, for the redirect.
    let plain: SocketAddr = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    config.tls.certificate = Some(TlsCertificate::SelfSigned);
    config.tls.redirect_listen = Some(plain);
    config.tls.hsts_seconds = Some(3600);
    let webroot = tempfile::tempdir().unwrap();
    config.tls.acme_webroot = Some(webroot.path().to_owned());
    let app = App::start(&config, Surroundings::real()).await.unwrap();
    assert!(app.base_url().starts_with("https://"));
    let port = app.address().port();
    let pem = std::fs::read(config.data_dir.join("tls-self-signed.pem")).unwrap();
    let builder = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
    let trusting = reqwest::Certificate::from_pem(&pem).unwrap();
    let client = builder.tls_certs_only([trusting]).build().unwrap();

    let answer = client.get(format!("https://localhost:{port}/healthz")).send().await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.version()), (200, reqwest::Version::HTTP_2));
    assert_eq!(answer.headers()["strict-transport-security"], "max-age=3600");
    let session = serde_json::json!({"username": "admin", "password": crate::support::ADMIN.1});
    let address = format!("https://localhost:{port}/api/v1/sessions");
    let signed_in = client.post(address).json(&session).send().await.unwrap();
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("; Secure"), "{cookie}");

    let sent_on = client.get(format!("http://{plain}/tenantId/1000?a=b")).send().await.unwrap();
    assert_eq!(sent_on.status(), 308);
    assert_eq!(sent_on.headers()["location"], format!("https://127.0.0.1:{port}/tenantId/1000?a=b"));
    let place = "/.well-known/acme-challenge";
    let folder = webroot.path().join(&place[1..]);
    std::fs::create_dir_all(folder.join("a-folder")).unwrap();
    std::fs::write(folder.join("to_ken-1"), "to_ken-1.thumbprint").unwrap();
    std::fs::write(folder.join("long"), [b'a'; 5000]).unwrap();
    std::fs::write(webroot.path().join("secret"), "outside").unwrap();
    let asked = client.get(format!("http://{plain}{place}/to_ken-1")).send().await.unwrap();
    assert_eq!((asked.status().as_u16(), asked.text().await.unwrap().as_str()), (200, "to_ken-1.thumbprint"));
    for other in ["other", "", "a-folder", "long", "..%2F..%2Fsecret", "to_ken-1%00"] {
        let asked = client.get(format!("http://{plain}{place}/{other}")).send().await.unwrap();
        assert_eq!(asked.status(), 404, "{other}");
    }
    let posted = client.post(format!("http://{plain}/api/v1/sessions")).json(&session).send().await.unwrap();
    assert_eq!(posted.status(), 426, "a password that came in the open is not sent on");
    let untrusting = reqwest::Client::builder().no_proxy().tls_certs_only([]).build().unwrap();
    assert!(untrusting.get(format!("https://localhost:{port}/healthz")).send().await.is_err());
    app.stop().await;
    world.simulator.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dingtalk_is_reached_through_the_proxy() {
    let mut world = World::new(Shape::plain(4, 5)).await;
    // The simulator takes whole addresses, as a proxy does; nobody knows the host but the proxy.
    let base = world.config.dingtalk.oapi_url.clone();
    world.park().await;
    let away = "http://dingtalk.invalid".to_owned();
    world.config.dingtalk.oapi_url = away.clone();
    world.config.dingtalk.api_url = away;
    world.config.dingtalk.proxy = Some(Secret::new(base));
    world.restart().await;
    let tenant = world.connected_tenant().await;
    let run = world.sync(tenant).await;
    assert_eq!(run["counts"]["membersCreated"], 4, "{run:#}");
    world.finish().await;
}
