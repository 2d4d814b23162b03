//! The guide for programs and the collection for API clients, read from docs/ and carried out as they stand.

mod shell;

use std::collections::BTreeMap;

use menpai::simulator::Shape;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use self::shell::Command;
use crate::support::{ADMIN, Answer, World, answer};

const GUIDE: &str = include_str!("../../docs/API-GUIDE.md");
const COLLECTION: &str = include_str!("../../docs/menpai.postman_collection.json");
const PNG: &[u8] = b"\x89PNG\r\n\x1A\n a logo";

/// A world with a tenant in step with DingTalk, and an account of it.
async fn ready() -> (World, u64, String) {
    let world = World::new(Shape::plain(3, 7)).await;
    let tenant = world.connected_tenant().await;
    world.sync(tenant).await;
    let receiver = world.members(tenant).await[0]["username"].as_str().unwrap().to_owned();
    (world, tenant, receiver)
}

async fn carry_out(world: &World, command: &Command) -> Answer {
    let path = command.url.strip_prefix(&world.app().base_url()).unwrap_or_else(|| panic!("{}", command.url));
    let method = Method::from_bytes(command.method.as_bytes()).unwrap();
    let mut request = world.request(method, path);
    for (name, value) in &command.headers {
        request = request.header(name, value);
    }
    if let Some(data) = &command.data {
        request = request.body(data.clone());
    }
    if !command.form.is_empty() {
        let form =
            command.form.iter().fold(Form::new(), |form, (name, value)| match value.strip_prefix('@') {
                Some(file) => form.part(name.clone(), Part::bytes(PNG).file_name(file.to_owned())),
                None => form.text(name.clone(), value.clone()),
            });
        request = request.multipart(form);
    }
    answer(request).await
}

/// Checks an answer against the note that stands before its command, and keeps what the note says.
fn judge(note: &str, answer: &Answer, variables: &mut BTreeMap<String, String>) {
    for wish in note.split(", ") {
        let (verb, rest) = wish.trim().split_once(' ').unwrap();
        let pair = rest.split_once(" = ");
        match (verb, pair) {
            ("status", None) => assert_eq!(answer.status.to_string(), rest, "{answer:?}"),
            ("holds", Some((place, value))) => {
                let wanted: Value = serde_json::from_str(value).unwrap();
                assert_eq!(answer.body.pointer(place), Some(&wanted), "{place}: {answer:?}");
            }
            ("keeps", Some((name, place))) => {
                let value = answer.body.pointer(place).and_then(Value::as_str);
                let value = value.unwrap_or_else(|| panic!("no {place} in {answer:?}"));
                variables.insert(name.to_owned(), value.to_owned());
            }
            _ => panic!("nobody knows what to do with {wish:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guide_works_as_it_is_written() {
    let (world, tenant, receiver) = ready().await;
    let mut variables: BTreeMap<String, String> = [
        ("MENPAI", world.app().base_url()),
        ("TENANT", tenant.to_string()),
        ("ACCOUNT", ADMIN.0.to_owned()),
        ("PASSWORD", ADMIN.1.to_owned()),
        ("RECEIVER", receiver),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    let commands = shell::commands(GUIDE);
    assert!(commands.len() >= 9, "{}", commands.len());
    for (note, text) in commands {
        let command = Command::parse(&text, &variables);
        let answer = carry_out(&world, &command).await;
        assert!((200..300).contains(&answer.status), "{text}\n{answer:?}");
        judge(&note, &answer, &mut variables);
    }
    let received = world.dingtalk().messages();
    let kinds: Vec<_> = received.iter().map(|message| message.msg["msgtype"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["text", "markdown", "image"], "the preview sent nothing");
    world.finish().await;
}

/// The requests of a collection in their order, with the folders opened.
fn requests(items: &Value) -> Vec<Value> {
    let items = items.as_array().unwrap().iter();
    items.flat_map(|item| item.get("item").map_or_else(|| vec![item.clone()], requests)).collect()
}

fn filled(text: &str, variables: &BTreeMap<String, String>) -> String {
    let filled = variables
        .iter()
        .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value));
    assert!(!filled.contains("{{"), "a variable is not defined: {filled}");
    filled
}

/// What the scripts of a request keep: `pm.collectionVariables.set("name", pm.response.json().a.b);`
fn keep(item: &Value, answer: &Answer, variables: &mut BTreeMap<String, String>) {
    for line in item["event"][0]["script"]["exec"].as_array().unwrap() {
        let line = line.as_str().unwrap();
        let Some(rest) = line.strip_prefix("pm.collectionVariables.set(\"") else { continue };
        let (name, rest) = rest.split_once("\", pm.response.json()").unwrap();
        let place = rest.strip_suffix(");").unwrap().replace('.', "/");
        let value = answer.body.pointer(&place).unwrap_or_else(|| panic!("no {place} in {answer:?}"));
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        variables.insert(name.to_owned(), text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_collection_works_from_top_to_bottom() {
    let (world, tenant, receiver) = ready().await;
    let collection: Value = serde_json::from_str(COLLECTION).unwrap();
    assert!(collection["info"]["schema"].as_str().unwrap().contains("/v2.1.0/"));
    let declared = collection["variable"].as_array().unwrap().iter();
    let mut variables: BTreeMap<String, String> = declared
        .map(|one| (one["key"].as_str().unwrap().to_owned(), one["value"].as_str().unwrap().to_owned()))
        .collect();
    let ours = [
        ("baseUrl", world.app().base_url()),
        ("username", ADMIN.0.to_owned()),
        ("password", ADMIN.1.to_owned()),
        ("tenantId", tenant.to_string()),
        ("receiver", receiver),
    ];
    for (name, value) in ours {
        assert!(variables.insert(name.to_owned(), value).is_some(), "{name} is not declared");
    }
    let requests = requests(&collection["item"]);
    assert!(requests.len() >= 12);
    for item in requests {
        let request = &item["request"];
        let url = filled(request["url"].as_str().unwrap(), &variables);
        let headers = request["header"].as_array().unwrap().iter();
        let command = Command {
            method: request["method"].as_str().unwrap().to_owned(),
            url,
            headers: headers
                .map(|one| {
                    (
                        one["key"].as_str().unwrap().to_owned(),
                        filled(one["value"].as_str().unwrap(), &variables),
                    )
                })
                .collect(),
            data: request["body"]["raw"].as_str().map(|raw| filled(raw, &variables)),
            form: Vec::new(),
        };
        let answer = carry_out(&world, &command).await;
        assert!((200..300).contains(&answer.status), "{}: {answer:?}", item["name"]);
        assert_ne!(answer.body["success"], json!(false), "{}: {answer:?}", item["name"]);
        keep(&item, &answer, &mut variables);
    }
    let kinds: Vec<_> = world.dingtalk().messages().iter().map(|one| one.msg["msgtype"].clone()).collect();
    assert_eq!(kinds, ["text", "action_card"]);
    world.finish().await;
}
