//! Members: a person inside one tenant, with the tenant's own view of that person.
//!
//! Invariant: memberships are sorted by department and name each department once.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::domain::directory::profile::{Profile, ProfileField};
use crate::domain::id::{AccountId, DepartmentId, MemberId, TenantId};
use crate::domain::time::Timestamp;

/// A person inside one tenant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its id.
    pub id: MemberId,
    /// The tenant.
    pub tenant: TenantId,
    /// How this person signs in.
    pub account: AccountId,
    /// Who this is in DingTalk, when known.
    pub binding: Option<Binding>,
    /// Who this was in DingTalk before the connection was removed, so that the person is known again with the next one.
    pub formerly: Option<Box<Binding>>,
    /// The profile as this tenant sees it.
    pub profile: Profile,
    /// Fields that an administrator edited here; DingTalk does not change them until they are handed back.
    pub pinned: BTreeSet<ProfileField>,
    /// The departments this person is in.
    pub memberships: Vec<Membership>,
    /// Whether this person belongs to the tenant now.
    pub status: MemberStatus,
    /// What this person may do in the tenant.
    pub role: MemberRole,
    /// When the row was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A DingTalk identity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// The enterprise; `None` while the application's CorpId is not known.
    pub corp_id: Option<Box<str>>,
    /// The userid: unique and immutable inside the enterprise. [S-0056]
    pub user_id: Box<str>,
    /// The unionid: stable across the applications of one developer organisation. [S-0064]
    pub union_id: Option<Box<str>>,
}

impl Binding {
    /// Whether the two cannot be one person: another enterprise, or another unionid.
    pub fn contradicts(&self, other: &Self) -> bool {
        differ(&self.corp_id, &other.corp_id) || differ(&self.union_id, &other.union_id)
    }
}

fn differ(one: &Option<Box<str>>, other: &Option<Box<str>>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one != other)
}

/// A place in a department.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Membership {
    /// The department.
    pub department: DepartmentId,
    /// Place in the department's list; the larger comes first. [S-0057]
    pub order: i64,
    /// Whether this person heads the department.
    pub leader: bool,
}

/// Whether a member belongs to the tenant now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum MemberStatus {
    /// Belongs to the tenant.
    Active,
    /// Switched off here by an administrator; a sync does not switch it on.
    Disabled,
    /// Left the enterprise (or the application's sight); comes back when rehired.
    Left,
}

impl MemberStatus {
    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Left => "left",
        }
    }
}

/// What a member may do in the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MemberRole {
    /// The employee portal.
    Member,
    /// Everything inside the tenant.
    Administrator,
}

impl MemberRole {
    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Administrator => "administrator",
        }
    }
}
