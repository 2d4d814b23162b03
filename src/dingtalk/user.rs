//! A person as DingTalk tells it, in the list of a department or alone.
//!
//! Must not know what we make of a person. Invariant: what DingTalk left out stays [`Field::Absent`].

use serde_json::Value;

use super::wire::{Field, Object, Unexpected};

/// A person in DingTalk's contacts. What nobody here needs is not read, so that it cannot make an answer unreadable.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct User {
    /// The id within the enterprise; never changes.
    pub userid: String,
    /// The id across the applications of one developer.
    pub unionid: Option<String>,
    /// The name.
    pub name: Field<String>,
    /// The mobile number without country code; absent for everyone without the permission 企业员工手机号信息.
    pub mobile: Field<String>,
    /// The country code of the mobile number, e.g. `86`; absent like `mobile`.
    pub state_code: Field<String>,
    /// The private address; absent for everyone without the permission 邮箱等个人信息, like the fields below it there.
    pub email: Field<String>,
    /// The enterprise mailbox.
    pub org_email: Field<String>,
    /// The job number; not unique.
    pub job_number: Field<String>,
    /// The position.
    pub title: Field<String>,
    /// The desk telephone.
    pub telephone: Field<String>,
    /// The place of work.
    pub work_place: Field<String>,
    /// A remark.
    pub remark: Field<String>,
    /// The address of the picture.
    pub avatar: Field<String>,
    /// Further fields of the enterprise's own, a JSON object in a string.
    pub extension: Field<String>,
    /// The day of joining, epoch milliseconds.
    pub hired_date: Field<i64>,
    /// All departments the person is in.
    pub dept_id_list: Option<Vec<i64>>,
    /// The place in the list that was asked for; larger first.
    pub dept_order: Option<i64>,
    /// Whether the person heads the department that was asked for.
    pub leader: Option<bool>,
    /// For each department: whether the person heads it. Only when asked for the person alone.
    pub leader_in_dept: Vec<(i64, bool)>,
    /// For each department: the place in it; larger first. Only when asked for the person alone.
    pub dept_order_list: Vec<(i64, i64)>,
}

impl User {
    pub(super) fn read(person: Object<'_>) -> Result<Self, Unexpected> {
        Ok(Self {
            userid: person.required_id("userid")?,
            unionid: person.text("unionid")?.value().cloned(),
            name: person.text("name")?,
            mobile: person.text("mobile")?,
            state_code: person.text("state_code")?,
            email: person.text("email")?,
            org_email: person.text("org_email")?,
            job_number: person.text("job_number")?,
            title: person.text("title")?,
            telephone: person.text("telephone")?,
            work_place: person.text("work_place")?,
            remark: person.text("remark")?,
            avatar: person.text("avatar")?,
            extension: extension(person)?,
            hired_date: person.integer("hired_date")?,
            dept_id_list: person.integers("dept_id_list")?,
            dept_order: person.integer("dept_order")?.value().copied(),
            leader: person.boolean("leader")?,
            leader_in_dept: by_department(person, "leader_in_dept", |entry| {
                Ok(entry.boolean("leader")?.unwrap_or(false))
            })?,
            dept_order_list: by_department(person, "dept_order_list", |entry| {
                entry.required_integer("order")
            })?,
        })
    }
}

/// A list of entries that each name their department.
fn by_department<T>(
    person: Object<'_>,
    key: &str,
    read: impl Fn(Object<'_>) -> Result<T, Unexpected>,
) -> Result<Vec<(i64, T)>, Unexpected> {
    let entries = person.list(key, |entry| {
        let entry = Object::of(key, entry)?;
        Ok((entry.required_integer("dept_id")?, read(entry)?))
    })?;
    Ok(entries.unwrap_or_default())
}

/// JSON in a string by promise, JSON itself by tolerance.
fn extension(person: Object<'_>) -> Result<Field<String>, Unexpected> {
    match person.get("extension") {
        Some(value @ Value::Object(_)) => Ok(Field::Value(value.to_string())),
        _ => person.text("extension"),
    }
}
