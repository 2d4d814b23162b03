//! Who is asking. Services take a principal and ask it for a permission before anything else.
//!
//! Invariant: a session that came through one tenant's DingTalk never opens another tenant.

use std::collections::BTreeSet;

use crate::domain::access::permission::{Permission, Scope};
use crate::domain::audit::Actor;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::{AccountId, ApiTokenId, SessionId, TenantId};

/// Who is asking, and what that one may do.
#[derive(Clone, Debug)]
pub enum Principal {
    /// A person with a session.
    Person {
        /// The account.
        account: AccountId,
        /// The session.
        session: SessionId,
        /// Whether the account administers the server. Never true in a session bound to one tenant.
        platform_administrator: bool,
        /// The tenants this account administers, within the session's bounds.
        administers: BTreeSet<TenantId>,
        /// The tenants this account is an active member of, within the session's bounds.
        member_of: BTreeSet<TenantId>,
        /// Whether the password must be changed before anything else.
        password_change_required: bool,
        /// The one tenant that the session is bound to, when it came through that tenant's DingTalk.
        bound_to: Option<TenantId>,
        /// From where the request came, when it came from somewhere.
        address: Option<Box<str>>,
    },
    /// A program with an API token of one tenant.
    Program {
        /// The token.
        token: ApiTokenId,
        /// Its tenant.
        tenant: TenantId,
        /// What it was given.
        scopes: BTreeSet<Scope>,
        /// From where the request came, when it came from somewhere.
        address: Option<Box<str>>,
    },
    /// The server itself: schedules, events, resumed jobs, the command line on this host.
    Server,
}

impl Principal {
    /// Asks for a permission inside a tenant.
    pub fn require(&self, permission: Permission, tenant: TenantId) -> Result<()> {
        self.settled()?;
        let granted = match self {
            Self::Person { platform_administrator, administers, .. } => {
                *platform_administrator
                    || (permission != Permission::AdministerPlatform && administers.contains(&tenant))
            }
            Self::Program { tenant: own, scopes, .. } => {
                *own == tenant && scopes.iter().any(|scope| scope.grants(permission))
            }
            Self::Server => true,
        };
        if granted {
            return Ok(());
        }
        // A stranger does not learn which tenants exist.
        if self.sees(tenant) { Err(forbidden()) } else { Err(Error::not_found("租户", "tenant")) }
    }

    /// Asks for the administration of the whole server.
    pub fn require_platform(&self) -> Result<()> {
        self.settled()?;
        match self {
            Self::Person { platform_administrator: true, .. } | Self::Server => Ok(()),
            Self::Person { .. } | Self::Program { .. } => Err(forbidden()),
        }
    }

    /// Whether this principal administers the whole server.
    pub fn is_platform_administrator(&self) -> bool {
        matches!(self, Self::Person { platform_administrator: true, .. } | Self::Server)
    }

    /// Whether the tenant is one that this principal belongs to.
    pub fn sees(&self, tenant: TenantId) -> bool {
        match self {
            Self::Person { platform_administrator, administers, member_of, .. } => {
                *platform_administrator || administers.contains(&tenant) || member_of.contains(&tenant)
            }
            Self::Program { tenant: own, .. } => *own == tenant,
            Self::Server => true,
        }
    }

    /// Asks for being a member of the tenant; gives the account. An administrator of the server is none by that.
    pub fn require_membership(&self, tenant: TenantId) -> Result<AccountId> {
        self.settled()?;
        match self {
            Self::Person { account, member_of, .. } if member_of.contains(&tenant) => Ok(*account),
            _ if self.sees(tenant) => Err(Error::new(
                ErrorCode::Forbidden,
                "您不是此租户的成员",
                "you are not a member of this tenant",
            )),
            _ => Err(Error::not_found("租户", "tenant")),
        }
    }

