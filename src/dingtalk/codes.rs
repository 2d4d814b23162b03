//! DingTalk's error codes of both families, and what each means.
//!
//! Must not know how the code was found in the answer. Invariant: the first table that knows a code decides.
//! Sources: global code table [S-0013], frequency limits [S-1433], sign-in [S-0027], notices [S-0769], media [S-0646].

use super::error::{ErrorKind, MediaFault, ScopeItem};

/// What a code of the old API means; details that stand in the message are filled in by the caller.
pub(super) fn numeric(code: i64) -> Option<ErrorKind> {
    Some(match code {
        -1 | 15 => ErrorKind::Busy,
        40014 | 42001 | 40001 => ErrorKind::TokenRejected,
        40096 | 40089 => ErrorKind::WrongSecret,
        60020 => ErrorKind::IpNotAllowed { ip: None },
        60011 => ErrorKind::PermissionMissing { scopes: Vec::new(), link: None },
        50003 | 43007 | 48002 | 48004 => ErrorKind::ApplicationDisabled,
        50005 | 70001 | 40013 | 33001 => ErrorKind::CorpDisabled,
        50002 => ErrorKind::OutsideScope(ScopeItem::User),
        50004 => ErrorKind::OutsideScope(ScopeItem::Department),
        60003 | 40009 => ErrorKind::DepartmentNotFound,
        33012 | 40003 | 40031 | 46004 | 60111 | 60120 | 60121 => ErrorKind::UserNotFound,
        40056 | 41011 | 70003 | 70004 => ErrorKind::AgentInvalid,
        40078 | 40079 | 40029 | 41026 => ErrorKind::CodeInvalid,
        40102 | 42008 | 42003 => ErrorKind::CodeExpired,
        90018 | 90002 => ErrorKind::Throttled { until_ms: None },
        90020 | 45009 => ErrorKind::QuotaExhausted,
        90001 | 90003..=90005 | 90017 => ErrorKind::CallerBlocked,
        40008 | 34001..=34016 | 45002 | 41028 | 41029 | 41045..=41049 | 40048 => ErrorKind::MessageRejected,
        40004 | 40005 => ErrorKind::MediaRejected(MediaFault::Type),
        40006 => ErrorKind::MediaRejected(MediaFault::Size),
        41005 | 44001 => ErrorKind::MediaRejected(MediaFault::Empty),
        40000 | 40032 | 40035 | 40038 | 40068..=40070 | 40104 | 400_002 | 44002 => ErrorKind::BadParameter,
        _ => return None,
    })
}

/// What a code of the new API means. Codes are dotted words whose case is not to be relied on.
pub(super) fn named(code: &str) -> Option<ErrorKind> {
    let code = code.to_ascii_lowercase();
    let has = |part: &str| code.contains(part);
    Some(if has("invalidclientidorsecret") || has("invalid.client") || has("unauthorized.client") {
        ErrorKind::WrongSecret
    } else if has("invalidauthentication") || has("accesstoken.expired") {
        ErrorKind::TokenRejected
    } else if has("ipnotinwhitelist") {
        ErrorKind::IpNotAllowed { ip: None }
    } else if has("accesstokenpermissiondenied") {
        ErrorKind::PermissionMissing { scopes: Vec::new(), link: None }
    } else if has("apicountlimit") {
        ErrorKind::QuotaExhausted
    } else if has("qpslimit") || has("qpmlimit") || has("throttling") {
        ErrorKind::Throttled { until_ms: None }
    } else if has("user.notfound") || has("usernotexist") {
        ErrorKind::UserNotFound
    } else if has("code.expired") || has("codeexpired") {
        ErrorKind::CodeExpired
    } else if has("invalidcode") || has("code.invalid") {
        ErrorKind::CodeInvalid
    } else if has("invalidparameter") || has("parameter.error") || has("missingparameter") {
        ErrorKind::BadParameter
    } else if has("server.error") || has("system.error") || has("unknownerror") || has("isp.") {
        ErrorKind::Busy
    } else {
        return None;
    })
}
