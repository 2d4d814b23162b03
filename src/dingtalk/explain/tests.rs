//! Every kind of failure has words in both languages, and a code of its own.

use std::collections::BTreeSet;

use super::*;
use crate::dingtalk::{MediaFault, ScopeItem};

fn every_kind() -> Vec<ErrorKind> {
    vec![
        ErrorKind::WrongSecret,
        ErrorKind::IpNotAllowed { ip: Some("203.0.113.9".into()) },
        ErrorKind::PermissionMissing { scopes: vec!["qyapi_get_member".into()], link: None },
        ErrorKind::ApplicationDisabled,
        ErrorKind::CorpDisabled,
        ErrorKind::TokenRejected,
        ErrorKind::OutsideScope(ScopeItem::Department),
        ErrorKind::DepartmentNotFound,
        ErrorKind::UserNotFound,
        ErrorKind::BadParameter,
        ErrorKind::AgentInvalid,
        ErrorKind::CodeInvalid,
        ErrorKind::CodeExpired,
        ErrorKind::Throttled { until_ms: None },
        ErrorKind::QuotaExhausted,
        ErrorKind::CallerBlocked,
        ErrorKind::Banned { until_ms: 1_900_000_000_000 },
        ErrorKind::Busy,
        ErrorKind::Unreachable { sent: false, reason: "refused".into() },
        ErrorKind::Unreachable { sent: true, reason: "reset".into() },
        ErrorKind::Timeout,
        ErrorKind::Malformed { what: "`list` is missing".into() },
        ErrorKind::MessageRejected,
        ErrorKind::MediaRejected(MediaFault::Size),
        ErrorKind::Unknown,
    ]
}

fn explain(kind: ErrorKind) -> Explanation {
    let code = Some("60020".to_owned());
    Error { code, request_id: Some("r1".into()), ..Error::new("/auth/scopes", kind) }.explain()
}

#[test]
fn every_kind_has_its_own_code_and_both_languages() {
    let explanations: Vec<_> = every_kind().into_iter().map(explain).collect();
    let codes: BTreeSet<_> = explanations.iter().map(|explanation| explanation.code).collect();
    assert_eq!(codes.len(), explanations.len());
    let chinese = |text: &str| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    for Explanation { code, title, detail, remedy, .. } in explanations {
        assert!(code.starts_with("dingtalk"));
        assert!(
            [&title, &detail, &remedy].iter().all(|text| chinese(&text.zh) && !text.en.is_empty()),
            "{code}"
        );
        assert!(
            detail.en.contains("/auth/scopes") && detail.en.contains("60020") && detail.zh.contains("r1")
        );
    }
}

#[test]
fn a_wrong_secret_is_told_in_the_words_of_both_consoles() {
    let Explanation { title, .. } = explain(ErrorKind::WrongSecret);
    for name in ["Client ID", "AppKey", "Client Secret", "AppSecret"] {
        assert!(title.zh.contains(name) && title.en.contains(name));
    }
}

#[test]
fn a_ban_tells_its_end() {
    let explanation = explain(ErrorKind::Banned { until_ms: 1_900_000_000_000 });
    assert!(explanation.title.en.contains("2030-03-17 17:46:40 UTC"), "{}", explanation.title.en);
}
