//! Every log line of every test, looked at while it is written: no secret, token, password or full mobile number.
//!
//! The simulator's own lines are left out: it plays DingTalk, which knows what it knows.

use std::collections::BTreeSet;
use std::fmt::{Debug, Write};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// What must not stand in a line, and the lines in which it stood.
#[derive(Default)]
struct Watched {
    secrets: BTreeSet<String>,
    found: Vec<String>,
    lines: usize,
}

fn watched() -> MutexGuard<'static, Watched> {
    static WATCHED: OnceLock<Mutex<Watched>> = OnceLock::new();
    WATCHED.get_or_init(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins to look at the lines of this process, once for all tests.
pub(crate) fn watch() {
    static STARTED: OnceLock<()> = OnceLock::new();
    STARTED.get_or_init(|| {
        let subscriber = tracing_subscriber::registry().with(Watcher);
        tracing::subscriber::set_global_default(subscriber).unwrap();
    });
}

/// Something that no line may hold from now on.
pub(crate) fn keep_secret(secret: &str) {
    if secret.len() >= 8 {
        watched().secrets.insert(secret.to_owned());
    }
}

/// Proves that no line so far held anything that it must not.
pub(crate) fn assert_discreet() {
    let watched = watched();
    assert!(watched.lines > 0, "nothing was logged, so nothing was looked at");
    assert!(watched.found.is_empty(), "the log tells too much:\n{}", watched.found.join("\n"));
}

struct Watcher;

fn is_ours(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    let ours = target.split("::").next() == Some("menpai");
    let most = if ours { Level::DEBUG } else { Level::INFO };
    *metadata.level() <= most && !target.starts_with("menpai::simulator")
}

impl<S: Subscriber> Layer<S> for Watcher {
    fn enabled(&self, metadata: &Metadata<'_>, _context: Context<'_, S>) -> bool {
        is_ours(metadata)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, _id: &Id, _context: Context<'_, S>) {
        let mut line = Line(attributes.metadata().target().to_owned());
        attributes.record(&mut line);
        look_at(&line.0);
    }

    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let mut line = Line(event.metadata().target().to_owned());
        event.record(&mut line);
        look_at(&line.0);
    }
}

/// A line as text.
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        let _ = write!(self.0, " {}={value}", field.name());
    }
}

fn look_at(line: &str) {
    let mut watched = watched();
    watched.lines += 1;
    let told = watched.secrets.iter().any(|secret| line.contains(secret.as_str()));
    if told || line.contains("$argon2id$") || holds_token(line) || holds_mobile(line) {
        watched.found.push(line.to_owned());
    }
}

/// Whether a text holds an API token.
fn holds_token(text: &str) -> bool {
    let is_part = |character: &char| character.is_ascii_alphanumeric() || "-_".contains(*character);
    text.split("menpai_").skip(1).any(|rest| rest.chars().take_while(is_part).count() >= 40)
}

/// Whether a text holds a whole mobile number: eleven figures of their own that begin as Chinese ones do.
fn holds_mobile(text: &str) -> bool {
    text.split(|character: char| !character.is_ascii_alphanumeric()).any(|word| {
        let number = if word.len() == 13 { word.strip_prefix("86").unwrap_or_default() } else { word };
        let mut figures = number.bytes();
        number.len() == 11
            && figures.all(|byte| byte.is_ascii_digit())
            && number.starts_with('1')
            && !["10", "11", "12"].iter().any(|start| number.starts_with(start))
    })
}

#[test]
fn a_telling_line_is_noticed() {
    assert!(holds_mobile("user=13800000001 came") && holds_mobile("to +8613912345678"));
    assert!(holds_token(&format!("token=menpai_{}", "x".repeat(43))) && !holds_token("menpai_session=x"));
    assert!(
        !holds_mobile("138****0001") && !holds_mobile("at=1763822000000") && !holds_mobile("id=a13800000001")
    );
}
