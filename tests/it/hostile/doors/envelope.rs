//! Seals any bytes as DingTalk does: written from the documents, without a line of the code that opens them.

use aes::cipher::block_padding::NoPadding;
use aes::cipher::{BlockModeEncrypt, KeyIvInit};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use sha1::{Digest as _, Sha1};

/// The bytes, filled up to whole blocks, under the key of the console.
pub(super) fn encrypt(key: &str, plain: &[u8]) -> String {
    let lenient = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    let key = GeneralPurpose::new(&alphabet::STANDARD, lenient).decode(format!("{key}=")).unwrap();
    let cipher = cbc::Encryptor::<aes::Aes256>::new_from_slices(&key, &key[..16]).unwrap();
    let mut bytes = plain.to_vec();
    bytes.resize(plain.len().next_multiple_of(16), 1);
    let length = bytes.len();
    STANDARD.encode(cipher.encrypt_padded::<NoPadding>(&mut bytes, length).unwrap())
}

/// The signature over the parts.
pub(super) fn signature(mut parts: [&str; 4]) -> String {
    parts.sort_unstable();
    Sha1::digest(parts.concat()).iter().map(|byte| format!("{byte:02x}")).collect()
}
