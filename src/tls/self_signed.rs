//! A certificate of our own, for the first hours or a closed network: browsers warn about it until it is trusted.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use rcgen::{CertificateParams, KeyPair, date_time_ymd};

const CERTIFICATE: &str = "tls-self-signed.pem";
const KEY: &str = "tls-self-signed.key";

/// The files of a self-signed certificate in a directory, made for these names when they are not there yet; then what
/// was trusted once stays the same.
///
/// # Errors
/// When they cannot be made or written.
pub fn self_signed(directory: &Path, names: &[String]) -> io::Result<(PathBuf, PathBuf)> {
    let (certificate, key) = (directory.join(CERTIFICATE), directory.join(KEY));
    if certificate.exists() && key.exists() {
        return Ok((certificate, key));
    }
    fs::create_dir_all(directory)?;
    let pair = KeyPair::generate().map_err(io::Error::other)?;
    let mut params = CertificateParams::new(names).map_err(io::Error::other)?;
    // Clocks on closed networks are wrong; the owner exchanges it when it must be.
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(2060, 1, 1);
    let signed = params.self_signed(&pair).map_err(io::Error::other)?;
    write(&key, &pair.serialize_pem())?;
    write(&certificate, &signed.pem())?;
    Ok((certificate, key))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let unfinished = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(&unfinished)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(unfinished, path)
}
