//! The one table of permissions.

/// What an operation needs. Those of a tenant are asked for together with the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// Administer the server: tenants, settings, backups, the whole audit.
    AdministerPlatform,
    /// Administer one tenant: its settings, its DingTalk application, its tokens.
    AdministerTenant,
    /// Read one tenant's directory with full profiles.
    ReadDirectory,
    /// Start, watch and decide sync runs of one tenant.
    RunSync,
    /// Send messages in one tenant's name and read their results.
    SendMessages,
}

/// What a program's token may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Scope {
    /// `directory:read`
    DirectoryRead,
    /// `sync:run`
    SyncRun,
    /// `messages:send`
    MessagesSend,
}

impl Scope {
    /// The scope's name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::DirectoryRead => "directory:read",
            Self::SyncRun => "sync:run",
            Self::MessagesSend => "messages:send",
        }
    }

    /// Whether this scope grants a permission.
    pub fn grants(self, permission: Permission) -> bool {
        matches!(
            (self, permission),
            (Self::DirectoryRead, Permission::ReadDirectory)
                | (Self::SyncRun, Permission::RunSync)
                | (Self::MessagesSend, Permission::SendMessages)
        )
    }
}
