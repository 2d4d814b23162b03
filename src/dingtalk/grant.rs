//! How an application is granted its tokens: one from each API.
//!
//! Must not know how long a token is kept or who shares it (that is `token`). Invariant: a secret goes to
//! DingTalk only here and in the exchange of a sign-in code.

use std::sync::Arc;

use serde_json::Value;

use super::Application;
use super::answer::Family;
use super::call::{Call, TokenOf, Tries};
use super::error::{Error, ErrorKind};
use super::token::{Token, TokenSlot};
use super::wire::{Object, Unexpected};
use crate::domain::secret::Secret;

/// When DingTalk does not say how long a token lives [S-0033].
const TOKEN_LIFETIME_S: i64 = 7200;

impl Application {
    pub(super) fn slot(&self, family: Family) -> &Arc<TokenSlot> {
        match family {
            Family::Old => &self.tokens.old,
            Family::New => &self.tokens.new,
        }
    }

    pub(super) async fn token(&self, family: Family) -> Result<Arc<Secret>, Error> {
        let application = self.clone();
        let fetch = || async move { application.fetch_token(family).await };
        self.slot(family).get(self.client.now_ms(), fetch).await
    }

    /// The old API's token comes from the old API, the new one's from the new: documents say that one serves
    /// both, reports from the field say that it does not always. Only where one of them is not offered at all,
    /// the other has to serve both.
    pub(super) async fn fetch_token(&self, family: Family) -> Result<Token, Error> {
        let other = match family {
            Family::Old => Family::New,
            Family::New => Family::Old,
        };
        match self.fetch_token_from(family).await {
            Err(error) if error.unknown_api() => self.fetch_token_from(other).await.map_err(|_| error),
            result => result,
        }
    }

    async fn fetch_token_from(&self, family: Family) -> Result<Token, Error> {
        let Self { credentials, client, .. } = self;
        let secret = credentials.client_secret.reveal();
        let call = match family {
            Family::Old => Call {
                query: vec![("appkey", credentials.client_id.clone()), ("appsecret", secret.to_owned())],
                token: TokenOf::Nobody,
                ..Call::old_get("/gettoken")
            },
            Family::New => Call::new_without_token(
                "/v1.0/oauth2/accessToken",
                &serde_json::json!({"appKey": credentials.client_id, "appSecret": secret}),
            ),
        };
        let value = self.tries(&call, None, &mut None, &mut Tries::default()).await.map_err(|error| {
            // 40001 is "invalid token" elsewhere; here there is no token yet, so the secret is meant.
            match error.kind {
                ErrorKind::TokenRejected => Error { kind: ErrorKind::WrongSecret, ..error },
                _ => error,
            }
        })?;
        read_token(&value, client.now_ms()).map_err(|Unexpected(what)| Error::malformed(call.api, what))
    }
}

fn read_token(value: &Value, now_ms: i64) -> Result<Token, Unexpected> {
    let object = Object::of("answer", value)?;
    let spelled = |old, new| if object.get(old).is_some() { old } else { new };
    let token = object.required_id(spelled("access_token", "accessToken"))?;
    let lifetime = object.integer(spelled("expires_in", "expireIn"))?;
    Ok(Token::new(Secret::new(token), now_ms, lifetime.value().copied().unwrap_or(TOKEN_LIFETIME_S)))
}
