//! The client's errors in the doctor's words.

use crate::dingtalk::{Error, ErrorKind};
use crate::domain::doctor::{Failure, Obstacle, Probe};

/// What became of a question.
pub(super) fn probe<T>(answer: Result<T, Error>) -> Probe<T> {
    match answer {
        Ok(answer) => Probe::Answered(answer),
        Err(error) => Probe::Failed(failure(&error)),
    }
}

fn failure(error: &Error) -> Failure {
    let explanation = error.explain();
    Failure {
        obstacle: obstacle(&error.kind),
        title: explanation.title,
        detail: explanation.detail,
        remedy: explanation.remedy,
        link: explanation.link,
    }
}

fn obstacle(kind: &ErrorKind) -> Obstacle {
    match kind {
        ErrorKind::WrongSecret => Obstacle::WrongSecret,
        ErrorKind::IpNotAllowed { ip } => Obstacle::AddressRefused { ip: ip.as_deref().map(str::to_owned) },
        ErrorKind::PermissionMissing { scopes, .. } => Obstacle::PermissionMissing { codes: scopes.clone() },
        ErrorKind::ApplicationDisabled => Obstacle::ApplicationDisabled,
        ErrorKind::CorpDisabled => Obstacle::EnterpriseUnavailable,
        ErrorKind::AgentInvalid => Obstacle::AgentInvalid,
        ErrorKind::BadParameter => Obstacle::ParameterRefused,
        ErrorKind::Unreachable { .. } | ErrorKind::Timeout | ErrorKind::Malformed { .. } => {
            Obstacle::NoAnswer
        }
        ErrorKind::Throttled { .. }
        | ErrorKind::QuotaExhausted
        | ErrorKind::CallerBlocked
        | ErrorKind::Banned { .. }
        | ErrorKind::Busy => Obstacle::NotNow,
        ErrorKind::TokenRejected
        | ErrorKind::OutsideScope(_)
        | ErrorKind::DepartmentNotFound
        | ErrorKind::UserNotFound
        | ErrorKind::CodeInvalid
        | ErrorKind::CodeExpired
        | ErrorKind::MessageRejected
        | ErrorKind::MediaRejected(_)
        | ErrorKind::Unknown => Obstacle::Other,
    }
}
