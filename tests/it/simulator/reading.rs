//! Tokens, the order of checks, departments, people, scope, field permissions and limits.

use super::{Stage, code};
use menpai::simulator::Shape;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const LIST: &str = "/topapi/v2/user/list";
const LISTSUB: &str = "/topapi/v2/department/listsub";
const GET: &str = "/topapi/v2/user/get";

#[tokio::test]
async fn the_three_token_calls_give_one_token_that_is_renewed_and_dies() {
    let stage = Stage::new(Shape::plain(5, 1)).await;
    let app = &stage.app;
    let first = stage.token().await;
    let (status, modern) = stage
        .modern(
            "/v1.0/oauth2/accessToken",
            json!({ "appKey": app.client_id, "appSecret": app.client_secret }),
        )
        .await;
    assert_eq!((status, modern["accessToken"].as_str()), (200, Some(first.as_str())));
    let body = json!({ "client_id": app.client_id, "client_secret": app.client_secret,
                       "grant_type": "client_credentials" });
    let (_, unified) = stage.modern(&format!("/v1.0/oauth2/{}/token", app.corp_id), body).await;
    assert_eq!(unified["access_token"], json!(first));
    stage.pass(7_199_000);
    assert_eq!(stage.token().await, first, "asking renews");
    stage.pass(7_201_000);
    let dead = stage.post(&format!("{LISTSUB}?access_token={first}"), json!({ "dept_id": 1 })).await;
    assert_eq!((dead["errcode"].as_i64(), code(&dead)), (Some(88), 42_001));
    assert_ne!(stage.token().await, first);
    stage.simulator.platform().expire_tokens(None);
    assert_eq!(stage.simulator.platform().tokens_issued(), 2);
}

#[tokio::test]
async fn wrong_credentials_have_their_own_words_on_each_interface() {
    let stage = Stage::new(Shape::plain(5, 1)).await;
    let id = stage.app.client_id.clone();
    assert_eq!(stage.get(&format!("/gettoken?appkey={id}&appsecret=wrong")).await["errcode"], 40_096);
    assert_eq!(stage.get("/gettoken").await["errcode"], 40_035);
    let (status, body) =
        stage.modern("/v1.0/oauth2/accessToken", json!({ "appKey": id, "appSecret": "wrong" })).await;
    assert_eq!((status, body["code"].as_str()), (400, Some("invalidClientIdOrSecret")));
    let (status, body) = stage.modern("/v1.0/nonsense", json!({})).await;
    assert_eq!((status, body["code"].as_str()), (404, Some("InvalidAction.NotFound")));
}

#[tokio::test]
async fn checks_run_in_the_order_of_the_gateway() {
    let stage = Stage::with(Shape::plain(5, 1), |settings| {
        settings.behaviour.limits = true;
        settings.behaviour.caller_address = Some("203.0.113.9".parse().unwrap());
    })
    .await;
    let platform = stage.simulator.platform();
    let id = stage.app.client_id.clone();
    let token = stage.token().await;
    let path = format!("{LIST}?access_token={token}");
    platform
        .change_application(&id, |app| {
            app.permissions.remove("qyapi_get_department_member");
            app.ip_whitelist = Some(vec!["10.0.0.1".into()]);
        })
        .unwrap();
    assert_eq!(code(&stage.post("/topapi/v2/user/nope?access_token=x", json!({})).await), 22);
    assert_eq!(code(&stage.post(LIST, json!({})).await), 40_000);
    assert_eq!(code(&stage.post(&format!("{LIST}?access_token=x"), json!({})).await), 40_014);
    let refused = stage.post(&path, json!({})).await;
    assert_eq!(code(&refused), 60_020);
    assert!(refused["errmsg"].as_str().unwrap().contains(&format!("request ip=203.0.113.9 appKey({id})")));
    platform.change_application(&id, |app| app.ip_whitelist = None).unwrap();
    let refused = stage.post(&path, json!({})).await;
    assert_eq!(code(&refused), 60_011);
    let text = refused["errmsg"].as_str().unwrap();
    assert!(text.contains("{requiredScopes=[qyapi_get_department_member]}"), "{text}");
    assert!(text.contains(&format!("content={id}%23qyapi_get_department_member")), "{text}");
    platform.set_permission(&id, "qyapi_get_department_member", true).unwrap();
    for _ in 0..20 {
        assert_eq!(code(&stage.post(&path, json!({})).await), 400_002, "parameters come after the rate");
    }
    let throttled = stage.post(&path, json!({})).await;
    assert_eq!(code(&throttled), 90_018);
    assert!(
        throttled["errmsg"].as_str().unwrap().contains("限制将在 2030-03-18 01:46:41 结束"),
        "{throttled}"
    );
    stage.pass(1_000);
    assert_eq!(code(&stage.post(&path, json!({ "dept_id": 999, "cursor": 0, "size": 10 })).await), 60_003);
    assert_eq!(platform.count_of(LIST).busiest_second, 23, "those with a good token");
    platform.set_behaviour(|behaviour| behaviour.bare_errors = true);
    assert_eq!(stage.post(LIST, json!({})).await["errcode"], 40_000);
    assert_eq!(
        stage.http.get(stage.url(&path)).send().await.unwrap().json::<Value>().await.unwrap()["errcode"],
        43_002
    );
}

