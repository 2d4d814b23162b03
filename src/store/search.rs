//! What member lists are searched for, held in memory: one short text a member, a tenant's built at its first search and
//! kept up to date by every commit.
//!
//! Invariant: a tenant's texts are those of the last commit that touched its members, or they are not there at all.
//! They only name candidates; the rows themselves always come from the reader's snapshot.

mod member_text;
mod query;
mod texts;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

pub use self::member_text::PublicSearch;
pub(crate) use self::member_text::{public_text, searched_text};
pub(crate) use self::query::Query;
pub(crate) use self::texts::Texts;

use super::error::Result;
use super::members::Members;
use super::tx::ReadTx;
use crate::domain::id::{MemberId, TenantId};

/// When a commit touches more members than this, their tenant's texts are dropped and built anew when needed.
pub(super) const REBUILD_ABOVE: usize = 5_000;

#[derive(Debug, Default)]
struct TenantTexts {
    /// The number of the last commit that touched the tenant's members.
    touched_by: u64,
    texts: Option<Arc<Texts>>,
}

/// The texts of all tenants that were searched.
#[derive(Debug, Default)]
pub(crate) struct Search {
    /// Counts the commits that touched members, so that texts read before one are not kept after it. Beside the lock:
    /// every reader asks for it, also while texts are being refreshed.
    commits: AtomicU64,
    tenants: RwLock<BTreeMap<TenantId, TenantTexts>>,
}

impl Search {
    /// The number of commits so far that touched members; to be asked before a snapshot is taken.
    pub(crate) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Acquire)
    }

    /// The texts of a tenant's members, those of the last commit; read from the rows when they are not there.
    pub(crate) fn texts<M>(&self, members: &Members<'_, '_, M>) -> Result<Arc<Texts>> {
        let tenant = members.tenant.id;
        {
            let tenants = self.tenants.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(texts) = tenants.get(&tenant).and_then(|tenant| tenant.texts.as_ref()) {
                return Ok(Arc::clone(texts));
            }
        }
        let mut texts = Texts::default();
        members.each_text(|id, text| texts.push(id, &text))?;
        texts.shrink();
        let texts = Arc::new(texts);
        let mut tenants = self.tenants.write().unwrap_or_else(PoisonError::into_inner);
        let place = tenants.entry(tenant).or_default();
        if place.touched_by <= members.tenant.tx.commits_before() {
            place.texts = Some(Arc::clone(&texts));
        }
        Ok(texts)
    }

    /// After a commit: brings the texts of the touched members up to date. `snapshot` is taken while nobody else can
    /// change the texts, so that of two commits the later one always has the last word.
    pub(crate) fn refresh(
        &self,
        touched: BTreeMap<TenantId, BTreeSet<MemberId>>,
        snapshot: impl FnOnce(&dyn Fn(&ReadTx<'_>) -> Result<Vec<Fresh>>) -> Result<Vec<Fresh>>,
    ) -> Result<()> {
        if touched.is_empty() {
            return Ok(());
        }
        let mut tenants = self.tenants.write().unwrap_or_else(PoisonError::into_inner);
        let commits = self.commits.fetch_add(1, Ordering::AcqRel) + 1;
        let mut wanted = Vec::new();
        for (tenant, members) in touched {
            let place = tenants.entry(tenant).or_default();
            place.touched_by = commits;
            if members.len() > REBUILD_ABOVE {
                place.texts = None;
            }
            if place.texts.is_some() {
                wanted.extend(members.into_iter().map(|member| (tenant, member)));
            }
        }
        if wanted.is_empty() {
            return Ok(());
        }
        let fresh = snapshot(&|tx| {
            let read = |(tenant, id): &(TenantId, MemberId)| {
                let text = match tx.in_tenant(*tenant).members().get(*id)? {
                    Some(member) => {
                        let account = tx.accounts().get(member.account)?;
                        Some(searched_text(&member, account.as_ref()).into_boxed_str())
                    }
                    None => None,
                };
                Ok(Fresh { tenant: *tenant, member: *id, text })
            };
            wanted.iter().map(read).collect()
        });
        match fresh {
            Ok(fresh) => {
                for Fresh { tenant, member, text } in fresh {
                    if let Some(texts) = tenants.get_mut(&tenant).and_then(|place| place.texts.as_mut()) {
                        // Whoever is looking through them goes on with the older ones.
                        Arc::make_mut(texts).replace(member, text);
                    }
                }
                Ok(())
            }
            Err(error) => {
                // Better no texts than stale ones.
                tenants.values_mut().for_each(|place| place.texts = None);
                Err(error)
            }
        }
    }
}

/// A member's text as of a snapshot; `None` when the member is not there.
#[derive(Debug)]
pub(crate) struct Fresh {
    tenant: TenantId,
    member: MemberId,
    text: Option<Box<str>>,
}
