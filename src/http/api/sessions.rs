//! Sessions: signing in with a password and signing out.

use poem_openapi::payload::Json;
use poem_openapi::{ApiResponse, Object, OpenApi};

use super::Tag;
use crate::domain::access::session::SignInMethod;
use crate::domain::directory::account::Username;
use crate::domain::secret::Secret;
use crate::http::auth::{Caller, Gate};
use crate::http::client::Client;
use crate::http::date_time::DateTime;
use crate::http::json_body::JsonBody;
use crate::http::json_string::JsonString;
use crate::http::problem::Problem;
use crate::service::access::{Access, Credentials, OpenedSession, SignedIn};

pub(crate) struct Sessions {
    pub(super) access: Access,
    pub(super) gate: Gate,
}

/// What somebody types to sign in.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase")]
struct CreateSession {
    /// A mobile number in any spelling, or an account's name.
    #[oai(validator(max_length = 200))]
    username: JsonString,
    /// The password.
    #[oai(validator(max_length = 1000))]
    password: JsonString,
}

/// A session that was just opened.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
pub(super) struct Session {
    /// For the header `X-Access-Token`; shown this once. Browsers get it as a cookie, too.
    token: String,
    /// When the session ends at the latest; it also ends when it was not used for twelve hours.
    expires_at: DateTime,
    /// Whose it is.
    account: Account,
    /// Whether the default password must be changed before anything else is possible.
    password_change_required: bool,
}

/// A sign-in identity.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
pub(super) struct Account {
    /// Its id.
    id: String,
    /// What is typed at sign-in; absent for a person who signs in through DingTalk only.
    username: Option<String>,
    /// The person's name.
    name: String,
    /// Whether it administers the whole server.
    platform_administrator: bool,
}

/// A session with its cookie.
#[derive(ApiResponse)]
pub(super) enum SessionCreated {
    /// Signed in.
    #[oai(status = 201)]
    Created(
        Json<Session>,
        /// The same session as a cookie for browsers.
        #[oai(header = "Set-Cookie")]
        String,
    ),
}

/// Signed out, with the cookie taken back.
#[derive(ApiResponse)]
enum SessionEnded {
    /// Signed out.
    #[oai(status = 204)]
    Ended(
        /// Takes the browser's cookie back.
        #[oai(header = "Set-Cookie")]
        String,
    ),
}

impl From<&SignedIn> for Account {
    fn from(who: &SignedIn) -> Self {
        Self {
            id: who.account.id.to_string(),
            username: who.account.username.as_ref().map(Username::to_string),
            name: who.name().to_owned(),
            platform_administrator: who.account.platform_administrator,
        }
    }
}

impl SessionCreated {
    pub(super) fn new(gate: &Gate, who: &SignedIn, opened: &OpenedSession) -> Self {
        let session = Session {
            token: opened.token.reveal().to_owned(),
            expires_at: opened.expires_at.into(),
            account: who.into(),
            password_change_required: who.password_change_required,
        };
        Self::Created(Json(session), gate.cookie(&opened.token, opened.lifetime))
    }
}

#[OpenApi(prefix_path = "/sessions", tag = "Tag::Access")]
impl Sessions {
    /// Sign in
    ///
    /// Every wrong pair gives the same answer. A default password signs in as well; then
    /// `passwordChangeRequired` says so, and only the own profile and the password change are open.
    #[oai(path = "/", method = "post", operation_id = "createSession")]
    async fn create(&self, client: Client, body: JsonBody<CreateSession>) -> Result<SessionCreated, Problem> {
        let CreateSession { username, password } = body.0;
        let credentials =
            Credentials { username: username.0, password: Secret::new(password.0), origin: client.0.clone() };
        let who = self.access.sign_in(credentials).await?;
        let opened = self.access.open_session(&who, SignInMethod::Password, client.0).await?;
        Ok(SessionCreated::new(&self.gate, &who, &opened))
    }

    /// Sign out
    #[oai(path = "/current", method = "delete", operation_id = "deleteCurrentSession")]
    async fn delete(&self, caller: Caller) -> Result<SessionEnded, Problem> {
        self.access.sign_out(&caller.0).await?;
        Ok(SessionEnded::Ended(self.gate.no_cookie()))
    }
}
