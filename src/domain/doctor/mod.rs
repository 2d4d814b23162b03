//! The doctor: what is wrong with a tenant's DingTalk application, and how to mend it.
//!
//! Must not know how anything was found out. Invariants: every examination yields the same checks in the same order;
//! what was not proven is [`CheckStatus::Unproven`] and never "ok"; no check holds a secret or anything of a person.

mod addresses;
mod application;
mod decide;
mod enterprise;
mod events;
mod facts;
mod permissions;
mod scope;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::domain::id::TenantId;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

pub use addresses::{home_page_address, redirect_address};
pub use decide::decide;
pub use enterprise::{OtherTenant, SAME_ENTERPRISE, same_enterprise};
pub use events::{Complaint, EventFacts};
pub use facts::{
    ApplicationFacts, Facts, Failure, Obstacle, Outside, Permission, Probe, Proof, Sample, ScopeFacts,
};

/// DingTalk's developer console.
const DEVELOPER_CONSOLE: &str = "https://open-dev.dingtalk.com/";
/// DingTalk's admin console.
const ADMIN_CONSOLE: &str = "https://oa.dingtalk.com/";

/// Everything that one examination found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Whose application was examined.
    pub tenant: TenantId,
    /// When.
    pub examined_at: Timestamp,
    /// What was found, in the order in which it is shown.
    pub checks: Vec<Check>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Stable, for programs: `secret`, `permission.qyapi_get_member` …
    pub id: String,
    /// What was looked at.
    pub title: Text,
    /// How it is.
    pub status: CheckStatus,
    /// What was seen.
    pub evidence: Text,
    /// What to do; empty when there is nothing to do.
    pub remedy: Text,
    /// The page of DingTalk's console where it is done.
    pub link: Option<String>,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CheckStatus {
    /// Proven to be in order.
    Ok,
    /// Neither proven nor disproven.
    Unproven,
    /// Works, but may not be what is meant.
    Warning,
    /// Must be mended.
    Error,
}

impl CheckStatus {
    /// The status's name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unproven => "unproven",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Report {
    /// How many checks are in this state.
    pub fn count(&self, status: CheckStatus) -> usize {
        self.checks.iter().filter(|check| check.status == status).count()
    }
}

impl Check {
    fn new(id: &str, title: [&str; 2], status: CheckStatus, evidence: Text) -> Self {
        Self { id: id.to_owned(), title: text(title), status, evidence, remedy: text(["", ""]), link: None }
    }

    fn remedy(self, remedy: Text) -> Self {
        Self { remedy, ..self }
    }

    fn link(self, link: impl Into<Option<String>>) -> Self {
        Self { link: link.into(), ..self }
    }
}

fn text([zh, en]: [&str; 2]) -> Text {
    Text::new(zh, en)
}
