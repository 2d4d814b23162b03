//! The first administrator, made through the one-time link.

use poem_openapi::payload::Json;
use poem_openapi::{Object, OpenApi};

use super::Tag;
use super::sessions::SessionCreated;
use crate::domain::secret::Secret;
use crate::http::auth::Gate;
use crate::http::client::Client;
use crate::http::json_body::JsonBody;
use crate::http::json_string::JsonString;
use crate::http::problem::{ApiResult, Problem};
use crate::service::access::Access;

pub(crate) struct Setup {
    pub(super) access: Access,
    pub(super) gate: Gate,
}

/// Whether the server waits for its first administrator.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct SetupState {
    /// Whether it waits.
    required: bool,
}

/// The first administrator.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase")]
struct CreateFirstAdministrator {
    /// The token of the link that the server printed when it started.
    #[oai(validator(max_length = 200))]
    token: JsonString,
    /// The account's name: 3 to 64 of small letters, digits and `. _ @ -`, or a mobile number.
    #[oai(validator(max_length = 200))]
    username: JsonString,
    /// The password: 8 characters or more, and not among the first that are guessed.
    #[oai(validator(max_length = 1000))]
    password: JsonString,
}

#[OpenApi(prefix_path = "/setup", tag = "Tag::Access")]
impl Setup {
    /// Does the server wait for its first administrator
    #[oai(path = "/", method = "get", operation_id = "getSetup")]
    async fn get(&self) -> ApiResult<SetupState> {
        Ok(Json(SetupState { required: self.access.setup_required().await? }))
    }

    /// Make the first administrator and sign in
    #[oai(path = "/", method = "post", operation_id = "createFirstAdministrator")]
    async fn create(
        &self,
        client: Client,
        body: JsonBody<CreateFirstAdministrator>,
    ) -> Result<SessionCreated, Problem> {
        let CreateFirstAdministrator { token, username, password } = body.0;
        let (token, password) = (Secret::new(token.0), Secret::new(password.0));
        let (who, opened) = self.access.use_setup_token(&token, &username.0, password, client.0).await?;
        Ok(SessionCreated::new(&self.gate, &who, &opened))
    }
}
