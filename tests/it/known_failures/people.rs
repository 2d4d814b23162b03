//! Lines 1 to 16: people and departments.

use std::collections::BTreeSet;

use menpai::simulator::{Fault, FaultKind, ROOT, User};
use reqwest::Method;
use serde_json::{Value, json};

use super::{CHILDREN, COMPANY, CORP, Company, MEMBERS, among, department, person, staff};

fn set<const N: usize>(names: [&str; N]) -> BTreeSet<String> {
    names.into_iter().map(str::to_owned).collect()
}

fn each(items: &[Value], field: &str) -> BTreeSet<String> {
    items.iter().map(|item| item[field].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn f01_a_person_in_several_departments_is_one_member_of_all_of_them() {
    let departments = [(10, ROOT, "研发"), (11, ROOT, "市场"), (20, 10, "后端")];
    let everywhere = among(&[11, 20, 10], person("a", "王芳", "13800000001"));
    let company = Company::synchronised(&departments, vec![everywhere]).await;
    assert_eq!(company.members().await.len(), 1);
    assert_eq!(company.places("a").await, set(["研发", "市场", "后端"]));
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f02_the_company_has_its_name_and_the_people_directly_under_it() {
    let people = vec![person("boss", "老板", "13800000001")];
    let company = Company::synchronised(&[(10, ROOT, "研发")], people).await;
    let root = company.department(ROOT).await;
    assert_eq!((&root["name"], root.get("parentId")), (&json!(COMPANY), None));
    assert_eq!(root["memberCount"], 1);
    assert_eq!(company.department(10).await["parentId"], root["id"]);
    assert_eq!(company.places("boss").await, set([COMPANY]));
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f03_every_level_and_every_page_is_read() {
    let departments =
        [(10, ROOT, "一"), (20, 10, "二"), (30, 20, "三"), (40, 30, "四"), (50, 40, "五"), (60, 50, "六")];
    let mut people = staff(250);
    people.push(among(&[60], person("deep", "深处", "13800000001")));
    let company = Company::synchronised(&departments, people).await;
    assert_eq!(company.members().await.len(), 251);
    assert_eq!(company.places("deep").await, set(["六"]));
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f04_a_renamed_or_moved_department_stays_itself() {
    let departments = [(10, ROOT, "研发"), (11, ROOT, "市场"), (20, 10, "后端")];
    let people = vec![among(&[20], person("a", "王芳", "13800000001"))];
    let company = Company::synchronised(&departments, people).await;
    let before = company.department(20).await;
    company
        .dingtalk()
        .change_department(CORP, 20, |one| {
            one.name = "平台".into();
            one.parent_id = Some(11);
        })
        .unwrap();
    let counts = company.sync().await;
    assert_eq!((&counts["departmentsCreated"], &counts["departmentsRemoved"]), (&json!(0), &json!(0)));
    let after = company.department(20).await;
    assert_eq!((&after["id"], &after["name"]), (&before["id"], &json!("平台")));
    assert_eq!(after["parentId"], company.department(11).await["id"]);
    assert_eq!(company.places("a").await, set(["平台"]));
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f06_homonyms_stay_apart() {
    let people = vec![
        person("a", "张伟", "13800000001"),
        person("b", "张伟", "13800000002"),
        person("c", "章玮", "13800000003"),
    ];
    let departments = [(10, ROOT, "研发"), (11, ROOT, "研发部"), (20, 11, "研发")];
    let company = Company::synchronised(&departments, people).await;
    assert_eq!(each(&company.members().await, "accountId").len(), 3);
    assert_eq!(company.departments().await.len(), 4, "departments of one name are not merged either");
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f07_without_a_mobile_number_there_is_a_member_and_no_invented_account_name() {
    let without = User { mobile: None, state_code: None, ..person("a", "无号", "") };
    let company = Company::synchronised(&[], vec![without, person("b", "空号", "")]).await;
    for userid in ["a", "b"] {
        let member = company.member(userid).await;
        assert_eq!((member.get("username"), member.get("mobile")), (None, None), "{member:#}");
    }
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f08_a_changed_mobile_number_follows_the_person() {
    let company = Company::synchronised(&[], vec![person("a", "王芳", "13800000001")]).await;
    let before = company.member("a").await;
    company.change("a", |user| user.mobile = Some("13800000002".into()));
    company.sync().await;
    let after = company.member("a").await;
    assert_eq!((&after["id"], &after["accountId"]), (&before["id"], &before["accountId"]));
    assert_eq!((&after["username"], &after["mobile"]), (&json!("13800000002"), &json!("13800000002")));
    assert_eq!(company.sign_in("13800000002").await.status, 201);
    assert_eq!(company.sign_in("13800000001").await.status, 401);
    company.finish().await;
}

/// Two people swap their numbers in one read: no state in between may stop either of them.
#[tokio::test(flavor = "multi_thread")]
async fn f08_swapped_mobile_numbers_are_swapped() {
    let people = vec![person("a", "甲", "13800000001"), person("b", "乙", "13800000002")];
    let company = Company::synchronised(&[], people).await;
    company.change("a", |user| user.mobile = Some("13800000002".into()));
    company.change("b", |user| user.mobile = Some("13800000001".into()));
    company.sync().await;
    assert_eq!(company.member("a").await["username"], "13800000002");
    assert_eq!(company.member("b").await["username"], "13800000001");
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f09_a_recycled_number_does_not_hand_the_account_over() {
    let mut people = staff(5);
    people.push(person("former", "前员工", "13900000001"));
    let company = Company::synchronised(&[], people).await;
    let account = company.member("former").await["accountId"].clone();
    company.dingtalk().remove_user(CORP, "former").unwrap();
    company.dingtalk().put_user(CORP, person("heir", "新员工", "13900000001")).unwrap();
    company.dingtalk().put_user(CORP, person("other", "别人", "13900000002")).unwrap();
    let counts = company.sync().await;
    assert_eq!((&counts["conflicts"], &counts["membersDisabled"]), (&json!(1), &json!(1)), "{counts}");
    let conflicts = company.conflicts().await;
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0]["kind"], "numberRecycled");
    assert_eq!(conflicts[0]["dingtalkUserId"], "heir");
    let mut owners = company.members().await;
    owners.retain(|member| member["accountId"] == account);
    assert_eq!(each(&owners, "dingtalkUserId"), set(["former"]));
    assert_eq!(company.member("other").await["status"], "active", "everybody else goes on");
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f10_equal_job_numbers_stop_nobody() {
    let numbered =
        |userid: &str, mobile: &str| User { job_number: Some("007".into()), ..person(userid, "甲", mobile) };
    let people = vec![numbered("a", "13800000001"), numbered("b", "13800000002")];
    let company = Company::synchronised(&[], people).await;
    assert_eq!(company.member("a").await["jobNumber"], "007");
    assert_eq!(company.member("b").await["jobNumber"], "007");
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f11_what_an_administrator_edited_stays_until_it_is_handed_back() {
    let mut somebody = person("a", "王芳", "13800000001");
    somebody.job_number = Some("001".into());
    let company = Company::synchronised(&[], vec![somebody]).await;
    let id = company.member("a").await["id"].as_str().unwrap().to_owned();
    let edit = async |body: Value| {
        let path = company.path(&format!("/members/{id}"));
        let edited = company.world.send(Method::PATCH, &path, Some(body)).await;
        assert_eq!(edited.status, 200, "{edited:?}");
    };
    edit(json!({"jobNumber": "X-9"})).await;
    company.change("a", |user| {
        user.job_number = Some("002".into());
        user.title = Some("经理".into());
    });
    company.sync().await;
    let member = company.member("a").await;
    assert_eq!((&member["jobNumber"], &member["title"]), (&json!("X-9"), &json!("经理")), "{member:#}");
    edit(json!({"followDingTalk": ["jobNumber"]})).await;
    company.sync().await;
    assert_eq!(company.member("a").await["jobNumber"], "002");
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f12_leavers_removed_departments_and_transfers_are_applied() {
    let mut people = staff(10);
    people.push(among(&[10], person("leaver", "走者", "13900000001")));
    people.push(among(&[10], person("mover", "调者", "13900000002")));
    let company = Company::synchronised(&[(10, ROOT, "研发"), (11, ROOT, "市场")], people).await;
    let session = company.sign_in("13900000001").await;
    let token = session.body["token"].as_str();
    company.dingtalk().remove_user(CORP, "leaver").unwrap();
    company.dingtalk().move_user(CORP, "mover", &[11]).unwrap();
    company.dingtalk().remove_department(CORP, 10).unwrap();
    let counts = company.sync().await;
    assert_eq!((&counts["membersDisabled"], &counts["departmentsRemoved"]), (&json!(1), &json!(1)));
    assert_eq!(company.member("leaver").await["status"], "left", "disabled, not deleted");
    assert_eq!(company.places("mover").await, set(["市场"]));
    assert_eq!(company.departments().await.len(), 2);
    let me = company.world.call(Method::GET, "/api/v1/me", token, None).await;
    assert_eq!(me.status, 401, "signed out: {me:?}");
    assert_eq!(company.sign_in("13900000001").await.status, 401, "and stays outside");
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f12_whoever_left_the_visible_scope_is_kept_and_comes_back_with_it() {
    let mut people: Vec<User> = staff(30).into_iter().map(|one| among(&[10], one)).collect();
    people.push(among(&[11], person("hidden", "隐者", "13900000001")));
    let company = Company::synchronised(&[(10, ROOT, "研发"), (11, ROOT, "市场")], people).await;
    let before = company.member("hidden").await;
    company.configure(|application| application.authed_departments = vec![10]);
    company.sync().await;
    assert_eq!(company.member("hidden").await["status"], "left");
    company.configure(|application| application.authed_departments = vec![ROOT]);
    assert_eq!(company.sync().await["membersRestored"], 1);
    let after = company.member("hidden").await;
    assert_eq!((&after["id"], &after["status"]), (&before["id"], &json!("active")));
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f13_a_rehired_person_is_the_same_member_again() {
    let mut people = staff(5);
    people.push(person("a", "王芳", "13900000001"));
    let company = Company::synchronised(&[], people).await;
    let before = company.member("a").await;
    company.dingtalk().remove_user(CORP, "a").unwrap();
    company.sync().await;
    company.dingtalk().rehire(CORP, "a").unwrap();
    assert_eq!(company.sync().await["membersRestored"], 1);
    let after = company.member("a").await;
    for field in ["id", "accountId", "username", "status", "departments"] {
        assert_eq!(after[field], before[field], "{field}");
    }
    assert_eq!(company.sign_in("13900000001").await.status, 201);
    company.finish().await;
}

/// The same after a new entry in DingTalk: another userid, but the number and the name of before.
#[tokio::test(flavor = "multi_thread")]
async fn f13_a_rehired_person_with_a_new_userid_is_the_same_member_again() {
    let entry = |userid: &str| User { unionid: None, ..person(userid, "王芳", "13900000001") };
    let mut people = staff(5);
    people.push(entry("a"));
    let company = Company::synchronised(&[], people).await;
    let before = company.member("a").await;
    company.dingtalk().remove_user(CORP, "a").unwrap();
    company.sync().await;
    company.dingtalk().put_user(CORP, entry("a-again")).unwrap();
    assert_eq!(company.sync().await["membersRestored"], 1);
    assert_eq!(company.member("a-again").await["id"], before["id"]);
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f14_school_contacts_are_left_out_unless_asked_for() {
    let departments = [(10, ROOT, "教务"), (-7, ROOT, "家校通讯录"), (-701, -7, "一年级1班")];
    let mut people = staff(3);
    people.push(among(&[-701], person("pupil", "学生", "13900000001")));
    let company = Company::new(&departments, people).await;
    let counts = company.sync().await;
    assert_eq!((&counts["membersCreated"], &counts["skipped"]), (&json!(3), &json!(1)), "{counts}");
    assert_eq!(company.departments().await.len(), 2);
    let wanted = json!({"settings": {"includeSchoolContacts": true}});
    let changed = company.world.send(Method::PATCH, &company.path(""), Some(wanted)).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    company.sync().await;
    assert_eq!(company.places("pupil").await, set(["一年级1班"]));
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f15_only_what_the_application_may_see_is_synchronised() {
    let departments = [(10, ROOT, "研发"), (11, ROOT, "市场"), (20, 10, "后端"), (21, 11, "渠道")];
    let people = vec![
        among(&[10], person("a", "甲", "13800000001")),
        among(&[20], person("b", "乙", "13800000002")),
        among(&[11], person("c", "丙", "13800000003")),
        among(&[21], person("d", "丁", "13800000004")),
    ];
    let company = Company::new(&departments, people).await;
    company.configure(|application| {
        application.authed_departments = vec![10];
        application.authed_users = vec!["d".into()];
    });
    company.sync().await;
    assert_eq!(each(&company.members().await, "name"), set(["甲", "乙", "丁"]));
    assert_eq!(each(&company.departments().await, "name"), set(["研发", "后端"]));
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn f16_a_cycle_or_a_repeated_cursor_fails_the_run_by_name_and_a_long_department_does_not() {
    let company = Company::synchronised(&[(777, ROOT, "研发")], staff(310)).await;
    let before = company.members().await;
    assert_eq!(before.len(), 310);
    company.dingtalk().put_department(CORP, department(99, ROOT, "不该出现")).unwrap();
    let faults = [
        (CHILDREN, FaultKind::AncestorAsChild, "它自己的上级部门"),
        (MEMBERS, FaultKind::RepeatCursor, "分页游标重复"),
    ];
    for (api, kind, reason) in faults {
        let fault = Fault { dept_id: Some(777), ..Fault::always(api, kind.clone()) };
        company.dingtalk().add_fault(fault);
        let run = company.world.run(company.tenant, "apply").await;
        assert_eq!(run["status"], "failed", "{kind:?}: {run:#}");
        assert_eq!(run["error"]["code"], "syncIncompleteRead", "{kind:?}: {run:#}");
        let detail = run["error"]["detail"].as_str().unwrap();
        assert!(detail.contains("777") && detail.contains(reason), "{kind:?} names it: {run:#}");
        assert_eq!(company.departments().await.len(), 2, "{kind:?}");
        company.dingtalk().clear_faults();
    }
    assert_eq!(company.members().await, before);
    company.finish().await;
}
