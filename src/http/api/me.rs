//! Whoever is signed in: the own profile, tenants and password.

use poem_openapi::payload::Json;
use poem_openapi::{Enum, Object, OpenApi};
use serde::Serialize;

use super::sessions::Account;
use super::{Done, Tag};
use crate::domain::access::principal::Principal;
use crate::domain::directory::member::{Member, MemberRole};
use crate::domain::error::{Error, ErrorCode};
use crate::domain::id::TenantId;
use crate::domain::secret::Secret;
use crate::http::auth::Caller;
use crate::http::client::Client;
use crate::http::json_body::JsonBody;
use crate::http::json_string::JsonString;
use crate::http::problem::{ApiResult, Problem};
use crate::service::access::{Access, SignedIn};

pub(crate) struct Me {
    pub(super) access: Access,
}

/// Whoever is signed in.
#[derive(Object)]
#[oai(rename = "Me", rename_all = "camelCase")]
struct MyProfile {
    /// The account.
    account: Account,
    /// Whether the default password must be changed before anything else is possible.
    password_change_required: bool,
    /// The tenants that this session opens.
    tenants: Vec<MyTenant>,
}

/// A tenant as one of its people sees it.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct MyTenant {
    /// Its number.
    id: u32,
    /// Its name.
    name: String,
    /// What the person is in it; absent for a platform administrator who is not a member.
    role: Option<Role>,
    /// The person's member row in it.
    member_id: Option<String>,
}

/// What a member may do in the tenant.
#[derive(Clone, Copy, Enum, Serialize)]
#[oai(rename = "MemberRole", rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub(super) enum Role {
    /// The employee portal.
    Member,
    /// Everything inside the tenant.
    Administrator,
}

/// A password change.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase")]
struct ChangePassword {
    /// The password that is in use.
    #[oai(validator(max_length = 1000))]
    current_password: JsonString,
    /// The new one: 8 characters or more, and not among the first that are guessed.
    #[oai(validator(max_length = 1000))]
    new_password: JsonString,
}

impl From<MemberRole> for Role {
    fn from(role: MemberRole) -> Self {
        match role {
            MemberRole::Member => Self::Member,
            MemberRole::Administrator => Self::Administrator,
        }
    }
}

impl From<Role> for MemberRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Member => Self::Member,
            Role::Administrator => Self::Administrator,
        }
    }
}

#[OpenApi(prefix_path = "/me", tag = "Tag::Access")]
impl Me {
    /// Who am I, and which tenants are open to me
    #[oai(path = "/", method = "get", operation_id = "getMe")]
    async fn get(&self, caller: Caller) -> ApiResult<MyProfile> {
        let Principal::Person { account, password_change_required, .. } = caller.0 else {
            return Err(not_a_person().into());
        };
        let who = self.access.profile(account).await?;
        let tenants = who.tenants.iter().filter(|tenant| caller.0.sees(tenant.id));
        let tenants = tenants.map(|tenant| my_tenant(&who, tenant.id, &tenant.name)).collect();
        Ok(Json(MyProfile { account: (&who).into(), password_change_required, tenants }))
    }

    /// Change my password
    ///
    /// Ends every other session of the account.
    #[oai(path = "/password", method = "post", operation_id = "changePassword")]
    async fn change_password(
        &self,
        caller: Caller,
        client: Client,
        body: JsonBody<ChangePassword>,
    ) -> Result<Done, Problem> {
        let (current, new) = (Secret::new(body.0.current_password.0), Secret::new(body.0.new_password.0));
        self.access.change_password(&caller.0, current, new, &client.0.address).await?;
        Ok(Done::Done)
    }
}

fn my_tenant(who: &SignedIn, id: TenantId, name: &str) -> MyTenant {
    let member: Option<&Member> =
        who.homes.iter().map(|(_, member)| member).find(|member| member.tenant == id);
    MyTenant {
        id: id.0,
        name: name.to_owned(),
        role: member.map(|member| member.role.into()),
        member_id: member.map(|member| member.id.to_string()),
    }
}

fn not_a_person() -> Error {
    Error::new(ErrorCode::Forbidden, "API 令牌没有个人资料", "an API token has no profile of its own")
}
