//! A tenant as its members see it: themselves, the colleagues whom the tenant shows, the messages that reached them.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::company::{CORP, Company, among, person};
use crate::support::{Answer, until};

/// Two departments with two people each; 王芳 and 李强 are together in the first.
async fn company() -> Company {
    let mut head = among(&[2], person("wang", "王芳", "13800010000"));
    head.departments[0].leader = true;
    head.title = Some("研发经理".into());
    let people = vec![
        head,
        among(&[2], person("li", "李强", "13800010001")),
        among(&[3], person("zhao", "赵敏", "13800010002")),
        among(&[3, 4], person("sun", "孙悦", "13800010003")),
    ];
    Company::synchronised(&[(2, 1, "研发部"), (3, 1, "销售部"), (4, 3, "华东组")], people).await
}

/// A member who came in through DingTalk.
struct Member<'a> {
    company: &'a Company,
    token: String,
}

impl<'a> Member<'a> {
    async fn new(company: &'a Company, userid: &str) -> Self {
        let code = company.dingtalk().mint_code(&company.credentials().client_id, userid).unwrap();
        let body = json!({"tenantId": company.tenant, "code": code});
        let opened = company.world.call(Method::POST, "/api/v1/sessions/dingtalk", None, Some(body)).await;
        assert_eq!(opened.status, 201, "{opened:?}");
        Self { company, token: opened.body["token"].as_str().unwrap().to_owned() }
    }

    async fn get(&self, rest: &str) -> Answer {
        self.get_in(self.company.tenant, rest).await
    }

    async fn get_in(&self, tenant: u64, rest: &str) -> Answer {
        let path = format!("/api/v1/me/tenants/{tenant}{rest}");
        self.company.world.call(Method::GET, &path, Some(&self.token), None).await
    }

