//! What a message says and for whom, as callers write it and as it is shown again.

use std::str::FromStr;

use poem_openapi::{Enum, Object};

use crate::domain::error::{Error, Result};
use crate::domain::messaging::{content, message};
use crate::service::messaging;

/// A message to send.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct NewMessage {
    /// What it says.
    content: Content,
    /// For whom; everybody named in any way, each person once.
    audience: Audience,
}

/// What a message says.
#[derive(Object)]
#[oai(rename = "MessageContent", deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Content {
    /// The kind of message.
    #[oai(rename = "type")]
    kind: ContentType,
    /// The text; with everything around it, DingTalk takes 2,048 bytes.
    text: String,
}

/// The kinds of message.
#[derive(Clone, Copy, Enum)]
#[oai(rename = "MessageType", rename_all = "camelCase")]
enum ContentType {
    /// Plain text.
    Text,
}

/// For whom a message is meant.
#[derive(Object)]
#[oai(rename = "MessageAudience", deny_unknown_fields, rename_all = "camelCase", skip_serializing_if_is_none)]
pub(super) struct Audience {
    /// Accounts by name.
    usernames: Option<Vec<String>>,
    /// Members by id.
    member_ids: Option<Vec<String>>,
    /// Departments with everything below them, by id.
    department_ids: Option<Vec<String>>,
    /// Every active member; the other fields add nothing then.
    everyone: Option<bool>,
}

impl NewMessage {
    /// The message as the service takes it.
    pub(super) fn into_business(self, idempotency_key: Option<String>) -> Result<messaging::NewMessage> {
        let Audience { usernames, member_ids, department_ids, everyone } = self.audience;
        let ContentType::Text = self.content.kind;
        Ok(messaging::NewMessage {
            content: content::Content::Text(self.content.text),
            audience: message::Audience {
                usernames: usernames.unwrap_or_default(),
                members: ids(member_ids, "memberIds")?,
                departments: ids(department_ids, "departmentIds")?,
                everyone: everyone.unwrap_or_default(),
            },
            idempotency_key,
        })
    }
}

fn ids<T: FromStr>(texts: Option<Vec<String>>, field: &str) -> Result<Vec<T>> {
    let parse = |text: String| {
        text.parse().map_err(|_| {
            Error::invalid(
                format!("audience.{field} 中有无效的 id：{text}"),
                format!("audience.{field} holds something that is no id: {text}"),
            )
        })
    };
    texts.unwrap_or_default().into_iter().map(parse).collect()
}

impl From<&content::Content> for Content {
    fn from(content: &content::Content) -> Self {
        let content::Content::Text(text) = content;
        Self { kind: ContentType::Text, text: text.clone() }
    }
}

impl From<message::Audience> for Audience {
    fn from(audience: message::Audience) -> Self {
        let texts = |ids: Vec<String>| (!ids.is_empty()).then_some(ids);
        Self {
            usernames: texts(audience.usernames),
            member_ids: texts(audience.members.iter().map(ToString::to_string).collect()),
            department_ids: texts(audience.departments.iter().map(ToString::to_string).collect()),
            everyone: audience.everyone.then_some(true),
        }
    }
}
