//! Conflicts: what a synchronisation would not decide alone.

use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use poem_openapi::{Enum, Object, OpenApi};

use super::{Tag, id};
use crate::domain::id::TenantId;
use crate::domain::sync::conflict::{self, ConflictAction, ConflictState};
use crate::domain::text::Language;
use crate::http::auth::Caller;
use crate::http::date_time::DateTime;
use crate::http::json_body::JsonBody;
use crate::http::json_string::JsonString;
use crate::http::paging::{Page, cursor, limit};
use crate::http::problem::ApiResult;
use crate::http::request::RequestInfo;
use crate::service::directory::Directory;
use crate::service::sync::Synchroniser;
use crate::service::sync::conflicts::Decision;

pub(crate) struct Conflicts {
    pub(super) directory: Directory,
    pub(super) sync: Synchroniser,
}

/// A parked decision about one person; everybody else went on.
#[derive(Object)]
#[oai(rename_all = "camelCase", skip_serializing_if_is_none)]
struct Conflict {
    /// Its id.
    id: String,
    /// Why it cannot be decided: `numberTaken`, `numberTwice`, `numberRecycled` or `numberShared`.
    kind: String,
    /// The same as a sentence, in the language of `Accept-Language`.
    detail: String,
    /// The person's userid in DingTalk.
    dingtalk_user_id: String,
    /// The person's name.
    name: String,
    /// The number in question, its middle hidden.
    mobile: String,
    /// The person's member row, when there is one.
    member_id: Option<String>,
    /// The account that holds the number now.
    holder_account_id: Option<String>,
    /// Where it stands.
    state: State,
    /// When a run first met it.
    found_at: DateTime,
    /// When it was closed.
    closed_at: Option<DateTime>,
    /// What an administrator decided: `linkAccount`, `giveNumber`, `keepSeparate` or `ignore`.
    action: Option<String>,
    /// Why, in the administrator's words.
    reason: Option<String>,
}

/// The ways out of a conflict.
#[derive(Clone, Copy, Enum)]
#[oai(rename = "ConflictAction", rename_all = "camelCase")]
enum Action {
    /// The person joins the account that holds the number.
    LinkAccount,
    /// The person gets the number; whoever has it keeps the account without it.
    GiveNumber,
    /// The person is a member without password sign-in.
    KeepSeparate,
    /// Everything stays as it is, and later synchronisations do not ask again.
    Ignore,
}

impl From<Action> for ConflictAction {
    fn from(action: Action) -> Self {
        match action {
            Action::LinkAccount => Self::LinkAccount,
            Action::GiveNumber => Self::GiveNumber,
            Action::KeepSeparate => Self::KeepSeparate,
            Action::Ignore => Self::Ignore,
        }
    }
}

/// A decision about a conflict.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase")]
struct ResolveConflict {
    /// What is to be done.
    action: Action,
    /// Why; kept with the conflict and in the audit.
    reason: Option<JsonString>,
}

/// Where a conflict stands.
#[derive(Clone, Copy, Enum)]
#[oai(rename = "ConflictState", rename_all = "camelCase")]
enum State {
    /// Waits for an administrator.
    Open,
    /// Went away by itself.
    Vanished,
    /// Decided by an administrator.
    Resolved,
    /// To be left as it is.
    Ignored,
}

/// Which conflicts are listed.
#[derive(Clone, Copy, Default, Enum)]
#[oai(rename = "ConflictFilter", rename_all = "camelCase")]
enum Which {
    /// Those that wait.
    #[default]
    Open,
    /// All of them.
    All,
}

fn on_wire(conflict: conflict::Conflict, language: Language) -> Conflict {
    let (state, closed_at) = match conflict.state {
        ConflictState::Open => (State::Open, None),
        ConflictState::Vanished(at) => (State::Vanished, Some(at)),
        ConflictState::Resolved(at) => (State::Resolved, Some(at)),
        ConflictState::Ignored(at) => (State::Ignored, Some(at)),
    };
    Conflict {
        id: conflict.id.to_string(),
        kind: conflict.kind.name().to_owned(),
        detail: conflict.kind.text().get(language).to_owned(),
        dingtalk_user_id: conflict.user_id.into(),
        name: conflict.name.into(),
        mobile: conflict.mobile.masked(),
        member_id: conflict.member.map(|id| id.to_string()),
        holder_account_id: conflict.holder.map(|id| id.to_string()),
        state,
        found_at: conflict.found_at.into(),
        closed_at: closed_at.map(DateTime),
        action: conflict.decision.as_ref().map(|one| one.action.name().to_owned()),
        reason: conflict.decision.and_then(|one| one.reason).map(Into::into),
    }
}

#[OpenApi(tag = "Tag::Directory")]
impl Conflicts {
    /// What synchronisation would not decide alone
    ///
    /// The newest first.
    #[oai(path = "/tenants/:tenantId/conflicts", method = "get", operation_id = "listConflicts")]
    async fn list(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        /// `open` (when absent) or `all`.
        state: Query<Option<Which>>,
        /// 1 to 500 items, 50 when absent.
        #[oai(name = "limit")]
        asked: Query<Option<u32>>,
        /// `nextCursor` of the page before.
        #[oai(name = "cursor")]
        from: Query<Option<String>>,
    ) -> ApiResult<Page<Conflict>> {
        let open_only = matches!(state.0.unwrap_or_default(), Which::Open);
        let (tenant, from) = (TenantId(tenant.0), cursor(from.0.as_deref())?);
        let page = self.directory.conflicts(&caller.0, tenant, open_only, limit(asked.0), from).await?;
        Ok(Json(Page::of(page, |conflict| on_wire(conflict, info.language))))
    }

    /// Decide a conflict
    ///
    /// Carried out at once for this one person, as DingTalk shows that person now. What it changes stands in the
    /// history as a run of its own, which can be undone.
    #[oai(
        path = "/tenants/:tenantId/conflicts/:conflictId/resolve",
        method = "post",
        operation_id = "resolveConflict"
    )]
    async fn resolve(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "conflictId")] conflict: Path<String>,
        body: JsonBody<ResolveConflict>,
    ) -> ApiResult<Conflict> {
        let conflict = id(&conflict.0, "冲突", "conflict")?;
        let decision =
            Decision { action: body.0.action.into(), reason: body.0.reason.map(|reason| reason.0) };
        let decided = self.sync.resolve(&caller.0, TenantId(tenant.0), conflict, decision).await?;
        Ok(Json(on_wire(decided, info.language)))
    }
}
