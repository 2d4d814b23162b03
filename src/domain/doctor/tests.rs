//! Decisions from probe outcomes: each defect alone turns exactly its own check red.

use super::*;

const CODES: [(&str, Proof); 8] = [
    ("fieldMobile", Proof::MobileNumbers),
    ("fieldEmail", Proof::PersonalFields),
    ("qyapi_get_department_list", Proof::Departments),
    ("qyapi_get_member", Proof::Persons),
    ("qyapi_get_department_member", Proof::Members),
    ("Contact.User.mobile", Proof::OwnSignIn),
    ("Contact.User.Read", Proof::OwnSignIn),
    ("qyapi_manage_addresslist", Proof::Writing),
];

fn healthy() -> Facts {
    let permission = |(code, proof)| Permission {
        code,
        zh: "权限",
        en: "permission",
        request_link: format!("https://open-dev.dingtalk.com/appscope/apply?content=app%23{code}"),
        proof,
    };
    Facts {
        application: ApplicationFacts {
            tenant: TenantId(1000),
            corp_id: Some("dingcorp0001".into()),
            enabled: true,
            has_sent: false,
        },
        public_url: Some("http://192.168.1.6:3100".into()),
        same_enterprise: Vec::new(),
        token: Probe::Answered(()),
        scope: Probe::Answered(ScopeFacts { whole: true, departments: 1, ..ScopeFacts::default() }),
        departments: Probe::Answered(()),
        members: Probe::Answered(()),
        sample: Probe::Answered(Sample { people: 20, with_mobile: 19, with_personal: 3 }),
        count: Probe::Answered(120),
        outside: Probe::NotAsked(text(["", ""])),
        agent: failed(Obstacle::ParameterRefused),
        enterprise: Probe::Answered(()),
        stream: Probe::Answered("gateway.example:443".into()),
        events: EventFacts::default(),
        clock_ahead_ms: Some(400),
        permissions: CODES.map(permission).to_vec(),
    }
}

fn failed<T>(obstacle: Obstacle) -> Probe<T> {
    Probe::Failed(Failure {
        obstacle,
        title: text(["标题", "title"]),
        detail: text(["详情", "detail"]),
        remedy: text(["处理", "remedy"]),
        link: Some("https://open-dev.dingtalk.com/x".into()),
    })
}

/// As if the token had been refused: nothing else was asked.
fn without_token(obstacle: Obstacle) -> Facts {
    fn unasked<T>() -> Probe<T> {
        Probe::NotAsked(text(["没有凭证", "no token"]))
    }
    Facts {
        token: failed(obstacle),
        scope: unasked(),
        departments: unasked(),
        members: unasked(),
        sample: unasked(),
        count: unasked(),
        outside: unasked(),
        agent: unasked(),
        enterprise: unasked(),
        stream: unasked(),
        ..healthy()
    }
}

/// The ids of the checks that are wrong, or may be.
fn red(facts: &Facts) -> Vec<String> {
    let report = decide(facts, Timestamp(0));
    let wrong = |check: &Check| matches!(check.status, CheckStatus::Error | CheckStatus::Warning);
    report.checks.into_iter().filter(wrong).map(|check| check.id).collect()
}

fn check(facts: &Facts, id: &str) -> Check {
    let report = decide(facts, Timestamp(0));
    report.checks.into_iter().find(|check| check.id == id).unwrap_or_else(|| panic!("no check {id}"))
}

#[test]
fn what_is_in_order_is_ok_and_what_cannot_be_proven_says_so() {
    let report = decide(&healthy(), Timestamp(7));
    assert_eq!(red(&healthy()), Vec::<String>::new());
    let unproven: Vec<&str> = report
        .checks
        .iter()
        .filter(|check| check.status == CheckStatus::Unproven)
        .map(|check| check.id.as_str())
        .collect();
    assert_eq!(
        unproven,
        [
            "agentId",
            "permission.Contact.User.mobile",
            "permission.Contact.User.Read",
            "permission.qyapi_manage_addresslist",
            "homePage",
            "redirectAddress",
        ]
    );
    assert!(check(&healthy(), "homePage").evidence.zh.contains("http://192.168.1.6:3100/tenantId/1000"));
}

