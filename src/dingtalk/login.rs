//! Sign-in: codes of the DingTalk client and of the web page, turned into a person.
//!
//! Must not know our accounts. Invariant: a code is used once; when its answer is lost, the person signs in
//! again, for DingTalk refuses the same code a second time.

use std::sync::Arc;

use reqwest::Method;
use serde_json::json;

use super::answer::Family;
use super::call::{Call, TokenOf};
use super::error::{Error, ErrorKind};
use super::percent::percent_encode;
use super::wire::Field;
use super::{Application, Client};
use crate::domain::secret::Secret;

/// Who opened a page inside the DingTalk client [S-0024].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginUser {
    /// The id within the enterprise.
    pub userid: String,
    /// The id across the applications of one developer.
    pub unionid: Option<String>,
    /// The name.
    pub name: Option<String>,
    /// Whether the person administers the enterprise in DingTalk.
    pub administrator: bool,
}

/// What a person who signed in on the web page allows us [S-0032].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserToken {
    /// Good for `lifetime_s`.
    pub access_token: Arc<Secret>,
    /// Good for 30 days.
    pub refresh_token: Option<Secret>,
    /// The enterprise chosen, only with scope `corpid`.
    pub corp_id: Option<String>,
    /// Seconds.
    pub lifetime_s: Option<i64>,
}

/// The person's own profile [S-0054].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// The id across the applications of one developer.
    pub unionid: String,
    /// The person's chosen name.
    pub nick: Field<String>,
    /// Absent without the permission 个人手机号信息.
    pub mobile: Field<String>,
    /// The country code of the mobile number.
    pub state_code: Field<String>,
    /// Absent when there is none.
    pub email: Field<String>,
    /// The address of the picture.
    pub avatar_url: Field<String>,
}

impl Application {
    /// Who is behind the code that the DingTalk client gave to a page.
    pub async fn user_by_code(&self, code: &str) -> Result<LoginUser, Error> {
        let call = Call::old("/topapi/v2/user/getuserinfo", &json!({"code": code})).once();
        self.call(call, |answer| {
            let user = answer.object("result")?;
            Ok(LoginUser {
                userid: user.required_id("userid")?,
                unionid: user.text("unionid")?.value().cloned(),
                name: user.text("name")?.value().cloned(),
                administrator: user.boolean("sys")?.unwrap_or(false),
            })
        })
        .await
    }

    /// The token behind the code that the web page gave to the browser.
    pub async fn user_token(&self, code: &str) -> Result<UserToken, Error> {
        let body = json!({
            "clientId": self.credentials.client_id,
            "clientSecret": self.credentials.client_secret.reveal(),
            "grantType": "authorization_code",
            "code": code,
        });
        let call = Call::new_without_token("/v1.0/oauth2/userAccessToken", &body).once();
        let token = self.call(call, |answer| {
            Ok(UserToken {
                access_token: Arc::new(Secret::new(answer.required_id("accessToken")?)),
                refresh_token: answer.text("refreshToken")?.value().map(Secret::new),
                corp_id: answer.text("corpId")?.value().cloned(),
                lifetime_s: answer.integer("expireIn")?.value().copied(),
            })
        });
        // The documents do not name the code of a bad sign-in code; all else that is refused has a name.
        token.await.map_err(|error| match error.kind {
            ErrorKind::Unknown | ErrorKind::BadParameter | ErrorKind::TokenRejected => {
                Error { kind: ErrorKind::CodeInvalid, ..error }
            }
            _ => error,
        })
    }

    /// The profile of the person who signed in.
    pub async fn me(&self, token: &UserToken) -> Result<Profile, Error> {
        let call = Call {
            family: Family::New,
            method: Method::GET,
            token: TokenOf::User(Arc::clone(&token.access_token)),
            ..Call::old_get("/v1.0/contact/users/me")
        };
        self.call(call, |profile| {
            Ok(Profile {
                unionid: profile.required_id("unionId")?,
                nick: profile.text("nick")?,
                mobile: profile.text("mobile")?,
                state_code: profile.text("stateCode")?,
                email: profile.text("email")?,
                avatar_url: profile.text("avatarUrl")?,
            })
        })
        .await
    }

    /// The employee with this unionid; someone who is only an external contact is [`ErrorKind::UserNotFound`].
    pub async fn userid_by_unionid(&self, unionid: &str) -> Result<String, Error> {
        const API: &str = "/topapi/user/getbyunionid";
        let call = Call::old(API, &json!({"unionid": unionid}));
        let (userid, external) = self
            .call(call, |answer| {
                let user = answer.object("result")?;
                let external = user.integer("contact_type")?.value() == Some(&1);
                Ok((user.required_id("userid")?, external))
            })
            .await?;
        if external { Err(Error::new(API, ErrorKind::UserNotFound)) } else { Ok(userid) }
    }

    /// The page on which an ordinary browser signs in; it comes back to `redirect_uri` with a code and `state`.
    /// With `corp_id` the enterprise is already chosen.
    pub fn authorize_url(&self, redirect_uri: &str, state: &str, corp_id: Option<&str>) -> String {
        self.client.authorize_url(self.client_id(), redirect_uri, state, corp_id)
    }
}

impl Client {
    fn authorize_url(
        &self,
        client_id: &str,
        redirect_uri: &str,
        state: &str,
        corp_id: Option<&str>,
    ) -> String {
        let scope = if corp_id.is_some() { "openid corpid" } else { "openid" };
        let mut pairs = vec![
            ("redirect_uri", redirect_uri),
            ("response_type", "code"),
            ("client_id", client_id),
            ("scope", scope),
            ("prompt", "consent"),
            ("state", state),
        ];
        pairs.extend(corp_id.map(|corp_id| ("corpId", corp_id)));
        let query: Vec<_> =
            pairs.into_iter().map(|(name, value)| format!("{name}={}", percent_encode(value))).collect();
        format!("{}/oauth2/auth?{}", self.shared.endpoints.login, query.join("&"))
    }
}
