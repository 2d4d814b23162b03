//! The permissions of DingTalk's console that this product needs, by code and by the name the console shows.
//!
//! Data only. Invariant: every code appears once.

use super::percent::percent_encode;

/// A permission that an administrator grants to the application (权限管理).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission {
    /// The code that DingTalk names in its refusals.
    pub code: &'static str,
    /// The console's name.
    pub zh: &'static str,
    /// The name in English.
    pub en: &'static str,
    /// How its absence shows.
    pub absence: Absence,
}

/// How a missing permission shows on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// The call is refused (60011, or HTTP 403).
    Refusal,
    /// The call succeeds, and the fields are missing for everyone.
    MissingFields,
    /// Never: it is needed for writing only, and we never write.
    Unneeded,
}

/// The eight permissions of the setup document, in its order.
/// The codes of the first two are not in DingTalk's documentation.
pub const SETUP: [Permission; 8] = [
    Permission {
        code: "fieldMobile",
        zh: "企业员工手机号信息",
        en: "Company employee mobile phone number information",
        absence: Absence::MissingFields,
    },
    Permission {
        code: "fieldEmail",
        zh: "邮箱等个人信息",
        en: "Email and other personal information",
        absence: Absence::MissingFields,
    },
    Permission {
        code: "qyapi_get_department_list",
        zh: "通讯录部门信息读权限",
        en: "Address book department information read permission",
        absence: Absence::Refusal,
    },
    Permission {
        code: "qyapi_get_member",
        zh: "成员信息读权限",
        en: "Member information read permission",
        absence: Absence::Refusal,
    },
    Permission {
        code: "qyapi_get_department_member",
        zh: "通讯录部门成员读权限",
        en: "Address book department member read permission",
        absence: Absence::Refusal,
    },
    Permission {
        code: "Contact.User.mobile",
        zh: "个人手机号信息",
        en: "Personal mobile phone number information",
        absence: Absence::MissingFields,
    },
    Permission {
        code: "Contact.User.Read",
        zh: "通讯录个人信息读权限",
        en: "Address book personal information read permission",
        absence: Absence::Refusal,
    },
    Permission {
        code: "qyapi_manage_addresslist",
        zh: "维护通讯录的接口访问权限",
        en: "Maintaining the access rights of the address book interface",
        absence: Absence::Unneeded,
    },
];

/// Permissions outside the setup document that a refusal may name.
const OTHERS: [Permission; 2] = [
    Permission {
        code: "qyapi_base",
        zh: "调用企业API基础权限",
        en: "Basic permission to call enterprise APIs",
        absence: Absence::Refusal,
    },
    Permission {
        code: "qyapi_get_member_by_mobile",
        zh: "根据手机号获取成员基本信息权限",
        en: "Permission to find a member by mobile number",
        absence: Absence::Refusal,
    },
];

/// The permission with this code, if we know it.
pub fn by_code(code: &str) -> Option<&'static Permission> {
    SETUP.iter().chain(OTHERS.iter()).find(|permission| permission.code == code)
}

/// The code of the permission that an API asks for (sections B to F of the wire reference).
pub fn needed_by(api: &str) -> &'static str {
    match api {
        "/topapi/v2/user/list" | "/topapi/user/listsimple" => "qyapi_get_department_member",
        "/topapi/v2/user/get"
        | "/topapi/user/listid"
        | "/topapi/user/count"
        | "/topapi/user/getbyunionid" => "qyapi_get_member",
        "/v1.0/contact/users/me" => "Contact.User.Read",
        department if department.starts_with("/topapi/v2/department/") => "qyapi_get_department_list",
        _ => "qyapi_base",
    }
}

/// The console page on which an administrator requests `code` for the application `client_id`.
pub fn request_link(client_id: &str, code: &str) -> String {
    let client_id = percent_encode(client_id);
    let code = percent_encode(code);
    format!("{REQUEST_PAGE}{client_id}%23{code}")
}

/// Where every such link begins; a link of DingTalk's that begins otherwise is not shown.
pub(super) const REQUEST_PAGE: &str = "https://open-dev.dingtalk.com/appscope/apply?content=";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_appears_once() {
        let codes: std::collections::BTreeSet<_> =
            SETUP.iter().chain(OTHERS.iter()).map(|permission| permission.code).collect();
        assert_eq!(codes.len(), SETUP.len() + OTHERS.len());
    }

    #[test]
    fn a_request_link_names_the_application_and_the_permission() {
        assert_eq!(
            request_link("dingapp1", "qyapi_get_member"),
            "https://open-dev.dingtalk.com/appscope/apply?content=dingapp1%23qyapi_get_member"
        );
    }
}
