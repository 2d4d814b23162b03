//! Events over HTTP push: the sealed envelope, opened and answered.
//!
//! Pure: time and randomness come from the caller. Must not know events or HTTP. Invariants: nothing is decrypted
//! whose signature is not right, signatures are compared in constant time, and no input makes this panic.
//! Algorithm [E-0004, E-0346]: SHA-1 over the sorted parts, AES-256-CBC, padding to blocks of 32 bytes.

use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::NoPadding};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use serde_json::Value;
use sha1::{Digest as _, Sha1};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::wire::{self, Object};
use crate::domain::secret::Secret;

/// The largest body that is looked at, in bytes; contact events are a few hundred.
pub const LONGEST_CALLBACK: usize = 256 * 1024;
/// Padding fills up to blocks of 32 bytes although the cipher's are 16.
const BLOCK: usize = 32;
/// Random bytes in front of the message.
const SALT: usize = 16;
/// What DingTalk wants to read in an answer.
const CONFIRMATION: &str = "success";
/// The lengths a signing token may have, in older and newer consoles [E-0003].
const TOKEN_LENGTH: std::ops::RangeInclusive<usize> = 3..=64;
/// The length of an encoding key (aes_key).
const KEY_LENGTH: usize = 43;

/// Why a callback was refused. Says nothing that would help a forger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CallbackError {
    /// The signing token is not 3 to 64 letters and digits.
    TokenInvalid,
    /// The encoding key (aes_key) is not 43 letters and digits.
    KeyInvalid,
    /// The body is larger than [`LONGEST_CALLBACK`].
    TooLarge,
    /// The body is not JSON with a field `encrypt`.
    NoEnvelope,
    /// The signature is missing or not ours.
    WrongSignature,
    /// What was signed does not decrypt to a message.
    Undecryptable,
    /// The message is for another application or enterprise.
    WrongOwner,
}

/// What accompanies a callback in its address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallbackQuery {
    /// `msg_signature` of newer consoles, `signature` of older ones; either will do.
    pub signature: String,
    /// Epoch milliseconds, as text.
    pub timestamp: String,
    /// A random word.
    pub nonce: String,
}

/// A message that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedCallback {
    /// The message: JSON, by promise.
    pub message: String,
    /// Which of the accepted owners it was sealed for.
    pub owner: String,
}

/// An answer, ready to be sent as JSON with `msg_signature`, `timeStamp`, `nonce` and `encrypt`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedAnswer {
    /// The signature over the other three.
    pub signature: String,
    /// Epoch milliseconds.
    pub timestamp: String,
    /// A random word.
    pub nonce: String,
    /// The sealed message.
    pub encrypt: String,
}

/// The signing token and the encoding key of one subscription, with the owners it may speak for.
pub struct CallbackSeal {
    token: Secret,
    key: Zeroizing<[u8; 32]>,
    owners: Vec<String>,
}

