//! Signing in and out, and who is signed in.

use poem::handler;
use poem::web::Data;
use serde_json::{Value, json};

use super::answer::{Answer, Refused, Reply};
use super::caller::TokenCaller;
use super::fields::{Fields, required};
use crate::domain::access::principal::Principal;
use crate::domain::access::session::SignInMethod;
use crate::domain::directory::account::Username;
use crate::domain::directory::profile::ProfileField;
use crate::domain::error::{Error, ErrorCode};
use crate::domain::secret::Secret;
use crate::http::Services;
use crate::http::client::Client;
use crate::service::access::{Credentials, SignedIn};

#[handler]
pub(super) async fn login(services: Data<&Services>, client: Client, fields: Fields) -> Reply {
    let username = required("username", fields.text("username")?)?;
    let password = Secret::new(required("password", fields.text("password")?)?);
    let credentials = Credentials { username, password, origin: client.0.clone() };
    let who = services.access.sign_in(credentials).await.map_err(refused)?;
    if who.password_change_required {
        let message = "首次登录请先修改初始密码：登录网页修改，或调用 POST /api/v1/sessions 与 POST /api/v1/me/password";
        return Ok(Answer::failure(412, message, json!({ "passwordChangeRequired": true })));
    }
    let opened = services.access.open_session(&who, SignInMethod::Password, client.0).await?;
    let tenants = who.tenants.iter().map(|tenant| json!({ "id": tenant.id.0, "name": tenant.name }));
    let result = json!({
        "token": opened.token.reveal(),
        "userInfo": user(&who),
        "tenantList": tenants.collect::<Vec<_>>(),
    });
    Ok(Answer::success("登录成功", result))
}

#[handler]
pub(super) async fn logout(caller: TokenCaller, services: Data<&Services>) -> Reply {
    services.access.sign_out(&caller.0).await?;
    Ok(Answer::success("退出登录成功！", Value::Null))
}

#[handler]
pub(super) async fn user_info(caller: TokenCaller, services: Data<&Services>) -> Reply {
    caller.0.settled()?;
    let Principal::Person { account, .. } = caller.0 else {
        return Err(Error::new(ErrorCode::Forbidden, "没有权限", "an API token is nobody").into());
    };
    let who = services.access.profile(account).await?;
    Ok(Answer::success("", json!({ "userInfo": user(&who) })))
}

/// A refused sign-in; too many of them have a sentence of the original's own.
fn refused(error: Error) -> Refused {
    match error.code {
        ErrorCode::TooManyAttempts => {
            Answer::failure(500, "该用户登录失败次数过多，请于10分钟后再次登录！", Value::Null).into()
        }
        _ => error.into(),
    }
}

fn user(who: &SignedIn) -> Value {
    let profile = who.homes.first().map(|(_, member)| &member.profile);
    let field = |field| profile.and_then(|profile| profile.get(field));
    let username = who.account.username.as_ref();
    let number = username.and_then(Username::mobile);
    json!({
        "id": who.account.id.to_string(),
        "username": username.map(Username::as_str),
        "realname": who.name(),
        "phone": field(ProfileField::Mobile).or(number.as_ref().map(|number| number.as_str())),
        "email": field(ProfileField::Email).or(field(ProfileField::OrgEmail)),
    })
}
