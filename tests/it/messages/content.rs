//! Every kind of content through the API: what DingTalk received is what was asked for, and the limits are told.

use menpai::service::messaging::MessageView;
use menpai::simulator::{Fault, FaultKind};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::{once, path, synchronised};
use crate::support::{Answer, World, answer};

const PNG: &[u8] = b"\x89PNG\r\n\x1A\n and some more";

async fn upload(world: &World, tenant: u64, kind: &str, name: &str, bytes: &[u8]) -> Answer {
    let part = Part::bytes(bytes.to_vec()).file_name(name.to_owned());
    let form = Form::new().text("type", kind.to_owned()).part("file", part);
    let request = world.request(Method::POST, &format!("/api/v1/tenants/{tenant}/media"));
    answer(request.header("X-Access-Token", world.token()).multipart(form)).await
}

fn message(content: &Value) -> Value {
    json!({"content": content, "audience": {"everyone": true}})
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_arrives_as_it_was_written() {
    let (world, tenant) = synchronised(1).await;
    let picture = upload(&world, tenant, "image", "../公司 logo.PNG", PNG).await;
    assert_eq!((picture.status, &picture.body["name"]), (201, &json!("公司 logo.png")), "{picture:?}");
    let image = picture.body["mediaId"].clone();
    let uploads = world.dingtalk().uploads();
    assert_eq!((uploads[0].filename.as_str(), uploads[0].size), ("公司 logo.png", PNG.len() as u64));
    assert_eq!(json!(uploads[0].media_id), image);
    let go = "http://192.0.2.1/go";
    let kinds = [
        (json!({"type": "text", "text": "你好"}), "/text/content", json!("你好")),
        (json!({"type": "markdown", "title": "标题", "text": "# 一"}), "/markdown/text", json!("# 一")),
        (
            json!({"type": "link", "title": "标题", "text": "说明", "url": go, "picture": image}),
            "/link/picUrl",
            image.clone(),
        ),
        (
            json!({"type": "actionCard", "title": "一个", "markdown": "**b**", "buttons": [{"title": "打开", "url": go}]}),
            "/action_card/single_url",
            json!(go),
        ),
        (
            json!({"type": "actionCard", "title": "几个", "markdown": "b", "orientation": "horizontal",
                "buttons": [{"title": "是", "url": go}, {"title": "否", "url": go}]}),
            "/action_card/btn_json_list/1/title",
            json!("否"),
        ),
        (
            json!({"type": "oa", "url": go, "color": "FFBBBBBB", "title": "报销", "image": image, "fileCount": 2,
                "rows": [{"key": "姓名", "value": "李四"}], "figure": {"number": "3", "unit": "元"}}),
            "/oa/body/form/0/value",
            json!("李四"),
        ),
        (
            json!({"type": "oa", "url": go, "color": "FFBBBBBB", "title": "报销",
                "status": {"text": "待审批", "color": "FFF65E5E"}}),
            "/oa/status_bar",
            json!({"status_value": "待审批", "status_bg": "0xFFF65E5E"}),
        ),
        (json!({"type": "image", "mediaId": image}), "/image/media_id", image.clone()),
        (json!({"type": "voice", "mediaId": image, "seconds": 12}), "/voice/duration", json!("12")),
        (json!({"type": "file", "mediaId": image}), "/file/media_id", image.clone()),
    ];
    for (content, place, wanted) in kinds {
        let sent = world.post(&path(tenant), message(&content)).await;
        assert_eq!(sent.status, 202, "{content}: {sent:?}");
        let shown = once(&world, tenant, sent.body["id"].as_str().unwrap(), MessageView::is_settled).await;
        assert_eq!(shown["status"], "sent", "{shown:#}");
        assert_eq!(shown["content"], content, "shown as it was written");
        let received = world.dingtalk().messages().pop().unwrap();
        assert_eq!(received.msg.pointer(place), Some(&wanted), "{content}");
    }
    world.finish().await;
}

/// What passed our own check may still be refused: the limits are DingTalk's.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_dingtalk_refuses_says_what_is_wrong_with_it() {
    let (world, tenant) = synchronised(1).await;
    for (errcode, code, named) in [
        (40_006, "mediaInvalid", "大小上限"),
        (40_005, "mediaInvalid", "不支持这种文件"),
        (60_020, "dingtalkRefused", "出口 IP"),
    ] {
        let refusal = FaultKind::Errcode { code: errcode, wrapped: false };
        world.dingtalk().add_fault(Fault::times("/media/upload", 1, refusal));
        let refused = upload(&world, tenant, "image", "logo.png", PNG).await;
        assert_eq!((refused.status, &refused.body["code"]), (422, &json!(code)), "{refused:?}");
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(detail.contains(named) && detail.contains(&errcode.to_string()), "{detail}");
    }
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_a_limit_is_named_and_never_sent() {
    let (world, tenant) = synchronised(1).await;
    let go = "http://192.0.2.1/go";
    let cases = [
        (json!({"type": "markdown", "title": "题".repeat(65), "text": "x"}), 422, "64"),
        (json!({"type": "markdown", "title": "t"}), 400, "content.text"),
        (json!({"type": "markdown", "title": 7, "text": "x"}), 400, "MarkdownContent"),
        (json!({"type": "text", "text": "x", "title": "t"}), 400, "title"),
        (
            json!({"type": "link", "title": "t", "text": "x", "url": "javascript:1", "picture": go}),
            422,
            "url",
        ),
        (json!({"type": "actionCard", "title": "t", "markdown": "x", "buttons": []}), 422, "buttons"),
        (json!({"type": "voice", "mediaId": "@m", "seconds": 60}), 422, "59"),
        (json!({"type": "oa", "url": go}), 422, "title"),
        (json!({"type": "image", "mediaId": "a b"}), 422, "mediaId"),
        (json!({"type": "file", "mediaId": "长".repeat(9)}), 422, "mediaId"),
    ];
    for (content, status, named) in cases {
        let refused = world.post(&path(tenant), message(&content)).await;
        assert_eq!(refused.status, status, "{content}: {refused:?}");
        assert!(refused.body["detail"].as_str().unwrap().contains(named), "{content}: {refused:?}");
    }
    assert_eq!(world.dingtalk().messages().len(), 0);
    world.finish().await;
}

/// DingTalk delivers a status bar to five people at most, named one by one.
#[tokio::test(flavor = "multi_thread")]
async fn a_status_bar_reaches_five_people_and_is_never_broadcast() {
    let (world, tenant) = synchronised(6).await;
    let members: Vec<_> = world.members(tenant).await.iter().map(|member| member["id"].clone()).collect();
    let form =
        json!({"type": "oa", "url": "http://192.0.2.1/go", "title": "报销", "status": {"text": "待审批"}});
    let send = async |audience: Value, delivery: &str| {
        let body = json!({"content": form, "audience": audience, "delivery": delivery});
        world.post(&path(tenant), body).await
    };
    let six = send(json!({"memberIds": members}), "auto").await;
    assert_eq!((six.status, &six.body["code"]), (422, &json!("messageInvalid")), "{six:?}");
    assert!(six.body["detail"].as_str().unwrap().contains('5'), "{six:?}");
    let five = json!({"memberIds": members.get(1..)});
    let broadcast = send(five.clone(), "broadcast").await;
    assert_eq!(broadcast.status, 422, "{broadcast:?}");
    assert_eq!(world.dingtalk().messages().len(), 0);
    let sent = send(five, "auto").await;
    assert_eq!((sent.status, &sent.body["accepted"]), (202, &json!(5)), "{sent:?}");
    let shown = once(&world, tenant, sent.body["id"].as_str().unwrap(), MessageView::is_settled).await;
    assert_eq!(
        (&shown["status"], &shown["content"]["status"]["color"]),
        (&json!("sent"), &json!("FF78C06E"))
    );
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_and_oversized_files_do_not_pass() {
    let (world, tenant) = synchronised(1).await;
    let cases: [(&str, &str, Vec<u8>); 4] = [
        ("image", "page.png", b"<script>alert(1)</script>".to_vec()),
        ("file", "run.exe", b"MZ".to_vec()),
        ("file", "x.pdf", Vec::new()),
        ("voice", "long.amr", [b"#!AMR".as_slice(), &vec![0; 3 << 20]].concat()),
    ];
    for (kind, name, bytes) in cases {
        let refused = upload(&world, tenant, kind, name, &bytes).await;
        assert_eq!(
            (refused.status, &refused.body["code"]),
            (422, &json!("mediaInvalid")),
            "{name}: {refused:?}"
        );
    }
    let fax = upload(&world, tenant, "fax", "x.png", PNG).await;
    assert_eq!((fax.status, &fax.body["code"]), (400, &json!("invalidRequest")), "{fax:?}");
    let nothing = world.post(&format!("/api/v1/tenants/{tenant}/media"), json!({"type": "image"})).await;
    assert!((400..=415).contains(&nothing.status), "{nothing:?}");
    assert_eq!(world.dingtalk().uploads().len(), 0);
    world.finish().await;
}
