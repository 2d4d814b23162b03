//! Somebody whom a tenant's DingTalk vouches for, instead of a password.
//!
//! Invariant: what comes of it never reaches beyond that tenant.

use super::Access;
use super::sign_in::{Candidate, SignedIn};
use crate::domain::error::Result;
use crate::domain::id::{AccountId, TenantId};

impl Access {
    /// The account as far as this tenant goes; `None` when it may not enter there.
    pub async fn vouched_for(&self, account: AccountId, tenant: TenantId) -> Result<Option<SignedIn>> {
        let candidate = self
            .context
            .store
            .read(move |tx| match tx.accounts().get(account)? {
                Some(account) => Candidate::load(tx, account).map(Some),
                None => Ok(None),
            })
            .await?;
        let Some(Candidate { account, mut homes, .. }) = candidate else { return Ok(None) };
        homes.retain(|(home, _)| home.id == tenant);
        if !account.enabled || homes.is_empty() {
            return Ok(None);
        }
        let tenants = homes.iter().map(|(home, _)| home.clone()).collect();
        // Who came through DingTalk did not use the password.
        Ok(Some(SignedIn { account, password_change_required: false, homes, tenants }))
    }
}
