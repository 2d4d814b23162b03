//! What an administrator should know about a read of everything that was otherwise fine.

use crate::domain::directory::profile::ProfileField;
use crate::domain::sync::snapshot::{Snapshot, Upstream};
use crate::domain::text::Text;

/// Fields that are missing on everybody mean a missing permission, not empty data. [wire reference, C2]
pub fn missing_permissions(snapshot: &Snapshot) -> Vec<Text> {
    let nobody_has = |fields: &[ProfileField]| {
        !snapshot.people.is_empty()
            && snapshot
                .people
                .iter()
                .all(|person| fields.iter().all(|field| *person.fields.get(*field) == Upstream::Absent))
    };
    let mut warnings = Vec::new();
    if nobody_has(&[ProfileField::Mobile]) {
        warnings.push(Text::new(
            "钉钉没有返回任何人的手机号：应用可能缺少「企业员工手机号信息」权限。没有手机号的新成员不能用密码登录；已保存的手机号保持不变",
            "DingTalk gave nobody's mobile number: the application may lack the permission \"Company employee mobile phone number information\". New members without a number cannot sign in by password; stored numbers stay as they are",
        ));
    }
    let personal = [
        ProfileField::Email,
        ProfileField::OrgEmail,
        ProfileField::WorkPlace,
        ProfileField::Remark,
        ProfileField::Extension,
    ];
    if nobody_has(&personal) {
        warnings.push(Text::new(
            "钉钉没有返回任何人的邮箱等个人信息：应用可能缺少「邮箱等个人信息」权限。已保存的值保持不变",
            "DingTalk gave nobody's email or other personal information: the application may lack the permission \"Email and other personal information\". Stored values stay as they are",
        ));
    }
    warnings
}

/// Members who stayed when the connection was removed, and whom the same enterprise does not show any more.
pub fn not_found_again(count: usize) -> Option<Text> {
    (count > 0).then(|| {
        Text::new(
            format!(
                "断开连接时保留的成员中，有 {count} 人已不在该企业的钉钉通讯录中；他们仍是本地成员并可登录，请核对后停用"
            ),
            format!(
                "{count} of the members who stayed when the connection was removed are not in this enterprise's DingTalk any more; they are local members and can still sign in: look through them and disable whoever has left"
            ),
        )
    })
}