#[test]
fn every_check_speaks_both_languages_and_says_what_to_do_unless_it_is_ok() {
    let cases = [
        healthy(),
        without_token(Obstacle::WrongSecret),
        without_token(Obstacle::NoAnswer),
        Facts { public_url: None, clock_ahead_ms: None, ..healthy() },
        Facts { scope: Probe::Answered(ScopeFacts::default()), ..healthy() },
    ];
    let ids: Vec<String> =
        decide(&healthy(), Timestamp(0)).checks.into_iter().map(|check| check.id).collect();
    for facts in cases {
        let report = decide(&facts, Timestamp(0));
        assert_eq!(report.checks.iter().map(|check| check.id.clone()).collect::<Vec<_>>(), ids);
        for check in report.checks {
            for said in [&check.title, &check.evidence] {
                assert!(!said.zh.is_empty() && !said.en.is_empty(), "{check:?}");
            }
            assert_eq!(check.remedy.zh.is_empty(), check.status == CheckStatus::Ok, "{check:?}");
            assert_eq!(check.remedy.en.is_empty(), check.status == CheckStatus::Ok, "{check:?}");
        }
    }
}

#[test]
fn without_a_token_only_its_reason_is_red() {
    let refused = Obstacle::AddressRefused { ip: Some("203.0.113.9".into()) };
    for (obstacle, id) in [
        (Obstacle::WrongSecret, "secret"),
        (refused.clone(), "egressIp"),
        (Obstacle::ApplicationDisabled, "applicationEnabled"),
        (Obstacle::EnterpriseUnavailable, "applicationEnabled"),
        (Obstacle::NoAnswer, "network"),
    ] {
        assert_eq!(red(&without_token(obstacle.clone())), [id], "{obstacle:?}");
    }
    assert!(check(&without_token(refused), "egressIp").evidence.en.contains("203.0.113.9"));
}

#[test]
fn a_missing_permission_is_told_by_its_own_code_only() {
    let missing = |code: &str| Obstacle::PermissionMissing { codes: vec![code.into()] };
    let list = "qyapi_get_department_list";
    let cases = [
        (list, Facts { departments: failed(missing(list)), ..healthy() }),
        ("qyapi_get_member", Facts { count: failed(missing("qyapi_get_member")), ..healthy() }),
        (
            "qyapi_get_department_member",
            Facts {
                members: failed(missing("qyapi_get_department_member")),
                sample: failed(missing("qyapi_get_department_member")),
                ..healthy()
            },
        ),
    ];
    for (code, facts) in cases {
        let id = format!("permission.{code}");
        assert_eq!(red(&facts), [id.as_str()]);
        assert!(check(&facts, &id).link.unwrap().ends_with(code));
    }
    let other = Facts { count: failed(missing("qyapi_base")), ..healthy() };
    assert_eq!(check(&other, "permission.qyapi_get_member").status, CheckStatus::Unproven);
    let basic = Facts { scope: failed(missing("qyapi_base")), ..healthy() };
    assert_eq!(red(&basic), ["contactScope"]);
}

#[test]
fn a_field_is_withheld_when_it_is_missing_on_everyone_of_enough_people() {
    let sampled = |people, with_mobile, with_personal| Facts {
        sample: Probe::Answered(Sample { people, with_mobile, with_personal }),
        ..healthy()
    };
    assert_eq!(red(&sampled(5, 0, 1)), ["permission.fieldMobile"]);
    assert_eq!(red(&sampled(5, 1, 0)), ["permission.fieldEmail"]);
    for facts in [sampled(4, 0, 0), sampled(0, 0, 0)] {
        assert_eq!(red(&facts), Vec::<String>::new());
        assert_eq!(check(&facts, "permission.fieldMobile").status, CheckStatus::Unproven);
    }
    let promised = ScopeFacts { whole: true, departments: 1, fields: ["email".into()].into(), people: 0 };
    let facts = Facts { scope: Probe::Answered(promised), ..sampled(50, 50, 0) };
    assert_eq!(check(&facts, "permission.fieldEmail").status, CheckStatus::Unproven, "nobody may have one");
}

