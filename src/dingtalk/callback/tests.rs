//! The envelope against vectors made elsewhere, in both directions, and against everything hostile.

use proptest::prelude::*;
use serde_json::json;

use super::*;

struct Vector {
    token: &'static str,
    aes_key: &'static str,
    owner: &'static str,
    timestamp: &'static str,
    nonce: &'static str,
    message: &'static str,
    encrypt: &'static str,
    signature: &'static str,
}

/// The first is the one of the documents [E-0003]; its random bytes are not told.
const OFFICIAL: Vector = Vector {
    token: "123456",
    aes_key: "1234567890123456789012345678901234567890123",
    owner: "dingsnotzck6pm5veliw",
    timestamp: "1614767836",
    nonce: "A7Co0cJLMzIDtMMI",
    message: "success",
    encrypt: "YvkvaGe4hQxd3VxRmEty0dVlnCOAqwf56xwTRHDHoOURqhalbmBJQk5FNcRk42Gl5T0YQXZNwpwWSm1xAFJ5ZA==",
    signature: "9a95a004dd16f5c307e849b994173f76aa26e5eb",
};

const CONFIRMED: Vector = Vector {
    token: "SimToken2030",
    aes_key: "abcdefghijABCDEFGHIJ0123456789klmnopqrstuvw",
    owner: "dingexampleappkey01",
    timestamp: "1900000000000",
    nonce: "n0nceABC",
    message: "success",
    encrypt: "ZQKDXfArKVnzNR5w0109TU6WYBksppg0zW7SLiAmRC7YBp1atMbnFS9ChVa+JN0VmFtFDuMJwQo0XMlSCo7H0Q==",
    signature: "a9a1046e2350cdff863f6137a2f78aa6e800f4ad",
};

const CHECKED: Vector = Vector {
    message: r#"{"EventType":"check_url"}"#,
    encrypt: "ZQKDXfArKVnzNR5w0109Tch2duvYRmUvEsoUxyQa1D1qqv80yvTLw0KuMGmzSb2EOvQ4m3icNr3xqPdEpC9er2lmkXquRY0OKaHsnlq40yDtHOs559Q/6PbV5+hRDrQN",
    signature: "ebbc10560af7b2c31be257b0822fbcf66440c0d3",
    ..CONFIRMED
};

const VECTORS: [Vector; 3] = [OFFICIAL, CONFIRMED, CHECKED];
/// The random bytes of our own vectors.
const SALT_BYTES: &[u8; 16] = b"RANDOM16bytes_ok";

fn seal_for(vector: &Vector, owners: &[&str]) -> CallbackSeal {
    let owners = owners.iter().map(|owner| (*owner).to_owned()).collect();
    CallbackSeal::new(&Secret::new(vector.token), &Secret::new(vector.aes_key), owners).unwrap()
}

fn query(vector: &Vector) -> CallbackQuery {
    CallbackQuery {
        signature: vector.signature.into(),
        timestamp: vector.timestamp.into(),
        nonce: vector.nonce.into(),
    }
}

fn body(encrypt: &str) -> Vec<u8> {
    json!({ "encrypt": encrypt }).to_string().into_bytes()
}

/// A well signed callback around any bytes.
fn signed(seal: &CallbackSeal, encrypt: &str) -> (CallbackQuery, Vec<u8>) {
    let (timestamp, nonce) = ("1900000000000".to_owned(), "n".to_owned());
    let signature = seal.signature(&timestamp, &nonce, encrypt);
    (CallbackQuery { signature, timestamp, nonce }, body(encrypt))
}

/// Encrypts a plain text as it stands: its length must be a multiple of 16.
fn raw(seal: &CallbackSeal, plain: &[u8]) -> String {
    let mut bytes = plain.to_vec();
    let cipher =
        cbc::Encryptor::<aes::Aes256>::new_from_slices(seal.key.as_slice(), &seal.key[..16]).unwrap();
    STANDARD.encode(cipher.encrypt_padded::<NoPadding>(&mut bytes, plain.len()).unwrap())
}

