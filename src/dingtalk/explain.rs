//! What each failure means for an administrator, and what to do about it, in Chinese and English.
//!
//! Must not know how the failure was found. Invariant: the codes are stable; programs may match on them.

mod mendable;
mod passing;

use super::error::{Error, ErrorKind};
use crate::domain::text::Text;

/// A failure in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Stable, for programs: `dingtalk…` in camelCase.
    pub code: &'static str,
    /// What happened, in a few words.
    pub title: Text,
    /// What exactly DingTalk said, or what was found.
    pub detail: Text,
    /// What to do next.
    pub remedy: Text,
    /// A page of DingTalk's console that helps.
    pub link: Option<String>,
}

impl Error {
    /// The failure in words for a person.
    pub fn explain(&self) -> Explanation {
        let Words { code, title, remedy } =
            mendable::words(&self.kind).unwrap_or_else(|| passing::words(&self.kind));
        let link = match &self.kind {
            ErrorKind::PermissionMissing { link, .. } => link.as_deref().map(str::to_owned),
            _ => None,
        };
        Explanation { code, title, detail: self.detail(), remedy, link }
    }

    fn detail(&self) -> Text {
        let mut zh = format!("接口 {}", self.api);
        let mut en = format!("API {}", self.api);
        let mut add = |zh_part: String, en_part: String| {
            zh.push_str(&zh_part);
            en.push_str(&en_part);
        };
        if let Some(code) = &self.code {
            add(format!("，错误码 {code}"), format!(", code {code}"));
        }
        match &self.kind {
            ErrorKind::Malformed { what } => add(format!("，收到：{what}"), format!(", got: {what}")),
            ErrorKind::Unreachable { reason, .. } => {
                add(format!("，原因：{reason}"), format!(", reason: {reason}"))
            }
            _ => {}
        }
        if let Some(message) = &self.message {
            add(format!("，说明：{message}"), format!(", message: {message}"));
        }
        if let Some(request_id) = &self.request_id {
            add(format!("，请求号 {request_id}"), format!(", request id {request_id}"));
        }
        Text::new(zh, en)
    }
}

/// What is said about a kind of failure, whatever the single case.
struct Words {
    code: &'static str,
    title: Text,
    remedy: Text,
}

/// Code, then title and remedy in both languages.
fn say(code: &'static str, title: [&str; 2], remedy: [&str; 2]) -> Words {
    let text = |[zh, en]: [&str; 2]| Text::new(zh, en);
    Words { code, title: text(title), remedy: text(remedy) }
}

#[cfg(test)]
mod tests;
