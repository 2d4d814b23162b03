//! Calls that read people.
//!
//! Must not know HTTP. Invariant: without the field permission a key is missing, never null and never empty; the
//! calls with detail obey the scope, the id-only calls do not. [S-0056…S-0068]

use std::sync::Arc;

use serde_json::{Value, json};

use super::answer::{Answer, Payload, Refusal};
use super::awkward::SCHOOL;
use super::departments::{existing, visible};
use super::oapi::Asked;
use super::person::{Detail, FieldRights, Listed};
use super::records::User;

/// The largest page.
const LARGEST_PAGE: i64 = 100;
/// Cursors are positions in disguise, so that nobody relies on counting them up.
const DISGUISE: i64 = 1_000_003;

fn cursor_of(position: usize) -> i64 {
    i64::try_from(position).unwrap_or(0) * DISGUISE
}

fn position_of(cursor: i64) -> Option<usize> {
    (cursor % DISGUISE == 0).then(|| usize::try_from(cursor / DISGUISE).ok()).flatten()
}

/// One page of a department: the people on it and the next cursor.
struct Page<'a> {
    people: Vec<&'a Arc<User>>,
    next_cursor: Option<i64>,
    dept_id: i64,
}

fn page<'a>(asked: &Asked<'a>) -> Result<Page<'a>, Refusal> {
    let parameters = asked.parameters;
    let dept_id = parameters.required_integer("dept_id")?;
    let cursor = parameters.required_integer("cursor")?;
    let size = parameters.required_integer("size")?;
    let restricted = parameters.flag("contain_access_limit")?.unwrap_or(false);
    let size = usize::try_from(size).ok().filter(|size| (1..=LARGEST_PAGE as usize).contains(size));
    let size = size.ok_or_else(|| Refusal::new(40_069, "不合法的size，取值范围1-100"))?;
    let start = position_of(cursor).ok_or_else(|| Refusal::new(40_068, "不合法的偏移量"))?;
    if dept_id == SCHOOL {
        return Err(Refusal::new(40_009, "不合法的部门id"));
    }
    visible(asked, dept_id)?;
    let members = asked.organisation.members(dept_id);
    let end = (start + size).min(members.len());
    let has_more = end < members.len();
    let people = members.skip(start).take(size).filter(|user| restricted || !user.access_limited).collect();
    Ok(Page { people, next_cursor: has_more.then(|| cursor_of(end)), dept_id })
}

pub(crate) fn list(asked: &Asked<'_>) -> Answer {
    let page = page(asked)?;
    let rights = FieldRights::of(asked);
    let list: Vec<Listed<'_>> =
        page.people.iter().map(|user| Listed::new(user, page.dept_id, rights)).collect();
    let list = serde_json::to_string(&list).map_err(|_| Refusal::new(-1, "系统繁忙"))?;
    Ok(Payload::ResultText(match page.next_cursor {
        Some(cursor) => format!(r#"{{"has_more":true,"next_cursor":{cursor},"list":{list}}}"#),
        None => format!(r#"{{"has_more":false,"list":{list}}}"#),
    }))
}

pub(crate) fn list_simple(asked: &Asked<'_>) -> Answer {
    let page = page(asked)?;
    let list: Vec<Value> =
        page.people.iter().map(|user| json!({ "userid": user.userid, "name": user.name })).collect();
    let mut result = json!({ "has_more": page.next_cursor.is_some(), "list": list });
    if let (Some(fields), Some(cursor)) = (result.as_object_mut(), page.next_cursor) {
        fields.insert("next_cursor".into(), cursor.into());
    }
    Ok(Payload::Result(result))
}

pub(crate) fn get(asked: &Asked<'_>) -> Answer {
    let userid = asked.parameters.required_text("userid")?;
    let Some(user) = asked.organisation.user(&userid) else {
        return Err(Refusal::new(60_121, "找不到该用户"));
    };
    if !asked.application.sees_user(asked.organisation, user) {
        return Err(Refusal::new(50_002, "请求的员工userid不在授权范围内"));
    }
    let detail = serde_json::to_string(&Detail::new(user, FieldRights::of(asked)));
    detail.map(Payload::ResultText).map_err(|_| Refusal::new(-1, "系统繁忙"))
}

pub(crate) fn list_ids(asked: &Asked<'_>) -> Answer {
    let dept_id = asked.parameters.required_integer("dept_id")?;
    existing(asked, dept_id)?;
    let ids: Vec<&str> = asked.organisation.members(dept_id).map(|user| user.userid.as_str()).collect();
    Ok(Payload::Result(json!({ "userid_list": ids })))
}

pub(crate) fn by_mobile(asked: &Asked<'_>) -> Answer {
    let mobile = asked.parameters.required_text("mobile")?;
    if !mobile.trim_start_matches('+').chars().all(|digit| digit.is_ascii_digit() || "- ".contains(digit)) {
        return Err(Refusal::new(40_104, "不合法的手机号码"));
    }
    let user = asked.organisation.user_by_mobile(&mobile);
    let user = user.ok_or_else(|| Refusal::new(60_121, "找不到该用户"))?;
    Ok(Payload::Result(json!({ "userid": user.userid })))
}

pub(crate) fn by_unionid(asked: &Asked<'_>) -> Answer {
    let unionid = asked.parameters.required_text("unionid")?;
    let user = asked.organisation.user_by_unionid(&unionid);
    let user = user.ok_or_else(|| Refusal::new(60_121, "找不到该用户"))?;
    Ok(Payload::Result(json!({ "contact_type": 0, "userid": user.userid })))
}

pub(crate) fn count(asked: &Asked<'_>) -> Answer {
    let only_active =
        asked.parameters.flag("only_active")?.ok_or_else(|| Refusal::new(40_035, "缺少参数 only_active"))?;
    Ok(Payload::Result(json!({ "count": asked.organisation.employee_count(only_active) })))
}

pub(crate) fn list_admins(asked: &Asked<'_>) -> Answer {
    let admins: Vec<Value> = asked
        .organisation
        .users()
        .filter(|user| user.admin)
        .map(|user| json!({ "userid": user.userid, "sys_level": if user.boss { 1 } else { 2 } }))
        .collect();
    Ok(Payload::Result(admins.into()))
}
