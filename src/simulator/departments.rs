//! Calls that read departments.
//!
//! Must not know HTTP. Invariant: `listsub` and `get` obey the application's scope, the id-only calls do not. [S-0082…S-0085]

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use super::answer::{Answer, Payload, Refusal};
use super::awkward::SCHOOL;
use super::oapi::Asked;
use super::records::{Department, ROOT};

/// Checks parameter, scope and existence, in this order.
pub(crate) fn visible<'a>(asked: &Asked<'a>, dept_id: i64) -> Result<&'a Department, Refusal> {
    if !asked.application.sees_department(asked.organisation, dept_id) {
        return Err(Refusal::new(50_004, "请求的部门id不在授权范围内"));
    }
    existing(asked, dept_id)
}

/// Checks existence only, for the calls that ignore the scope.
pub(crate) fn existing<'a>(asked: &Asked<'a>, dept_id: i64) -> Result<&'a Department, Refusal> {
    asked.organisation.department(dept_id).ok_or_else(|| Refusal::new(60_003, "部门不存在"))
}

pub(crate) fn list_sub(asked: &Asked<'_>) -> Answer {
    let parent = asked.parameters.integer("dept_id")?.unwrap_or(ROOT);
    visible(asked, parent)?;
    let children: Vec<Value> = asked
        .organisation
        .children(parent)
        .iter()
        .filter_map(|dept_id| asked.organisation.department(*dept_id))
        .map(|child| {
            json!({
                "dept_id": child.dept_id,
                "name": child.name,
                "parent_id": child.parent_id,
                "create_dept_group": child.create_dept_group,
                "auto_add_user": child.auto_add_user,
            })
        })
        .collect();
    Ok(Payload::Result(children.into()))
}

pub(crate) fn list_sub_ids(asked: &Asked<'_>) -> Answer {
    let parent = asked.parameters.required_integer("dept_id")?;
    existing(asked, parent)?;
    Ok(Payload::Result(json!({ "dept_id_list": asked.organisation.children(parent) })))
}

pub(crate) fn get(asked: &Asked<'_>) -> Answer {
    let dept_id = asked.parameters.required_integer("dept_id")?;
    if dept_id == SCHOOL {
        return Err(Refusal::new(40_009, "不合法的部门id"));
    }
    let department = visible(asked, dept_id)?;
    let mut fields = match serde_json::to_value(department) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    fields.retain(|_, value| !value.is_null());
    let organisation = asked.organisation;
    let below = organisation.subtree(dept_id);
    let everybody: HashSet<&str> =
        below.iter().flat_map(|id| organisation.members(*id)).map(|user| user.userid.as_str()).collect();
    fields.insert("member_count".into(), json!(everybody.len()));
    fields.insert("owning_member_count".into(), json!(organisation.members(dept_id).len()));
    fields.insert("group_contain_sub_dept".into(), json!(false));
    fields.insert("auto_approve_apply".into(), json!(false));
    if department.create_dept_group {
        fields.insert("dept_group_chat_id".into(), json!(format!("chat{dept_id}")));
    }
    if department.hide_dept {
        fields.insert("dept_permits".into(), json!([]));
        fields.insert("user_permits".into(), json!([]));
    }
    Ok(Payload::Result(Value::Object(fields)))
}

pub(crate) fn parents_of_department(asked: &Asked<'_>) -> Answer {
    let dept_id = asked.parameters.required_integer("dept_id")?;
    existing(asked, dept_id)?;
    Ok(Payload::Result(json!({ "parent_id_list": asked.organisation.lineage(dept_id) })))
}

pub(crate) fn parents_of_user(asked: &Asked<'_>) -> Answer {
    let userid = asked.parameters.required_text("userid")?;
    let user = asked.organisation.user(&userid).ok_or_else(|| Refusal::new(33_012, "无效的USERID"))?;
    let lists: Vec<Value> = user
        .departments
        .iter()
        .map(|place| json!({ "parent_dept_id_list": asked.organisation.lineage(place.dept_id) }))
        .collect();
    Ok(Payload::Result(json!({ "parent_list": lists })))
}