    /// How the audit and the history name this principal.
    pub fn actor(&self) -> Actor {
        match self {
            Self::Person { account, .. } => Actor::Account(*account),
            Self::Program { token, .. } => Actor::ApiToken(*token),
            Self::Server => Actor::Server,
        }
    }

    /// The same principal, asking from an address.
    #[must_use]
    pub fn from_address(mut self, from: Box<str>) -> Self {
        match &mut self {
            Self::Person { address, .. } | Self::Program { address, .. } => *address = Some(from),
            Self::Server => {}
        }
        self
    }

    /// From where the request came; `None` for the server itself.
    pub fn address(&self) -> Option<Box<str>> {
        match self {
            Self::Person { address, .. } | Self::Program { address, .. } => address.clone(),
            Self::Server => None,
        }
    }

    /// The account, for a person.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Self::Person { account, .. } => Some(*account),
            Self::Program { .. } | Self::Server => None,
        }
    }

    /// Refuses everything but the password change while that is due.
    pub fn settled(&self) -> Result<()> {
        match self {
            Self::Person { password_change_required: true, .. } => Err(Error::new(
                ErrorCode::PasswordChangeRequired,
                "请先修改初始密码，再进行其他操作",
                "change the default password first; nothing else is possible before",
            )),
            _ => Ok(()),
        }
    }
}

fn forbidden() -> Error {
    Error::new(
        ErrorCode::Forbidden,
        "没有执行此操作的权限，请联系管理员",
        "you may not do this; ask an administrator for the right",
    )
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn person(platform: bool, administers: &[u32], member_of: &[u32], due: bool) -> Principal {
        Principal::Person {
            account: Uuid::from_u128(1).into(),
            session: Uuid::from_u128(2).into(),
            platform_administrator: platform,
            administers: administers.iter().copied().map(TenantId).collect(),
            member_of: member_of.iter().copied().map(TenantId).collect(),
            password_change_required: due,
            bound_to: None,
            address: None,
        }
    }

    #[test]
    fn a_tenants_administrator_rules_that_tenant_only() {
        let principal = person(false, &[1000], &[1000, 1001], false);
        assert!(principal.require(Permission::AdministerTenant, TenantId(1000)).is_ok());
        assert!(principal.require(Permission::AdministerPlatform, TenantId(1000)).is_err());
        let member = principal.require(Permission::ReadDirectory, TenantId(1001)).unwrap_err();
        assert_eq!(member.code, ErrorCode::Forbidden);
        let stranger = principal.require(Permission::ReadDirectory, TenantId(1002)).unwrap_err();
        assert_eq!(stranger.code, ErrorCode::NotFound, "other tenants are not shown to exist");
    }

    #[test]
    fn a_program_does_what_its_scopes_say() {
        let program = Principal::Program {
            token: Uuid::from_u128(3).into(),
            tenant: TenantId(1000),
            scopes: [Scope::MessagesSend].into(),
            address: None,
        };
        assert!(program.require(Permission::SendMessages, TenantId(1000)).is_ok());
        assert!(program.require(Permission::RunSync, TenantId(1000)).is_err());
        assert!(program.require(Permission::SendMessages, TenantId(1001)).is_err());
        assert!(program.require_platform().is_err());
    }

    #[test]
    fn members_alone_are_among_colleagues() {
        let member = person(false, &[], &[1000], false);
        assert!(member.require_membership(TenantId(1000)).is_ok());
        assert_eq!(member.require_membership(TenantId(1001)).unwrap_err().code, ErrorCode::NotFound);
        let administrator = person(true, &[], &[], false);
        assert_eq!(administrator.require_membership(TenantId(1000)).unwrap_err().code, ErrorCode::Forbidden);
        assert!(person(false, &[], &[1000], true).require_membership(TenantId(1000)).is_err());
    }

    #[test]
    fn a_due_password_change_stops_everything_else() {
        let principal = person(true, &[], &[], true);
        let refused = principal.require_platform().unwrap_err();
        assert_eq!(refused.code, ErrorCode::PasswordChangeRequired);
    }
}
