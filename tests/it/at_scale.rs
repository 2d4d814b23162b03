//! The issue's own scene with ten thousand people: preview, apply, revert, the guard, an empty answer. What happens
//! upstream is done over the simulator's control interface, as a test from outside would.

use std::collections::BTreeSet;

use menpai::simulator::{Fault, FaultKind, Shape};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{World, answer};

const MEMBERS: usize = 10_000;
/// One per cent.
const PER_CENT: usize = MEMBERS / 100;

/// What is to happen: the kind of a line, and whom it is about in DingTalk.
type Lines = BTreeSet<(String, String)>;

struct Scene {
    world: World,
    tenant: u64,
    people: Vec<String>,
}

impl Scene {
    async fn new() -> Self {
        let world = World::new(Shape::plain(MEMBERS, 61)).await;
        let tenant = world.connected_tenant().await;
        let first = world.sync(tenant).await;
        assert_eq!(first["counts"]["membersCreated"], MEMBERS, "{first:#}");
        let people = world
            .dingtalk()
            .with_organisation(&world.credentials.corp_id, |it| {
                it.users().map(|user| user.userid.clone()).collect()
            })
            .unwrap();
        Self { world, tenant, people }
    }

    /// One call of the simulator's control interface about a person.
    async fn upstream(&self, method: Method, about: &str, body: Value) -> Value {
        let corp_id = &self.world.credentials.corp_id;
        let base = self.world.simulator.base_url();
        let url = format!("{base}/control/v1/organisations/{corp_id}/users/{about}");
        let done = answer(reqwest::Client::new().request(method, url).json(&body)).await;
        assert_eq!(done.status, 200, "{about}: {done:?}");
        done.body
    }

    async fn leave(&self, people: &[String]) {
        for userid in people {
            self.upstream(Method::DELETE, userid, json!({})).await;
        }
    }

    fn runs(&self) -> String {
        format!("/api/v1/tenants/{}/syncRuns", self.tenant)
    }

    async fn lines(&self, run: &Value) -> Lines {
        let listed = self.world.all(&format!("{}/{}/changes", self.runs(), text(run, "id"))).await;
        let count = listed.len();
        let lines: Lines =
            listed.iter().map(|line| (text(line, "kind"), text(line, "dingtalkUserId"))).collect();
        assert_eq!(lines.len(), count, "everybody stands there once");
        lines
    }

    async fn decided(&self, run: &Value, decision: &str) -> Value {
        let path = format!("{}/{}/{decision}", self.runs(), text(run, "id"));
        let taken = self.world.send(Method::POST, &path, None).await;
        assert_eq!(taken.status, 202, "{taken:?}");
        self.world.ended(self.tenant, &text(&taken.body, "id")).await
    }

    /// The directory as the file that the issue speaks of, without the time at which each row was written last.
    async fn export(&self) -> String {
        let path = format!("/api/v1/tenants/{}/members.csv?status=active", self.tenant);
        let request = self.world.request(Method::GET, &path).header("X-Access-Token", self.world.token());
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
        let file = response.text().await.unwrap();
        file.lines().map(|row| format!("{}\r\n", row.rsplit_once(",\"").unwrap().0)).collect()
    }
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_else(|| panic!("no {key} in {value:#}")).to_owned()
}

fn expected(kind: &str, people: &[String]) -> Lines {
    people.iter().map(|userid| (kind.to_owned(), userid.clone())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_people_are_previewed_applied_put_back_and_guarded() {
    let scene = Scene::new().await;
    let before = scene.export().await;
    assert_eq!(before.matches("\r\n").count(), MEMBERS + 1);

    let (renamed, rest) = scene.people.split_at(PER_CENT);
    let (moved, rest) = rest.split_at(PER_CENT);
    let (leaving, rest) = rest.split_at(2 * PER_CENT);
    let fresh: Vec<String> = (0..PER_CENT).map(|number| format!("fresh-{number:03}")).collect();
    for userid in renamed {
        scene.upstream(Method::PATCH, userid, json!({"name": format!("改名{userid}")})).await;
    }
    for userid in moved {
        scene.upstream(Method::POST, &format!("{userid}/move"), json!({"departments": [1]})).await;
    }
    scene.leave(leaving).await;
    for (number, userid) in fresh.iter().enumerate() {
        let person = json!({"name": format!("新人{number}"), "mobile": format!("1991234{number:04}")});
        scene.upstream(Method::PATCH, userid, person).await;
    }
    let wanted: Lines = [
        expected("memberUpdated", renamed),
        expected("memberUpdated", moved),
        expected("memberDisabled", leaving),
        expected("memberCreated", &fresh),
    ]
    .into_iter()
    .flatten()
    .collect();

    let shown = scene.world.run(scene.tenant, "preview").await;
    assert_eq!(shown["status"], "previewed", "{shown:#}");
    assert_eq!(scene.lines(&shown).await, wanted, "the preview lists exactly those");
    assert!(scene.export().await == before, "a preview changes nothing");

    let applied = scene.decided(&shown, "apply").await;
    assert_eq!(applied["status"], "succeeded", "{applied:#}");
    assert_eq!(applied["counts"], shown["counts"]);
    assert_eq!(scene.lines(&applied).await, wanted, "what was shown is what was done");
    let after = scene.export().await;
    let (old, new): (BTreeSet<&str>, BTreeSet<&str>) = (before.lines().collect(), after.lines().collect());
    assert_eq!((old.difference(&new).count(), new.difference(&old).count()), (4 * PER_CENT, 3 * PER_CENT));

    let undone = scene.decided(&applied, "revert").await;
    assert_eq!(undone["status"], "succeeded", "{undone:#}");
    assert!(scene.export().await == before, "the directory is as it was");
    let skipped = scene.lines(&undone).await.into_iter().filter(|(kind, _)| kind == "skipped").count();
    assert_eq!(skipped, 0, "nothing had been changed again since");

    // The directory follows DingTalk again; then six in a hundred leave at once.
    let again = scene.world.sync(scene.tenant).await;
    assert_eq!(again["counts"]["membersDisabled"], 2 * PER_CENT, "{again:#}");
    let before = scene.export().await;
    let leaving = &rest[..6 * PER_CENT];
    scene.leave(leaving).await;
    let stopped = scene.world.run(scene.tenant, "apply").await;
    assert_eq!(stopped["status"], "awaitingApproval", "{stopped:#}");
    assert_eq!(scene.lines(&stopped).await, expected("memberDisabled", leaving), "the list to look at");
    assert!(scene.export().await == before, "nothing is changed yet");
    let landed = scene.decided(&stopped, "apply").await;
    assert_eq!((&landed["status"], &landed["counts"]), (&json!("succeeded"), &stopped["counts"]));

    let before = scene.export().await;
    scene.world.dingtalk().add_fault(Fault::always("/topapi/v2/user/list", FaultKind::EmptyList));
    let stopped = scene.world.run(scene.tenant, "apply").await;
    assert_eq!(stopped["status"], "awaitingApproval", "{stopped:#}");
    assert!(scene.export().await == before, "an empty answer changes nothing");
    scene.world.finish().await;
}
