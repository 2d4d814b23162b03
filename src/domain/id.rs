//! Identifiers: one newtype a noun, so that a member's id cannot be passed where an account's is meant.
//!
//! Invariant: an id is made once, from a UUID (version 7, time-ordered) that the caller supplies, and never changes.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A tenant's number: what stands in `/tenantId/<id>`. 0 is the platform's own tenant, customers start at 1000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TenantId(pub u32);

impl TenantId {
    /// The platform's own tenant; it exists from the start.
    pub const PLATFORM: Self = Self(0);
    /// The first number given to a customer's tenant.
    pub const FIRST: Self = Self(1000);
}

impl fmt::Display for TenantId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// Defines id newtypes over a UUID: the same eight lines for each noun.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub struct $name(pub Uuid);

        impl $name {
            /// The sixteen bytes, as keys hold them.
            pub fn bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl From<Uuid> for $name {
            fn from(value: Uuid) -> Self {
                Self(value)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(formatter)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{}({})", stringify!($name), self.0.hyphenated())
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// A sign-in identity, one per person on this server.
    AccountId,
    /// A person inside one tenant.
    MemberId,
    /// A department inside one tenant.
    DepartmentId,
    /// One synchronisation, from request to result.
    RunId,
    /// Something a sync run could not decide alone.
    ConflictId,
    /// A message with its recipients.
    MessageId,
    /// A signed-in browser or program.
    SessionId,
    /// A program's key to one tenant.
    ApiTokenId,
    /// A unit of background work.
    JobId,
    /// A backup on disk.
    BackupId,
    /// An address that is told what happens.
    WebhookId,
    /// Something that a webhook is told.
    WebhookDeliveryId,
}
