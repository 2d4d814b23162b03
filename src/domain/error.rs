//! The one table of error codes, and the one error type of the business.
//!
//! Invariant: a code, once released, keeps its name and meaning; programs rely on it.

use std::fmt;

use crate::domain::text::Text;

/// What kind of failure it is, which decides the HTTP status at the edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// The request itself is wrong.
    Invalid,
    /// Nobody, or not anymore, signed in.
    Unauthenticated,
    /// Signed in, but not allowed.
    Forbidden,
    /// There is no such thing (or none that the caller may see).
    NotFound,
    /// It contradicts what is there or going on.
    Conflict,
    /// Well-formed, but cannot be done.
    Unprocessable,
    /// Too many attempts.
    TooMany,
    /// Something failed here.
    Internal,
    /// Something needed is away for the moment.
    Unavailable,
}

/// Defines the codes: variant, text on the wire, class. One table, so that documents and tests can list it.
macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $class:ident;)+) => {
        /// The stable codes of errors.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum ErrorCode { $($(#[$doc])* $variant),+ }

        impl ErrorCode {
            /// Every code.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The text on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The kind of failure.
            pub fn class(self) -> ErrorClass {
                match self { $(Self::$variant => ErrorClass::$class),+ }
            }
        }
    };
}

codes! {
    /// A field, parameter or body is malformed.
    InvalidRequest = "invalidRequest", Invalid;
    /// A page cursor is not one that this list gave out.
    InvalidCursor = "invalidCursor", Invalid;
    /// No token, or one that is unknown, expired or revoked.
    Unauthenticated = "unauthenticated", Unauthenticated;
    /// The username and the password do not belong together.
    WrongCredentials = "wrongCredentials", Unauthenticated;
    /// The current password, asked for again to change it, is wrong.
    CurrentPasswordWrong = "currentPasswordWrong", Unprocessable;
    /// Signed in, but without the right to do this.
    Forbidden = "forbidden", Forbidden;
    /// The default password must be changed before anything else.
    PasswordChangeRequired = "passwordChangeRequired", Forbidden;
    /// No such thing, or none that the caller may see.
    NotFound = "notFound", NotFound;
    /// The address exists, but not with this method.
    MethodNotAllowed = "methodNotAllowed", Invalid;
    /// The body's media type is not the one expected.
    UnsupportedMediaType = "unsupportedMediaType", Invalid;
    /// The body is larger than allowed.
    BodyTooLarge = "bodyTooLarge", Invalid;
    /// Too many failed attempts; wait.
    TooManyAttempts = "tooManyAttempts", TooMany;
    /// Something failed inside; the request id finds it in the log.
    Internal = "internal", Internal;
    /// The server is stopping or overloaded.
    Unavailable = "unavailable", Unavailable;
    /// The house number belongs to another tenant.
    HouseNumberTaken = "houseNumberTaken", Conflict;
    /// The Client ID (AppKey) is used by another tenant.
    ClientIdTaken = "clientIdTaken", Conflict;
    /// The username belongs to another account.
    UsernameTaken = "usernameTaken", Conflict;
    /// The tenant already has a DingTalk application.
    DingTalkAlreadyConfigured = "dingtalkAlreadyConfigured", Conflict;
    /// The tenant has no DingTalk application.
    DingTalkNotConfigured = "dingtalkNotConfigured", Unprocessable;
    /// The tenant's DingTalk application is switched off here.
    DingTalkDisabled = "dingtalkDisabled", Unprocessable;
    /// The tenant has as many API tokens as it may have.
    ApiTokenLimit = "apiTokenLimit", Conflict;
    /// The server was set up already.
    AlreadySetUp = "alreadySetUp", Conflict;
    /// The setup link is unknown, used or expired.
    SetupTokenInvalid = "setupTokenInvalid", Forbidden;
    /// The one-time link to choose a password is unknown, used or expired.
    PasswordLinkInvalid = "passwordLinkInvalid", Forbidden;
    /// The account's password is not one that its person chose.
    PasswordNotChosen = "passwordNotChosen", Conflict;
    /// It would leave nobody who administers.
    LastAdministrator = "lastAdministrator", Conflict;
    /// The new password does not follow the policy.
    PasswordTooWeak = "passwordTooWeak", Unprocessable;
    /// Another run of this tenant is going on.
    SyncAlreadyRunning = "syncAlreadyRunning", Conflict;
    /// The run is not in a state that allows this.
    SyncRunState = "syncRunState", Conflict;
    /// DingTalk or the directory moved since the plan was made.
    SyncPlanOutdated = "syncPlanOutdated", Conflict;
    /// DingTalk's data was incomplete or contradicted itself.
    SyncIncompleteRead = "syncIncompleteRead", Unprocessable;
    /// The server stopped during the run too often.
    SyncInterrupted = "syncInterrupted", Unavailable;
    /// The conflict was resolved or vanished.
    ConflictState = "conflictState", Conflict;
    /// The message's content breaks a limit of DingTalk.
    MessageInvalid = "messageInvalid", Unprocessable;
    /// The file is empty, too large, or not of a kind that DingTalk takes.
    MediaInvalid = "mediaInvalid", Unprocessable;
    /// Nobody can receive the message.
    NoRecipients = "noRecipients", Unprocessable;
    /// The idempotency key was used for another request.
    IdempotencyKeyReused = "idempotencyKeyReused", Unprocessable;
    /// The message cannot be broadcast to this audience.
    BroadcastImpossible = "broadcastImpossible", Unprocessable;
    /// The tenant has as many webhooks as it may have.
    WebhookLimit = "webhookLimit", Conflict;
    /// The webhook's address leads to this machine or a network that may not be called.
    WebhookAddressRefused = "webhookAddressRefused", Unprocessable;
    /// The message is not in a state that allows this.
    MessageState = "messageState", Conflict;
    /// A backup is being made or read already.
    BackupBusy = "backupBusy", Conflict;
    /// The backup is damaged, newer, or does not open.
    BackupUnusable = "backupUnusable", Unprocessable;
    /// There is no such tenant, or nobody signs in to it through DingTalk.
    DingTalkSignInUnavailable = "dingtalkSignInUnavailable", NotFound;
    /// DingTalk does not take the sign-in code: used, expired, or made for another application.
    DingTalkCodeRefused = "dingtalkCodeRefused", Unauthenticated;
    /// DingTalk knows the person, but this tenant does not let them in.
    NotAdmitted = "notAdmitted", Forbidden;
    /// The person signed in to DingTalk for another enterprise than the tenant's.
    ForeignEnterprise = "foreignEnterprise", Forbidden;
    /// The scan was begun too long ago, in another browser, or is over.
    ScanOver = "scanOver", Unprocessable;
    /// DingTalk refuses until an administrator mends something; the detail says what.
    DingTalkRefused = "dingtalkRefused", Unprocessable;
    /// DingTalk refused or failed; the detail says how.
    DingTalkFailed = "dingtalkFailed", Unavailable;
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A failure of the business: a stable code and a sentence that says what failed and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// The stable code.
    pub code: ErrorCode,
    /// What failed, for which input, and what to do next. Shown to people: no secrets, paths or personal data.
    pub detail: Text,
    /// Seconds to wait before trying again, when that is known.
    pub retry_after: Option<u32>,
}

/// The result of everything that can fail in the business.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error with its sentence in Chinese and English.
    pub fn new(code: ErrorCode, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code, detail: Text::new(zh, en), retry_after: None }
    }

    /// A malformed request.
    pub fn invalid(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self::new(ErrorCode::InvalidRequest, zh, en)
    }

    /// Something that is not there. `what` names the kind of thing in both languages.
    pub fn not_found(zh: &str, en: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("{zh}不存在"), format!("there is no such {en}"))
    }

    /// Something failed inside; the cause belongs into the log, not here.
    pub fn internal() -> Self {
        Self::new(
            ErrorCode::Internal,
            "服务器内部错误，请凭请求编号查看日志",
            "something failed inside the server; its log tells more under this request id",
        )
    }

    /// The same error, with the seconds to wait.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code, self.detail.en)
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_on_the_wire() {
        let texts: BTreeSet<_> = ErrorCode::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(texts.len(), ErrorCode::ALL.len());
    }
}
