//! What an administrator's word about a conflict does: a plan for that one person, or the reason why it cannot be.
//!
//! Invariant: after it landed, a synchronisation of the same state plans nothing for that person. A number is never
//! taken from somebody whom another tenant has, or who administers the server, but by who administers the server.

use uuid::Uuid;

use crate::domain::directory::account::{Account, Username};
use crate::domain::directory::member::{Member, MemberStatus};
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::AccountId;
use crate::domain::sync::change::ChangeKind;
use crate::domain::sync::conflict::{Conflict, ConflictAction, ConflictKind};
use crate::domain::sync::identity::{SignIn, Verdict, Who, identify, number_of};
use crate::domain::sync::plan::{Plan, Policy, plan_verdicts};
use crate::domain::sync::snapshot::Snapshot;
use crate::domain::sync::step::{AccountStep, MemberStep};
use crate::domain::sync::stored::Stored;
use crate::domain::time::Timestamp;

/// A conflict to resolve, and what is known about it.
#[derive(Clone, Copy)]
pub struct Case<'a> {
    /// The conflict.
    pub conflict: &'a Conflict,
    /// What was decided.
    pub action: ConflictAction,
    /// The directory now.
    pub stored: &'a Stored,
    /// The tenant's policy.
    pub policy: Policy,
    /// Whether whoever decides administers the whole server.
    pub decides_for_server: bool,
    /// Now.
    pub at: Timestamp,
}

/// Plans a decision. `snapshot` is what DingTalk says of this one person now.
pub fn resolve(case: Case<'_>, snapshot: Snapshot, new_id: &mut dyn FnMut() -> Uuid) -> Result<Plan> {
    if case.action == ConflictAction::Ignore {
        return Ok(Plan::default());
    }
    let person = snapshot.people.iter().find(|person| person.user_id == case.conflict.user_id);
    let person = person.ok_or_else(outdated)?;
    if number_of(person).as_ref() != Some(&case.conflict.mobile) {
        return Err(outdated());
    }
    let own = match identify(&snapshot, case.stored).first() {
        Some(Verdict { who: Who::Member(index), .. }) => Some(*index),
        _ => None,
    };
    let number = Username::from_mobile(&case.conflict.mobile);
    let holder = case.stored.usernames().get(&number).copied();
    let decision = Decision { case, own, number, holder };
    match case.action {
        ConflictAction::LinkAccount => decision.link(snapshot, new_id),
        ConflictAction::GiveNumber => decision.give(snapshot, new_id),
        ConflictAction::KeepSeparate | ConflictAction::Ignore => Ok(decision.keep_separate(snapshot, new_id)),
    }
}

struct Decision<'a> {
    case: Case<'a>,
    /// The person's member row (index into the stored members).
    own: Option<usize>,
    number: Username,
    /// Who signs in with the number now.
    holder: Option<AccountId>,
}

