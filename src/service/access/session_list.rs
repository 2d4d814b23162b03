//! The sessions that are open: seen and ended by whose they are, and by administrators.
//!
//! Invariant: what is bound to a tenant stays in it: a session through a tenant's DingTalk sees and ends that tenant's
//! sessions only, and a tenant's administrator never those of another tenant.

use super::Access;
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::access::session::Session;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::{AccountId, MemberId, SessionId, TenantId};
use crate::service::audit::Record;
use crate::store;

impl Access {
    /// The sessions of whoever asks, the newest first.
    pub async fn my_sessions(&self, principal: &Principal) -> Result<Vec<Session>> {
        let (account, bound_to, _) = person(principal)?;
        let now = self.context.ambient.now();
        let mut sessions = self.context.store.read(move |tx| tx.sessions().of_account(account)).await?;
        sessions.retain(|session| !session.is_over(now) && within(session, bound_to));
        sessions.reverse();
        Ok(sessions)
    }

    /// Ends a session of whoever asks. Fails with `NotFound`.
    pub async fn end_my_session(&self, principal: &Principal, id: SessionId) -> Result<()> {
        let (account, bound_to, _) = person(principal)?;
        let record = Record::by(principal, self.context.ambient.now(), None, "session.end").about(id);
        self.context
            .store
            .write(move |tx| {
                let session = tx.sessions().get(id)?;
                session
                    .filter(|session| session.account == account && within(session, bound_to))
                    .ok_or_else(no_session)?;
                tx.sessions().remove(id)?;
                record.write(tx)
            })
            .await
    }

    /// Ends every session of whoever asks but the one that asks; gives back how many.
    pub async fn end_my_other_sessions(&self, principal: &Principal) -> Result<usize> {
        let (account, bound_to, own) = person(principal)?;
        let record = Record::by(principal, self.context.ambient.now(), None, "session.endOthers");
        self.context
            .store
            .write(move |tx| {
                let ended = end(tx, account, |session| session.id != own && within(session, bound_to))?;
                record.about(account).detail(format!("sessionsEnded: {ended}")).write(tx)?;
                Ok(ended)
            })
            .await
    }

    /// The sessions with which a member opens a tenant, the newest first.
    pub async fn member_sessions(
        &self,
        principal: &Principal,
        tenant: TenantId,
        member: MemberId,
    ) -> Result<Vec<Session>> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let (now, asking) = (self.context.ambient.now(), principal.clone());
        let mut sessions = self
            .context
            .store
            .read(move |tx| {
                let account = governed(tx, &asking, tenant, member)?;
                tx.sessions().of_account(account)
            })
            .await?;
        sessions.retain(|session| !session.is_over(now) && opens(session, tenant));
        sessions.reverse();
        Ok(sessions)
    }

    /// Ends one of the sessions with which a member opens a tenant, or all of them; gives back how many.
    /// Fails with `NotFound` when the one is not there.
    pub async fn end_member_sessions(
        &self,
        principal: &Principal,
        tenant: TenantId,
        member: MemberId,
        only: Option<SessionId>,
    ) -> Result<usize> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let now = self.context.ambient.now();
        let record = Record::by(principal, now, Some(tenant), "member.endSessions").about(member);
        let asking = principal.clone();
        self.context
            .store
            .write(move |tx| {
                let account = governed(tx, &asking, tenant, member)?;
                let chosen = |session: &Session| only.is_none_or(|id| session.id == id);
                let ended = end(tx, account, |session| opens(session, tenant) && chosen(session))?;
                if only.is_some() && ended == 0 {
                    return Err(no_session().into());
                }
                record.detail(format!("sessionsEnded: {ended}")).write(tx)?;
                Ok(ended)
            })
            .await
    }
}

fn end(
    tx: &store::WriteTx<'_>,
    account: AccountId,
    chosen: impl Fn(&Session) -> bool,
) -> store::Result<usize> {
    let mut ended = 0;
    for session in tx.sessions().of_account(account)? {
        if chosen(&session) {
            tx.sessions().remove(session.id)?;
            ended += 1;
        }
    }
    Ok(ended)
}

/// Who asks, what the asking session is bound to, and its id.
fn person(principal: &Principal) -> Result<(AccountId, Option<TenantId>, SessionId)> {
    match principal {
        Principal::Person { account, bound_to, session, .. } => Ok((*account, *bound_to, *session)),
        Principal::Program { .. } | Principal::Server => {
            Err(Error::new(ErrorCode::Forbidden, "API 令牌没有会话", "an API token has no sessions"))
        }
    }
}

/// Whether a session may be seen from one that is bound to this tenant, or to none.
fn within(session: &Session, bound_to: Option<TenantId>) -> bool {
    bound_to.is_none_or(|tenant| session.method.tenant() == Some(tenant))
}

/// Whether a session opens a tenant of its account.
fn opens(session: &Session, tenant: TenantId) -> bool {
    session.method.tenant().is_none_or(|own| own == tenant)
}

/// The member's account, when whoever asks may end its sessions: a platform administrator is signed out by another.
fn governed<M>(
    tx: &store::Tx<'_, M>,
    principal: &Principal,
    tenant: TenantId,
    member: MemberId,
) -> store::Result<AccountId> {
    let member = tx.in_tenant(tenant).members().get(member)?;
    let member = member.ok_or_else(|| Error::not_found("成员", "member"))?;
    let account = tx.accounts().get(member.account)?;
    let account = account.ok_or_else(|| Error::not_found("账号", "account"))?;
    if account.platform_administrator && !principal.is_platform_administrator() {
        return Err(Error::new(
            ErrorCode::Forbidden,
            "此账号管理整个平台，其会话只能由平台管理员查看和结束",
            "this account administers the platform; its sessions are for platform administrators to see and end",
        )
        .into());
    }
    Ok(account.id)
}

fn no_session() -> Error {
    Error::not_found("会话", "session")
}
