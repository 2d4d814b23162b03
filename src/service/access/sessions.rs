//! Sessions and tokens: opening, recognising, ending.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::Access;
use super::sign_in::{Candidate, SignedIn};
use crate::domain::access::principal::Principal;
use crate::domain::access::session::{ApiToken, Origin, Session, SignInMethod, TokenHash};
use crate::domain::audit::Actor;
use crate::domain::directory::member::MemberRole;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::{AccountId, SessionId};
use crate::domain::secret::Secret;
use crate::domain::tenant::TenantStatus;
use crate::domain::time::Timestamp;
use crate::service::audit::Record;
use crate::store;

/// The most sessions of one account; who opens another loses the one that was not used for longest.
const MOST: usize = 100;
/// A session ends this long after it began, in seconds.
pub(super) const LONGEST: i64 = 7 * 24 * 3600;
/// The last use of a session or token is kept to this many milliseconds.
const USE_STEP: i64 = 60_000;

/// A session with its token, which nobody can read again.
#[derive(Debug)]
pub struct OpenedSession {
    /// The token, for the header or the cookie.
    pub token: Secret,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// How many seconds that is.
    pub lifetime: i64,
}

/// Who a token belongs to.
struct Holder {
    principal: Principal,
    /// Until when nothing but a write changes what the token is worth, and its use need not be noted again.
    settled_until: Timestamp,
    /// Whose use is to be noted, because that was not done for a while.
    unnoted: Option<Unnoted>,
}

enum Unnoted {
    Session(SessionId),
    Program(Box<ApiToken>),
}

impl Access {
    /// Opens a session for somebody who proved who they are by this method.
    pub async fn open_session(
        &self,
        who: &SignedIn,
        method: SignInMethod,
        origin: Origin,
    ) -> Result<OpenedSession> {
        let ambient = &self.context.ambient;
        let now = ambient.now();
        let token = new_token(ambient.random());
        let hash = hash_of(&token);
        let session = Session {
            id: ambient.id().into(),
            account: who.account.id,
            method,
            origin,
            created_at: now,
            expires_at: now.plus_seconds(LONGEST),
            last_used_at: now,
        };
        let opened = OpenedSession { token, expires_at: session.expires_at, lifetime: LONGEST };
        let actor = Actor::Account(session.account);
        let record = Record::at_the_door(actor, &session.origin, now, method.tenant(), "session.create")
            .about(session.id)
            .detail(format!("method: {}", method.name()));
        self.context
            .store
            .write(move |tx| {
                make_room(tx, session.account)?;
                tx.sessions().put(&session, &hash)?;
                record.write(tx)
            })
            .await?;
        Ok(opened)
    }

    /// Who a token belongs to. Fails with `Unauthenticated`.
    pub async fn authenticate(&self, token: &Secret) -> Result<Principal> {
        let (store, now) = (&self.context.store, self.context.ambient.now());
        let hash = hash_of(token);
        // Asked before the rows are read: whoever writes in between makes what was read here worthless.
        let revision = store.access_revision();
        if let Some(principal) = self.recognised.get(&hash, revision, now) {
            return Ok(principal);
        }
        let holder = store.point_read(|tx| match session_holder(tx, &hash, now)? {
            None => token_holder(tx, &hash, now),
            found => Ok(found),
        })?;
        let Holder { principal, settled_until, unnoted } = holder.ok_or_else(unauthenticated)?;
        match unnoted {
            None => self.recognised.keep(hash, principal.clone(), revision, settled_until),
            Some(unnoted) => self.note_use(hash, unnoted, now).await?,
        }
        Ok(principal)
    }

    /// Stores that a token was used. Of many requests at once one does so, and waits for the writer; the others need not.
    async fn note_use(&self, hash: TokenHash, unnoted: Unnoted, now: Timestamp) -> Result<()> {
        let Some(_turn) = self.recognised.take_turn(hash) else { return Ok(()) };
        self.context
            .store
            .write(move |tx| match unnoted {
                Unnoted::Session(session) => tx.sessions().touch(session, now),
                Unnoted::Program(token) => touch_token(tx, &ApiToken { last_used_at: Some(now), ..*token }),
            })
            .await
    }

    /// Ends the session of whoever asks.
    pub async fn sign_out(&self, principal: &Principal) -> Result<()> {
        let Principal::Person { session, .. } = *principal else { return Ok(()) };
        let record = Record::by(principal, self.context.ambient.now(), None, "session.end").about(session);
        self.context
            .store
            .write(move |tx| {
                tx.sessions().remove(session)?;
                record.write(tx)
            })
            .await
    }

