//! Foreign bytes at every door: a corpus that grows with what the fuzzers find, and what chance makes of it.

mod doors;

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use self::doors::enter;

/// How many strange inputs each door gets in one run of the tests; `make fuzz` gives them millions.
const STRANGE: u32 = 96;

fn corpus(door: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(door);
    let mut files: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{door} has no corpus");
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

/// What can happen to an input on the way.
#[derive(Clone, Debug)]
enum Mishap {
    Cut(prop::sample::Index),
    Overwritten(prop::sample::Index, u8),
    Inserted(prop::sample::Index, Vec<u8>),
    Repeated(prop::sample::Index, prop::sample::Index),
}

fn mishap() -> impl Strategy<Value = Mishap> {
    let place = any::<prop::sample::Index>;
    let words = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..12),
        prop::sample::select(vec![
            "null",
            "[]",
            "{}",
            "-1",
            "1e999",
            "9223372036854775808",
            "\"\"",
            "\\ud800"
        ])
        .prop_map(|word| word.as_bytes().to_vec()),
    ];
    prop_oneof![
        place().prop_map(Mishap::Cut),
        (place(), any::<u8>()).prop_map(|(at, byte)| Mishap::Overwritten(at, byte)),
        (place(), words).prop_map(|(at, bytes)| Mishap::Inserted(at, bytes)),
        (place(), place()).prop_map(|(from, to)| Mishap::Repeated(from, to)),
    ]
}

fn after(mut bytes: Vec<u8>, mishaps: Vec<Mishap>) -> Vec<u8> {
    for mishap in mishaps {
        let end = bytes.len() + 1;
        match mishap {
            Mishap::Cut(at) => bytes.truncate(at.index(end)),
            Mishap::Overwritten(at, byte) if !bytes.is_empty() => {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            Mishap::Overwritten(..) => {}
            Mishap::Inserted(at, word) => {
                let at = at.index(end);
                drop(bytes.splice(at..at, word));
            }
            Mishap::Repeated(from, to) => {
                let (from, to) = (from.index(end), to.index(end));
                bytes.extend_from_within(from.min(to)..from.max(to));
            }
        }
    }
    bytes
}

/// Runs a door against its corpus and against chance.
fn try_at(door: &str) {
    let corpus = corpus(door);
    corpus.iter().for_each(|bytes| enter(door, bytes));
    let nearly = (prop::sample::select(corpus), prop::collection::vec(mishap(), 1..5));
    let nearly = nearly.prop_map(|(bytes, mishaps)| after(bytes, mishaps));
    let strange = prop_oneof![4 => nearly, 1 => prop::collection::vec(any::<u8>(), 0..400)];
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::with_cases(STRANGE) });
    let run = runner.run(&strange, |bytes| {
        enter(door, &bytes);
        Ok(())
    });
    run.unwrap_or_else(|found| panic!("{door}: {found}"));
}

#[test]
fn no_callback_is_believed_unless_it_was_sealed() {
    try_at("callback");
}

#[test]
fn no_frame_of_the_stream_breaks_the_reader() {
    try_at("stream_frame");
}

#[test]
fn every_answer_of_dingtalk_ends_as_data_or_as_an_error() {
    try_at("dingtalk_answer");
}

#[test]
fn no_cursor_breaks_a_list() {
    try_at("cursor");
}

#[test]
fn no_strange_archive_is_believed() {
    try_at("backup_archive");
}

#[test]
fn no_number_breaks_the_reader() {
    try_at("mobile_number");
}