#[test]
fn the_vectors_open() {
    for vector in &VECTORS {
        let seal = seal_for(vector, &["dingcorp1", vector.owner]);
        let opened = seal.open(&query(vector), &body(vector.encrypt)).unwrap();
        assert_eq!((opened.message.as_str(), opened.owner.as_str()), (vector.message, vector.owner));
    }
}

#[test]
fn sealing_makes_the_vectors_whose_random_bytes_are_known() {
    for vector in [&CONFIRMED, &CHECKED] {
        let seal = seal_for(vector, &[vector.owner]);
        assert_eq!(seal.encrypt(vector.message, vector.owner, SALT_BYTES).unwrap(), vector.encrypt);
    }
    for vector in &VECTORS {
        let seal = seal_for(vector, &[vector.owner]);
        assert_eq!(seal.signature(vector.timestamp, vector.nonce, vector.encrypt), vector.signature);
    }
}

#[test]
fn the_official_vector_is_made_again_from_its_own_random_bytes() {
    let seal = seal_for(&OFFICIAL, &[OFFICIAL.owner]);
    let mut bytes = STANDARD.decode(OFFICIAL.encrypt).unwrap();
    let salt = seal.decipher(&mut bytes).unwrap()[..SALT].to_vec();
    assert_eq!(seal.encrypt(OFFICIAL.message, OFFICIAL.owner, &salt).unwrap(), OFFICIAL.encrypt);
}

#[test]
fn an_answer_opens_for_its_owner_with_its_own_time_and_nonce() {
    let seal = seal_for(&CONFIRMED, &[CONFIRMED.owner, "dingcorp1"]);
    let answer = seal.confirm("dingcorp1", 1_900_000_000_123, [7; 32]).unwrap();
    assert_eq!((answer.timestamp.as_str(), answer.nonce.len()), ("1900000000123", 16));
    let query =
        CallbackQuery { signature: answer.signature, timestamp: answer.timestamp, nonce: answer.nonce };
    let opened = seal.open(&query, &body(&answer.encrypt)).unwrap();
    assert_eq!((opened.message.as_str(), opened.owner.as_str()), ("success", "dingcorp1"));
}

#[test]
fn whatever_is_not_as_it_should_be_is_named() {
    let seal = seal_for(&CHECKED, &[CHECKED.owner]);
    let good = body(CHECKED.encrypt);
    let forged = CallbackQuery { signature: "0".repeat(40), ..query(&CHECKED) };
    assert_eq!(seal.open(&forged, &good), Err(CallbackError::WrongSignature));
    let unsigned = CallbackQuery { signature: String::new(), ..query(&CHECKED) };
    assert_eq!(seal.open(&unsigned, &good), Err(CallbackError::WrongSignature));
    let replaced = CallbackQuery { timestamp: "1900000000001".into(), ..query(&CHECKED) };
    assert_eq!(seal.open(&replaced, &good), Err(CallbackError::WrongSignature));
    let other = seal_for(&CHECKED, &["dinganotherapp", "dingcorp1"]);
    assert_eq!(other.open(&query(&CHECKED), &good), Err(CallbackError::WrongOwner));
    for nonsense in [&b""[..], b"{", b"[]", b"{\"encrypt\":[]}", b"{\"other\":1}", b"\xff\xfe"] {
        assert_eq!(seal.open(&query(&CHECKED), nonsense), Err(CallbackError::NoEnvelope));
    }
    let large = vec![b' '; LONGEST_CALLBACK + 1];
    assert_eq!(seal.open(&query(&CHECKED), &large), Err(CallbackError::TooLarge));
}

