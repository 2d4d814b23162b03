//! The old interface: its calls, and the checks every call passes before it is answered.
//!
//! Must not know sockets, faults or the journal. Invariant: checks run in the order token, application, address,
//! permission, rate, month; parameters, scope and entity are the handlers' own business, in that order.

use poem::http::Method;
use std::net::IpAddr;

use super::answer::{Answer, Refusal, Reply};
use super::application::Application;
use super::organisation::Organisation;
use super::parameters::Parameters;
use super::platform::{Platform, World, lock};
use super::tokens::Dead;
use super::{departments, notice_calls, oapi_misc, users};

/// A checked call on its way to a handler.
pub(crate) struct Asked<'a> {
    pub(crate) platform: &'a Platform,
    pub(crate) application: &'a Application,
    pub(crate) organisation: &'a Organisation,
    pub(crate) parameters: &'a Parameters,
    pub(crate) now: i64,
}

/// One call of the old interface.
pub(crate) struct Interface {
    pub(crate) path: &'static str,
    method: Method,
    permission: &'static str,
    /// Does not count toward the monthly quota.
    exempt: bool,
    answer: fn(&Asked<'_>) -> Answer,
}

const DEPARTMENTS: &str = "qyapi_get_department_list";
const MEMBER: &str = "qyapi_get_member";
const MEMBERS: &str = "qyapi_get_department_member";
const BASE: &str = "qyapi_base";

const fn read(path: &'static str, permission: &'static str, answer: fn(&Asked<'_>) -> Answer) -> Interface {
    Interface { path, method: Method::POST, permission, exempt: true, answer }
}

const fn counted(path: &'static str, method: Method, answer: fn(&Asked<'_>) -> Answer) -> Interface {
    Interface { path, method, permission: BASE, exempt: false, answer }
}

/// All calls except the one that issues tokens.
pub(crate) static INTERFACES: &[Interface] = &[
    read("/topapi/v2/department/listsub", DEPARTMENTS, departments::list_sub),
    read("/topapi/v2/department/listsubid", DEPARTMENTS, departments::list_sub_ids),
    read("/topapi/v2/department/get", DEPARTMENTS, departments::get),
    read("/topapi/v2/department/listparentbydept", DEPARTMENTS, departments::parents_of_department),
    read("/topapi/v2/department/listparentbyuser", DEPARTMENTS, departments::parents_of_user),
    read("/topapi/v2/user/list", MEMBERS, users::list),
    read("/topapi/user/listsimple", MEMBERS, users::list_simple),
    read("/topapi/v2/user/get", MEMBER, users::get),
    read("/topapi/user/listid", MEMBER, users::list_ids),
    read("/topapi/v2/user/getbymobile", "qyapi_get_member_by_mobile", users::by_mobile),
    read("/topapi/user/getbyunionid", MEMBER, users::by_unionid),
    read("/topapi/user/count", MEMBER, users::count),
    read("/topapi/user/listadmin", MEMBER, users::list_admins),
    read("/topapi/v2/user/getuserinfo", BASE, oapi_misc::user_of_code),
    counted("/topapi/message/corpconversation/asyncsend_v2", Method::POST, notice_calls::send),
    counted("/topapi/message/corpconversation/getsendprogress", Method::POST, notice_calls::progress),
    counted("/topapi/message/corpconversation/getsendresult", Method::POST, notice_calls::result),
    counted("/topapi/message/corpconversation/recall", Method::POST, notice_calls::recall),
    counted("/media/upload", Method::POST, notice_calls::upload),
    counted("/auth/scopes", Method::GET, oapi_misc::scopes),
    counted("/call_back/get_call_back_failed_result", Method::GET, oapi_misc::failed_events),
    Interface {
        path: "/get_jsapi_ticket",
        method: Method::GET,
        permission: BASE,
        exempt: true,
        answer: oapi_misc::ticket,
    },
];

/// The name that error texts use for a path.
fn api_name(path: &str) -> String {
    let path = path.strip_prefix("/topapi").unwrap_or(path);
    format!("dingtalk.oapi{}", path.replace('/', "."))
}

/// Answers one call.
pub(crate) fn answer(
    platform: &Platform,
    method: &Method,
    path: &str,
    caller: IpAddr,
    parameters: &Parameters,
) -> Reply {
    let now = platform.now();
    let request_id = format!("sim{:012x}", platform.next_number());
    let mut wrapped = path.starts_with("/topapi/") && !platform.behaviour().bare_errors;
    let answer = match INTERFACES.iter().find(|interface| interface.path == path) {
        _ if path == "/gettoken" => oapi_misc::token(platform, caller, parameters, now),
        Some(interface) if interface.method != *method => {
            let (code, wanted) =
                if interface.method == Method::GET { (43_001, "GET") } else { (43_002, "POST") };
            Err(Refusal::new(code, format!("需要{wanted}请求")))
        }
        Some(interface) => checked(platform, interface, caller, parameters, now),
        None => {
            wrapped = false;
            Err(Refusal::gateway(22, format!("不合法ApiName，ApiName = {}", api_name(path))))
        }
    };
    match answer {
        Ok(payload) => Reply { status: 200, body: payload.body(&request_id), errcode: "0".into() },
        Err(refusal) => Reply {
            status: 200,
            body: refusal.body(wrapped && refusal.by_gateway, &request_id),
            errcode: refusal.code.to_string(),
        },
    }
}

fn checked(
    platform: &Platform,
    interface: &Interface,
    caller: IpAddr,
    parameters: &Parameters,
    now: i64,
) -> Answer {
    let token =
        parameters.text("access_token").ok_or_else(|| Refusal::gateway(40_000, "access_token is blank"))?;
    let client_id = match lock(&platform.tokens).owner(&token, now) {
        Ok(client_id) => client_id.to_owned(),
        Err(Dead::Unknown) => return Err(Refusal::gateway(40_014, "不合法的access_token")),
        Err(Dead::Expired) => return Err(Refusal::gateway(42_001, "access_token超时")),
    };
    let world = platform.world();
    let (application, organisation) =
        owner(&world, &client_id).ok_or_else(|| Refusal::gateway(40_014, "不合法的access_token"))?;
    admit(application, caller)?;
    if !application.permissions.contains(interface.permission) {
        return Err(permission_missing(&client_id, interface.permission));
    }
    if platform.behaviour().limits {
        lock(&platform.limits)
            .take_second(&client_id, interface.path, &api_name(interface.path), now)
            .map_err(|text| Refusal::gateway(90_018, text))?;
        let quota = platform.behaviour().monthly_quota;
        if !interface.exempt && !lock(&platform.limits).take_of_month(organisation.corp_id(), quota, now) {
            return Err(Refusal::gateway(90_020, "企业本月API调用量已达上限"));
        }
    }
    (interface.answer)(&Asked { platform, application, organisation, parameters, now })
}

fn owner<'a>(world: &'a World, client_id: &str) -> Option<(&'a Application, &'a Organisation)> {
    let application = world.applications.get(client_id)?;
    Some((application, world.organisations.get(&application.corp_id)?))
}

/// Whether the application may be used at all, from this address.
pub(crate) fn admit(application: &Application, caller: IpAddr) -> Result<(), Refusal> {
    if !application.enabled {
        return Err(Refusal::gateway(50_003, "应用已停用"));
    }
    if !application.allows_caller(caller) {
        let client_id = &application.client_id;
        return Err(Refusal::gateway(
            60_020,
            format!("访问ip不在白名单之中,请参考FAQ,request ip={caller} appKey({client_id})"),
        ));
    }
    Ok(())
}

fn permission_missing(client_id: &str, permission: &str) -> Refusal {
    Refusal::gateway(
        60_011,
        format!(
            "应用尚未开通所需的权限：[{permission}]，点击链接申请并开通即可：\
             https://open-dev.dingtalk.com/appscope/apply?content={client_id}%23{permission}, \
             {{requiredScopes=[{permission}]}}"
        ),
    )
}
