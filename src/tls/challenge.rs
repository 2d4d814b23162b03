//! The answers that a certificate authority fetches over plain HTTP (ACME, HTTP-01), as an ACME client beside this
//! server laid them into a directory. Must not know how a certificate is had.
//!
//! Invariant: only files directly inside of one folder, with names that can be ACME tokens, are ever read.

use std::path::{Path, PathBuf};

use tokio::fs::{self, File};
use tokio::io::AsyncReadExt;

/// Where such an answer is asked for, and under which folder of the directory it lies [RFC 8555, 8.3].
const PLACE: &str = "/.well-known/acme-challenge/";
/// A token has 22 letters or more, and never many.
const LONGEST_TOKEN: usize = 128;
/// A token, a dot and the hash of a key: below 200 bytes.
const LONGEST_ANSWER: u64 = 4096;

/// The token that a path asks for; `None` when it asks for something else.
pub(super) fn token(path: &str) -> Option<&str> {
    path.strip_prefix(PLACE)
}

/// The answer that lies in the directory, if one does.
pub(super) async fn answer(directory: &Path, token: &str) -> Option<Vec<u8>> {
    let path = file(directory, token)?;
    if !fs::metadata(&path).await.ok()?.is_file() {
        return None;
    }
    let mut answer = Vec::new();
    File::open(path).await.ok()?.take(LONGEST_ANSWER + 1).read_to_end(&mut answer).await.ok()?;
    (answer.len() as u64 <= LONGEST_ANSWER).then_some(answer)
}

fn file(directory: &Path, token: &str) -> Option<PathBuf> {
    let fits = |letter: u8| letter.is_ascii_alphanumeric() || matches!(letter, b'-' | b'_');
    let is_token = (1..=LONGEST_TOKEN).contains(&token.len()) && token.bytes().all(fits);
    is_token.then(|| directory.join(PLACE.trim_matches('/')).join(token))
}
