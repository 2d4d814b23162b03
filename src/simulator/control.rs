//! The control interface over HTTP: everything a test does to the platform in-process, for curl and other programs.
//!
//! Must not know more than [`Platform`]'s methods. Invariant: it never stands in the way of a simulated call, and
//! what it shows contains no token. JSON in and out; failures are 4xx with `{"error": "…"}`. All paths are below
//! `/control/v1`; departments and users are written with the platform's own key names.
//!
//! | call | body or query → answer |
//! |---|---|
//! | GET `/state` | → enterprises, applications, switches, totals |
//! | POST `/organisations` | `{members, departments?, seed?, awkward?}` → credentials of its application |
//! | GET `/organisations/C/departments`, `/organisations/C/users` | `?after=&limit=` (users) → the records |
//! | GET, PATCH, DELETE `/organisations/C/departments/ID` | merge patch; creates the department when it is new |
//! | GET, PATCH, DELETE `/organisations/C/users/ID` | merge patch (null removes a key); creates the person when new |
//! | POST `/organisations/C/users/ID/move` | `{departments: [ids]}` |
//! | POST `/organisations/C/users/ID/rehire` | brings a leaver back |
//! | GET, PATCH `/applications/ID` | merge patch: secret, agentId, permissions, fieldMobile, fieldEmail, authedDepartments, authedUsers, ipWhitelist, enabled, published, redirectUrls, events |
//! | GET, POST, DELETE `/faults` | a fault, e.g. `{"api":"/topapi/v2/user/list","after":1,"times":2,"kind":"truncate"}` |
//! | GET, DELETE `/journal` | `?after=seq&limit=` → calls |
//! | GET `/counts` | calls, errors and busiest second by application and interface |
//! | GET `/messages` | `?userid=` → notices |
//! | GET `/media` | → what was uploaded |
//! | POST `/messages/read` | `{userid?, taskId?}` → `{read}` |
//! | POST `/messages/forbid`, `/messages/allow` | `{userid, code?}`; without a code delivery fails |
//! | POST `/codes` | `{clientId, userid, web?}` → `{code}` |
//! | GET, POST `/events` | `{clientId, eventType, data?, copies?}` → `{eventId}` |
//! | POST `/connections/disconnect` | `{clientId, reason?}` → `{told}` |
//! | POST `/connections/drop` | `{clientId}` → `{dropped}` |
//! | POST `/push/check` | `{clientId}` → `{ok}` |
//! | POST `/tokens/expire` | `{clientId?}` |
//! | PUT `/limits` | `{on}` |
//! | PUT `/clock` | `{offsetMs}` |
//! | PUT `/behaviour` | any of monthlyQuota, bareErrors, hiddenMobileAbsent, noticeDelayMs, eventPace, duplicateEvents, callerAddress |

use std::sync::Arc;

use poem::http::StatusCode;
use poem::web::Data;
use poem::{Body, Request, Response, handler};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::application::Application;
use super::faults::Fault;
use super::generate::Shape;
use super::organisation::{ChangeRefused, Organisation};
use super::parameters::Parameters;
use super::platform::Platform;
use super::records::{Department, User};

/// Records in one answer unless asked otherwise.
const PAGE: usize = 1_000;

/// Why a control call failed.
struct Failure(StatusCode, String);

type Outcome = Result<Value, Failure>;

impl From<ChangeRefused> for Failure {
    fn from(refused: ChangeRefused) -> Self {
        Self(StatusCode::UNPROCESSABLE_ENTITY, refused.0)
    }
}

fn missing() -> Failure {
    Failure(StatusCode::NOT_FOUND, "there is nothing here".into())
}

