//! The file of settings: TOML, flat or in tables, every value turned into the text that a variable would hold.
//!
//! Invariant: a key that is not a setting is an error, and so is a file that was named and cannot be read.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::ReadFile;
use super::key::Key;
use super::settings::nearest;
use crate::domain::text::Text;

/// The file that is read when none is named, inside the data directory.
const USUAL: &str = "menpai.toml";
/// Tables inside tables; a setting has one at most.
const DEEPEST: usize = 3;

/// What the file says, by key; nothing when none is named and there is none at the usual place.
pub(super) fn read(
    named: Option<&str>,
    data_dir: &str,
    read_file: ReadFile<'_>,
) -> Result<BTreeMap<Key, String>, Vec<Text>> {
    let path = named.map_or_else(|| Path::new(data_dir).join(USUAL), PathBuf::from);
    let shown = path.display();
    let text = match read_file(&path) {
        Ok(text) => text,
        Err(error) if named.is_none() && error.kind() == io::ErrorKind::NotFound => {
            return Ok(BTreeMap::new());
        }
        Err(error) => {
            let why = error.kind();
            return Err(vec![Text::new(
                format!("配置文件 {shown} 无法读取（{why}），请检查路径和权限。"),
                format!(
                    "the file of settings {shown} cannot be read ({why}); check its path and permissions."
                ),
            )]);
        }
    };
    let table: Table = text.parse().map_err(|error: toml::de::Error| {
        // The message without the line it quotes, which may hold a secret.
        let line =
            error.span().map_or(0, |span| text.get(..span.start).unwrap_or_default().lines().count().max(1));
        let what = error.message();
        vec![Text::new(
            format!("配置文件 {shown} 第 {line} 行不是有效的 TOML：{what}。"),
            format!("the file of settings {shown} is not valid TOML in line {line}: {what}."),
        )]
    })?;
    let (mut found, mut problems) = (BTreeMap::new(), Vec::new());
    collect("", &table, DEEPEST, &mut found, &mut problems);
    if named.is_none() && found.contains_key(&Key::DataDir) {
        problems.push(Text::new(
            format!("{shown} 位于数据目录中，不能再设置 data_dir；请改用 --config 指定其他位置的配置文件。"),
            format!("{shown} lies in the data directory and cannot name another; use --config with a file elsewhere."),
        ));
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

fn collect(
    before: &str,
    table: &Table,
    depth: usize,
    found: &mut BTreeMap<Key, String>,
    problems: &mut Vec<Text>,
) {
    for (key, value) in table {
        let name = format!("{before}{key}");
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Integer(number) => number.to_string(),
            Value::Boolean(answer) => answer.to_string(),
            Value::Table(inner) if depth > 0 => {
                collect(&format!("{name}_"), inner, depth - 1, found, problems);
                continue;
            }
            _ => {
                problems.push(Text::new(
                    format!("配置项 {name} 须为文本、整数或 true/false。"),
                    format!("the setting {name} is a text, a whole number, or true or false."),
                ));
                continue;
            }
        };
        match Key::ALL
            .into_iter()
            .filter(|known| *known != Key::Config)
            .find(|known| known.name_in_file() == name)
        {
            Some(known) => {
                found.insert(known, text);
            }
            None => problems.push(unknown(&name)),
        }
    }
}

fn unknown(name: &str) -> Text {
    let known: Vec<String> = Key::ALL.iter().map(|key| key.name_in_file()).collect();
    let nearest = nearest(name, known.iter().map(String::as_str));
    Text::new(
        format!("配置文件中没有名为 {name} 的设置，最接近的是 {nearest}。请改正或删除。"),
        format!("There is no setting {name} in the file; the nearest is {nearest}. Correct or remove it."),
    )
}
