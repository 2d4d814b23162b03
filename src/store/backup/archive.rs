//! The archive: a tar that ordinary tools open. First `manifest.json`, then `database.zst`; in an encrypted one both
//! the database and the sealing key, each behind `.sealed`.
//!
//! Must not know where archives are kept. Invariant: nothing of an archive is believed before its length and its
//! SHA-256 were compared, and no name inside decides where a file is written.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::BackupError;
use super::cipher::{ArchiveKey, Unopenable};
use super::copy::Progress;
use super::disk::Written;
use crate::domain::backup::{FORMAT, Manifest};
use crate::domain::secret::Secret;

const MANIFEST: &str = "manifest.json";
const DATABASE: &str = "database.zst";
const SEALING_KEY: &str = "sealing.key";
const SEALED: &str = ".sealed";
/// A manifest is about two kilobytes.
const LONGEST_MANIFEST: u64 = 256 * 1024;
/// The sealing key and its seal.
const LONGEST_KEY: u64 = 1024;
/// Fast rather than small: the second fastest of zstd's levels halves what the third takes.
const LEVEL: i32 = 2;
const BLOCK: usize = 256 * 1024;

/// The sealing key's bytes.
pub(super) type SealingKey = Zeroizing<Vec<u8>>;

/// What is to be put into an archive.
pub(super) struct Contents<'a> {
    /// The copy of the database.
    pub(super) database: &'a Path,
    /// The sealing key's bytes; written only into an encrypted archive.
    pub(super) sealing_key: &'a [u8],
    /// With the key, when it is to be encrypted.
    pub(super) key: Option<&'a ArchiveKey>,
}

/// Writes an archive; completes the manifest's length and hash of the database.
pub(super) fn write(
    path: &Path,
    manifest: &mut Manifest,
    contents: &Contents<'_>,
    progress: &Progress,
) -> Result<(), BackupError> {
    let compressed = path.with_extension("content");
    let mut content = Written::create(&compressed)?;
    let (length, hash) = match contents.key {
        None => {
            let mut out = BufWriter::new(&mut content);
            let told = compress(contents.database, &mut out, progress)?;
            out.flush()?;
            told
        }
        Some(key) => {
            let out = BufWriter::new(&mut content);
            let mut sealing = key.seal(out, context(manifest, DATABASE))?;
            let told = compress(contents.database, &mut sealing, progress)?;
            sealing.finish()?.flush()?;
            told
        }
    };
    manifest.database_bytes = length;
    manifest.database_sha256 = hash;
    content.rewind()?;
    let mut tar = tar::Builder::new(BufWriter::new(Written::create(path)?));
    let text = serde_json::to_vec_pretty(manifest).map_err(io::Error::other)?;
    entry(&mut tar, MANIFEST, text.len() as u64, manifest, text.as_slice())?;
    let size = content.length()?;
    match contents.key {
        None => entry(&mut tar, DATABASE, size, manifest, content)?,
        Some(key) => {
            entry(&mut tar, &format!("{DATABASE}{SEALED}"), size, manifest, content)?;
            let mut sealing = key.seal(Vec::new(), context(manifest, SEALING_KEY))?;
            sealing.write_all(contents.sealing_key)?;
            let sealed = sealing.finish()?;
            let name = format!("{SEALING_KEY}{SEALED}");
            entry(&mut tar, &name, sealed.len() as u64, manifest, sealed.as_slice())?;
        }
    }
    let file = tar.into_inner()?.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.sync()?;
    std::fs::remove_file(&compressed)?;
    Ok(())
}

/// What an archive says of itself.
pub(super) fn manifest(path: &Path) -> Result<Manifest, BackupError> {
    let mut archive = tar::Archive::new(File::open(path)?);
    let mut entries = archive.entries()?;
    first(&mut entries)
}

/// Takes an archive's database out into a file, and its sealing key when it has one.
pub(super) fn unpack(
    path: &Path,
    passphrase: Option<&Secret>,
    database: &Path,
    progress: &Progress,
) -> Result<(Manifest, Option<SealingKey>), BackupError> {
    let mut archive = tar::Archive::new(BufReader::with_capacity(BLOCK, File::open(path)?));
    let mut entries = archive.entries()?;
    let manifest = first(&mut entries)?;
    let key = match (&manifest.encryption, passphrase) {
        (None, _) => None,
        (Some(_), None) => return Err(BackupError::PassphraseMissing),
        (Some(how), Some(passphrase)) => Some(ArchiveKey::derive(passphrase, how)?),
    };
    let is_sealed = key.is_some();
    let expected = |name: &str| if is_sealed { format!("{name}{SEALED}") } else { name.to_owned() };
    let content = next(&mut entries, &expected(DATABASE))?;
    match &key {
        None => decompress(content, database, &manifest, progress)?,
        Some(key) => {
            let content = key.open(content, context(&manifest, DATABASE)).map_err(cut_short)?;
            decompress(content, database, &manifest, progress)?;
        }
    }
    let Some(key) = key else { return Ok((manifest, None)) };
    let sealed = next(&mut entries, &expected(SEALING_KEY))?;
    let mut opened = key.open(sealed, context(&manifest, SEALING_KEY)).map_err(cut_short)?.take(LONGEST_KEY);
    let mut sealing_key = Zeroizing::new(Vec::new());
    opened.read_to_end(&mut sealing_key).map_err(cut_short)?;
    Ok((manifest, Some(sealing_key)))
}

