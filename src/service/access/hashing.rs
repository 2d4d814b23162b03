//! Hashing passwords with argon2id, on a bounded number of cores and in a bounded amount of memory.
//!
//! Invariant: as many hashes are under way as there are places (19 MiB each); whoever comes beyond a bounded queue is
//! sent away at once instead of waiting for ever.

use std::sync::Arc;

use argon2::password_hash::PasswordHasher;
use argon2::password_hash::PasswordVerifier;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, Params};
use tokio::sync::Semaphore;

use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::secret::Secret;
use crate::service::ambient::Ambient;

/// How many may wait for a place.
const QUEUE: usize = 256;

/// Stands in for the hash that an unknown account does not have: nobody's password, with the parameters of today.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bWVucGFpLW5vYm9keS1zYWx0$\
                      Zm9yIG5vYm9keSwgYW5kIG5ldmVyIG1hdGNoZWQgISE";

/// The pool in which passwords are hashed and verified.
#[derive(Clone)]
pub(super) struct Hashing {
    places: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    width: usize,
    ambient: Ambient,
}

impl Hashing {
    pub(super) fn new(places: usize, ambient: Ambient) -> Self {
        Self {
            places: Arc::new(Semaphore::new(places)),
            queue: Arc::new(Semaphore::new(places + QUEUE)),
            width: places,
            ambient,
        }
    }

    /// How many hashes can be under way at once.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// A password as a PHC string with a salt of its own.
    pub(super) async fn hash(&self, password: Secret) -> Result<String> {
        let salt: [u8; 16] = self.ambient.random();
        self.work(move || {
            let hash: PasswordHash = Argon2::default()
                .hash_password_with_salt(password.reveal().as_bytes(), &salt)
                .map_err(broken)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether the password belongs to the PHC string; without one, the same work is done for nothing.
    pub(super) async fn verify(&self, password: Secret, hash: Option<String>) -> Result<bool> {
        self.work(move || {
            let known = hash.is_some();
            let parsed = PasswordHash::new(hash.as_deref().unwrap_or(NOBODY)).map_err(broken)?;
            let fits = Argon2::default().verify_password(password.reveal().as_bytes(), &parsed).is_ok();
            Ok(known && fits)
        })
        .await
    }

    async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let _queued = self.queue.try_acquire().map_err(|_| overloaded())?;
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(|_| Error::internal())?;
        tokio::task::spawn_blocking(move || {
            // Given back when the work is done, even when nobody waits for it any more.
            let _place = place;
            work()
        })
        .await
        .map_err(|_| Error::internal())?
    }
}

/// Whether a stored hash was made with other parameters than today's.
pub(super) fn is_outdated(hash: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(hash) else { return true };
    !matches!(Params::try_from(&parsed), Ok(params) if params == with_output(Params::default(), &params))
        || parsed.algorithm.as_str() != "argon2id"
}

/// The parameters that a parsed hash has when it was made with these: parsing adds the length of the output.
fn with_output(wanted: Params, parsed: &Params) -> Params {
    Params::new(wanted.m_cost(), wanted.t_cost(), wanted.p_cost(), parsed.output_len()).unwrap_or(wanted)
}

fn overloaded() -> Error {
    Error::new(
        ErrorCode::Unavailable,
        "正在登录的人过多，请稍后重试",
        "too many people are signing in at once; try again in a moment",
    )
    .retry_after(2)
}

fn broken(error: impl std::fmt::Display) -> Error {
    tracing::error!(%error, "a password cannot be hashed or its hash cannot be read");
    Error::internal()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_only() {
        let ambient = Ambient::new(|| Timestamp(0), |bytes| bytes.fill(7));
        let hashing = Hashing::new(1, ambient);
        let hash = hashing.hash(Secret::new("right")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(!is_outdated(&hash));
        assert!(hashing.verify(Secret::new("right"), Some(hash.clone())).await.unwrap());
        assert!(!hashing.verify(Secret::new("wrong"), Some(hash)).await.unwrap());
        assert!(!hashing.verify(Secret::new("right"), None).await.unwrap(), "nobody's hash can be read");
        assert!(!is_outdated(NOBODY), "refusing a stranger costs what it costs today");
        assert!(is_outdated(&NOBODY.replace("m=19456", "m=8192")));
        assert!(is_outdated(&NOBODY.replace("argon2id", "argon2i")));
    }
}
