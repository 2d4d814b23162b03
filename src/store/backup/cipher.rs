//! Encryption of an archive's content: a passphrase becomes a key (argon2id), the content goes through in pieces, each
//! sealed with its number and whether it is the last (STREAM over XChaCha20-Poly1305).
//!
//! Invariant: a piece that is missing, moved, repeated or cut off fails to open, and so does the content of another
//! archive: its id and the entry's name are part of every seal.

use std::io::{self, Read, Write};

use aead_stream::{DecryptorBE32, EncryptorBE32};
use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{KeyInit, Payload};
use rand::TryRng;
use rand::rngs::SysRng;
use zeroize::Zeroizing;

use super::BackupError;
use crate::domain::backup::Encryption;
use crate::domain::secret::Secret;

const KEY_DERIVATION: &str = "argon2id";
const CIPHER: &str = "XChaCha20-Poly1305-STREAM-BE32";
/// The bytes of a piece before it is sealed.
const PIECE: usize = 64 * 1024;
/// What a seal adds to a piece.
const TAG: usize = 16;
/// The random beginning of every nonce of an entry; the piece's number and the mark of the last follow.
const NONCE_PREFIX: usize = 19;
const SALT: usize = 16;
/// What deriving the key costs: once a backup, so it may be dear. 64 MiB, three passes.
const COST: (u32, u32, u32) = (64 * 1024, 3, 1);
/// What a foreign archive may ask for: 1 GiB, 16 passes, 16 lanes.
const DEAREST: (u32, u32, u32) = (1024 * 1024, 16, 16);

/// The key of one archive.
pub(super) struct ArchiveKey(Zeroizing<[u8; 32]>);

impl ArchiveKey {
    /// A key for a new archive, and how it was derived.
    pub(super) fn new(passphrase: &Secret) -> Result<(Self, Encryption), BackupError> {
        let mut salt = [0; SALT];
        SysRng.try_fill_bytes(&mut salt).map_err(io::Error::other)?;
        let (memory_kib, passes, lanes) = COST;
        let encryption = Encryption {
            key_derivation: KEY_DERIVATION.to_owned(),
            memory_kib,
            passes,
            lanes,
            salt: super::hexadecimal(&salt),
            cipher: CIPHER.to_owned(),
        };
        Ok((Self::derive(passphrase, &encryption)?, encryption))
    }

    /// The key of an archive.
    pub(super) fn derive(passphrase: &Secret, how: &Encryption) -> Result<Self, BackupError> {
        let (memory, passes, lanes) = DEAREST;
        if how.key_derivation != KEY_DERIVATION || how.cipher != CIPHER {
            return Err(BackupError::damaged("it is encrypted in a way that this program does not know"));
        }
        if how.memory_kib > memory || how.passes > passes || how.lanes > lanes {
            return Err(BackupError::damaged("its key asks for more memory or time than any of ours"));
        }
        let odd = |_| BackupError::damaged("how its key was derived cannot be understood");
        let salt = super::from_hexadecimal(&how.salt).filter(|salt| salt.len() == SALT);
        let salt = salt.ok_or_else(|| BackupError::damaged("its salt cannot be read"))?;
        let params = Params::new(how.memory_kib, how.passes, how.lanes, Some(32)).map_err(odd)?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.reveal().as_bytes(), &salt, key.as_mut())
            .map_err(odd)?;
        Ok(Self(key))
    }

    /// Seals what is written; [`Sealing::finish`] must be called.
    pub(super) fn seal<W: Write>(&self, mut inner: W, context: String) -> io::Result<Sealing<W>> {
        let mut nonce = [0; NONCE_PREFIX];
        SysRng.try_fill_bytes(&mut nonce).map_err(io::Error::other)?;
        inner.write_all(&nonce)?;
        let aead = XChaCha20Poly1305::new(&(*self.0).into());
        let stream = EncryptorBE32::from_aead(aead, &nonce.into());
        Ok(Sealing { inner, stream, context, piece: Zeroizing::new(Vec::with_capacity(PIECE)) })
    }

    /// Opens what is read.
    pub(super) fn open<R: Read>(&self, mut inner: R, context: String) -> io::Result<Opening<R>> {
        let mut nonce = [0; NONCE_PREFIX];
        inner.read_exact(&mut nonce)?;
        let aead = XChaCha20Poly1305::new(&(*self.0).into());
        let stream = DecryptorBE32::from_aead(aead, &nonce.into());
        Ok(Opening {
            inner,
            stream: Some(stream),
            context,
            piece: Zeroizing::default(),
            read: 0,
            ahead: None,
        })
    }
}