    async fn names(&self, rest: &str) -> Vec<String> {
        let answer = self.get(rest).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let items = answer.body["items"].as_array().unwrap().iter();
        let mut names: Vec<String> = items.map(|item| item["name"].as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    }
}

async fn show(company: &Company, settings: Value) {
    let path = company.path("");
    let body = json!({"settings": settings});
    let changed = company.world.send(Method::PATCH, &path, Some(body)).await;
    assert_eq!(changed.status, 200, "{changed:?}");
}

async fn dept(company: &Company, dept_id: i64) -> String {
    company.department(dept_id).await["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_the_own_place_and_the_public_side_of_colleagues() {
    let company = company().await;
    let wang = Member::new(&company, "wang").await;
    let own = wang.get("").await.body;
    assert_eq!((&own["name"], &own["mobile"]), (&json!("王芳"), &json!("13800010000")));
    assert_eq!(
        (&own["departments"][0]["name"], &own["departments"][0]["leader"]),
        (&json!("研发部"), &json!(true))
    );
    assert_eq!(own["colleagues"], "everyone");

    let top = wang.get("/departments").await.body;
    assert_eq!(top["trail"], json!([]));
    let root = top["items"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(wang.names(&format!("/departments?parentId={root}")).await, ["研发部", "销售部"]);
    let sales = dept(&company, 3).await;
    let level = wang.get(&format!("/departments?parentId={sales}")).await.body;
    let trail: Vec<_> = level["trail"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
    assert_eq!(trail, [json!("小门牌有限公司"), json!("销售部")]);
    assert_eq!(level["items"][0]["name"], "华东组");

    assert_eq!(wang.names(&format!("/colleagues?departmentId={sales}")).await, ["孙悦", "赵敏"]);
    assert_eq!(wang.names("/colleagues?q=zhaomin").await, ["赵敏"], "by pinyin");
    assert_eq!(wang.names("/colleagues?q=研发经理").await, ["王芳"], "by position");
    let shown = wang.get("/colleagues?q=赵敏").await.body["items"][0].clone();
    let fields: Vec<_> = shown.as_object().unwrap().keys().cloned().collect();
    assert_eq!(fields, ["departments", "id", "name"], "and nothing that is not public");
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_neither_shown_nor_found_unless_the_tenant_shows_them() {
    let company = company().await;
    let wang = Member::new(&company, "wang").await;
    assert!(
        wang.names("/colleagues?q=13800010002").await.is_empty(),
        "a hidden number must not be guessed at"
    );
    assert!(wang.names("/colleagues?q=zhao").await.contains(&"赵敏".to_owned()));
    show(&company, json!({"showMobiles": true})).await;
    assert_eq!(wang.names("/colleagues?q=13800010002").await, ["赵敏"]);
    let shown = wang.get("/colleagues?q=赵敏").await.body["items"][0]["mobile"].clone();
    assert_eq!(shown, "13800010002");
    // The userid is nobody's business either way.
    show(&company, json!({"showMobiles": false})).await;
    company.change("zhao", |user| user.name = "匿名".into());
    company.sync().await;
    assert!(wang.names("/colleagues?q=zhao").await.is_empty());
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tenant_decides_whom_one_sees() {
    let company = company().await;
    let (wang, sun) = (Member::new(&company, "wang").await, Member::new(&company, "sun").await);
    let (own, other) = (dept(&company, 2).await, dept(&company, 3).await);
    show(&company, json!({"colleagues": "ownDepartments"})).await;
    assert_eq!(wang.names("/colleagues").await, ["李强", "王芳"]);
    assert_eq!(sun.names("/colleagues").await, ["孙悦", "赵敏"]);
    assert_eq!(wang.names("/departments").await, ["研发部"]);
    assert_eq!(wang.names(&format!("/departments?parentId={own}")).await, Vec::<String>::new());
    for hidden in [format!("/colleagues?departmentId={other}"), format!("/departments?parentId={other}")] {
        assert_eq!(wang.get(&hidden).await.status, 404, "{hidden}");
    }
    assert!(wang.names("/colleagues?q=zhaomin").await.is_empty());
    show(&company, json!({"colleagues": "nobody"})).await;
    for hidden in ["/colleagues", "/departments", "/colleagues?q=li"] {
        let refused = wang.get(hidden).await;
        assert_eq!((refused.status, &refused.body["code"]), (403, &json!("forbidden")), "{hidden}");
    }
    assert_eq!(wang.get("").await.body["colleagues"], "nobody", "the own place stays");
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_members_are_among_colleagues() {
    let company = company().await;
    let other = company.world.tenant("别家").await;
    let wang = Member::new(&company, "wang").await;
    for rest in ["", "/departments", "/colleagues", "/messages"] {
        assert_eq!(wang.get_in(other, rest).await.status, 404, "another tenant's {rest}");
        assert_eq!(wang.get_in(4711, rest).await.status, 404);
        let path = format!("/api/v1/me/tenants/{}{rest}", company.tenant);
        let administrator = company.world.get(&path).await;
        assert_eq!(administrator.status, 403, "the server's administrator is no member: {administrator:?}");
        assert_eq!(company.world.call(Method::GET, &path, None, None).await.status, 401);
    }
    company.dingtalk().remove_user(CORP, "zhao").unwrap();
    company.sync().await;
    assert!(wang.names("/colleagues?q=zhaomin").await.is_empty(), "who left is not shown");
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_reach_whom_they_were_meant_for() {
    let company = company().await;
    let (wang, li) = (Member::new(&company, "wang").await, Member::new(&company, "li").await);
    let member = company.member("wang").await["id"].clone();
    let send = async |text: &str, audience: Value| {
        let body = json!({"content": {"type": "text", "text": text}, "audience": audience});
        let sent = company.world.post(&company.path("/messages"), body).await;
        assert_eq!(sent.status, 202, "{sent:?}");
        sent.body["id"].as_str().unwrap().to_owned()
    };
    send("致王芳", json!({"memberIds": [member]})).await;
    let all = send("致所有人", json!({"everyone": true})).await;
    let texts = async |member: &Member<'_>| {
        let page = member.get("/messages").await.body;
        let items = page["items"].as_array().unwrap().iter();
        items.map(|item| item["text"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    until("both messages", async || (texts(&wang).await.len() == 2).then_some(())).await;
    assert_eq!(texts(&wang).await, ["致所有人", "致王芳"], "the newest first");
    until("one message", async || (texts(&li).await == ["致所有人"]).then_some(())).await;
    let first = wang.get("/messages?limit=1").await.body;
    let next = first["nextCursor"].as_str().unwrap();
    let second = wang.get(&format!("/messages?limit=1&cursor={next}")).await.body;
    assert_eq!(
        (&first["items"][0]["text"], &second["items"][0]["text"]),
        (&json!("致所有人"), &json!("致王芳"))
    );
    let recalled = company.world.post(&company.path(&format!("/messages/{all}/recall")), json!({})).await;
    assert_eq!(recalled.status, 200, "{recalled:?}");
    assert!(texts(&li).await.is_empty(), "what was taken back is not shown any more");
    company.finish().await;
}