#[tokio::test]
async fn a_walk_finds_everybody_page_by_page() {
    let stage = Stage::new(Shape::awkward(400, 9)).await;
    let mut found = BTreeSet::new();
    let mut queue = vec![1_i64];
    let mut pages_of_crowd = 0;
    while let Some(dept_id) = queue.pop() {
        let children = stage.call(LISTSUB, json!({ "dept_id": dept_id })).await;
        queue.extend(
            children["result"].as_array().unwrap().iter().map(|child| child["dept_id"].as_i64().unwrap()),
        );
        let mut cursor = json!(0);
        for page in 0.. {
            let body =
                json!({ "dept_id": dept_id, "cursor": cursor, "size": 100, "contain_access_limit": true });
            let answer = stage.call(LIST, body).await;
            if dept_id == -7 {
                assert_eq!(code(&answer), 40_009);
                break;
            }
            let result = &answer["result"];
            for person in result["list"].as_array().unwrap() {
                assert!(person["dept_id_list"].as_array().unwrap().contains(&json!(dept_id)));
                found.insert(person["userid"].as_str().unwrap().to_owned());
            }
            if result["has_more"] == json!(false) {
                assert!(result.get("next_cursor").is_none(), "the last page has no cursor");
                pages_of_crowd = pages_of_crowd.max(page + 1);
                break;
            }
            cursor = result["next_cursor"].clone();
            assert_ne!(cursor, json!(100), "cursors are opaque");
        }
    }
    let corp_id = &stage.app.corp_id;
    let expected: BTreeSet<String> = stage
        .simulator
        .platform()
        .with_organisation(corp_id, |organisation| {
            organisation.users().map(|user| user.userid.clone()).collect()
        })
        .unwrap();
    assert_eq!(found, expected);
    assert!(pages_of_crowd >= 2, "one department has more than a page");
}