#[handler]
pub(crate) async fn serve(request: &Request, body: Body, Data(platform): Data<&Arc<Platform>>) -> Response {
    let parameters = Parameters::read(request, body).await;
    let path = request.uri().path().trim_start_matches("/control/v1").trim_matches('/');
    let parts: Vec<&str> = path.split('/').collect();
    let method = request.method().as_str();
    let outcome = match (method, parts.as_slice()) {
        ("POST", ["push", "check"]) => match take::<About>(&parameters) {
            Ok(about) => Ok(json!({ "ok": platform.check_push_address(&about.client_id).await })),
            Err(failure) => Err(failure),
        },
        (method, ["organisations", corp_id, rest @ ..]) => {
            organisation(platform, method, corp_id, rest, &parameters)
        }
        (method, parts) => answer(platform, method, parts, &parameters),
    };
    let (status, body) = match outcome {
        Ok(body) => (StatusCode::OK, body),
        Err(Failure(status, error)) => (status, json!({ "error": error })),
    };
    Response::builder().status(status).content_type("application/json").body(body.to_string())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct About {
    client_id: String,
    #[serde(default)]
    userid: String,
    #[serde(default)]
    web: bool,
    #[serde(default)]
    event_type: String,
    #[serde(default)]
    data: Map<String, Value>,
    #[serde(default)]
    copies: u32,
    #[serde(default)]
    reason: String,
}

fn take<T: DeserializeOwned>(parameters: &Parameters) -> Result<T, Failure> {
    serde_json::from_value(parameters.as_value().clone())
        .map_err(|error| Failure(StatusCode::BAD_REQUEST, error.to_string()))
}

fn show<T: serde::Serialize>(value: T) -> Outcome {
    serde_json::to_value(value).map_err(|error| Failure(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}

fn number(parameters: &Parameters, key: &str) -> Option<i64> {
    parameters.integer(key).ok().flatten()
}

fn page_size(parameters: &Parameters) -> usize {
    number(parameters, "limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(PAGE)
}

fn answer(platform: &Platform, method: &str, parts: &[&str], parameters: &Parameters) -> Outcome {
    let text = |key: &str| parameters.text(key);
    match (method, parts) {
        ("GET", ["state"]) => Ok(state(platform)),
        ("POST", ["organisations"]) => show(platform.add_generated(&take::<Shape>(parameters)?)),
        ("GET", ["applications", id]) => show(platform.application(id).ok_or_else(missing)?),
        ("PATCH", ["applications", id]) => change_application(platform, id, parameters),
        ("GET", ["faults"]) => show(platform.faults()),
        ("POST", ["faults"]) => {
            platform.add_fault(take::<Fault>(parameters)?);
            show(platform.faults())
        }
        ("DELETE", ["faults"]) => {
            platform.clear_faults();
            Ok(json!({}))
        }
        ("GET", ["journal"]) => {
            let after = number(parameters, "after").and_then(|seq| u64::try_from(seq).ok()).unwrap_or(0);
            show(platform.calls_after(after, page_size(parameters)))
        }
        ("DELETE", ["journal"]) => {
            platform.clear_journal();
            Ok(json!({}))
        }
        ("GET", ["counts"]) => {
            let lines = platform.counts().into_iter().map(|((client_id, api), count)| {
                json!({ "clientId": client_id, "api": api, "calls": count.calls, "errors": count.errors,
                        "busiestSecond": count.busiest_second })
            });
            Ok(lines.collect())
        }
        ("GET", ["messages"]) => match text("userid") {
            Some(userid) => show(platform.messages_of(&userid)),
            None => show(platform.messages()),
        },
        ("GET", ["media"]) => show(platform.uploads()),
        ("POST", ["messages", "read"]) => {
            let read = platform.mark_read(text("userid").as_deref(), number(parameters, "taskId"));
            Ok(json!({ "read": read }))
        }
        ("POST", ["messages", "forbid"]) => {
            let userid = text("userid").unwrap_or_default();
            platform.forbid(&userid, text("code").as_deref())?;
            Ok(json!({}))
        }
        ("POST", ["messages", "allow"]) => {
            platform.allow(&text("userid").unwrap_or_default());
            Ok(json!({}))
        }
        ("GET", ["events"]) => show(platform.events()),
        ("POST", ["codes" | "events" | "connections", ..]) => about_application(platform, parts, parameters),
        ("POST", ["tokens", "expire"]) => {
            platform.expire_tokens(text("clientId").as_deref());
            Ok(json!({}))
        }
        ("PUT", ["limits" | "clock" | "behaviour"]) => switch(platform, parts, parameters),
        _ => Err(missing()),
    }
}

fn about_application(platform: &Platform, parts: &[&str], parameters: &Parameters) -> Outcome {
    let about = take::<About>(parameters)?;
    match parts {
        ["codes"] if about.web => {
            Ok(json!({ "code": platform.mint_web_code(&about.client_id, &about.userid)? }))
        }
        ["codes"] => Ok(json!({ "code": platform.mint_code(&about.client_id, &about.userid)? })),
        ["events"] => {
            let id = platform.emit_to(&about.client_id, &about.event_type, about.data, about.copies)?;
            Ok(json!({ "eventId": id }))
        }
        ["connections", "disconnect"] => {
            Ok(json!({ "told": platform.disconnect(&about.client_id, &about.reason) }))
        }
        ["connections", "drop"] => Ok(json!({ "dropped": platform.drop_connections(&about.client_id) })),
        _ => Err(missing()),
    }
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
struct Switches {
    on: Option<bool>,
    offset_ms: Option<i64>,
    monthly_quota: Option<u64>,
    bare_errors: Option<bool>,
    hidden_mobile_absent: Option<bool>,
    notice_delay_ms: Option<i64>,
    event_pace: Option<f64>,
    duplicate_events: Option<u32>,
    /// Empty for the socket's own address.
    caller_address: Option<String>,
}

fn switch(platform: &Platform, parts: &[&str], parameters: &Parameters) -> Outcome {
    let switches = take::<Switches>(parameters)?;
    if let (["limits"], Some(on)) = (parts, switches.on) {
        platform.set_limits(on);
    }
    if let (["clock"], Some(offset)) = (parts, switches.offset_ms) {
        platform.set_clock_offset(offset);
    }
    let caller_address = match switches.caller_address.as_deref() {
        None => platform.behaviour().caller_address,
        Some("") => None,
        Some(text) => {
            let problem =
                |error: std::net::AddrParseError| Failure(StatusCode::BAD_REQUEST, error.to_string());
            Some(text.parse().map_err(problem)?)
        }
    };
    platform.set_behaviour(|behaviour| {
        behaviour.monthly_quota = switches.monthly_quota.unwrap_or(behaviour.monthly_quota);
        behaviour.bare_errors = switches.bare_errors.unwrap_or(behaviour.bare_errors);
        behaviour.hidden_mobile_absent =
            switches.hidden_mobile_absent.unwrap_or(behaviour.hidden_mobile_absent);
        behaviour.notice_delay_ms = switches.notice_delay_ms.unwrap_or(behaviour.notice_delay_ms);
        behaviour.event_pace = switches.event_pace.unwrap_or(behaviour.event_pace);
        behaviour.duplicate_events = switches.duplicate_events.unwrap_or(behaviour.duplicate_events);
        behaviour.caller_address = caller_address;
    });
    Ok(json!({}))
}

fn state(platform: &Platform) -> Value {
    let behaviour = platform.behaviour();
    let world = platform.world();
    let organisations: Vec<Value> = world
        .organisations
        .values()
        .map(|organisation| {
            json!({
                "corpId": organisation.corp_id(),
                "name": organisation.name(),
                "departments": organisation.departments().count(),
                "employees": organisation.employee_count(false),
                "callsThisMonth": platform.used_this_month(organisation.corp_id()),
            })
        })
        .collect();
    let applications: Vec<Value> = world
        .applications
        .values()
        .map(|application| {
            json!({
                "clientId": application.client_id,
                "agentId": application.agent_id,
                "corpId": application.corp_id,
                "enabled": application.enabled,
                "connections": platform.connection_count(&application.client_id),
            })
        })
        .collect();
    json!({
        "time": platform.now(),
        "limits": behaviour.limits,
        "organisations": organisations,
        "applications": applications,
        "calls": platform.total_calls(),
    })
}

/// Lays a patch over a record: null removes a key, everything else replaces it.
fn merged<T: serde::Serialize + DeserializeOwned>(record: &T, patch: &Value) -> Result<T, Failure> {
    let mut whole = show(record)?;
    if let (Some(fields), Some(patch)) = (whole.as_object_mut(), patch.as_object()) {
        fields.extend(patch.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    serde_json::from_value(whole).map_err(|error| Failure(StatusCode::BAD_REQUEST, error.to_string()))
}

fn change_application(platform: &Platform, client_id: &str, parameters: &Parameters) -> Outcome {
    let known = platform.application(client_id);
    let record =
        known.unwrap_or_else(|| Application { client_id: client_id.to_owned(), ..Application::default() });
    let application = merged(&record, parameters.as_value())?;
    platform.put_application(application.clone())?;
    show(application)
}

fn organisation(
    platform: &Platform,
    method: &str,
    corp_id: &str,
    rest: &[&str],
    parameters: &Parameters,
) -> Outcome {
    let department_id = |id: &str| id.parse::<i64>().map_err(|_| missing());
    match (method, rest) {
        ("GET", ["departments"]) => read(platform, corp_id, |o| show(o.departments().collect::<Vec<_>>())),
        ("GET", ["users"]) => {
            let (after, limit) = (parameters.text("after").unwrap_or_default(), page_size(parameters));
            read(platform, corp_id, |organisation| {
                let people = organisation.users().filter(|user| user.userid > after);
                show(people.take(limit).map(|user| user.as_ref()).collect::<Vec<&User>>())
            })
        }
        (method, ["departments", id]) => {
            let id = department_id(id)?;
            let known = platform.with_organisation(corp_id, |o| o.department(id).cloned()).flatten();
            match method {
                "GET" => show(known.ok_or_else(missing)?),
                "PATCH" => {
                    let record = known.unwrap_or(Department { dept_id: id, ..Department::default() });
                    let department: Department = merged(&record, parameters.as_value())?;
                    platform.put_department(corp_id, department.clone())?;
                    show(department)
                }
                "DELETE" => {
                    platform.remove_department(corp_id, id).map(|()| json!({})).map_err(Failure::from)
                }
                _ => Err(missing()),
            }
        }
        (method, ["users", id]) => {
            let known = platform.with_organisation(corp_id, |o| o.user(id).cloned()).flatten();
            match method {
                "GET" => show(known.ok_or_else(missing)?.as_ref()),
                "PATCH" => {
                    let record = known.map_or_else(
                        || User { userid: (*id).to_owned(), ..User::default() },
                        |user| User::clone(&user),
                    );
                    let user: User = merged(&record, parameters.as_value())?;
                    platform.put_user(corp_id, user.clone())?;
                    show(user)
                }
                "DELETE" => platform.remove_user(corp_id, id).map(|()| json!({})).map_err(Failure::from),
                _ => Err(missing()),
            }
        }
        ("POST", ["users", id, "move"]) => {
            let departments: Vec<i64> =
                parameters.list("departments").iter().filter_map(|id| id.parse().ok()).collect();
            platform.move_user(corp_id, id, &departments)?;
            Ok(json!({}))
        }
        ("POST", ["users", id, "rehire"]) => {
            platform.rehire(corp_id, id)?;
            Ok(json!({}))
        }
        _ => Err(missing()),
    }
}

fn read(platform: &Platform, corp_id: &str, read: impl FnOnce(&Organisation) -> Outcome) -> Outcome {
    platform.with_organisation(corp_id, read).ok_or_else(missing)?
}
