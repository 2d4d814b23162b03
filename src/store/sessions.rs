//! Sessions, found by the hash of their token and by their account.

use serde::{Deserialize, Serialize};

use super::codec;
use super::error::Result;
use super::key::{Key, last_id};
use super::row::{Derived, Row};
use super::schema::Table;
use super::tx::{Tx, Writing};
use crate::domain::access::session::{Origin, Session, SignInMethod, TokenHash};
use crate::domain::id::{AccountId, SessionId, TenantId};
use crate::domain::time::Timestamp;

/// The version that knows how and where a session came about.
const VERSION: u8 = 2;

/// A session with the hash of its token, which only the store needs.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SessionRow {
    session: Session,
    token_hash: TokenHash,
}

impl Row for SessionRow {
    const TABLE: Table = Table::Sessions;

    fn version(&self) -> u8 {
        VERSION
    }

    fn read(version: u8, bytes: &[u8]) -> Result<Self> {
        codec::read_either::<FirstRow, Self>(Self::TABLE, VERSION, version, bytes)
    }

    fn key(&self) -> Option<Key> {
        Some(key(self.session.id))
    }

    fn derive(&self, _key: &Key) -> Derived {
        let mut derived = Derived::default();
        let id = self.session.id.bytes();
        derived.point(Table::SessionByHash, Key::new().hash(&self.token_hash), id);
        derived.mark(Table::SessionsByAccount, Key::new().id(self.session.account.bytes()).id(id));
        derived
    }
}

/// A session as version 1 kept it: bound to a tenant or not, and nothing known of how and where it came about.
#[derive(Serialize, Deserialize)]
struct FirstSession {
    id: SessionId,
    account: AccountId,
    tenant: Option<TenantId>,
    created_at: Timestamp,
    expires_at: Timestamp,
    last_used_at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct FirstRow {
    session: FirstSession,
    token_hash: TokenHash,
}

impl From<FirstRow> for SessionRow {
    fn from(row: FirstRow) -> Self {
        let FirstSession { id, account, tenant, created_at, expires_at, last_used_at } = row.session;
        let method = tenant.map_or(SignInMethod::Password, SignInMethod::DingTalkClient);
        let origin = Origin::default();
        let session = Session { id, account, method, origin, created_at, expires_at, last_used_at };
        Self { session, token_hash: row.token_hash }
    }
}

fn key(id: SessionId) -> Key {
    Key::new().id(id.bytes())
}

/// The sessions of this server.
#[derive(Debug)]
pub struct Sessions<'a, 't, M> {
    tx: &'a Tx<'t, M>,
}

impl<'t, M> Tx<'t, M> {
    /// The sessions of this server.
    pub fn sessions(&self) -> Sessions<'_, 't, M> {
        Sessions { tx: self }
    }
}

impl<M> Sessions<'_, '_, M> {
    /// One session.
    pub fn get(&self, id: SessionId) -> Result<Option<Session>> {
        Ok(self.tx.row::<SessionRow>(&key(id))?.map(|row| row.session))
    }

    /// The session whose token has this hash. Whether it is expired is the caller's question.
    pub fn by_hash(&self, hash: &TokenHash) -> Result<Option<Session>> {
        match self.tx.get(Table::SessionByHash, &Key::new().hash(hash))? {
            Some(id) => last_id(&id).map_or(Ok(None), |id| self.get(id)),
            None => Ok(None),
        }
    }

    /// An account's sessions, the oldest first.
    pub fn of_account(&self, account: AccountId) -> Result<Vec<Session>> {
        let mut sessions = Vec::new();
        self.tx.each(Table::SessionsByAccount, &Key::new().id(account.bytes()).range(), |key, _| {
            if let Some(id) = last_id(key) {
                sessions.extend(self.get(id)?);
            }
            Ok(())
        })?;
        Ok(sessions)
    }
}

impl Sessions<'_, '_, Writing> {
    /// Makes a session.
    pub fn put(&self, session: &Session, token_hash: &TokenHash) -> Result<()> {
        let row = SessionRow { session: session.clone(), token_hash: *token_hash };
        self.tx.put_row(key(session.id), &row)
    }

    /// Notes that a session was used; nothing happens when it is gone.
    pub fn touch(&self, id: SessionId, now: Timestamp) -> Result<()> {
        match self.tx.row::<SessionRow>(&key(id))? {
            Some(mut row) => {
                row.session.last_used_at = now;
                self.tx.put_row(key(id), &row)
            }
            None => Ok(()),
        }
    }

    /// Ends a session; gives it back.
    pub fn remove(&self, id: SessionId) -> Result<Option<Session>> {
        Ok(self.tx.remove_row::<SessionRow>(&key(id))?.map(|row| row.session))
    }

    /// Ends an account's sessions, all but one if so asked; gives back how many.
    pub fn remove_for_account(&self, account: AccountId, except: Option<SessionId>) -> Result<usize> {
        self.remove_those(self.of_account(account)?.into_iter().filter(|session| Some(session.id) != except))
    }

    /// Ends the sessions that are over; gives back how many.
    pub fn prune(&self, now: Timestamp) -> Result<usize> {
        let sessions: Vec<SessionRow> = self.tx.rows(&Key::new())?;
        let sessions = sessions.into_iter().map(|row| row.session);
        self.remove_those(sessions.filter(|session| session.is_over(now)))
    }

    fn remove_those(&self, sessions: impl Iterator<Item = Session>) -> Result<usize> {
        let mut count = 0;
        for session in sessions {
            self.remove(session.id)?;
            count += 1;
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::row::decode;

    #[test]
    fn a_row_of_the_first_version_is_read() {
        let first = |tenant| FirstRow {
            session: FirstSession {
                id: uuid::Uuid::from_u128(1).into(),
                account: uuid::Uuid::from_u128(2).into(),
                tenant,
                created_at: Timestamp(3),
                expires_at: Timestamp(4),
                last_used_at: Timestamp(5),
            },
            token_hash: [6; 32],
        };
        for (tenant, method) in [
            (None, SignInMethod::Password),
            (Some(TenantId(1000)), SignInMethod::DingTalkClient(TenantId(1000))),
        ] {
            let bytes = codec::encode(Table::Sessions, &first(tenant)).unwrap();
            let row: SessionRow = decode(&bytes).unwrap();
            assert_eq!((row.session.method, row.session.last_used_at), (method, Timestamp(5)));
            assert_eq!(row.token_hash, [6; 32]);
            let again = codec::encode_as(Table::Sessions, row.version(), &row).unwrap();
            assert_eq!(decode::<SessionRow>(&again).unwrap().session, row.session);
        }
    }
}