#[test]
fn what_is_signed_but_not_sealed_is_refused() {
    let seal = seal_for(&CHECKED, &[CHECKED.owner]);
    let with_padding = |padding: u8, length: usize| {
        let mut plain = vec![0; length];
        plain.extend(std::iter::repeat_n(padding, usize::from(padding).clamp(1, 32)));
        plain.resize(plain.len().next_multiple_of(16), padding);
        raw(&seal, &plain)
    };
    let mut lying = vec![0; SALT];
    lying.extend_from_slice(&u32::MAX.to_be_bytes());
    lying.extend_from_slice(&[12; 12]);
    let mut uneven = vec![0; 40];
    uneven.extend_from_slice(&[9, 9, 9, 9, 9, 9, 9, 8]);
    let cases = [
        "***".to_owned(),
        String::new(),
        STANDARD.encode([0; 15]),
        STANDARD.encode([0; 33]),
        raw(&seal, &[0; 32]),
        raw(&seal, &[16; 16]),
        with_padding(33, 31),
        with_padding(255, 64),
        raw(&seal, &lying),
        raw(&seal, &uneven),
    ];
    for encrypt in cases {
        let (query, body) = signed(&seal, &encrypt);
        assert_eq!(seal.open(&query, &body), Err(CallbackError::Undecryptable), "{encrypt}");
    }
}

#[test]
fn padding_to_sixteen_is_accepted_as_well() {
    let seal = seal_for(&CONFIRMED, &["owner"]);
    let mut plain = [SALT_BYTES.as_slice(), &7_u32.to_be_bytes(), b"success", b"owner"].concat();
    plain.resize(48, 16);
    let (query, body) = signed(&seal, &raw(&seal, &plain));
    assert_eq!(plain.len(), 48, "32 bytes and a whole block of padding");
    assert_eq!(seal.open(&query, &body).unwrap().message, "success");
}

#[test]
fn keys_and_tokens_are_checked_and_never_shown() {
    let key = Secret::new(CONFIRMED.aes_key);
    let token = Secret::new(CONFIRMED.token);
    let make = |token: &Secret, key: &Secret| CallbackSeal::new(token, key, Vec::new()).map(drop);
    for bad in ["", "short", &"a".repeat(42), &"a".repeat(44), &"+".repeat(43), &"门".repeat(43)] {
        assert_eq!(make(&token, &Secret::new(bad)), Err(CallbackError::KeyInvalid));
    }
    for bad in ["", "ab", "with space", &"a".repeat(65)] {
        assert_eq!(make(&Secret::new(bad), &key), Err(CallbackError::TokenInvalid));
    }
    let shown = format!("{:?}", seal_for(&CONFIRMED, &["o"]));
    assert!(!shown.contains(CONFIRMED.token) && !shown.contains(CONFIRMED.aes_key));
}

proptest! {
    #[test]
    fn every_message_survives(message in ".{0,80}", owner in "[a-z0-9]{0,40}", random in any::<[u8; 32]>()) {
        let seal = seal_for(&CONFIRMED, &[&owner]);
        let sealed = seal.seal(&message, &owner, 5, random).unwrap();
        let query = CallbackQuery { signature: sealed.signature, timestamp: sealed.timestamp, nonce: sealed.nonce };
        let opened = seal.open(&query, &body(&sealed.encrypt));
        prop_assert_eq!(opened, Ok(OpenedCallback { message, owner }));
    }

    #[test]
    fn nothing_that_is_signed_panics(plain in proptest::collection::vec(any::<u8>(), 0..200), cut in 0_usize..3) {
        let seal = seal_for(&CONFIRMED, &["o"]);
        let mut plain = plain;
        plain.resize(plain.len().next_multiple_of(16), 3);
        let encrypt = raw(&seal, &plain);
        let encrypt = &encrypt[..encrypt.len() - cut.min(encrypt.len())];
        let (query, body) = signed(&seal, encrypt);
        prop_assert!(seal.open(&query, &body).is_err() || plain.len() > 20);
    }

    #[test]
    fn nothing_that_comes_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in ".{0,60}") {
        let seal = seal_for(&CONFIRMED, &["o"]);
        let query = CallbackQuery { signature: text.clone(), timestamp: text.clone(), nonce: text };
        prop_assert!(seal.open(&query, &bytes).is_err());
    }
}