#[test]
fn a_partial_scope_counts_what_lies_outside_and_an_empty_one_is_an_error() {
    let partial = ScopeFacts { departments: 2, people: 3, ..ScopeFacts::default() };
    let facts = Facts {
        scope: Probe::Answered(partial),
        outside: Probe::Answered(Outside { departments: 7, complete: false }),
        ..healthy()
    };
    assert_eq!(red(&facts), ["contactScope"]);
    let check = check(&facts, "contactScope");
    assert!(check.evidence.en.ends_with("at least 7 departments lie outside"), "{}", check.evidence.en);
    assert_eq!(check.status, CheckStatus::Warning, "it may be meant");
    let empty = Facts { scope: Probe::Answered(ScopeFacts::default()), ..healthy() };
    assert_eq!(self::check(&empty, "contactScope").status, CheckStatus::Error);
}

#[test]
fn the_clock_may_differ_by_a_minute_and_an_hour_is_an_error() {
    let at = |ahead_ms| check(&Facts { clock_ahead_ms: ahead_ms, ..healthy() }, "clock");
    assert_eq!(at(Some(-60_000)).status, CheckStatus::Ok);
    assert_eq!(at(Some(61_000)).status, CheckStatus::Warning);
    assert_eq!(at(None).status, CheckStatus::Unproven);
    let behind = at(Some(3_600_000));
    assert_eq!(behind.status, CheckStatus::Error);
    assert!(behind.evidence.en.contains("3600 seconds behind"), "{}", behind.evidence.en);
    assert!(at(Some(-3_600_000)).evidence.en.contains("3600 seconds ahead"));
    assert_eq!(at(Some(i64::MIN)).status, CheckStatus::Error);
}

#[test]
fn agent_corp_and_stream_are_judged_by_what_dingtalk_objects_to() {
    let agent = Facts { agent: failed(Obstacle::AgentInvalid), ..healthy() };
    assert_eq!(red(&agent), ["agentId"]);
    let has_sent =
        Facts { application: ApplicationFacts { has_sent: true, ..healthy().application }, ..healthy() };
    assert_eq!(check(&has_sent, "agentId").status, CheckStatus::Ok);
    assert_eq!(red(&Facts { agent: failed(Obstacle::AgentInvalid), ..has_sent }), ["agentId"]);
    let corp = |corp_id: Option<&str>, enterprise| {
        let application = ApplicationFacts { corp_id: corp_id.map(str::to_owned), ..healthy().application };
        check(&Facts { application, enterprise, ..healthy() }, "corpId").status
    };
    assert_eq!(corp(None, Probe::NotAsked(text(["无", "none"]))), CheckStatus::Unproven);
    assert_eq!(corp(Some("dingother"), failed(Obstacle::EnterpriseUnavailable)), CheckStatus::Error);
    assert_eq!(corp(Some("dingother"), failed(Obstacle::NotNow)), CheckStatus::Warning);
    assert_eq!(corp(Some("not a corp"), failed(Obstacle::NotNow)), CheckStatus::Error);
    assert_eq!(corp(Some("dingother"), failed(Obstacle::NoAnswer)), CheckStatus::Unproven);
    assert_eq!(red(&Facts { stream: failed(Obstacle::Other), ..healthy() }), ["stream"]);
    let busy = Facts { stream: failed(Obstacle::NotNow), ..healthy() };
    assert_eq!(check(&busy, "stream").status, CheckStatus::Unproven);
}

#[test]
fn other_tenants_of_the_enterprise_are_named_only_to_those_who_may_know() {
    let others = [OtherTenant { id: TenantId(1001), name: "北方工厂".into() }];
    let facts = Facts { same_enterprise: others.to_vec(), ..healthy() };
    assert_eq!(red(&facts), [SAME_ENTERPRISE]);
    assert!(!check(&facts, SAME_ENTERPRISE).evidence.zh.contains("北方工厂"));
    assert!(same_enterprise(&others, true, true).evidence.zh.contains("北方工厂（1001）"));
}

#[test]
fn the_public_address_must_be_one_that_phones_can_open() {
    let at = |address: Option<&str>| {
        let facts = Facts { public_url: address.map(str::to_owned), ..healthy() };
        (check(&facts, "publicUrl").status, check(&facts, "homePage").status)
    };
    assert_eq!(at(None), (CheckStatus::Warning, CheckStatus::Unproven));
    assert_eq!(at(Some("http://localhost:3100")).0, CheckStatus::Warning);
    assert_eq!(at(Some("http://127.0.0.1:3100")).0, CheckStatus::Warning);
    assert_eq!(at(Some("https://menpai.example.com")), (CheckStatus::Ok, CheckStatus::Unproven));
}
