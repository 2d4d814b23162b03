//! The certificate in force: read from two files, looked at again and again, exchanged when they changed.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use rustls::crypto::ring::{default_provider, sign::any_supported_type};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert, ServerConfig};
use rustls::sign::CertifiedKey;
use tokio::sync::watch;
use tracing::{info, warn};

use crate::domain::text::Text;

/// How often the files are looked at.
const PAUSE: Duration = Duration::from_secs(10);

/// Why a certificate cannot be used, for the operator.
#[derive(Debug)]
pub struct CertificateError(pub Text);

impl fmt::Display for CertificateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}\n{}", self.0.en, self.0.zh)
    }
}

impl std::error::Error for CertificateError {}

fn wrong(path: &Path, zh: &str, en: &str) -> CertificateError {
    let path = path.display();
    CertificateError(Text::new(format!("{path}：{zh}"), format!("{path}: {en}")))
}

/// The certificate in force and where it comes from. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Certificates {
    files: Arc<(PathBuf, PathBuf)>,
    current: Arc<RwLock<Arc<CertifiedKey>>>,
}

impl Certificates {
    /// Reads a certificate chain and its key, both PEM.
    ///
    /// # Errors
    /// When one of them cannot be read, or they do not belong together.
    pub fn read(certificate: &Path, key: &Path) -> Result<Self, CertificateError> {
        let current = read(certificate, key)?;
        let files = Arc::new((certificate.to_owned(), key.to_owned()));
        Ok(Self { files, current: Arc::new(RwLock::new(Arc::new(current))) })
    }

    /// How a server speaks TLS with the certificate in force at each handshake: 1.2 and 1.3.
    ///
    /// # Errors
    /// When the cryptography offers neither, which it does.
    pub fn server_config(&self) -> Result<ServerConfig, rustls::Error> {
        let mut config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(self.clone()));
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(config)
    }

    /// Reads the files again.
    ///
    /// # Errors
    /// As [`Certificates::read`]; the certificate before stays in force.
    pub fn reload(&self) -> Result<(), CertificateError> {
        let fresh = Arc::new(read(&self.files.0, &self.files.1)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// Exchanges the certificate whenever the files changed, until `stop` becomes true.
    pub async fn keep_fresh(self, mut stop: watch::Receiver<bool>) {
        let mut seen = self.changed_at();
        loop {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
            let now = self.changed_at();
            if now == seen {
                continue;
            }
            match self.reload() {
                Ok(()) => {
                    seen = now;
                    info!("another certificate is in force");
                }
                // The second of the two files may still be on its way: looked at again after the pause.
                Err(error) => {
                    warn!(tls.error = %error.0.en, "the changed certificate cannot be used; the one before stays")
                }
            }
        }
    }

    fn changed_at(&self) -> [Option<SystemTime>; 2] {
        [&self.files.0, &self.files.1]
            .map(|path| std::fs::metadata(path).and_then(|file| file.modified()).ok())
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, _hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn read(certificate: &Path, key: &Path) -> Result<CertifiedKey, CertificateError> {
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .ok()
        .filter(|chain| !chain.is_empty())
        .ok_or_else(|| {
            wrong(certificate, "不是 PEM 格式的证书，或无法读取", "not a certificate in PEM, or not readable")
        })?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|_| {
        wrong(key, "不是 PEM 格式的私钥，或无法读取", "not a private key in PEM, or not readable")
    })?;
    let signing = any_supported_type(&private).map_err(|_| {
        wrong(
            key,
            "不支持的私钥类型（需要 RSA、ECDSA 或 Ed25519）",
            "not a key that can be used (RSA, ECDSA or Ed25519)",
        )
    })?;
    let certified = CertifiedKey::new(chain, signing);
    certified
        .keys_match()
        .map_err(|_| wrong(key, "私钥与证书不匹配", "the key does not belong to the certificate"))?;
    Ok(certified)
}
