//! Administrators: how the right is given and taken, that it acts at once, and that the last one stays.

use menpai::domain::access::session::SignInMethod;
use menpai::simulator::Shape;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::people::{CHOSEN, Someone};
use crate::support::{ADMIN, World};

async fn change(world: &World, method: Method, path: &str, token: &str) -> (u16, Value) {
    let answer = world.call(method, path, Some(token), None).await;
    (answer.status, answer.body["code"].clone())
}

fn of_tenant(tenant: u64, person: &Someone) -> String {
    format!("/api/v1/tenants/{tenant}/administrators/{}", person.account)
}

fn of_platform(person: &Someone) -> String {
    format!("/api/v1/administrators/{}", person.account)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenants_administrators_come_and_go_and_the_last_one_stays() {
    let world = World::new(Shape::plain(8, 5)).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    let people = world.people(tenant, 2).await;
    let (one, two) = (&people[0], &people[1]);
    let settings = format!("/api/v1/tenants/{tenant}");
    let list = format!("/api/v1/tenants/{tenant}/administrators");

    assert_eq!(world.all(&list).await.len(), 0);
    assert_eq!(
        change(&world, Method::PUT, &of_tenant(tenant, one), &one.token).await,
        (403, json!("forbidden"))
    );
    assert_eq!(world.status(Method::GET, &settings, &one.token).await, 403);
    let made = world.send(Method::PUT, &of_tenant(tenant, one), None).await;
    assert_eq!((made.status, &made.body["memberId"]), (200, &json!(one.member)), "{made:?}");
    assert_eq!(
        world.status(Method::GET, &settings, &one.token).await,
        200,
        "the open session feels it at once"
    );

    // The only one of the tenant cannot go, nor can anybody take the own right; a colleague can.
    let own = of_tenant(tenant, one);
    assert_eq!(change(&world, Method::DELETE, &own, &one.token).await, (409, json!("lastAdministrator")));
    assert_eq!(change(&world, Method::PUT, &of_tenant(tenant, two), &one.token).await.0, 200);
    assert_eq!(world.all(&list).await.len(), 2);
    assert_eq!(change(&world, Method::DELETE, &own, &one.token).await, (403, json!("forbidden")));
    assert_eq!(change(&world, Method::DELETE, &own, &two.token).await.0, 204);
    assert_eq!(world.status(Method::GET, &settings, &one.token).await, 403, "felt at once");
    assert_eq!(change(&world, Method::DELETE, &own, &two.token).await, (404, json!("notFound")));

    // The platform's administrator governs the tenant in any case, so the last of its own may go.
    assert_eq!(change(&world, Method::DELETE, &of_tenant(tenant, two), world.token()).await.0, 204);
    let other = world.tenant("乙").await;
    assert_eq!(
        change(&world, Method::PUT, &of_tenant(other, one), world.token()).await,
        (404, json!("notFound"))
    );
    let actions = world.audited(&format!("?tenantId={tenant}&action=administrator")).await;
    let (given, taken) = ("administrator.give", "administrator.take");
    assert_eq!(actions, [taken, taken, given, given]);
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platform_never_loses_its_last_administrator() {
    let world = World::new(Shape::plain(8, 5)).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    let people = world.people(tenant, 1).await;
    let one = &people[0];
    let chief = world.all("/api/v1/administrators").await;
    assert_eq!((chief.len(), &chief[0]["username"]), (1, &json!(ADMIN.0)));
    let chief = format!("/api/v1/administrators/{}", chief[0]["accountId"].as_str().unwrap());
    assert_eq!(
        change(&world, Method::DELETE, &chief, world.token()).await,
        (409, json!("lastAdministrator"))
    );

    // Somebody whose password others know is not let in: a tenant's administrators know the default one.
    let members = world.members(tenant).await;
    let newcomer = members.iter().find(|member| member["username"].is_string() && member["id"] != one.member);
    let newcomer = newcomer.unwrap()["accountId"].as_str().unwrap();
    let refused =
        change(&world, Method::PUT, &format!("/api/v1/administrators/{newcomer}"), world.token()).await;
    assert_eq!(refused, (409, json!("passwordNotChosen")));

    assert_eq!(world.status(Method::GET, "/api/v1/audit", &one.token).await, 403);
    assert_eq!(change(&world, Method::PUT, &of_platform(one), world.token()).await.0, 200);
    assert_eq!(world.status(Method::GET, "/api/v1/audit", &one.token).await, 200, "at once");
    let through = world.session_by(&one.account, SignInMethod::DingTalkScan, tenant).await;
    assert_eq!(
        world.status(Method::GET, "/api/v1/audit", &through).await,
        403,
        "not through a tenant's DingTalk"
    );
    assert_eq!(world.status(Method::GET, &format!("/api/v1/tenants/{tenant}"), &through).await, 200);
    let other = world.tenant("乙").await;
    assert_eq!(world.status(Method::GET, &format!("/api/v1/tenants/{other}"), &one.token).await, 200);
    assert_eq!(world.status(Method::GET, &format!("/api/v1/tenants/{other}"), &through).await, 404);

    // A default password would open the platform to the tenant's administrators.
    let reset = format!("/api/v1/tenants/{tenant}/members/{}/resetPassword", one.member);
    assert_eq!(change(&world, Method::POST, &reset, world.token()).await, (403, json!("forbidden")));
    assert_eq!(
        change(&world, Method::DELETE, &of_platform(one), &one.token).await,
        (403, json!("forbidden"))
    );
    assert_eq!(change(&world, Method::DELETE, &chief, &one.token).await.0, 204);
    assert_eq!(
        world.status(Method::GET, "/api/v1/audit", world.token()).await,
        401,
        "it opens nothing any more"
    );
    let alone = change(&world, Method::DELETE, &of_platform(one), &one.token).await;
    assert_eq!(alone, (409, json!("lastAdministrator")));
    assert_eq!(world.try_sign_in(&one.username, CHOSEN).await.status, 201);
    world.finish().await;
}
