//! Calls of the old interface around the application itself: token, scope, ticket, sign-in code, missed events.
//!
//! Must not know HTTP. Invariant: the token call is the only one that is answered without a token.

use std::net::IpAddr;

use serde_json::json;

use super::answer::{Answer, Payload, Refusal};
use super::codes::{Kind, Unusable};
use super::oapi::{Asked, admit};
use super::parameters::Parameters;
use super::platform::{Platform, lock};
use super::tokens::TOKEN_SECONDS;

/// Everything the token calls check; answers the token.
///
/// # Errors
/// 40096 for an unknown application or a wrong secret, then what [`admit`] refuses.
pub(crate) fn issue_token(
    platform: &Platform,
    client_id: &str,
    secret: &str,
    caller: IpAddr,
    now: i64,
) -> Result<String, Refusal> {
    let world = platform.world();
    let application = world
        .applications
        .get(client_id)
        .filter(|application| application.client_secret == secret)
        .ok_or_else(|| Refusal::new(40_096, "不合法的appKey或appSecret"))?;
    admit(application, caller)?;
    Ok(lock(&platform.tokens).issue(client_id, now, &mut lock(&platform.random)))
}

pub(crate) fn token(platform: &Platform, caller: IpAddr, parameters: &Parameters, now: i64) -> Answer {
    let (Some(client_id), Some(secret)) = (parameters.text("appkey"), parameters.text("appsecret")) else {
        return Err(Refusal::new(40_035, "缺少参数 appkey or appsecret"));
    };
    let token = issue_token(platform, &client_id, &secret, caller, now)?;
    Ok(Payload::Fields(json!({ "access_token": token, "expires_in": TOKEN_SECONDS })))
}

pub(crate) fn scopes(asked: &Asked<'_>) -> Answer {
    let application = asked.application;
    let mut fields = vec![
        "name",
        "userid",
        "department",
        "avatar",
        "position",
        "jobnumber",
        "isAdmin",
        "isLeader",
        "isHide",
    ];
    if application.field_mobile {
        fields.push("mobile");
    }
    if application.field_email {
        fields.push("email");
    }
    Ok(Payload::Fields(json!({
        "condition_field": [],
        "auth_user_field": fields,
        "auth_org_scopes": {
            "authed_dept": application.authed_departments,
            "authed_user": application.authed_users,
        },
    })))
}

pub(crate) fn ticket(asked: &Asked<'_>) -> Answer {
    let platform = asked.platform;
    let (ticket, seconds) =
        lock(&platform.tokens).ticket(&asked.application.client_id, asked.now, &mut lock(&platform.random));
    Ok(Payload::Fields(json!({ "ticket": ticket, "expires_in": seconds })))
}

pub(crate) fn user_of_code(asked: &Asked<'_>) -> Answer {
    let text = asked.parameters.text("code").ok_or_else(|| Refusal::new(41_026, "缺少code参数"))?;
    let client_id = &asked.application.client_id;
    let taken = lock(&asked.platform.codes).take(Kind::InClient, &text, client_id, asked.now);
    let code = taken.map_err(|unusable| match unusable {
        Unusable::Unknown => Refusal::new(40_078, "不存在的临时授权码"),
        Unusable::Expired => Refusal::new(40_102, "过期的临时授权码"),
    })?;
    let user = asked.organisation.user(&code.userid).filter(|_| asked.application.published);
    let user = user.ok_or_else(|| Refusal::new(40_079, "不存在的授权信息"))?;
    let mut result = json!({
        "userid": user.userid,
        "name": user.name,
        "device_id": format!("device-{}", user.userid),
        "sys": user.admin,
        "sys_level": match (user.admin, user.boss) { (true, true) => 1, (true, false) => 2, _ => 0 },
    });
    if let (Some(fields), Some(unionid)) = (result.as_object_mut(), &user.unionid) {
        fields.insert("unionid".into(), json!(unionid));
        fields.insert("associated_unionid".into(), json!(format!("associated-{unionid}")));
    }
    Ok(Payload::Result(result))
}

pub(crate) fn failed_events(asked: &Asked<'_>) -> Answer {
    let (events, has_more) = lock(&asked.platform.failed_events).hand_over(&asked.application.client_id);
    Ok(Payload::Fields(json!({ "has_more": has_more, "failed_list": events })))
}