impl Decision<'_> {
    /// The person joins the account that holds the number.
    fn link(&self, snapshot: Snapshot, new_id: &mut dyn FnMut() -> Uuid) -> Result<Plan> {
        let holder = self.holder.ok_or_else(nobody_holds_it)?;
        if self.account(holder).is_some_and(|account| account.platform_administrator) {
            self.require_server_wide()?;
        }
        let here = self.case.stored.members.iter().position(|member| member.account == holder);
        match (self.own, here) {
            (Some(own), Some(here)) if own == here => Err(outdated()),
            (Some(_), Some(_)) => Err(holder_is_here()),
            (Some(own), None) => {
                let mut plan = self.plan(Who::Member(own), SignIn::Unchanged, snapshot, new_id);
                let number = self.number.clone();
                self.amend(&mut plan, self.case.stored.members.get(own), |step| {
                    step.after.account = holder;
                    step.account = AccountStep::Unchanged(Some(number));
                });
                Ok(plan)
            }
            (None, Some(here)) => {
                let member = self.case.stored.members.get(here);
                let is_somebody_else = member.is_some_and(|member| {
                    member.status != MemberStatus::Left
                        && member
                            .binding
                            .as_ref()
                            .is_some_and(|one| one.user_id != self.case.conflict.user_id)
                });
                if is_somebody_else {
                    return Err(holder_is_here());
                }
                Ok(self.plan(Who::Member(here), SignIn::Unchanged, snapshot, new_id))
            }
            (None, None) => Ok(self.plan(Who::Account(holder), SignIn::Unchanged, snapshot, new_id)),
        }
    }

    /// The person gets the number; whoever has it keeps the account, without it.
    fn give(&self, snapshot: Snapshot, new_id: &mut dyn FnMut() -> Uuid) -> Result<Plan> {
        let own_account = self.own.and_then(|own| self.case.stored.members.get(own)).map(|one| one.account);
        if self.holder.is_some() && self.holder == own_account {
            return Err(outdated());
        }
        for account in self.holder.into_iter().chain(own_account) {
            if self.is_shared(account) {
                self.require_server_wide()?;
            }
        }
        let who = self.own.map_or(Who::Nobody, Who::Member);
        let mut plan = self.plan(who, SignIn::Number(self.number.clone()), snapshot, new_id);
        let Some(former) = self.holder.and_then(|holder| self.account(holder)) else { return Ok(plan) };
        let account = self.without_number(former);
        match self.case.stored.members.iter().find(|member| member.account == former.id) {
            Some(member) => self.amend(&mut plan, Some(member), |step| step.account = account),
            None => plan.accounts.push(account),
        }
        Ok(plan)
    }

    /// The person is a member without password sign-in; one who shares the account with other tenants keeps its number.
    fn keep_separate(&self, snapshot: Snapshot, new_id: &mut dyn FnMut() -> Uuid) -> Plan {
        let who = self.own.map_or(Who::Nobody, Who::Member);
        let mut plan = self.plan(who, SignIn::Unchanged, snapshot, new_id);
        let member = self.own.and_then(|own| self.case.stored.members.get(own));
        let account = member.and_then(|member| self.account(member.account));
        let has_number = |account: &&Account| {
            account.username.as_ref().is_some_and(|name| name.mobile().is_some())
                && self.case.conflict.kind != ConflictKind::NumberShared
                && !self.is_shared(account.id)
        };
        if let Some(account) = account.filter(has_number) {
            let account = self.without_number(account);
            self.amend(&mut plan, member, |step| step.account = account);
        }
        plan
    }

    fn plan(&self, who: Who, sign_in: SignIn, snapshot: Snapshot, new_id: &mut dyn FnMut() -> Uuid) -> Plan {
        let Case { stored, policy, at, .. } = self.case;
        plan_verdicts(snapshot, vec![Verdict { who, sign_in }], stored, policy, at, new_id)
    }

    /// Changes a member's step; makes one that changes nothing else when there is none.
    fn amend(&self, plan: &mut Plan, member: Option<&Member>, change: impl FnOnce(&mut MemberStep)) {
        let Some(member) = member else { return };
        let known = plan.members.iter().position(|step| step.after.id == member.id);
        let mut step = known.map(|index| plan.members.remove(index)).unwrap_or_else(|| MemberStep {
            kind: ChangeKind::MemberUpdated,
            before: Some(Box::new(member.clone())),
            after: Member { updated_at: self.case.at, ..member.clone() },
            account: AccountStep::Unchanged(None),
        });
        change(&mut step);
        plan.members.push(step);
    }

    fn account(&self, id: AccountId) -> Option<&Account> {
        self.case.stored.accounts.get(&id)
    }

    fn without_number(&self, account: &Account) -> AccountStep {
        let after = account.with_username(None, self.case.stored.tenant, false, self.case.at);
        AccountStep::Write { before: account.username.clone(), after }
    }

    /// Whether the account is another tenant's business, too, or the server's.
    fn is_shared(&self, account: AccountId) -> bool {
        self.case.stored.elsewhere(account).iter().any(|there| there.status != MemberStatus::Left)
            || self.account(account).is_some_and(|account| account.platform_administrator)
    }

    fn require_server_wide(&self) -> Result<()> {
        if self.case.decides_for_server {
            return Ok(());
        }
        Err(Error::new(
            ErrorCode::Forbidden,
            "该账号同时属于其他租户或平台管理员，只有平台管理员可以这样处理；可改为“保持独立”或“忽略”",
            "the account belongs to other tenants or to a platform administrator as well; only a platform administrator may decide this. Keep separate or ignore instead",
        ))
    }
}

fn outdated() -> Error {
    Error::new(
        ErrorCode::ConflictState,
        "钉钉中的此人或其手机号已发生变化，该冲突不再成立，请重新同步",
        "this person, or the number, changed in DingTalk or here; the conflict does not hold any more: synchronise again",
    )
}

fn nobody_holds_it() -> Error {
    Error::new(
        ErrorCode::ConflictState,
        "目前没有账号使用该手机号，无可关联的账号；可改为“把号码给此人”",
        "no account has this number, so there is none to join; give the number to this person instead",
    )
}

fn holder_is_here() -> Error {
    Error::new(
        ErrorCode::ConflictState,
        "持有该手机号的账号在本租户已有另一名成员，不能合并；可改为“把号码给此人”或“保持独立”",
        "the account with this number has another member in this tenant, and two people cannot become one; give the number to this person or keep separate instead",
    )
}

#[cfg(test)]
mod tests;
