//! Sealing of secrets at rest: XChaCha20-Poly1305 under a key that lies in a file beside the database.
//!
//! Invariant: a sealed secret opens only under the key and in the context it was sealed for; a nonce is never reused.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use rand::TryRng;
use rand::rngs::SysRng;
use zeroize::Zeroizing;

use super::open::{OpenError, for_the_owner};
use crate::domain::secret::Secret;

/// The version of the sealed form, its first byte.
const VERSION: u8 = 1;
const NONCE: usize = 24;

/// The key, ready for use.
pub(crate) struct Sealer {
    cipher: XChaCha20Poly1305,
}

impl Sealer {
    /// Reads the key; makes one only when `may_create`, because a database without its key is a loss to be told.
    pub(crate) fn open(path: &Path, may_create: bool) -> Result<Self, OpenError> {
        let key = match fs::read(path) {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(error) if error.kind() == ErrorKind::NotFound && may_create => create(path)?,
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(OpenError::KeyMissing),
            Err(error) => return Err(OpenError::Directory(error)),
        };
        let key = <[u8; 32]>::try_from(key.as_slice()).map_err(|_| OpenError::KeyInvalid)?;
        Ok(Self { cipher: XChaCha20Poly1305::new(&Key::from(key)) })
    }

    /// Seals a secret for one context.
    pub(crate) fn seal(&self, secret: &Secret, context: &str) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE];
        SysRng.try_fill_bytes(&mut nonce).ok()?;
        let payload = Payload { msg: secret.reveal().as_bytes(), aad: context.as_bytes() };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), payload).ok()?;
        Some([&[VERSION], nonce.as_slice(), &sealed].concat())
    }

    /// Opens a sealed secret; `None` when the key or the context is another one, or the bytes were changed.
    pub(crate) fn unseal(&self, sealed: &[u8], context: &str) -> Option<Secret> {
        let (nonce, sealed) = sealed.strip_prefix(&[VERSION])?.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: context.as_bytes() };
        let opened = Zeroizing::new(self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()?);
        Some(Secret::new(std::str::from_utf8(&opened).ok()?))
    }
}

/// Makes the key under another name first: half a key must never be taken for one.
fn create(path: &Path) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let mut key = Zeroizing::new(vec![0; 32]);
    SysRng.try_fill_bytes(&mut key).map_err(|error| OpenError::Directory(std::io::Error::other(error)))?;
    let unfinished = path.with_extension("new");
    let written = for_the_owner()
        .truncate(true)
        .open(&unfinished)
        .and_then(|mut file| file.write_all(&key).and_then(|()| file.sync_all()))
        .and_then(|()| fs::rename(&unfinished, path));
    written.map_err(OpenError::Directory)?;
    Ok(key)
}