/// What a seal is bound to, so that no entry passes for another.
fn context(manifest: &Manifest, name: &str) -> String {
    format!("menpai-backup/{}/{name}", manifest.id)
}

fn entry<W: Write>(
    tar: &mut tar::Builder<W>,
    name: &str,
    size: u64,
    manifest: &Manifest,
    content: impl Read,
) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(size);
    header.set_mode(0o600);
    header.set_mtime(u64::try_from(manifest.created_at.0 / 1000).unwrap_or_default());
    tar.append_data(&mut header, name, content)
}

/// Compresses a file; gives its length and SHA-256.
fn compress(from: &Path, to: impl Write, progress: &Progress) -> Result<(u64, String), BackupError> {
    let mut file = File::open(from)?;
    let mut encoder = zstd::Encoder::new(to, LEVEL)?;
    encoder.include_checksum(true)?;
    let (mut hasher, mut length, mut block) = (Sha256::new(), 0, vec![0; BLOCK]);
    loop {
        progress.look()?;
        let read = file.read(&mut block)?;
        let Some(bytes) = block.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        hasher.update(bytes);
        encoder.write_all(bytes)?;
        length += read as u64;
    }
    encoder.finish()?;
    Ok((length, super::hexadecimal(&hasher.finalize())))
}

/// The counterpart; refuses what is longer, shorter or other than the manifest says.
fn decompress(
    from: impl Read,
    to: &Path,
    manifest: &Manifest,
    progress: &Progress,
) -> Result<(), BackupError> {
    let mut decoder = zstd::Decoder::new(from).map_err(cut_short)?;
    let mut file = Written::create(to)?;
    let (mut hasher, mut length, mut block) = (Sha256::new(), 0_u64, vec![0; BLOCK]);
    progress.expect(manifest.database_bytes);
    loop {
        progress.look()?;
        progress.reach(length);
        let read = decoder.read(&mut block).map_err(cut_short)?;
        let Some(bytes) = block.get(..read).filter(|bytes| !bytes.is_empty()) else { break };
        length += read as u64;
        if length > manifest.database_bytes {
            break;
        }
        hasher.update(bytes);
        file.write_all(bytes)?;
    }
    if length != manifest.database_bytes || super::hexadecimal(&hasher.finalize()) != manifest.database_sha256
    {
        return Err(BackupError::damaged("the database inside is not what the manifest says"));
    }
    file.sync()?;
    Ok(())
}

fn first<R: Read>(entries: &mut tar::Entries<'_, R>) -> Result<Manifest, BackupError> {
    let mut text = Vec::new();
    next(entries, MANIFEST)?.take(LONGEST_MANIFEST).read_to_end(&mut text).map_err(cut_short)?;
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|_| BackupError::damaged("its manifest cannot be read, or is of a later program"))?;
    if manifest.format != FORMAT {
        return Err(BackupError::damaged(format!("its layout {} is of a later program", manifest.format)));
    }
    Ok(manifest)
}

fn next<'a, R: Read>(
    entries: &mut tar::Entries<'a, R>,
    name: &str,
) -> Result<tar::Entry<'a, R>, BackupError> {
    let missing = || BackupError::damaged(format!("{name} is not where it must be"));
    let entry = entries.next().ok_or_else(missing)?.map_err(cut_short)?;
    let is_it = *entry.path_bytes() == *name.as_bytes() && entry.header().entry_type().is_file();
    if is_it { Ok(entry) } else { Err(missing()) }
}

/// A failure while reading an archive is the archive's fault, unless the seal says otherwise.
#[expect(clippy::needless_pass_by_value, reason = "the shape that `map_err` asks for")]
fn cut_short(error: io::Error) -> BackupError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> =
        error.get_ref().map(|inner| inner as &(dyn std::error::Error + 'static));
    for _ in 0..8 {
        let Some(inner) = cause else { break };
        if inner.is::<Unopenable>() {
            return BackupError::PassphraseWrong;
        }
        cause = match inner.downcast_ref::<io::Error>() {
            Some(nested) => nested.get_ref().map(|inner| inner as &(dyn std::error::Error + 'static)),
            None => inner.source(),
        };
    }
    BackupError::damaged(format!("it cannot be read to its end: {}", error.kind()))
}
