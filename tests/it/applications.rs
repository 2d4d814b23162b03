//! DingTalk applications over HTTP, native and compatible.

use menpai::simulator::Shape;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::World;

fn input(client_id: &str) -> Value {
    json!({ "agentId": "4001", "clientId": client_id, "clientSecret": "secret-one", "corpId": "corp1", "enabled": true })
}

async fn put(world: &World, tenant: u64, body: Value) -> crate::support::Answer {
    world.send(Method::PUT, &format!("/api/v1/tenants/{tenant}/dingtalk"), Some(body)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_application_is_configured_shown_without_its_secret_and_removed() {
    let world = World::new(Shape::plain(1, 1)).await;
    let tenant = world.tenant("甲").await;
    let path = format!("/api/v1/tenants/{tenant}/dingtalk");
    assert_eq!(world.get(&path).await.status, 404);
    let mut without = input("ding1");
    without.as_object_mut().unwrap().remove("clientSecret");
    assert_eq!(
        put(&world, tenant, without.clone()).await.status,
        400,
        "the first time, the secret is needed"
    );
    assert_eq!(put(&world, tenant, input("ding1")).await.status, 200);
    for kept in [json!(null), json!(""), json!("******")] {
        without["clientSecret"] = kept;
        assert_eq!(put(&world, tenant, without.clone()).await.status, 200);
    }
    let shown = world.get(&path).await;
    assert_eq!((&shown.body["agentId"], &shown.body["clientId"]), (&json!("4001"), &json!("ding1")));
    assert_eq!(shown.body["homepagePath"], format!("/tenantId/{tenant}"));
    assert!(!shown.body.to_string().contains("secret-one") && shown.body.get("clientSecret").is_none());
    for (field, value) in
        [("agentId", json!("x")), ("agentId", json!(0)), ("clientId", json!("a b")), ("clientId", json!(""))]
    {
        let mut bad = input("ding1");
        bad[field] = value;
        assert_eq!(put(&world, tenant, bad.clone()).await.status, 400, "{bad}");
    }
    assert_eq!(world.send(Method::DELETE, &path, None).await.status, 204);
    assert_eq!(world.send(Method::DELETE, &path, None).await.status, 404);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_id_belongs_to_one_tenant_and_an_enterprise_may_have_two() {
    let world = World::new(Shape::plain(1, 1)).await;
    let (first, second) = (world.tenant("甲").await, world.tenant("乙").await);
    assert_eq!(put(&world, first, input("ding1")).await.body["warnings"], json!([]));
    let taken = put(&world, second, input("ding1")).await;
    assert_eq!((taken.status, &taken.body["code"]), (409, &json!("clientIdTaken")));
    let detail = taken.body["detail"].as_str().unwrap();
    assert!(detail.contains("AppKey重复") && detail.contains("甲"), "{detail}");
    let warned = put(&world, second, input("ding2")).await.body;
    assert_eq!(warned["warnings"][0], json!({ "code": "sameEnterprise", "tenants": 1, "names": ["甲"] }));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_compatible_calls_configure_as_callers_write() {
    let world = World::new(Shape::plain(1, 1)).await;
    let (first, second) = (world.tenant("甲").await, world.tenant("乙").await);
    let add = async |body: Value| {
        world.compat(Method::POST, "/sys/thirdApp/addThirdAppConfig", 0, Some(body)).await.body
    };
    let body = json!({
        "tenantId": first.to_string(), "thirdType": "dingtalk", "agentId": 4001, "clientId": "ding1",
        "clientSecret": "secret-one", "status": "1", "unknown": { "a": 1 },
    });
    assert_eq!(add(body.clone()).await["message"], "添加成功！");
    let again = add(body.clone()).await;
    assert_eq!((&again["success"], &again["code"]), (&json!(false), &json!(500)));
    assert_eq!(again["message"], "操作失败,同一个租户下只允许绑定一个钉钉或者企业微信");
    let mut same = body.clone();
    same["tenantId"] = json!(second);
    assert!(add(same).await["message"].as_str().unwrap().contains("AppKey重复"));

    let path = format!("/sys/thirdApp/getThirdConfigByTenantId?tenantId={first}&thirdType=dingtalk");
    let config = world.compat(Method::GET, &path, 0, None).await.body["result"].clone();
    assert_eq!(config["clientSecret"], "******");
    assert_eq!(
        (&config["tenantId"], &config["agentId"], &config["status"]),
        (&json!(first), &json!("4001"), &json!(1))
    );
    let none = format!("/sys/thirdApp/getThirdConfigByTenantId?tenantId={second}&thirdType=dingtalk");
    assert_eq!(world.compat(Method::GET, &none, 0, None).await.body["result"], Value::Null);

    let enabled = async || {
        world.compat(Method::GET, "/sys/thirdApp/getEnabledType", first, None).await.body["result"].clone()
    };
    assert_eq!(enabled().await, json!({ "wechatEnterprise": false, "dingtalk": true }));
    let mut edited = config.clone();
    edited["status"] = json!(0);
    edited["corpId"] = json!("corp9");
    for method in [Method::POST, Method::PUT] {
        let answer = world.compat(method, "/sys/thirdApp/editThirdAppConfig", 0, Some(edited.clone())).await;
        assert_eq!(answer.body["message"], "修改成功！");
    }
    assert_eq!(enabled().await["dingtalk"], false);
    let missing = json!({ "id": format!("dingtalk-{second}"), "tenantId": second, "clientId": "ding3" });
    let missing = world.compat(Method::POST, "/sys/thirdApp/editThirdAppConfig", 0, Some(missing)).await;
    assert_eq!(missing.body["message"], "数据不存在");

    let id = config["id"].as_str().unwrap();
    let third = world.tenant("丙").await;
    let other =
        json!({"tenantId": third, "agentId": 4003, "clientId": "ding3", "clientSecret": "secret-three"});
    assert_eq!(add(other).await["message"], "添加成功！");
    let astray = json!({"id": id, "tenantId": third, "clientId": "ding9"});
    let astray = world.compat(Method::POST, "/sys/thirdApp/editThirdAppConfig", 0, Some(astray)).await;
    assert_eq!(astray.body["message"], "数据不存在");
    let path = format!("/sys/thirdApp/getThirdConfigByTenantId?tenantId={third}&thirdType=dingtalk");
    assert_eq!(world.compat(Method::GET, &path, 0, None).await.body["result"]["clientId"], "ding3");
    let path = format!("/sys/thirdApp/deleteThirdAppConfig?id={id}");
    assert_eq!(world.compat(Method::DELETE, &path, 0, None).await.body["message"], "解绑成功！");
    assert_eq!(world.compat(Method::DELETE, &path, 0, None).await.body["message"], "数据不存在");
    world.finish().await;
}
