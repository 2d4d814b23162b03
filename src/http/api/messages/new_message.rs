//! What a message says and for whom, as callers write it and as it is shown again.

use std::str::FromStr;

use poem_openapi::{Enum, Object};

use super::content::Content;
use crate::domain::error::{Error, Result};
use crate::domain::messaging::message;
use crate::domain::messaging::way::Wish;
use crate::http::json_string::JsonString;
use crate::service::messaging;

/// A message to send.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct NewMessage {
    // Without a description: beside one, generators of clients lose the kinds.
    content: Content,
    /// For whom; everybody named in any way, each person once.
    audience: Audience,
    /// How it goes out; `auto` when absent.
    delivery: Option<DeliveryWish>,
}

/// How a message is to go out.
#[derive(Clone, Copy, Enum)]
#[oai(rename_all = "camelCase")]
enum DeliveryWish {
    /// Tracked, unless that takes more than a twentieth of the calls that are left of the month and a broadcast is
    /// possible.
    Auto,
    /// In calls of up to 100 people; each person's result is read back.
    Tracked,
    /// In one call to departments or everyone, of which DingTalk tells nothing afterwards.
    Broadcast,
}

/// For whom a message is meant.
#[derive(Object)]
#[oai(rename = "MessageAudience", deny_unknown_fields, rename_all = "camelCase", skip_serializing_if_is_none)]
pub(super) struct Audience {
    /// Accounts by name.
    usernames: Option<Vec<JsonString>>,
    /// Members by id.
    member_ids: Option<Vec<JsonString>>,
    /// Departments with everything below them, by id.
    department_ids: Option<Vec<JsonString>>,
    /// Every active member; the other fields add nothing then, but `exclude` holds.
    everyone: Option<bool>,
    /// But not these. Whoever is named here and unknown stops the message.
    exclude: Option<Exclusion>,
}

/// Whom a message must not reach.
#[derive(Object)]
#[oai(
    rename = "MessageExclusion",
    deny_unknown_fields,
    rename_all = "camelCase",
    skip_serializing_if_is_none
)]
pub(super) struct Exclusion {
    /// Accounts by name.
    usernames: Option<Vec<JsonString>>,
    /// Members by id.
    member_ids: Option<Vec<JsonString>>,
    /// Departments with everything below them, by id.
    department_ids: Option<Vec<JsonString>>,
}

impl NewMessage {
    /// The message as the service takes it.
    pub(super) fn into_business(self, idempotency_key: Option<String>) -> Result<messaging::NewMessage> {
        let Audience { usernames, member_ids, department_ids, everyone, exclude } = self.audience;
        let exclude = exclude.map(Exclusion::into_business).transpose()?.unwrap_or_default();
        Ok(messaging::NewMessage {
            content: self.content.into_business(),
            audience: message::Audience {
                usernames: names(usernames),
                members: ids(member_ids, "memberIds")?,
                departments: ids(department_ids, "departmentIds")?,
                everyone: everyone.unwrap_or_default(),
                exclude,
            },
            delivery: self.delivery.map(Wish::from).unwrap_or_default(),
            idempotency_key,
        })
    }
}

impl Exclusion {
    fn into_business(self) -> Result<message::Exclusion> {
        Ok(message::Exclusion {
            usernames: names(self.usernames),
            members: ids(self.member_ids, "exclude.memberIds")?,
            departments: ids(self.department_ids, "exclude.departmentIds")?,
        })
    }
}

impl From<DeliveryWish> for Wish {
    fn from(wish: DeliveryWish) -> Self {
        match wish {
            DeliveryWish::Auto => Self::Auto,
            DeliveryWish::Tracked => Self::Tracked,
            DeliveryWish::Broadcast => Self::Broadcast,
        }
    }
}

fn names(texts: Option<Vec<JsonString>>) -> Vec<String> {
    texts.unwrap_or_default().into_iter().map(|JsonString(text)| text).collect()
}

fn ids<T: FromStr>(texts: Option<Vec<JsonString>>, field: &str) -> Result<Vec<T>> {
    let parse = |JsonString(text): JsonString| {
        text.parse().map_err(|_| {
            Error::invalid(
                format!("audience.{field} 中有无效的 id：{text}"),
                format!("audience.{field} holds something that is no id: {text}"),
            )
        })
    };
    texts.unwrap_or_default().into_iter().map(parse).collect()
}

impl From<message::Audience> for Audience {
    fn from(audience: message::Audience) -> Self {
        Self {
            usernames: some(audience.usernames),
            member_ids: some(texts(&audience.members)),
            department_ids: some(texts(&audience.departments)),
            everyone: audience.everyone.then_some(true),
            exclude: (!audience.exclude.is_empty()).then(|| audience.exclude.into()),
        }
    }
}

impl From<message::Exclusion> for Exclusion {
    fn from(exclusion: message::Exclusion) -> Self {
        Self {
            usernames: some(exclusion.usernames),
            member_ids: some(texts(&exclusion.members)),
            department_ids: some(texts(&exclusion.departments)),
        }
    }
}

fn texts<T: ToString>(ids: &[T]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}

fn some(texts: Vec<String>) -> Option<Vec<JsonString>> {
    (!texts.is_empty()).then(|| texts.into_iter().map(JsonString).collect())
}
