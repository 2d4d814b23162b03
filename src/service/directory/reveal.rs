//! A look at a person's whole mobile number by somebody who was shown it masked.
//!
//! Invariant: the look is written down before the number is given out; the audit never holds the number.

use super::{Directory, Person, existing_member, person};
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::error::Result;
use crate::domain::id::{MemberId, TenantId};
use crate::service::audit::Record;

impl Directory {
    /// The member with the numbers, for those who administer the tenant.
    pub async fn reveal_mobile(
        &self,
        principal: &Principal,
        tenant: TenantId,
        id: MemberId,
    ) -> Result<Person> {
        principal.require(Permission::AdministerTenant, tenant)?;
        let now = self.context.ambient.now();
        let record = Record::by(principal, now, Some(tenant), "member.revealMobile").about(id);
        self.context
            .store
            .write(move |tx| {
                let member = existing_member(tx, tenant, id)?;
                record.write(tx)?;
                person(tx, member)
            })
            .await
    }
}
