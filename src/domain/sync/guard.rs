//! The guard: removals beyond a bound, or an empty answer, stop a run until an administrator approves.

use serde::{Deserialize, Serialize};

use crate::domain::text::Text;

/// The bounds of one tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// Up to this number of removals is ordinary.
    pub minimum: u32,
    /// Up to this share of what is there (in percent) is ordinary.
    pub percent: u32,
}

/// Why a run stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GuardFinding {
    /// DingTalk showed nobody at all.
    Empty,
    /// More members would leave than the bound allows.
    Members {
        /// How many would leave.
        removed: u64,
        /// Of how many.
        of: u64,
    },
    /// What is brought in was chosen anew since the last run, and that alone may be why somebody would leave.
    Choice {
        /// How many members would leave.
        members: u64,
        /// How many departments would go.
        departments: u64,
    },
    /// More departments would go than the bound allows.
    Departments {
        /// How many would go.
        removed: u64,
        /// Of how many.
        of: u64,
    },
}

impl GuardFinding {
    /// The sentence for an administrator.
    pub fn text(&self) -> Text {
        match self {
            Self::Empty => Text::new(
                "钉钉没有返回任何成员，未做任何修改。请检查应用的通讯录权限范围；确认无误后可批准本次同步",
                "DingTalk returned nobody at all; nothing was changed. Check the application's contact scope, or approve the run if this is right",
            ),
            Self::Choice { members, departments } => Text::new(
                format!(
                    "同步范围自上次同步后已更改，将停用 {members} 名成员、删除 {departments} 个部门，未做任何修改，请核对名单后批准"
                ),
                format!(
                    "what is brought in was chosen anew since the last run: {members} members would be disabled and {departments} departments removed; nothing was changed: look at the list, then approve"
                ),
            ),
            Self::Members { removed, of } => Text::new(
                format!("将停用 {of} 名成员中的 {removed} 名，超过安全上限，未做任何修改，请核对名单后批准"),
                format!(
                    "{removed} of {of} members would be disabled, more than the guard allows; nothing was changed: look at the list, then approve"
                ),
            ),
            Self::Departments { removed, of } => Text::new(
                format!("将删除 {of} 个部门中的 {removed} 个，超过安全上限，未做任何修改，请核对名单后批准"),
                format!(
                    "{removed} of {of} departments would be removed, more than the guard allows; nothing was changed: look at the list, then approve"
                ),
            ),
        }
    }
}

impl Guard {
    /// Whether removing `removed` of `of` is more than max(minimum, percent % of `of`).
    pub fn exceeded(self, removed: u64, of: u64) -> bool {
        removed > u64::from(self.minimum) && removed * 100 > u64::from(self.percent) * of
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_larger_of_the_two_bounds_counts() {
        let guard = Guard { minimum: 5, percent: 5 };
        assert!(!guard.exceeded(5, 20));
        assert!(guard.exceeded(6, 20));
        assert!(!guard.exceeded(500, 10_000));
        assert!(guard.exceeded(501, 10_000));
        assert!(!guard.exceeded(6, 120));
        assert!(guard.exceeded(7, 120));
    }
}
