//! The order of the checks, and what they have in common.
//!
//! Invariant: the list of checks does not depend on what was found, only their states do.

use super::facts::Facts;
use super::{
    Check, CheckStatus, Report, addresses, application, enterprise, events, permissions, scope, text,
};
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// Turns what was found into checks.
pub fn decide(facts: &Facts, now: Timestamp) -> Report {
    let mut checks = vec![
        application::network(facts),
        application::secret(facts),
        application::egress_ip(facts),
        application::enabled(facts),
        application::clock(facts),
        enterprise::corp_id(facts),
        application::agent_id(facts),
    ];
    checks.extend(facts.permissions.iter().map(|permission| permissions::permission(facts, permission)));
    checks.extend([
        scope::contact_scope(facts),
        events::stream(facts),
        addresses::public_url(facts),
        addresses::home_page(facts),
        addresses::redirect(facts),
        enterprise::same_enterprise(&facts.same_enterprise, facts.application.corp_id.is_some(), false),
    ]);
    Report { tenant: facts.application.tenant, examined_at: now, checks }
}

/// A check that cannot be decided, for this reason.
pub(super) fn undecided(id: &str, title: [&str; 2], why: &Text) -> Check {
    let evidence = Text::new(format!("未能验证：{}", why.zh), format!("not proven: {}", why.en));
    let remedy = text(["先处理上述问题，再重新诊断", "mend that first, then examine again"]);
    Check::new(id, title, CheckStatus::Unproven, evidence).remedy(remedy)
}
