//! Scanning in an ordinary browser: the whole way, and every way to cheat on it.

use std::collections::BTreeMap;
use std::sync::Mutex;

use menpai::simulator::Shape;
use reqwest::{Method, Url};
use serde_json::{Value, json};

use super::problem;
use crate::support::company::{CORP, Company, person};
use crate::support::{Answer, World, answer};

/// A browser, as far as cookies go.
struct Browser {
    http: reqwest::Client,
    server: String,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Browser {
    fn new(world: &World) -> Self {
        let http = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Self { http: http.build().unwrap(), server: world.app().base_url(), cookies: Mutex::default() }
    }

    async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// Sends the cookies that were set, and keeps the ones that come.
    async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let cookies: Vec<String> =
            self.cookies.lock().unwrap().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = self.http.request(method, format!("{}{path}", self.server));
        let request = request.header("Origin", &self.server).header("Cookie", cookies.join("; "));
        let response = body.into_iter().fold(request, reqwest::RequestBuilder::json).send().await.unwrap();
        for cookie in response.headers().get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.lock().unwrap().insert(name.to_owned(), value.to_owned());
        }
        Answer::of(response).await
    }

    /// Begins a scan; DingTalk's page.
    async fn begin(&self, tenant: u64, return_to: &str) -> Url {
        let begun =
            self.post("/api/v1/dingtalkScans", &json!({"tenantId": tenant, "returnTo": return_to})).await;
        assert_eq!(begun.status, 201, "{begun:?}");
        begun.body["url"].as_str().unwrap().parse().unwrap()
    }

    /// Chooses to be this person on DingTalk's page; where that leads back to.
    async fn choose(&self, page: &Url, userid: &str) -> Url {
        let mut page = page.clone();
        page.query_pairs_mut().append_pair("sim_user", userid);
        let response = self.http.get(page).send().await.unwrap();
        assert_eq!(response.status(), 302);
        response.headers()["location"].to_str().unwrap().parse().unwrap()
    }

    async fn finish(&self, tenant: u64, code: &str, state: &str) -> Answer {
        let body = json!({"tenantId": tenant, "code": code, "state": state});
        self.post("/api/v1/sessions/dingtalkScan", &body).await
    }

    /// Finishes with what an address brought back.
    async fn come_back(&self, tenant: u64, address: &Url) -> Answer {
        self.finish(tenant, &parameter(address, "authCode"), &parameter(address, "state")).await
    }
}

fn parameter(address: &Url, wanted: &str) -> String {
    address.query_pairs().find(|(name, _)| name == wanted).unwrap().1.into_owned()
}