/// Seals what is written, piece by piece.
pub(super) struct Sealing<W> {
    inner: W,
    stream: EncryptorBE32<XChaCha20Poly1305>,
    context: String,
    piece: Zeroizing<Vec<u8>>,
}

impl<W: Write> Sealing<W> {
    /// Seals the last piece and gives back what was written into.
    pub(super) fn finish(mut self) -> io::Result<W> {
        let payload = Payload { msg: &self.piece, aad: self.context.as_bytes() };
        let sealed = self.stream.encrypt_last(payload).map_err(|_| unsealable())?;
        self.inner.write_all(&sealed)?;
        Ok(self.inner)
    }
}

impl<W: Write> Write for Sealing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A full piece is sealed only when more comes, for it might be the last.
        if self.piece.len() == PIECE {
            let payload = Payload { msg: &self.piece, aad: self.context.as_bytes() };
            let sealed = self.stream.encrypt_next(payload).map_err(|_| unsealable())?;
            self.inner.write_all(&sealed)?;
            self.piece.clear();
        }
        let taken = bytes.len().min(PIECE - self.piece.len());
        self.piece.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// Opens what is read, piece by piece.
pub(super) struct Opening<R> {
    inner: R,
    /// Gone once the last piece was opened.
    stream: Option<DecryptorBE32<XChaCha20Poly1305>>,
    context: String,
    piece: Zeroizing<Vec<u8>>,
    read: usize,
    /// The sealed piece that was read ahead, to know whether another follows.
    ahead: Option<Vec<u8>>,
}

impl<R: Read> Opening<R> {
    fn sealed_piece(&mut self) -> io::Result<Vec<u8>> {
        let mut sealed = Vec::with_capacity(PIECE + TAG);
        (&mut self.inner).take((PIECE + TAG) as u64).read_to_end(&mut sealed)?;
        Ok(sealed)
    }

    fn open_next(&mut self) -> io::Result<()> {
        let Some(mut stream) = self.stream.take() else { return Ok(()) };
        let sealed = match self.ahead.take() {
            Some(sealed) => sealed,
            None => self.sealed_piece()?,
        };
        let next = self.sealed_piece()?;
        let payload = Payload { msg: &sealed, aad: self.context.as_bytes() };
        if next.is_empty() {
            self.piece = Zeroizing::new(stream.decrypt_last(payload).map_err(|_| unopenable())?);
        } else {
            self.piece = Zeroizing::new(stream.decrypt_next(payload).map_err(|_| unopenable())?);
            self.ahead = Some(next);
            self.stream = Some(stream);
        }
        self.read = 0;
        Ok(())
    }
}

impl<R: Read> Read for Opening<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.read == self.piece.len() && self.stream.is_some() {
            self.open_next()?;
        }
        let rest = self.piece.get(self.read..).unwrap_or_default();
        let taken = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..taken), rest.get(..taken)) {
            to.copy_from_slice(from);
        }
        self.read += taken;
        Ok(taken)
    }
}

/// How [`super::archive`] tells a wrong passphrase from a failing disk.
#[derive(Debug)]
pub(super) struct Unopenable;

impl std::fmt::Display for Unopenable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a sealed piece does not open")
    }
}

impl std::error::Error for Unopenable {}

fn unopenable() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, Unopenable)
}

fn unsealable() -> io::Error {
    io::Error::other("a piece cannot be sealed")
}
