//! What a tenant's members may see of each other in the portal.
//!
//! Invariant: only an administrator of the tenant sees more, and elsewhere.

use serde::{Deserialize, Serialize};

/// Which colleagues a member may see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ColleagueScope {
    /// Everybody of the tenant.
    #[default]
    Everyone,
    /// Those who share a department.
    OwnDepartments,
    /// Nobody.
    Nobody,
}

impl ColleagueScope {
    /// The scope's name in the API and the audit.
    pub fn name(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::OwnDepartments => "ownDepartments",
            Self::Nobody => "nobody",
        }
    }
}

/// What a tenant's members may see of each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visibility {
    /// Whom.
    pub colleagues: ColleagueScope,
    /// Whether with their mobile numbers.
    pub mobiles: bool,
}