impl CallbackSeal {
    /// `aes_key` and `token` as the console shows them; `owners` are the Client ID and the CorpId, for the console
    /// seals for the one and older registrations for the other.
    pub fn new(token: &Secret, aes_key: &Secret, owners: Vec<String>) -> Result<Self, CallbackError> {
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !TOKEN_LENGTH.contains(&token.reveal().len()) || !plain(token.reveal()) {
            return Err(CallbackError::TokenInvalid);
        }
        if aes_key.reveal().len() != KEY_LENGTH || !plain(aes_key.reveal()) {
            return Err(CallbackError::KeyInvalid);
        }
        // The last of the 43 characters carries bits beyond the 32nd byte, which a strict decoder refuses.
        let lenient = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
        let padded = Zeroizing::new(format!("{}=", aes_key.reveal()));
        let bytes = GeneralPurpose::new(&alphabet::STANDARD, lenient).decode(padded.as_bytes());
        let bytes = Zeroizing::new(bytes.map_err(|_| CallbackError::KeyInvalid)?);
        let key = <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| CallbackError::KeyInvalid)?;
        Ok(Self { token: token.clone(), key: Zeroizing::new(key), owners })
    }

    /// Opens a callback: the body as it came, and what stood in its address.
    pub fn open(&self, query: &CallbackQuery, body: &[u8]) -> Result<OpenedCallback, CallbackError> {
        let encrypt = envelope(body)?;
        self.verify(query, &encrypt)?;
        self.decrypt(&encrypt)
    }

    /// Seals the confirmation of a callback that was opened for `owner`.
    pub fn confirm(
        &self,
        owner: &str,
        timestamp_ms: i64,
        random: [u8; 32],
    ) -> Result<SealedAnswer, CallbackError> {
        self.seal(CONFIRMATION, owner, timestamp_ms, random)
    }

    fn seal(
        &self,
        message: &str,
        owner: &str,
        timestamp_ms: i64,
        random: [u8; 32],
    ) -> Result<SealedAnswer, CallbackError> {
        let (salt, word) = random.split_at(SALT);
        let nonce: String = word.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let timestamp = timestamp_ms.to_string();
        let encrypt = self.encrypt(message, owner, salt).ok_or(CallbackError::Undecryptable)?;
        let signature = self.signature(&timestamp, &nonce, &encrypt);
        Ok(SealedAnswer { signature, timestamp, nonce, encrypt })
    }

    fn verify(&self, query: &CallbackQuery, encrypt: &str) -> Result<(), CallbackError> {
        let expected = self.signature(&query.timestamp, &query.nonce, encrypt);
        let given = query.signature.to_ascii_lowercase();
        let equal: bool = expected.as_bytes().ct_eq(given.as_bytes()).into();
        if equal { Ok(()) } else { Err(CallbackError::WrongSignature) }
    }

    fn signature(&self, timestamp: &str, nonce: &str, encrypt: &str) -> String {
        let mut parts = [self.token.reveal(), timestamp, nonce, encrypt];
        parts.sort_unstable();
        let mut hasher = Sha1::new();
        for part in parts {
            hasher.update(part.as_bytes());
        }
        hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn decrypt(&self, encrypt: &str) -> Result<OpenedCallback, CallbackError> {
        let mut bytes = STANDARD.decode(encrypt).map_err(|_| CallbackError::Undecryptable)?;
        let plain = self.decipher(&mut bytes).ok_or(CallbackError::Undecryptable)?;
        let (message, owner) = unpack(plain).ok_or(CallbackError::Undecryptable)?;
        let ours = self.owners.iter().find(|known| known.as_bytes() == owner);
        let owner = ours.cloned().ok_or(CallbackError::WrongOwner)?;
        let message = String::from_utf8(message.to_vec()).map_err(|_| CallbackError::Undecryptable)?;
        Ok(OpenedCallback { message, owner })
    }

    fn decipher<'a>(&self, bytes: &'a mut [u8]) -> Option<&'a [u8]> {
        let iv = self.key.get(..16)?;
        let cipher = cbc::Decryptor::<aes::Aes256>::new_from_slices(self.key.as_slice(), iv).ok()?;
        cipher.decrypt_padded::<NoPadding>(bytes).ok()
    }

    fn encrypt(&self, message: &str, owner: &str, salt: &[u8]) -> Option<String> {
        let mut plain = salt.to_vec();
        plain.extend_from_slice(&u32::try_from(message.len()).ok()?.to_be_bytes());
        plain.extend_from_slice(message.as_bytes());
        plain.extend_from_slice(owner.as_bytes());
        let padding = BLOCK - plain.len() % BLOCK;
        plain.resize(plain.len() + padding, u8::try_from(padding).ok()?);
        let iv = self.key.get(..16)?;
        let cipher = cbc::Encryptor::<aes::Aes256>::new_from_slices(self.key.as_slice(), iv).ok()?;
        let length = plain.len();
        Some(STANDARD.encode(cipher.encrypt_padded::<NoPadding>(&mut plain, length).ok()?))
    }
}

/// The field `encrypt` of a body.
fn envelope(body: &[u8]) -> Result<String, CallbackError> {
    if body.len() > LONGEST_CALLBACK {
        return Err(CallbackError::TooLarge);
    }
    let body: Value = serde_json::from_slice(body).map_err(|_| CallbackError::NoEnvelope)?;
    let body = Object::of("body", &body).map_err(|_| CallbackError::NoEnvelope)?;
    body.get_any_case("encrypt").and_then(wire::text).ok_or(CallbackError::NoEnvelope)
}

/// Message and owner: salt, length, message, owner, padding of 1 to 32 bytes that each tell its length.
fn unpack(plain: &[u8]) -> Option<(&[u8], &[u8])> {
    let padding = usize::from(*plain.last()?);
    let (body, pad) = plain.split_at_checked(plain.len().checked_sub(padding)?)?;
    if !(1..=BLOCK).contains(&padding) || pad.iter().any(|byte| usize::from(*byte) != padding) {
        return None;
    }
    let (length, rest) = body.get(SALT..)?.split_first_chunk::<4>()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}

impl CallbackError {
    /// A short name for counters and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::TokenInvalid => "tokenInvalid",
            Self::KeyInvalid => "keyInvalid",
            Self::TooLarge => "tooLarge",
            Self::NoEnvelope => "noEnvelope",
            Self::WrongSignature => "wrongSignature",
            Self::Undecryptable => "undecryptable",
            Self::WrongOwner => "wrongOwner",
        }
    }
}

impl std::fmt::Display for CallbackError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name())
    }
}

impl std::error::Error for CallbackError {}

impl std::fmt::Debug for CallbackSeal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("CallbackSeal").field("owners", &self.owners).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
