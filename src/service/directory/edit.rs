//! What an administrator changes of a member by hand.
//!
//! Invariant: a field that was edited here is pinned, so that the next run leaves it alone until it is handed back.

use std::collections::{BTreeMap, BTreeSet};

use super::{Directory, Person, existing_member, person};
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::directory::member::{Member, MemberRole, MemberStatus};
use crate::domain::directory::profile::ProfileField;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::{MemberId, TenantId};
use crate::domain::mobile::Mobile;
use crate::service::audit::{Differences, Record};
use crate::service::sync::announce::member_edited;

/// The longest value of a profile field, in characters.
const LONGEST: usize = 1000;

/// What changes of a member.
#[derive(Clone, Debug, Default)]
pub struct MemberPatch {
    /// Fields with their new values; `None` empties one. Each of them is pinned.
    pub fields: BTreeMap<ProfileField, Option<String>>,
    /// Fields that follow DingTalk again, from the next run on.
    pub hand_back: BTreeSet<ProfileField>,
    /// Switched on or off.
    pub status: Option<MemberStatus>,
    /// What the member may do in the tenant.
    pub role: Option<MemberRole>,
}

impl Directory {
    /// Changes a member, for those who administer the tenant.
    pub async fn change_member(
        &self,
        principal: &Principal,
        tenant: TenantId,
        id: MemberId,
        patch: MemberPatch,
    ) -> Result<Person> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let (ambient, now) = (self.context.ambient.clone(), self.context.ambient.now());
        let record = Record::by(principal, now, Some(tenant), "member.change").about(id);
        let own_account = match principal {
            Principal::Person { account, .. } => Some(*account),
            Principal::Program { .. } | Principal::Server => None,
        };
        self.context
            .store
            .write(move |tx| {
                let before = existing_member(tx, tenant, id)?;
                let mut member = changed(&before, patch)?;
                if Some(member.account) == own_account {
                    keeps_own_rights(&before, &member)?;
                }
                if member != before {
                    member.updated_at = now;
                    tx.in_tenant(tenant).members().put(&member)?;
                    member_edited(tx, &ambient, tenant, id, now)?;
                    record.detail(differences(&before, &member).text()).write(tx)?;
                }
                person(tx, member)
            })
            .await
    }
}

fn changed(before: &Member, patch: MemberPatch) -> Result<Member> {
    let mut member = before.clone();
    for (field, value) in patch.fields {
        let value = checked(field, value)?;
        member.profile.set(field, value.map(String::into_boxed_str));
        member.pinned.insert(field);
    }
    member.pinned.retain(|field| !patch.hand_back.contains(field));
    match (member.status, patch.status) {
        (_, None) => {}
        (MemberStatus::Left, Some(_)) | (_, Some(MemberStatus::Left)) => {
            return Err(Error::invalid(
                "离职状态由同步决定，只能在 active 与 disabled 之间切换",
                "who left is decided by synchronisation; a member can be switched between active and disabled",
            ));
        }
        (_, Some(status)) => member.status = status,
    }
    member.role = patch.role.unwrap_or(member.role);
    Ok(member)
}

fn checked(field: ProfileField, value: Option<String>) -> Result<Option<String>> {
    let name = field.name();
    let value = value.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    if field == ProfileField::Name && value.is_none() {
        return Err(Error::invalid("name 不能为空", "name must not be empty"));
    }
    let Some(text) = value else { return Ok(None) };
    if text.chars().count() > LONGEST
        || text.chars().any(|character| character.is_control() && character != '\n')
    {
        return Err(Error::invalid(
            format!("{name} 最多 {LONGEST} 个字符，且不能含控制字符"),
            format!("{name} has at most {LONGEST} characters and no control characters"),
        ));
    }
    if field != ProfileField::Mobile {
        return Ok(Some(text));
    }
    let mobile = Mobile::parse(&text, None);
    mobile
        .map(|mobile| Some(mobile.as_str().to_owned()))
        .ok_or_else(|| Error::invalid("mobile 不是有效的手机号", "mobile is not a mobile number"))
}

/// Nobody locks the own door behind oneself.
fn keeps_own_rights(before: &Member, after: &Member) -> Result<()> {
    if before.role == after.role && before.status == after.status {
        return Ok(());
    }
    Err(Error::new(
        ErrorCode::Forbidden,
        "不能停用自己或更改自己的角色，请由其他管理员操作",
        "you cannot switch yourself off or change your own role; ask another administrator",
    ))
}

/// What changed, for the audit: field names, and values only where they are no personal data.
fn differences(before: &Member, after: &Member) -> Differences {
    let mut differences = Differences::default();
    for field in ProfileField::ALL {
        if before.profile.get(field) != after.profile.get(field) {
            differences.note(field.name(), &"(old)", &"(new)");
        }
        differences.note(
            &format!("{}.pinned", field.name()),
            &before.pinned.contains(&field),
            &after.pinned.contains(&field),
        );
    }
    differences.note("status", &before.status.name(), &after.status.name());
    differences.note("role", &before.role.name(), &after.role.name());
    differences
}