    /// Removes the sessions that are over; gives back how many.
    pub async fn prune_sessions(&self) -> Result<usize> {
        let now = self.context.ambient.now();
        self.context.store.write(move |tx| tx.sessions().prune(now)).await
    }
}

fn make_room(tx: &store::WriteTx<'_>, account: AccountId) -> store::Result<()> {
    let mut sessions = tx.sessions().of_account(account)?;
    sessions.sort_by_key(|session| session.last_used_at);
    let excess = (sessions.len() + 1).saturating_sub(MOST);
    for session in sessions.iter().take(excess) {
        tx.sessions().remove(session.id)?;
    }
    Ok(())
}

fn session_holder(tx: &store::ReadTx<'_>, hash: &TokenHash, now: Timestamp) -> store::Result<Option<Holder>> {
    let Some(session) = tx.sessions().by_hash(hash)? else { return Ok(None) };
    if session.is_over(now) {
        return Ok(None);
    }
    let Some(account) = tx.accounts().get(session.account)? else { return Ok(None) };
    let candidate = Candidate::load(tx, account)?;
    if !candidate.may_enter() {
        return Ok(None);
    }
    let noted_until = session.last_used_at.plus_millis(USE_STEP);
    Ok(principal(&candidate, &session).map(|principal| Holder {
        principal,
        settled_until: noted_until.min(session.expires_at),
        unnoted: (noted_until <= now).then_some(Unnoted::Session(session.id)),
    }))
}

/// What a session may do: nothing outside its tenant, when it is bound to one. There, a platform administrator acts
/// as that tenant's administrator: the tenant's DingTalk vouched for the person, and can vouch for no more.
fn principal(candidate: &Candidate, session: &Session) -> Option<Principal> {
    let bound = session.method.tenant();
    let opens = |tenant| bound.is_none_or(|own| own == tenant);
    let homes = || candidate.homes.iter().map(|(_, member)| member).filter(|member| opens(member.tenant));
    let chief = candidate.account.platform_administrator;
    let platform_administrator = chief && bound.is_none();
    if !platform_administrator && homes().next().is_none() {
        return None;
    }
    Some(Principal::Person {
        account: session.account,
        session: session.id,
        platform_administrator,
        administers: homes()
            .filter(|member| chief || member.role == MemberRole::Administrator)
            .map(|member| member.tenant)
            .collect(),
        member_of: homes().map(|member| member.tenant).collect(),
        // Who came through DingTalk did not use the password.
        password_change_required: bound.is_none() && candidate.must_change(),
        bound_to: bound,
        address: None,
    })
}

fn token_holder(tx: &store::ReadTx<'_>, hash: &TokenHash, now: Timestamp) -> store::Result<Option<Holder>> {
    let Some(token) = tx.api_token_by_hash(hash)? else { return Ok(None) };
    let tenant = tx.tenants().get(token.tenant)?;
    let in_use = tenant.is_some_and(|tenant| tenant.status == TenantStatus::Active);
    if !in_use || token.is_over(now) {
        return Ok(None);
    }
    let noted_until = token.last_used_at.map_or(Timestamp(i64::MIN), |last| last.plus_millis(USE_STEP));
    let principal = Principal::Program {
        token: token.id,
        tenant: token.tenant,
        scopes: token.scopes.clone(),
        address: None,
    };
    Ok(Some(Holder {
        principal,
        settled_until: token.expires_at.map_or(noted_until, |end| noted_until.min(end)),
        unnoted: (noted_until <= now).then(|| Unnoted::Program(Box::new(token))),
    }))
}

fn touch_token(tx: &store::WriteTx<'_>, token: &ApiToken) -> store::Result<()> {
    let tokens = tx.in_tenant(token.tenant).api_tokens();
    // Revoked meanwhile: it must not come back.
    if tokens.get(token.id)?.is_some() { tokens.put(token) } else { Ok(()) }
}

/// 256 random bits as text.
pub(in crate::service) fn new_token(random: [u8; 32]) -> Secret {
    Secret::new(URL_SAFE_NO_PAD.encode(random))
}

/// What is stored of a token.
pub(in crate::service) fn hash_of(token: &Secret) -> TokenHash {
    Sha256::digest(token.reveal().as_bytes()).into()
}

fn unauthenticated() -> Error {
    Error::new(
        ErrorCode::Unauthenticated,
        "请先登录：令牌缺失、无效或已过期",
        "sign in first: the token is missing, unknown or expired",
    )
}