async fn company() -> Company {
    let people = vec![person("a", "王芳", "13800010000"), person("b", "李强", "13800010001")];
    Company::synchronised(&[], people).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_leads_through_dingtalk_to_where_one_wanted_to_go() {
    let company = company().await;
    let browser = Browser::new(&company.world);
    let home = format!("{}/tenantId/{}", company.world.app().base_url(), company.tenant);
    company.configure(|application| application.redirect_urls = vec![home.clone()]);
    let deep = format!("/tenantId/{}/colleagues?q=%E7%8E%8B", company.tenant);
    let page = browser.begin(company.tenant, &deep).await;
    assert_eq!(parameter(&page, "redirect_uri"), home, "letter by letter as the doctor tells it");
    assert_eq!(parameter(&page, "corpId"), CORP);
    let back = browser.choose(&page, "a").await;
    assert!(back.as_str().starts_with(&format!("{home}?authCode=")));
    let opened = browser.come_back(company.tenant, &back).await;
    assert_eq!((opened.status, &opened.body["returnTo"]), (201, &json!(deep)));
    assert_eq!(opened.body["account"]["name"], "王芳");
    let me = browser.get("/api/v1/me").await;
    assert_eq!(me.body["tenants"][0]["id"], json!(company.tenant), "the cookie is enough");
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_is_worth_nothing_forged_used_late_or_elsewhere() {
    let company = company().await;
    let (browser, another) = (Browser::new(&company.world), Browser::new(&company.world));
    let tenant = company.tenant;
    let over = |answer: &Answer| assert_eq!(problem(answer), (422, "scanOver"), "{answer:?}");
    let back = async || {
        let page = browser.begin(tenant, "/").await;
        browser.choose(&page, "a").await
    };
    let first = back().await;
    over(&browser.finish(tenant, &parameter(&first, "authCode"), "forged").await);
    // The browser of somebody who was lured to the address.
    over(&another.come_back(tenant, &first).await);
    another.begin(tenant, "/").await;
    over(&another.come_back(tenant, &first).await);
    over(&browser.come_back(tenant + 1, &first).await);
    let asked = company.dingtalk().count_of("/v1.0/oauth2/userAccessToken").calls;
    assert_eq!(asked, 0, "DingTalk is not asked for any of these");
    assert_eq!(
        browser.come_back(tenant, &first).await.status,
        201,
        "and none of them disturbs the right one"
    );
    over(&browser.come_back(tenant, &first).await);

    let second = back().await;
    let used = browser.finish(tenant, &parameter(&first, "authCode"), &parameter(&second, "state")).await;
    assert_eq!(problem(&used), (401, "dingtalkCodeRefused"), "a code that was used before");
    over(&browser.come_back(tenant, &second).await);

    let third = back().await;
    company.world.advance_millis(600_001);
    over(&browser.come_back(tenant, &third).await);
    company.finish().await;
}

/// The states are kept in memory only.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_scans_while_the_server_restarts_is_told_to_scan_again() {
    let mut company = company().await;
    let mut browser = Browser::new(&company.world);
    let page = browser.begin(company.tenant, "/").await;
    let back = browser.choose(&page, "a").await;
    company.world.restart().await;
    browser.server = company.world.app().base_url();
    let over = browser.come_back(company.tenant, &back).await;
    assert_eq!(problem(&over), (422, "scanOver"));
    let told = over.body["detail"].as_str().unwrap();
    assert!(told.contains("重启") && told.contains("请重新扫码"), "{told}");
    let page = browser.begin(company.tenant, "/").await;
    let back = browser.choose(&page, "a").await;
    assert_eq!(
        browser.come_back(company.tenant, &back).await.status,
        201,
        "with the cookie kept from before"
    );
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_windows_of_one_browser_do_not_disturb_each_other() {
    let company = company().await;
    let browser = Browser::new(&company.world);
    let (first, second) =
        (browser.begin(company.tenant, "/one").await, browser.begin(company.tenant, "/two").await);
    let (first, second) = (browser.choose(&first, "a").await, browser.choose(&second, "b").await);
    let second = browser.come_back(company.tenant, &second).await;
    let first = browser.come_back(company.tenant, &first).await;
    assert_eq!((&first.body["returnTo"], &second.body["returnTo"]), (&json!("/one"), &json!("/two")));
    company.finish().await;
}

/// `state` redirected the signed-in browser, token included, to any address.
#[tokio::test(flavor = "multi_thread")]
async fn f31_nothing_leads_to_another_server() {
    let company = company().await;
    let browser = Browser::new(&company.world);
    for elsewhere in [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "evil",
    ] {
        let body = json!({"tenantId": company.tenant, "returnTo": elsewhere});
        let refused = browser.post("/api/v1/dingtalkScans", &body).await;
        assert_eq!(problem(&refused), (400, "invalidRequest"), "{elsewhere}");
    }
    let page = browser.begin(company.tenant, "/").await;
    assert_eq!(page.origin(), company.world.simulator.base_url().parse::<Url>().unwrap().origin());
    // Neither a token nor anything of a session stands in an address.
    assert!(!page.as_str().contains("token"), "{page}");
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_people_of_the_connected_enterprise_come_in() {
    let mut company = company().await;
    let browser = Browser::new(&company.world);
    let page = browser.begin(company.tenant, "/").await;
    let back = browser.choose(&page, "b").await;
    company.dingtalk().remove_user(CORP, "b").unwrap();
    let gone = browser.come_back(company.tenant, &back).await;
    assert_eq!(problem(&gone), (403, "notAdmitted"), "no employee any more");

    let page = browser.begin(company.tenant, "/").await;
    let back = browser.choose(&page, "a").await;
    // What the tenant is connected to is another enterprise than the one that was chosen on DingTalk's page.
    company.world.credentials.corp_id = "dingsomebodyelse".into();
    let connected = company.world.connect(company.tenant, company.credentials()).await;
    assert_eq!(connected.status, 200, "{connected:?}");
    let foreign = browser.come_back(company.tenant, &back).await;
    assert_eq!(problem(&foreign), (403, "foreignEnterprise"));
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_of_a_tenant_scans_as_well_and_reaches_that_tenant_only() {
    let company = company().await;
    let other = company.world.tenant("别家").await;
    let member = company.member("a").await;
    let path = company.path(&format!("/members/{}", member["id"].as_str().unwrap()));
    let raised = company.world.send(Method::PATCH, &path, Some(json!({"role": "administrator"}))).await;
    assert_eq!(raised.status, 200, "{raised:?}");
    let browser = Browser::new(&company.world);
    let page = browser.begin(company.tenant, "/").await;
    let back = browser.choose(&page, "a").await;
    assert_eq!(browser.come_back(company.tenant, &back).await.status, 201);
    let own = browser.get(&company.path(&format!("/members/{}", member["id"].as_str().unwrap()))).await;
    assert_eq!(own.status, 200, "{own:?}");
    let elsewhere = browser.get(&format!("/api/v1/tenants/{other}/members")).await;
    assert_eq!(problem(&elsewhere), (404, "notFound"));
    company.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_address_is_the_one_dingtalk_knows() {
    let mut world = World::new(Shape::plain(1, 1)).await;
    let tenant = world.connected_tenant().await;
    world.config.public_url = Some("https://menpai.example".into());
    world.restart().await;
    let begin = async |origin: Option<&str>| {
        let request = world.request(Method::POST, "/api/v1/dingtalkScans").json(&json!({"tenantId": tenant}));
        answer(origin.into_iter().fold(request, |request, origin| request.header("Origin", origin))).await
    };
    for origin in [None, Some("https://menpai.example")] {
        let begun = begin(origin).await;
        let page: Url = begun.body["url"].as_str().unwrap().parse().unwrap();
        assert_eq!(parameter(&page, "redirect_uri"), format!("https://menpai.example/tenantId/{tenant}"));
    }
    let elsewhere = begin(Some(&world.app().base_url())).await;
    assert_eq!(problem(&elsewhere), (400, "invalidRequest"), "the cookie would not be there");
    world.finish().await;
}
