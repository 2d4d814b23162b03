//! The checks of single fields, each naming the field, what was given and what DingTalk takes.

use crate::domain::error::{Error, ErrorCode, Result};

/// The longest media id that is taken; DingTalk's own are some forty characters.
const LONGEST_MEDIA_ID: usize = 256;
/// What an address may begin with: the web, and DingTalk's own links. [S-0776]
const SCHEMES: [&str; 3] = ["https://", "http://", "dingtalk://"];

/// A text that must say something, and not too much.
pub(super) fn within(field: &str, text: &str, most: usize) -> Result<()> {
    empty(field, text)?;
    match text.chars().count() {
        length if length > most => Err(too_long(field, length, most)),
        _ => Ok(()),
    }
}

/// A text that must say something.
pub(super) fn empty(field: &str, text: &str) -> Result<()> {
    if text.trim().is_empty() {
        return Err(refused(format!("{field} 不能为空"), format!("{field} must not be empty")));
    }
    Ok(())
}

/// An address that people are led to.
pub(super) fn address(field: &str, url: &str, most: usize) -> Result<()> {
    within(field, url, most)?;
    let known = SCHEMES.iter().any(|scheme| {
        let begins = url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
        begins && url.len() > scheme.len()
    });
    if !known || url.chars().any(|character| character.is_whitespace() || character.is_control()) {
        return Err(refused(
            format!("{field} 须为不含空格的 http、https 或 dingtalk 链接"),
            format!("{field} must be a link with http, https or dingtalk, without blanks"),
        ));
    }
    Ok(())
}

/// What DingTalk named an upload.
pub(super) fn media_id(field: &str, id: &str) -> Result<()> {
    if id.is_empty() || id.len() > LONGEST_MEDIA_ID || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(refused(
            format!("{field} 不是有效的 media id，请先上传文件"),
            format!("{field} is no media id; upload the file first"),
        ));
    }
    Ok(())
}

/// A colour as DingTalk writes it.
pub(super) fn color(field: &str, color: &str) -> Result<()> {
    if color.len() != 8 || !color.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(refused(
            format!("{field} 须为 8 位十六进制 ARGB，例如 FF1677FF"),
            format!("{field} is eight hexadecimal digits, alpha first, such as FF1677FF"),
        ));
    }
    Ok(())
}

/// How many characters a text has when it is written in JSON.
pub(super) fn written(text: &str) -> usize {
    let length = |character: char| match character {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..' ' => 6,
        _ => 1,
    };
    text.chars().map(length).sum()
}

/// More characters than DingTalk takes.
pub(super) fn too_long(field: &str, length: usize, most: usize) -> Error {
    refused(
        format!("{field} 有 {length} 个字符，钉钉上限为 {most} 个，请缩短"),
        format!("{field} has {length} characters; DingTalk takes {most}: shorten it"),
    )
}

/// More entries than DingTalk takes.
pub(super) fn too_many(field: &str, count: usize, most: usize) -> Error {
    refused(
        format!("{field} 有 {count} 项，钉钉只显示 {most} 项"),
        format!("{field} has {count} entries; DingTalk shows {most}"),
    )
}

fn refused(zh: String, en: String) -> Error {
    Error::new(ErrorCode::MessageInvalid, zh, en)
}
