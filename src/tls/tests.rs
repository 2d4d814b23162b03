//! Real TLS over loopback.

use std::sync::Arc;

use poem::listener::Acceptor;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsConnector;

use super::*;

fn made(directory: &TempDir, folder: &str) -> (std::path::PathBuf, std::path::PathBuf) {
    self_signed(&directory.path().join(folder), &["localhost".to_owned()]).unwrap()
}

/// Whether a client that trusts only this certificate gets through.
async fn is_trusted(address: std::net::SocketAddr, certificate: &std::path::Path) -> bool {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(certificate).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = builder.with_root_certificates(roots).with_no_client_auth();
    let stream = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.is_ok()
}

#[tokio::test]
async fn a_changed_certificate_is_taken_into_use_and_a_broken_one_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let (first, first_key) = made(&directory, "first");
    let (second, second_key) = made(&directory, "second");
    let (certificate, key) = (directory.path().join("cert.pem"), directory.path().join("key.pem"));
    std::fs::copy(&first, &certificate).unwrap();
    std::fs::copy(&first_key, &key).unwrap();
    let certificates = Certificates::read(&certificate, &key).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut acceptor = TlsAcceptor::new(listener, certificates.server_config().unwrap()).unwrap();
    let accepting = tokio::spawn(async move {
        loop {
            drop(acceptor.accept().await);
        }
    });
    // Somebody who connects and says nothing keeps nobody waiting.
    let _silent = TcpStream::connect(address).await.unwrap();
    assert!(is_trusted(address, &first).await && !is_trusted(address, &second).await);
    std::fs::copy(&second, &certificate).unwrap();
    let refused = certificates.reload().unwrap_err();
    assert!(refused.0.en.contains("does not belong"), "{refused}");
    assert!(is_trusted(address, &first).await, "the one before stays in force");
    std::fs::copy(&second_key, &key).unwrap();
    certificates.reload().unwrap();
    assert!(is_trusted(address, &second).await && !is_trusted(address, &first).await);
    std::fs::write(&certificate, "").unwrap();
    assert!(certificates.reload().is_err());
    accepting.abort();
}

#[test]
fn a_self_signed_certificate_stays_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let (certificate, key) = made(&directory, "own");
    let before = std::fs::read(&certificate).unwrap();
    assert_eq!(made(&directory, "own"), (certificate.clone(), key.clone()));
    assert_eq!(std::fs::read(&certificate).unwrap(), before);
    Certificates::read(&certificate, &key).unwrap();
}
