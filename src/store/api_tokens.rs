//! The API tokens of a tenant, found by their hash.

use super::error::Result;
use super::key::{Key, id_at, tenant_at};
use super::row::{Derived, Row};
use super::schema::Table;
use super::tenant::InTenant;
use super::tx::{Direction, Tx, Writing};
use crate::domain::access::session::{ApiToken, TokenHash};
use crate::domain::id::ApiTokenId;
use crate::domain::page::{Limit, Page};

impl Row for ApiToken {
    const TABLE: Table = Table::ApiTokens;

    fn key(&self) -> Option<Key> {
        Some(Key::of(self.tenant).id(self.id.bytes()))
    }

    fn derive(&self, key: &Key) -> Derived {
        let mut derived = Derived::default();
        derived.point(Table::ApiTokenByHash, Key::new().hash(&self.token_hash), key.as_bytes());
        derived
    }
}

/// The API tokens of one tenant.
#[derive(Debug)]
pub struct ApiTokens<'a, 't, M> {
    tenant: InTenant<'a, 't, M>,
}

impl<'a, 't, M> InTenant<'a, 't, M> {
    /// The API tokens of this tenant.
    pub fn api_tokens(&self) -> ApiTokens<'a, 't, M> {
        ApiTokens { tenant: *self }
    }
}

impl<M> Tx<'_, M> {
    /// The API token with this hash, of whatever tenant.
    pub fn api_token_by_hash(&self, hash: &TokenHash) -> Result<Option<ApiToken>> {
        let Some(place) = self.get(Table::ApiTokenByHash, &Key::new().hash(hash))? else { return Ok(None) };
        match tenant_at(&place, 0).zip(id_at(&place, 4)) {
            Some((tenant, id)) => self.in_tenant(tenant).api_tokens().get(id),
            None => Ok(None),
        }
    }
}

impl<M> ApiTokens<'_, '_, M> {
    fn key(&self, id: ApiTokenId) -> Key {
        self.tenant.key().id(id.bytes())
    }

    /// One token.
    pub fn get(&self, id: ApiTokenId) -> Result<Option<ApiToken>> {
        self.tenant.tx.row(&self.key(id))
    }

    /// Every token, the oldest first.
    pub fn all(&self) -> Result<Vec<ApiToken>> {
        self.tenant.tx.rows(&self.tenant.key())
    }

    /// A page of tokens, the newest first.
    pub fn list(&self, limit: Limit, cursor: Option<&[u8]>) -> Result<Page<ApiToken>> {
        self.tenant.tx.page(&self.tenant.key(), Direction::Backward, limit, cursor, |_| true)
    }
}

impl ApiTokens<'_, '_, Writing> {
    /// Makes or replaces a token.
    pub fn put(&self, token: &ApiToken) -> Result<()> {
        self.tenant.own(Table::ApiTokens, token.tenant)?;
        self.tenant.tx.put_row(self.key(token.id), token)
    }

    /// Removes a token; gives it back.
    pub fn remove(&self, id: ApiTokenId) -> Result<Option<ApiToken>> {
        self.tenant.tx.remove_row(&self.key(id))
    }
}
