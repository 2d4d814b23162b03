//! The envelope of HTTP push: AES-256-CBC with padding to 32 bytes, signed with SHA-1.
//!
//! Must not know events or HTTP. Invariant: [`CallbackCrypto::open`] accepts exactly what a party with the same
//! three secrets has sealed, for the same owner. [E-0346]

use aes::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::NoPadding};
use base64::Engine;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use sha1::{Digest, Sha1};

/// Padding fills up to blocks of 32 bytes although the cipher's are 16.
const BLOCK: usize = 32;

/// The three secrets of one subscription.
#[derive(Clone)]
pub(crate) struct CallbackCrypto {
    token: String,
    key: [u8; 32],
    owner: String,
}

/// A sealed message with its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) encrypt: String,
    pub(crate) signature: String,
}

impl CallbackCrypto {
    /// `None` when the key is not 43 characters of base64.
    pub(crate) fn new(token: &str, aes_key: &str, owner: &str) -> Option<Self> {
        // The last of the 43 characters carries bits beyond the 32nd byte, which a strict decoder refuses.
        let lenient = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
        let key = GeneralPurpose::new(&ALPHABET, lenient).decode(format!("{aes_key}=")).ok()?;
        Some(Self { token: token.into(), key: key.try_into().ok()?, owner: owner.into() })
    }

    pub(crate) fn sign(&self, timestamp: &str, nonce: &str, encrypt: &str) -> String {
        let mut parts = [self.token.as_str(), timestamp, nonce, encrypt];
        parts.sort_unstable();
        let mut hasher = Sha1::new();
        parts.iter().for_each(|part| hasher.update(part.as_bytes()));
        hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// `random` are the 16 bytes in front of the message.
    pub(crate) fn seal(
        &self,
        message: &str,
        timestamp: &str,
        nonce: &str,
        random: [u8; 16],
    ) -> Option<Sealed> {
        let mut plain = random.to_vec();
        plain.extend_from_slice(&u32::try_from(message.len()).ok()?.to_be_bytes());
        plain.extend_from_slice(message.as_bytes());
        plain.extend_from_slice(self.owner.as_bytes());
        let padding = BLOCK - plain.len() % BLOCK;
        plain.resize(plain.len() + padding, u8::try_from(padding).ok()?);
        let cipher = cbc::Encryptor::<aes::Aes256>::new_from_slices(&self.key, self.key.get(..16)?).ok()?;
        let length = plain.len();
        let encrypt = STANDARD.encode(cipher.encrypt_padded::<NoPadding>(&mut plain, length).ok()?);
        let signature = self.sign(timestamp, nonce, &encrypt);
        Some(Sealed { encrypt, signature })
    }

    /// The message inside, when signature, padding, length and owner are right.
    pub(crate) fn open(&self, sealed: &Sealed, timestamp: &str, nonce: &str) -> Option<String> {
        if self.sign(timestamp, nonce, &sealed.encrypt) != sealed.signature {
            return None;
        }
        let mut bytes = STANDARD.decode(&sealed.encrypt).ok()?;
        let cipher = cbc::Decryptor::<aes::Aes256>::new_from_slices(&self.key, self.key.get(..16)?).ok()?;
        let plain = cipher.decrypt_padded::<NoPadding>(&mut bytes).ok()?;
        let padding = usize::from(*plain.last()?);
        let body =
            plain.get(..plain.len().checked_sub(padding)?).filter(|_| (1..=BLOCK).contains(&padding))?;
        let length = usize::try_from(u32::from_be_bytes(body.get(16..20)?.try_into().ok()?)).ok()?;
        let (message, owner) = body.get(20..)?.split_at_checked(length)?;
        (owner == self.owner.as_bytes()).then(|| String::from_utf8(message.to_vec()).ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Vector {
        crypto: CallbackCrypto,
        timestamp: &'static str,
        nonce: &'static str,
        plain: &'static str,
        encrypt: &'static str,
        signature: &'static str,
    }

    fn vectors() -> [Vector; 3] {
        let official = CallbackCrypto::new(
            "123456",
            "1234567890123456789012345678901234567890123",
            "dingsnotzck6pm5veliw",
        );
        let ours = CallbackCrypto::new(
            "SimToken2030",
            "abcdefghijABCDEFGHIJ0123456789klmnopqrstuvw",
            "dingexampleappkey01",
        );
        [
            Vector {
                crypto: official.unwrap(),
                timestamp: "1614767836",
                nonce: "A7Co0cJLMzIDtMMI",
                plain: "success",
                encrypt: "YvkvaGe4hQxd3VxRmEty0dVlnCOAqwf56xwTRHDHoOURqhalbmBJQk5FNcRk42Gl5T0YQXZNwpwWSm1xAFJ5ZA==",
                signature: "9a95a004dd16f5c307e849b994173f76aa26e5eb",
            },
            Vector {
                crypto: ours.clone().unwrap(),
                timestamp: "1900000000000",
                nonce: "n0nceABC",
                plain: "success",
                encrypt: "ZQKDXfArKVnzNR5w0109TU6WYBksppg0zW7SLiAmRC7YBp1atMbnFS9ChVa+JN0VmFtFDuMJwQo0XMlSCo7H0Q==",
                signature: "a9a1046e2350cdff863f6137a2f78aa6e800f4ad",
            },
            Vector {
                crypto: ours.unwrap(),
                timestamp: "1900000000000",
                nonce: "n0nceABC",
                plain: r#"{"EventType":"check_url"}"#,
                encrypt: "ZQKDXfArKVnzNR5w0109Tch2duvYRmUvEsoUxyQa1D1qqv80yvTLw0KuMGmzSb2EOvQ4m3icNr3xqPdEpC9er2lmkXquRY0OKaHsnlq40yDtHOs559Q/6PbV5+hRDrQN",
                signature: "ebbc10560af7b2c31be257b0822fbcf66440c0d3",
            },
        ]
    }

    #[test]
    fn the_vectors_open() {
        for vector in vectors() {
            let sealed = Sealed { encrypt: vector.encrypt.into(), signature: vector.signature.into() };
            let opened = vector.crypto.open(&sealed, vector.timestamp, vector.nonce);
            assert_eq!(opened.as_deref(), Some(vector.plain));
            let forged = Sealed { signature: "0".repeat(40), ..sealed };
            assert_eq!(vector.crypto.open(&forged, vector.timestamp, vector.nonce), None);
        }
    }

    #[test]
    fn sealing_reproduces_our_vectors() {
        for vector in vectors().into_iter().skip(1) {
            let sealed =
                vector.crypto.seal(vector.plain, vector.timestamp, vector.nonce, *b"RANDOM16bytes_ok");
            let expected = Sealed { encrypt: vector.encrypt.into(), signature: vector.signature.into() };
            assert_eq!(sealed, Some(expected));
        }
    }

    #[test]
    fn every_length_of_message_survives() {
        let crypto = vectors().into_iter().next().unwrap().crypto;
        for length in 0..70 {
            let message = "x".repeat(length);
            let sealed = crypto.seal(&message, "1", "n", [7; 16]).unwrap();
            assert_eq!(crypto.open(&sealed, "1", "n"), Some(message));
        }
    }
}
