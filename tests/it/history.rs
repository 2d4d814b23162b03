//! History: what runs did, searched; directory and changes as files.

use menpai::simulator::Shape;
use reqwest::Method;
use serde_json::Value;

use crate::support::World;

const MARK: &str = "\u{feff}";

/// The rows of a CSV file in which every cell is quoted, the head first.
fn rows(file: &str) -> Vec<Vec<String>> {
    let text = file.strip_prefix(MARK).expect("a byte order mark");
    assert!(text.ends_with("\"\r\n"), "every row ends with CRLF");
    let row = |row: &str| {
        let inner = row.strip_prefix('"').unwrap();
        inner.split("\",\"").map(|cell| cell.replace("\"\"", "\"")).collect()
    };
    text.strip_suffix("\"\r\n").unwrap().split("\"\r\n").map(row).collect()
}

/// A file as the administrator gets it, with the header that names it.
async fn file(world: &World, path: &str) -> (String, String) {
    let request = world.request(Method::GET, path).header("X-Access-Token", world.token());
    let response = request.header("Accept-Language", "en").send().await.unwrap();
    assert_eq!(response.status().as_u16(), 200, "{path}");
    assert_eq!(response.headers()["content-type"], "text/csv; charset=utf-8");
    let name = response.headers()["content-disposition"].to_str().unwrap().to_owned();
    let bytes = response.bytes().await.unwrap();
    (name, String::from_utf8(bytes.to_vec()).unwrap())
}

fn userids(world: &World) -> Vec<String> {
    let corp_id = &world.credentials.corp_id;
    let ids = world
        .dingtalk()
        .with_organisation(corp_id, |it| it.users().map(|user| user.userid.to_string()).collect());
    ids.unwrap()
}

