//! What can go wrong when talking to DingTalk, as one typed error.
//!
//! Must not know how an answer was read (that is `answer`) nor what a person is told (that is `explain`).
//! Invariant: no error holds a token, a client secret or a URL with either in it.

/// A call that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What it means.
    pub kind: ErrorKind,
    /// The path of the API that was called, e.g. `/topapi/v2/user/list`.
    pub api: &'static str,
    /// DingTalk's effective code: the inner one where the answer was wrapped in 88.
    pub code: Option<String>,
    /// DingTalk's own words, shortened.
    pub message: Option<Box<str>>,
    /// The id under which DingTalk's support finds the call.
    pub request_id: Option<Box<str>>,
}

/// The meaning of a failure, whichever of the two API families told it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// Client ID and Client Secret do not belong together (40096, `invalidClientIdOrSecret`).
    WrongSecret,
    /// The address we call from is not in the application's white list (60020).
    IpNotAllowed {
        /// The public address that DingTalk saw.
        ip: Option<Box<str>>,
    },
    /// The application lacks a permission (60011).
    PermissionMissing {
        /// The codes of the permissions that would help; may be empty when DingTalk did not say.
        scopes: Vec<String>,
        /// The page on which an administrator requests the permission.
        link: Option<Box<str>>,
    },
    /// The application is switched off or lost its authorisation (50003, 43007, 48002, 48004).
    ApplicationDisabled,
    /// The enterprise is switched off, gone, or not the one of this application (50005, 70001, 40013).
    CorpDisabled,
    /// DingTalk keeps refusing a token that it has just given.
    TokenRejected,
    /// Exists, but outside what the application may see (50002, 50004).
    OutsideScope(ScopeItem),
    /// No such department (60003).
    DepartmentNotFound,
    /// No such person, or no longer, or not yet (33012, 60121 …).
    UserNotFound,
    /// A parameter of ours was refused.
    BadParameter,
    /// The AgentId is missing, wrong, or of another application (40056, 70003 …).
    AgentInvalid,
    /// A sign-in code is unknown, used, or of the wrong kind (40078 …).
    CodeInvalid,
    /// A sign-in code came too late (40102, 42008, 42003).
    CodeExpired,
    /// Too many calls a second (90018, 90002).
    Throttled {
        /// Epoch milliseconds after which DingTalk says it will listen again.
        until_ms: Option<i64>,
    },
    /// The month's API calls are used up (90020).
    QuotaExhausted,
    /// DingTalk blocks this caller beyond a moment (90001, 90003 …).
    CallerBlocked,
    /// Too many calls from this public address: DingTalk bans it, and we stay silent until then.
    Banned {
        /// Epoch milliseconds.
        until_ms: i64,
    },
    /// DingTalk is busy or broken inside (-1, 15, HTTP 5xx).
    Busy,
    /// No answer came over the network.
    Unreachable {
        /// Whether the request may have reached DingTalk before the connection failed.
        sent: bool,
        /// In technical words, without the address.
        reason: Box<str>,
    },
    /// The connection stood, and no answer came in time.
    Timeout,
    /// An answer came that is not what the API promises.
    Malformed {
        /// What was expected and not found.
        what: Box<str>,
    },
    /// The content of a message was refused, or may not be sent to so many (34004, 41028 …).
    MessageRejected,
    /// An upload was refused (40004, 40005, 40006, 41005, 44001).
    MediaRejected(MediaFault),
    /// Refused for a reason we have no word for; see the code.
    Unknown,
}

/// What lies outside the scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeItem {
    /// A department.
    Department,
    /// A person.
    User,
}

/// What is wrong with an uploaded file. [S-0646]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaFault {
    /// Its kind or its ending.
    Type,
    /// It is too large.
    Size,
    /// Nothing is in it.
    Empty,
}

impl Error {
    /// An error that we state ourselves, without an answer of DingTalk's.
    pub(crate) fn new(api: &'static str, kind: ErrorKind) -> Self {
        Self { kind, api, code: None, message: None, request_id: None }
    }

    /// An answer that breaks the API's promise.
    pub(crate) fn malformed(api: &'static str, what: impl Into<Box<str>>) -> Self {
        Self::new(api, ErrorKind::Malformed { what: what.into() })
    }

    /// A parameter that we refuse to send.
    pub(crate) fn bad_parameter(api: &'static str, message: impl Into<Box<str>>) -> Self {
        Self { message: Some(message.into()), ..Self::new(api, ErrorKind::BadParameter) }
    }

    /// Whether the same call may succeed later without anybody doing anything.
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::Throttled { .. }
                | ErrorKind::Banned { .. }
                | ErrorKind::Busy
                | ErrorKind::Timeout
                | ErrorKind::Unreachable { .. }
        )
    }

    /// Whether DingTalk may have done what was asked although we hold no proof of it.
    pub fn ambiguous(&self) -> bool {
        match &self.kind {
            ErrorKind::Busy | ErrorKind::Timeout | ErrorKind::Malformed { .. } => true,
            ErrorKind::Unreachable { sent, .. } => *sent,
            _ => false,
        }
    }

    /// Whether the server does not know this API at all.
    pub(crate) fn unknown_api(&self) -> bool {
        self.code.as_deref().is_some_and(|code| {
            matches!(code, "22" | "404" | "HTTP 404" | "HTTP 405") || code.ends_with("Action.NotFound")
        })
    }

    /// Whether an administrator must change something in the DingTalk console or in the settings here.
    pub fn is_configuration(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::WrongSecret
                | ErrorKind::IpNotAllowed { .. }
                | ErrorKind::PermissionMissing { .. }
                | ErrorKind::ApplicationDisabled
                | ErrorKind::CorpDisabled
                | ErrorKind::OutsideScope(_)
                | ErrorKind::AgentInvalid
        )
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "DingTalk {}: {}", self.api, self.explain().title.en)?;
        if let ErrorKind::Malformed { what } = &self.kind {
            write!(formatter, " ({what})")?;
        }
        if let ErrorKind::Unreachable { reason, .. } = &self.kind {
            write!(formatter, " ({reason})")?;
        }
        if let Some(code) = &self.code {
            write!(formatter, ", code {code}")?;
        }
        if let Some(message) = &self.message {
            write!(formatter, ": {message}")?;
        }
        if let Some(request_id) = &self.request_id {
            write!(formatter, ", request {request_id}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