#[tokio::test]
async fn sizes_cursors_and_form_bodies_are_checked() {
    let stage = Stage::new(Shape::plain(30, 2)).await;
    let list = async |size: i64, cursor: i64| {
        code(&stage.call(LIST, json!({ "dept_id": 1, "cursor": cursor, "size": size })).await)
    };
    assert_eq!(list(101, 0).await, 40_069);
    assert_eq!(list(0, 0).await, 40_069);
    assert_eq!(list(10, 10).await, 40_068, "10 was never handed out");
    let url = stage.url(&format!("{LISTSUB}?access_token={}", stage.token().await));
    let form = stage.http.post(url).form(&[("dept_id", "1")]).send().await.unwrap();
    let form: Value = form.json().await.unwrap();
    assert_eq!(form["errcode"], 0);
    assert!(!form["result"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn the_scope_limits_the_detailed_calls_only() {
    let stage = Stage::new(Shape::plain(200, 4)).await;
    let platform = stage.simulator.platform();
    let (inside, outside, insider, outsider) = platform
        .with_organisation(&stage.app.corp_id, |organisation| {
            let [outside, inside, ..] = *organisation.children(1) else { panic!("too few departments") };
            let below = organisation.subtree(inside);
            let is_inside = |user: &menpai::simulator::User| {
                user.departments.iter().any(|place| below.contains(&place.dept_id))
            };
            let insider = organisation.users().find(|user| is_inside(user)).unwrap().userid.clone();
            let outsider = organisation.users().find(|user| !is_inside(user)).unwrap().userid.clone();
            (inside, outside, insider, outsider)
        })
        .unwrap();
    let id = stage.app.client_id.clone();
    platform.change_application(&id, |app| app.authed_departments = vec![inside]).unwrap();
    let token = stage.token().await;
    let scopes = stage.get(&format!("/auth/scopes?access_token={token}")).await;
    assert_eq!(scopes["auth_org_scopes"]["authed_dept"], json!([inside]));
    for refused in [1, outside] {
        assert_eq!(code(&stage.call(LISTSUB, json!({ "dept_id": refused })).await), 50_004);
        assert_eq!(
            code(&stage.call("/topapi/v2/department/listsubid", json!({ "dept_id": refused })).await),
            0
        );
        assert_eq!(code(&stage.call("/topapi/user/listid", json!({ "dept_id": refused })).await), 0);
    }
    assert_eq!(code(&stage.call(LISTSUB, json!({ "dept_id": inside })).await), 0);
    assert_eq!(code(&stage.call(GET, json!({ "userid": insider })).await), 0);
    assert_eq!(code(&stage.call(GET, json!({ "userid": outsider })).await), 50_002);
    platform.change_application(&id, |app| app.authed_users = vec![outsider.clone()]).unwrap();
    assert_eq!(code(&stage.call(GET, json!({ "userid": outsider })).await), 0);
    let parents = stage.call("/topapi/v2/department/listparentbydept", json!({ "dept_id": inside })).await;
    assert_eq!(parents["result"]["parent_id_list"], json!([inside, 1]));
}

#[tokio::test]
async fn without_the_field_permission_keys_are_missing_for_everybody() {
    let stage = Stage::new(Shape::awkward(60, 5)).await;
    let platform = stage.simulator.platform();
    let people: Vec<String> = platform
        .with_organisation(&stage.app.corp_id, |organisation| {
            organisation.users().map(|user| user.userid.clone()).collect()
        })
        .unwrap();
    let keys = ["mobile", "state_code", "email", "org_email", "work_place", "remark", "extension"];
    let seen = async || {
        let mut seen = BTreeSet::new();
        for userid in &people {
            let answer = stage.call(GET, json!({ "userid": userid })).await;
            seen.extend(keys.into_iter().filter(|key| answer["result"].get(key).is_some()));
        }
        seen
    };
    assert_eq!(seen().await, keys.into());
    platform.change_application(&stage.app.client_id, |app| app.field_email = false).unwrap();
    assert_eq!(seen().await, ["mobile", "state_code"].into());
    platform.change_application(&stage.app.client_id, |app| app.field_mobile = false).unwrap();
    assert_eq!(seen().await, BTreeSet::new());
}

#[tokio::test]
async fn look_ups_answer_ids_and_leavers_are_gone() {
    let stage = Stage::new(Shape::plain(20, 6)).await;
    let platform = stage.simulator.platform();
    let user = platform
        .with_organisation(&stage.app.corp_id, |organisation| organisation.users().next().cloned())
        .flatten()
        .unwrap();
    let by_mobile = stage.call("/topapi/v2/user/getbymobile", json!({ "mobile": user.mobile })).await;
    let by_unionid = stage.call("/topapi/user/getbyunionid", json!({ "unionid": user.unionid })).await;
    for answer in [&by_mobile, &by_unionid] {
        assert_eq!(answer["result"]["userid"], json!(user.userid));
    }
    platform.remove_user(&stage.app.corp_id, &user.userid).unwrap();
    assert_eq!(code(&stage.call(GET, json!({ "userid": user.userid })).await), 60_121);
    assert_eq!(
        code(&stage.call("/topapi/v2/user/getbymobile", json!({ "mobile": user.mobile })).await),
        60_121
    );
    let left = stage.call("/topapi/user/count", json!({ "only_active": false })).await;
    assert_eq!(left["result"]["count"], 19);
    platform.rehire(&stage.app.corp_id, &user.userid).unwrap();
    assert_eq!(code(&stage.call(GET, json!({ "userid": user.userid })).await), 0);
}

#[tokio::test]
async fn the_month_runs_out_for_calls_that_count() {
    let stage = Stage::with(Shape::plain(5, 1), |settings| {
        settings.behaviour.limits = true;
        settings.behaviour.monthly_quota = 2;
    })
    .await;
    let token = stage.token().await;
    let scopes = format!("/auth/scopes?access_token={token}");
    assert_eq!([code(&stage.get(&scopes).await), code(&stage.get(&scopes).await)], [0, 0]);
    assert_eq!(code(&stage.get(&scopes).await), 90_020);
    assert_eq!(code(&stage.call(LISTSUB, json!({ "dept_id": 1 })).await), 0, "reading contacts is exempt");
    assert_eq!(stage.simulator.platform().used_this_month(&stage.app.corp_id), 2);
}