fn column<'a>(rows: &'a [Vec<String>], name: &str) -> Vec<&'a str> {
    let place = rows[0].iter().position(|head| head == name).unwrap_or_else(|| panic!("no {name}"));
    rows[1..].iter().map(|row| row[place].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_directory_is_a_file_of_any_size_without_formulas() {
    let world = World::new(Shape::plain(1_100, 9)).await;
    let people = userids(&world);
    let corp_id = world.credentials.corp_id.clone();
    let evil = "=HYPERLINK(\"http://evil.example\")";
    world.dingtalk().change_user(&corp_id, &people[3], |user| user.title = Some(evil.into())).unwrap();
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    let base = format!("/api/v1/tenants/{tenant}/members.csv");
    let (name, text) = file(&world, &base).await;
    assert_eq!(name, format!("attachment; filename=\"members-{tenant}.csv\""));
    let all = rows(&text);
    let members = world.members(tenant).await;
    assert!(members.len() > 1_000, "more than two pages");
    let expected: Vec<&str> = members.iter().map(|member| member["id"].as_str().unwrap()).collect();
    assert_eq!(column(&all, "Member ID"), expected, "everybody once, in the order of the list");
    assert!(column(&all, "Title").contains(&format!("'{evil}").as_str()), "a formula is text");
    let department = members[0]["departments"][0]["id"].as_str().unwrap();
    let of_department =
        world.all(&format!("/api/v1/tenants/{tenant}/members?departmentId={department}")).await;
    let (_, some) = file(&world, &format!("{base}?departmentId={department}")).await;
    assert_eq!(rows(&some).len() - 1, of_department.len());
    let unknown = world.get(&format!("{base}?departmentId=00000000-0000-0000-0000-000000000000")).await;
    assert_eq!(unknown.status, 404, "{unknown:?}");
    let stranger = world.request(Method::GET, &base).send().await.unwrap();
    assert_eq!(stranger.status().as_u16(), 401);
    let audit = world.all(&format!("/api/v1/audit?tenantId={tenant}")).await;
    let taken = audit.iter().filter(|entry| entry["action"] == "member.export").count();
    assert_eq!(taken, 2, "what was given out is written down, what was refused is not");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_runs_changes_are_searched_by_field_and_department_and_taken_as_a_file() {
    let world = World::new(Shape::plain(60, 9)).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    let people = userids(&world);
    let corp_id = world.credentials.corp_id.clone();
    let dingtalk = world.dingtalk();
    dingtalk.change_user(&corp_id, &people[0], |user| user.title = Some("-顾问".into())).unwrap();
    dingtalk.move_user(&corp_id, &people[1], &[1]).unwrap();
    let run = world.sync(tenant).await;
    let base = format!("/api/v1/tenants/{tenant}/syncRuns/{}/changes", run["id"].as_str().unwrap());
    let users = |lines: &[Value]| -> Vec<String> {
        lines.iter().map(|line| line["dingtalkUserId"].as_str().unwrap().to_owned()).collect()
    };
    let titled = world.all(&format!("{base}?field=title")).await;
    assert_eq!(users(&titled), people[..1]);
    assert_eq!(world.get(&format!("{base}?field=nonsense")).await.status, 400);
    let departments = world.get(&format!("/api/v1/tenants/{tenant}/departments")).await.body;
    let departments = departments["items"].as_array().unwrap();
    let mut touched = 0;
    for department in departments {
        let id = department["id"].as_str().unwrap();
        let found = world.all(&format!("{base}?departmentId={id}")).await;
        assert!(found.is_empty() || users(&found) == people[1..2], "{found:#?}");
        touched += found.len();
    }
    assert!(touched >= 2, "found by where it was and by where it is: {touched}");
    // The same over all runs, each line with its run; what was only shown is not in it.
    world.run(tenant, "preview").await;
    let over_runs = format!("/api/v1/tenants/{tenant}/changes");
    let titled = world.all(&format!("{over_runs}?field=title&kind=memberUpdated")).await;
    assert_eq!(titled.len(), 1, "{titled:#?}");
    assert_eq!(
        (&titled[0]["runId"], &titled[0]["change"]["dingtalkUserId"]),
        (&run["id"], &Value::from(people[0].as_str()))
    );
    let all = world.all(&over_runs).await;
    assert_eq!(all[0]["runId"], run["id"], "the newest run first");
    let created = all.iter().filter(|line| line["change"]["kind"] == "memberCreated").count();
    assert_eq!((created, all.len()), (60, 60 + 2 + departments.len()));
    let found =
        world.all(&format!("{over_runs}?departmentId={}", departments[1]["id"].as_str().unwrap())).await;
    assert!(found.iter().any(|line| line["change"]["kind"] == "departmentCreated"), "{found:#?}");
    assert_eq!(world.get(&format!("{over_runs}?field=nonsense")).await.status, 400);
    let (name, text) = file(&world, &format!("{base}.csv?field=title")).await;
    assert!(name.contains("changes-"), "{name}");
    let sheet = rows(&text);
    assert_eq!(column(&sheet, "DingTalk userid"), [people[0].as_str()]);
    assert_eq!((column(&sheet, "Field"), column(&sheet, "After")), (vec!["title"], vec!["'-顾问"]));
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_history_tells_what_landed_newest_first_and_by_whom() {
    let world = World::new(Shape::plain(20, 4)).await;
    let tenant = world.connected_tenant().await;
    let first = world.sync(tenant).await;
    let people = userids(&world);
    let corp_id = world.credentials.corp_id.clone();
    let dingtalk = world.dingtalk();
    dingtalk.change_user(&corp_id, &people[0], |user| user.title = Some("顾问".into())).unwrap();
    world.run(tenant, "preview").await;
    let second = world.sync(tenant).await;
    dingtalk.remove_user(&corp_id, &people[0]).unwrap();
    let third = world.sync(tenant).await;
    let members = world.members(tenant).await;
    let of = |userid: &str| {
        let member = members.iter().find(|one| one["dingtalkUserId"] == userid).unwrap();
        format!("/api/v1/tenants/{tenant}/members/{}/history", member["id"].as_str().unwrap())
    };
    let history = world.all(&of(&people[0])).await;
    let told: Vec<(&str, &Value)> =
        history.iter().map(|line| (line["change"]["kind"].as_str().unwrap(), &line["runId"])).collect();
    let expected =
        [("memberDisabled", &third["id"]), ("memberUpdated", &second["id"]), ("memberCreated", &first["id"])];
    assert_eq!(told, expected, "what was only shown did not happen: {history:#?}");
    assert_eq!(history[1]["change"]["fields"][0]["after"], "顾问");
    assert_eq!((&history[1]["trigger"], &history[1]["actorKind"]), (&"manual".into(), &"account".into()));
    let page = world.get(&format!("{}?limit=2", of(&people[0]))).await.body;
    let next = page["nextCursor"].as_str().unwrap();
    let rest = world.get(&format!("{}?limit=2&cursor={next}", of(&people[0]))).await.body;
    assert_eq!(rest["items"].as_array().unwrap(), &history[2..], "pages go on where they ended");
    assert_eq!(world.all(&of(&people[1])).await.len(), 1, "others have a history of their own");
    let unknown = format!("/api/v1/tenants/{tenant}/members/{}/history", first["id"].as_str().unwrap());
    assert_eq!(world.get(&unknown).await.status, 404);
    // Nothing is left of lines that outlived their time; `finish` checks the index, too.
    world.advance_millis(1_000 * 24 * 3_600_000);
    world.app().services().sync.prune_history().await.unwrap();
    world.finish().await;
}
