//! What each operation of the native API asks of its caller; stands in the specification as `x-permission`.
//!
//! The services refuse by themselves; `tests/it/permissions.rs` compares what they do with what is declared here, for
//! every operation and every kind of caller. Invariant: what is not named here is for administrators: of the tenant
//! under `/tenants/{tenantId}`, of the platform elsewhere. So a new route is declared, or closed.

/// What an operation asks of its caller.
pub(super) fn permission(operation: &str, path: &str) -> &'static str {
    match operation {
        // Nothing: these are how one comes in.
        "createSession"
        | "createDingTalkSession"
        | "createDingTalkScan"
        | "createDingTalkScanSession"
        | "getDingTalkSignIn"
        | "getSetup"
        | "createFirstAdministrator"
        | "usePasswordLink" => "none",
        // A session or an API token.
        "deleteCurrentSession" => "token",
        // A person's session.
        "getMe" | "changePassword" | "listMySessions" | "endMyOtherSessions" | "endMySession"
        | "listTenants" => "session",
        "listDepartments"
        | "listDepartmentPlaces"
        | "listMembers"
        | "getMember"
        | "listMemberHistory"
        | "exportMembers"
        | "listConflicts" => "directory:read",
        "createSyncRun"
        | "listSyncRuns"
        | "getSyncRun"
        | "listSyncRunChanges"
        | "exportSyncRunChanges"
        | "listChanges"
        | "followSyncRun"
        | "applySyncRun"
        | "cancelSyncRun"
        | "revertSyncRun"
        | "examineDingTalkApplication"
        | "getDingTalkExamination" => "sync:run",
        "sendMessage" | "previewMessage" | "listMessages" | "getMessage" | "followMessage"
        | "listRecipients" | "exportRecipients" | "cancelMessage" | "recallMessage" | "resendMessage"
        | "uploadMedia" | "getDingTalkUsage" | "getMessageSettings" => "messages:send",
        // What a tenant shows its people: being its member, which the administrator of the platform is not.
        _ if path.starts_with("/me/tenants/{tenantId}") => "tenant:member",
        _ if path.starts_with("/tenants/{tenantId}") => "tenant:administer",
        _ => "platform:administer",
    }
}
