//! Contacts: what is asked, and what is made of the many ways of answering.

use serde_json::{Value, json};

use super::script::Script;
use crate::dingtalk::{Department, Error, ErrorKind, Field, User, UserPage};

/// The client's answer when the server answers any call with `result`.
async fn page(result: Value) -> Result<UserPage, Error> {
    let script = Script::play(move |_, _| json!({"errcode": 0, "result": result}).into()).await;
    let page = script.application().department_users(7, Some(40)).await;
    let asked = script.asked("/topapi/v2/user/list")[0].json();
    assert_eq!(asked, json!({"dept_id": 7, "cursor": 40, "size": 100, "contain_access_limit": true}));
    page
}

#[tokio::test]
async fn a_person_is_read_from_the_wire_as_it_is_and_what_nobody_needs_is_not() {
    let person = json!({
        "userid": "u-1", "unionid": "uN1", "name": "王芳", "mobile": "13800000001", "state_code": "86",
        "email": "", "remark": null, "job_number": 42, "hired_date": "1600000000000",
        "active": "perhaps", "hide_mobile": [], "admin": 7, "dept_id_list": "[2,3]", "dept_order": 176_325_347_523_987_512_i64,
        "leader": "false", "extension": "{\"hobby\":\"go\"}", "unheard_of": {"x": [1]},
    });
    let page =
        page(json!({"has_more": "true", "next_cursor": "140", "list": [person]})).await.expect("a page");
    assert_eq!(page.next_cursor, Some(140));
    let expected = User {
        userid: "u-1".into(),
        unionid: Some("uN1".into()),
        name: Field::Value("王芳".into()),
        mobile: Field::Value("13800000001".into()),
        state_code: Field::Value("86".into()),
        email: Field::Blank,
        remark: Field::Blank,
        job_number: Field::Value("42".into()),
        hired_date: Field::Value(1_600_000_000_000),
        dept_id_list: Some(vec![2, 3]),
        dept_order: Some(176_325_347_523_987_512),
        leader: Some(false),
        extension: Field::Value("{\"hobby\":\"go\"}".into()),
        ..User::default()
    };
    assert_eq!(page.users, [expected]);
}

#[tokio::test]
async fn a_person_alone_has_departments() {
    let person = json!({
        "userid": "u-1", "manager_userid": {}, "extension": {"a": 1},
        "leader_in_dept": [{"dept_id": 1, "leader": true}, {"dept_id": "2"}],
        "dept_order_list": "[{\"dept_id\":1,\"order\":9}]",
    });
    let script = Script::play(move |_, _| json!({"errcode": 0, "result": person}).into()).await;
    let user = script.application().user("u-1").await.expect("a person");
    assert_eq!(user.leader_in_dept, [(1, true), (2, false)]);
    assert_eq!(user.dept_order_list, [(1, 9)]);
    assert_eq!(user.mobile, Field::Absent);
    assert_eq!(user.extension, Field::Value("{\"a\":1}".into()));
}

#[tokio::test]
async fn the_last_page_is_recognised() {
    for result in [
        json!({"has_more": false, "list": []}),
        json!({"has_more": false, "list": [], "next_cursor": 0}),
        json!({"has_more": "false"}),
        json!({"list": []}),
    ] {
        assert_eq!(page(result).await, Ok(UserPage::default()));
    }
}

#[tokio::test]
async fn a_page_that_cannot_be_continued_or_read_is_an_error_that_names_the_api() {
    for result in [
        json!({"has_more": true, "list": []}),
        json!({"has_more": true, "list": [], "next_cursor": null}),
        json!({"has_more": true, "list": [], "next_cursor": "next"}),
        json!({"list": [], "next_cursor": 41}),
        json!({"has_more": true, "next_cursor": 41}),
        json!({"has_more": false, "list": [{"name": "nobody"}]}),
        json!({"has_more": false, "list": [{"userid": "u", "mobile": {}}]}),
        json!({"has_more": false, "list": [7]}),
        json!({}),
        json!([]),
        json!(null),
    ] {
        let error = page(result.clone()).await.expect_err("not a page");
        assert!(matches!(error.kind, ErrorKind::Malformed { .. }), "{result}: {error:?}");
        assert_eq!(error.api, "/topapi/v2/user/list");
    }
}

#[tokio::test]
async fn departments_are_read_from_lists_and_alone() {
    let script = Script::play(|asked, _| {
        let result = match asked.path.as_str() {
            "/topapi/v2/department/listsub" => json!([
                {"dept_id": 700_100, "name": "一厂", "parent_id": 1, "create_dept_group": true},
                {"dept_id": "-7", "name": "", "parent_id": "1"},
            ]),
            "/topapi/v2/department/listsubid" => json!({"dept_id_list": [2, "3"]}),
            "/topapi/v2/department/listparentbydept" => json!({"parent_id_list": [2, 1]}),
            _ => json!({"dept_id": 1, "name": "公司", "order": 0, "dept_manager_userid_list": ["u-1"],
                "member_count": "many", "owning_member_count": {}, "hide_dept": 2}),
        };
        json!({"errcode": 0, "result": result}).into()
    })
    .await;
    let application = script.application();
    let department = |dept_id, name: &str| Department {
        dept_id,
        name: name.to_owned(),
        parent_id: Some(1),
        ..Department::default()
    };
    assert_eq!(
        application.sub_departments(1).await,
        Ok(vec![department(700_100, "一厂"), department(-7, "")])
    );
    let root = application.department(1).await.expect("the root");
    assert_eq!((root.parent_id, root.order), (None, Some(0)));
    assert_eq!(root.manager_userids, Some(vec!["u-1".to_owned()]));
    assert_eq!(application.sub_department_ids(1).await, Ok(vec![2, 3]));
    assert_eq!(application.department_ancestry(2).await, Ok(vec![2, 1]));
}

#[tokio::test]
async fn a_missing_list_of_departments_is_not_an_empty_one() {
    let script = Script::play(|_, _| json!({"errcode": 0, "errmsg": "ok"}).into()).await;
    let error = script.application().sub_departments(1).await.expect_err("no result");
    assert!(matches!(error.kind, ErrorKind::Malformed { .. }));
}

#[tokio::test]
async fn the_scope_is_read_and_never_assumed() {
    let script = Script::play(|_, count| match count {
        0 => json!({"errcode": 0, "auth_user_field": ["name", "mobile"], "condition_field": [],
            "auth_org_scopes": {"authed_dept": [5, "6"], "authed_user": ["u-3"]}})
        .into(),
        _ => json!({"errcode": 0}).into(),
    })
    .await;
    let application = script.application();
    let scope = application.contact_scope().await.expect("a scope");
    assert_eq!((scope.departments, scope.users), (vec![5, 6], vec!["u-3".to_owned()]));
    assert!(scope.fields.contains("mobile"));
    assert!(application.contact_scope().await.is_err());
}
