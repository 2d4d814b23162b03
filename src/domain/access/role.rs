//! Who may be made an administrator, and who must stay one.
//!
//! Invariant: rights are never given to an account whose password somebody else knows, and the server never loses the
//! last administrator who can act.

use crate::domain::directory::account::{Account, Password};
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::TenantId;

/// What an administrator administers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Realm {
    /// The whole server.
    Platform,
    /// One tenant.
    Tenant(TenantId),
}

impl Realm {
    /// The tenant, when it is one.
    pub fn tenant(self) -> Option<TenantId> {
        match self {
            Self::Platform => None,
            Self::Tenant(tenant) => Some(tenant),
        }
    }
}

/// Whether an account can act as a platform administrator: only with a password of its own, because a session through
/// a tenant's DingTalk never holds the rights of the platform.
pub fn can_act_for_platform(account: &Account) -> bool {
    account.enabled && account.username.is_some() && matches!(account.password, Password::Chosen(_))
}

/// Whether an account may be made an administrator. A default password is known to the administrators of the tenant
/// whose it is: whoever still has one is not let into more than that tenant.
pub fn check_receiver(account: &Account, realm: Realm) -> Result<()> {
    let fit = match realm {
        Realm::Platform => can_act_for_platform(account),
        Realm::Tenant(tenant) => account.password.default_of().is_none_or(|own| own == tenant),
    };
    if fit {
        return Ok(());
    }
    Err(Error::new(
        ErrorCode::PasswordNotChosen,
        "此人须先登录并设置自己的密码，才能成为管理员",
        "this person must sign in and choose a password first; only then can they be made an administrator",
    ))
}

/// Whether an administrator may be one no longer. `others` is how many others of the realm can act; `themselves` says
/// whether the right is taken from whoever asks; `stays_governed` whether whoever asks goes on governing the realm
/// without being one of its own administrators.
pub fn check_loser(others: usize, themselves: bool, stays_governed: bool) -> Result<()> {
    if others == 0 && !stays_governed {
        return Err(Error::new(
            ErrorCode::LastAdministrator,
            "这是最后一位管理员，不能移除；请先指定另一位",
            "this is the last administrator; make another one first",
        ));
    }
    if themselves {
        return Err(Error::new(
            ErrorCode::Forbidden,
            "不能移除自己的管理员身份，请由其他管理员操作",
            "you cannot take the right from yourself; ask another administrator",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::directory::account::Username;
    use crate::domain::time::Timestamp;

    fn account(password: Password) -> Account {
        let name = Username::parse("13800000001").unwrap();
        let id = Uuid::from_u128(1).into();
        Account { password, ..Account::platform_administrator(id, name, String::new(), Timestamp(0)) }
    }

    #[test]
    fn rights_go_to_nobody_whose_password_others_know() {
        let (own, other) = (TenantId(1000), TenantId(1001));
        let default = account(Password::Default { tenant: own, hash: "hash".into() });
        let chosen = account(Password::Chosen("hash".into()));
        let none = Account { username: None, ..account(Password::None) };
        assert!(check_receiver(&default, Realm::Tenant(own)).is_ok());
        assert!(check_receiver(&none, Realm::Tenant(own)).is_ok(), "signs in through DingTalk");
        for (account, realm) in
            [(&default, Realm::Tenant(other)), (&default, Realm::Platform), (&none, Realm::Platform)]
        {
            let refused = check_receiver(account, realm).unwrap_err();
            assert_eq!(refused.code, ErrorCode::PasswordNotChosen, "{account:?} {realm:?}");
        }
        assert!(check_receiver(&chosen, Realm::Platform).is_ok());
        assert!(check_receiver(&Account { enabled: false, ..chosen }, Realm::Platform).is_err());
    }

    #[test]
    fn the_last_one_stays() {
        assert_eq!(check_loser(0, true, false).unwrap_err().code, ErrorCode::LastAdministrator);
        assert_eq!(check_loser(1, true, false).unwrap_err().code, ErrorCode::Forbidden);
        assert!(check_loser(1, false, false).is_ok());
        assert!(check_loser(0, false, true).is_ok(), "a platform administrator goes on governing the tenant");
    }
}
