//! Where foreign bytes come in, one function a door: each takes any bytes and proves that the door holds.
//!
//! Shared by the property tests beside it and by the fuzzers in `fuzz/`, and so is the corpus in `tests/corpus/`.
//! Must not know where the bytes come from. Invariant: a function ends normally unless the product does not hold; it
//! panics on nothing else, and keeps nothing from one call to the next that could decide the next.

mod answers;
mod envelope;
mod lists;

use menpai::dingtalk::{CallbackQuery, CallbackSeal, Event, Frame};
use menpai::domain::audit::Actor;
use menpai::domain::mobile::{Mobile, mask};
use menpai::domain::secret::Secret;
use menpai::domain::time::Timestamp;
use menpai::store::backup::{Progress, RestoreRequest, Shelf, manifest_of, restore, verify};
use serde_json::json;

/// What takes in bytes.
type Door = fn(&[u8]);

/// A door and its name, which is also the name of its corpus.
const DOORS: [(&str, Door); 6] = [
    ("callback", callback),
    ("stream_frame", stream_frame),
    ("dingtalk_answer", answers::dingtalk_answer),
    ("cursor", lists::cursor),
    ("backup_archive", backup_archive),
    ("mobile_number", mobile_number),
];

/// Takes the bytes to the door of this name.
pub(crate) fn enter(door: &str, bytes: &[u8]) {
    let (_, enter) = DOORS.into_iter().find(|(name, _)| *name == door).unwrap();
    enter(bytes);
}

const TOKEN: &str = "SimToken2030";
const KEY: &str = "abcdefghijABCDEFGHIJ0123456789klmnopqrstuvw";
const OWNER: &str = "dingowner";

/// A call of DingTalk's: bytes that nobody signed, and the same bytes sealed and signed as by somebody who has the key.
fn callback(bytes: &[u8]) {
    let seal = CallbackSeal::new(&Secret::new(TOKEN), &Secret::new(KEY), vec![OWNER.to_owned()]).unwrap();
    let word = String::from_utf8_lossy(bytes.get(..40.min(bytes.len())).unwrap_or_default()).into_owned();
    let query = CallbackQuery { signature: word.clone(), timestamp: word.clone(), nonce: word };
    assert!(seal.open(&query, bytes).is_err(), "nobody signed this");

    let encrypt = envelope::encrypt(KEY, bytes);
    let [timestamp, nonce] = ["1900000000000", "nonce"].map(str::to_owned);
    let signature = envelope::signature([TOKEN, &timestamp, &nonce, &encrypt]);
    let query = CallbackQuery { signature, timestamp, nonce };
    if let Ok(opened) = seal.open(&query, json!({ "encrypt": encrypt }).to_string().as_bytes()) {
        assert!(opened.owner == OWNER && opened.message.len() <= bytes.len());
        heard(Event::pushed(&opened.message).ok());
    }
    heard(Event::pushed(&String::from_utf8_lossy(bytes)).ok());
}

/// What came over the event stream.
fn stream_frame(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Frame::Event { event, .. } = Frame::read(text) {
        heard(Some(*event));
    }
}

/// An event is bounded whatever it was made of.
fn heard(event: Option<Event>) {
    if let Some(event) = event {
        assert!(!event.id.is_empty() && event.id.len() <= 200, "{} bytes of id", event.id.len());
        assert!(event.kind.len() <= 200, "{} bytes of kind", event.kind.len());
    }
}

/// A file among the backups: as it is, and as the parts of an archive (divided at the first zero byte).
fn backup_archive(bytes: &[u8]) {
    let directory = tempfile::tempdir().unwrap();
    let shelf = Shelf::new(directory.path().join("backups"));
    let data = directory.path().join("data");
    let middle = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (manifest, database) = bytes.split_at(middle);
    let mut tar = tar::Builder::new(Vec::new());
    for (name, content) in
        [("manifest.json", manifest), ("database.zst", database.get(1..).unwrap_or_default())]
    {
        let mut header = tar::Header::new_gnu();
        header.set_size(content.len() as u64);
        tar.append_data(&mut header, name, content).unwrap();
    }
    for content in [bytes.to_vec(), tar.into_inner().unwrap()] {
        let path = directory.path().join("strange.tar");
        std::fs::write(&path, content).unwrap();
        drop(manifest_of(&path));
        // Without a passphrase: what an archive may ask of the key's derivation is another test's affair.
        assert!(verify(&shelf, &path, None, &Progress::default()).is_err(), "nobody made this backup");
        let request = RestoreRequest {
            path,
            passphrase: None,
            without_key: false,
            now: Timestamp(0),
            actor: Actor::Server,
            address: None,
        };
        assert!(restore(&data, &request).is_err());
        assert!(!data.join("menpai.redb").exists(), "nothing of it may be believed");
    }
}

/// A number and, before the first line break, a country code.
fn mobile_number(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (code, number) = text.split_once('\n').map_or((None, &*text), |(code, number)| (Some(code), number));
    if let Some(mobile) = Mobile::parse(number, code) {
        let written = mobile.as_str();
        assert!(written.len() <= 20 && written.bytes().all(|byte| byte.is_ascii_digit() || byte == b'+'));
        assert_eq!(Mobile::parse(written, None).as_ref(), Some(&mobile), "its own form is read as itself");
        assert!(mobile.masked().contains('*'));
    }
    drop(mask(&text));
}
