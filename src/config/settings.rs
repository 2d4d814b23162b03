//! Settings as text, each with its origin, before they are understood.

use std::collections::BTreeMap;
use std::fmt;

use super::ReadFile;
use super::error::ConfigError;
use super::file;
use super::key::{Flags, Key, Purpose, is_known};
use crate::domain::setting::{Origin, ShownSetting};
use crate::domain::text::Text;

/// A value as it was written. Not `Debug`: it may be a secret.
#[derive(Clone)]
pub struct Setting {
    value: String,
    origin: Origin,
}

/// What was set, by key.
#[derive(Clone)]
pub struct Settings(BTreeMap<Key, Setting>);

impl Settings {
    /// Lays the layers over each other. An empty value counts as not set.
    ///
    /// # Errors
    /// When the environment or the file has a setting that does not exist, naming the nearest one that does, or the
    /// file cannot be read.
    pub fn collect(
        purpose: Purpose,
        flags: &Flags,
        environment: &BTreeMap<String, String>,
        read_file: ReadFile<'_>,
    ) -> Result<Self, ConfigError> {
        let unknown: Vec<Text> =
            environment.keys().filter(|name| !is_known(name)).map(|name| unknown_variable(name)).collect();
        if !unknown.is_empty() {
            return Err(ConfigError::new(unknown));
        }
        let given = flags.given();
        let told = |key: Key| {
            let variable = environment.get(key.variable()).map(String::as_str);
            given.get(&key).copied().or(variable).filter(|value| !value.is_empty())
        };
        let data_dir = told(Key::DataDir).or(Key::DataDir.default_value(purpose)).unwrap_or_default();
        let in_file = file::read(told(Key::Config), data_dir, read_file).map_err(ConfigError::new)?;
        let mut settings = BTreeMap::new();
        for key in Key::ALL {
            let layers = [
                (Origin::Flag, given.get(&key).copied()),
                (Origin::Environment, environment.get(key.variable()).map(String::as_str)),
                (Origin::File, in_file.get(&key).map(String::as_str)),
                (Origin::Default, key.default_value(purpose)),
            ];
            let ruling = layers.into_iter().find_map(|(origin, value)| {
                let value = value.filter(|value| !value.is_empty())?.to_owned();
                Some(Setting { value, origin })
            });
            settings.extend(ruling.map(|setting| (key, setting)));
        }
        Ok(Self(settings))
    }

    /// Every setting there is, for people: also those that are not set.
    pub(super) fn shown(&self) -> Vec<ShownSetting> {
        let one = |key: Key| ShownSetting {
            name: key.variable(),
            value: self.0.get(&key).map(|one| (shown(key, &one.value).to_owned(), one.origin)),
        };
        Key::ALL.into_iter().map(one).collect()
    }

    /// The value as it was written.
    pub(super) fn text(&self, key: Key) -> Option<&str> {
        self.0.get(&key).map(|setting| setting.value.as_str())
    }

    /// The value understood; what is wrong with it joins the problems.
    pub(super) fn read<T>(
        &self,
        key: Key,
        understand: impl FnOnce(&str) -> Result<T, Text>,
        problems: &mut Vec<Text>,
    ) -> Option<T> {
        let setting = self.0.get(&key)?;
        understand(&setting.value)
            .map_err(|wrong| {
                let name = key.variable();
                let (shown, origin) = (shown(key, &setting.value), setting.origin);
                problems.push(Text::new(
                    format!("{name}={shown}（{origin}）：{}", wrong.zh),
                    format!("{name}={shown} ({origin}): {}", wrong.en),
                ));
            })
            .ok()
    }
}

/// The table of `menpai config show`: one line a setting, with its origin.
impl fmt::Display for Settings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.shown().iter().try_for_each(|setting| writeln!(formatter, "{setting}"))
    }
}

/// A value fit to be printed: no secret, and no address that carries a password.
fn shown(key: Key, value: &str) -> &str {
    if key.is_secret() || value.contains('@') && value.contains("://") { "(hidden)" } else { value }
}

/// The name of ours that is written most like this one.
pub(super) fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> &'a str {
    known.into_iter().min_by_key(|known| distance(name, known)).unwrap_or_default()
}

fn unknown_variable(name: &str) -> Text {
    let nearest = nearest(name, Key::ALL.iter().map(|key| key.variable()));
    Text::new(
        format!("没有名为 {name} 的设置，最接近的是 {nearest}。请改正或删除该环境变量。"),
        format!("There is no setting {name}; the nearest is {nearest}. Correct or remove the variable."),
    )
}

/// How many letters must be put in, taken out or changed to turn one name into the other.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, letter) in from.bytes().enumerate() {
        let (mut diagonal, mut left) = (index, index + 1);
        for (cell, other) in row.iter_mut().skip(1).zip(to.bytes()) {
            let change = diagonal + usize::from(letter != other);
            let least = change.min(left + 1).min(*cell + 1);
            diagonal = std::mem::replace(cell, least);
            left = least;
        }
    }
    row.last().copied().unwrap_or_default()
}
