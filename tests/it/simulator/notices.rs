//! Work notices over the wire: what is refused at once, what is swallowed, and what results say.

use super::{Stage, code};
use menpai::simulator::Shape;
use serde_json::{Value, json};

const SEND: &str = "/topapi/message/corpconversation/asyncsend_v2";

fn people(stage: &Stage, count: usize) -> Vec<String> {
    stage
        .simulator
        .platform()
        .with_organisation(&stage.app.corp_id, |organisation| {
            organisation.users().take(count).map(|user| user.userid.clone()).collect()
        })
        .unwrap()
}

fn text(content: &str) -> Value {
    json!({ "msgtype": "text", "text": { "content": content } })
}

impl Stage {
    async fn notify(&self, userids: &str, msg: Value) -> Value {
        self.call(SEND, json!({ "agent_id": self.app.agent_id, "userid_list": userids, "msg": msg })).await
    }

    async fn follow(&self, call: &str, task_id: &Value) -> Value {
        let key = if call == "recall" { "msg_task_id" } else { "task_id" };
        let body = json!({ "agent_id": self.app.agent_id, key: task_id });
        self.call(&format!("/topapi/message/corpconversation/{call}"), body).await
    }
}

#[tokio::test]
async fn delivery_takes_its_time_and_results_tell_each_fate() {
    let stage = Stage::with(Shape::plain(10, 1), |settings| settings.behaviour.notice_delay_ms = 500).await;
    let platform = stage.simulator.platform();
    let ids = people(&stage, 4);
    platform.forbid(&ids[2], Some("1430004")).unwrap();
    platform.forbid(&ids[3], None).unwrap();
    let sent = stage.notify(&format!("{},nobody", ids.join(",")), text("开会")).await;
    let task = &sent["task_id"];
    assert!(task.is_i64() && code(&sent) == 0);
    assert_eq!(stage.follow("getsendprogress", task).await["progress"]["status"], 0);
    assert_eq!(stage.follow("getsendresult", task).await["send_result"]["unread_user_id_list"], json!([]));
    stage.pass(500);
    assert_eq!(
        stage.follow("getsendprogress", task).await["progress"],
        json!({ "progress_in_percent": 100, "status": 2 })
    );
    assert_eq!(platform.mark_read(Some(&ids[0]), None), 1);
    let result = stage.follow("getsendresult", task).await["send_result"].clone();
    assert_eq!(result["read_user_id_list"], json!([ids[0]]));
    assert_eq!(result["unread_user_id_list"], json!([ids[1]]));
    assert_eq!(result["forbidden_list"], json!([{ "code": "1430004", "count": 1, "userid": ids[2] }]));
    assert_eq!(result["failed_user_id_list"], json!([ids[3]]));
    assert_eq!(result["invalid_user_id_list"], json!(["nobody"]));
    assert_eq!(code(&stage.follow("recall", task).await), 0);
    assert_eq!(platform.messages_of(&ids[1])[0].state, "recalled");
    assert_eq!(platform.messages_of(&ids[1])[0].msg, text("开会"));
    stage.pass(86_400_000);
    assert_eq!(code(&stage.follow("getsendresult", task).await), 40_035, "results live a day");
}

#[tokio::test]
async fn repeated_content_is_accepted_and_swallowed() {
    let stage = Stage::new(Shape::plain(10, 1)).await;
    let ids = people(&stage, 1);
    stage.notify(&ids[0], text("同样")).await;
    let again = stage.notify(&ids[0], text("同样")).await;
    assert_eq!(code(&again), 0);
    let result = stage.follow("getsendresult", &again["task_id"]).await;
    assert_eq!(result["send_result"]["forbidden_list"][0]["code"], "143106");
}

#[tokio::test]
async fn impossible_sends_are_refused_at_once() {
    let stage = Stage::new(Shape::plain(150, 1)).await;
    let ids = people(&stage, 101);
    let one = &ids[0];
    assert_eq!(code(&stage.notify(&ids.join(","), text("x")).await), 40_032);
    assert_eq!(code(&stage.notify(&ids[..100].join(","), text("x")).await), 0);
    assert_eq!(code(&stage.notify("", text("x")).await), 40_035);
    assert_eq!(code(&stage.notify(one, text(&"长".repeat(700))).await), 34_016);
    assert_eq!(code(&stage.notify(one, text("")).await), 34_014);
    assert_eq!(code(&stage.notify(one, json!({ "msgtype": "dance" })).await), 40_008);
    assert_eq!(
        code(&stage.notify(one, json!({ "msgtype": "link", "link": { "title": "t" } })).await),
        34_014
    );
    let wrong_agent = json!({ "agent_id": 1, "userid_list": one, "msg": text("x") });
    assert_eq!(code(&stage.call(SEND, wrong_agent).await), 40_056);
    let many = (1..=21).map(|id| id.to_string()).collect::<Vec<_>>().join(",");
    let body = json!({ "agent_id": stage.app.agent_id, "dept_id_list": many, "msg": text("x") });
    assert_eq!(code(&stage.call(SEND, body).await), 40_032);
}

#[tokio::test]
async fn departments_and_everybody_reach_people_below() {
    let stage = Stage::new(Shape::plain(90, 1)).await;
    let everybody =
        |content: &str| json!({ "agent_id": stage.app.agent_id, "to_all_user": true, "msg": text(content) });
    let by_root =
        json!({ "agent_id": stage.app.agent_id, "dept_id_list": "1", "msg": text("a").to_string() });
    assert_eq!(code(&stage.call(SEND, by_root).await), 0);
    assert_eq!(stage.simulator.platform().messages().len(), 90);
    for day in ["b", "c", "d"] {
        assert_eq!(code(&stage.call(SEND, everybody(day)).await), 0);
    }
    assert_eq!(code(&stage.call(SEND, everybody("e")).await), 41_046);
    assert_eq!(stage.simulator.platform().messages().len(), 360);
}

#[tokio::test]
async fn media_are_taken_by_kind() {
    let stage = Stage::new(Shape::plain(5, 1)).await;
    let upload = async |kind: &str, name: &str| {
        let boundary = "x1y2z3";
        let body = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\n{kind}\r\n\
             --{boundary}\r\nContent-Disposition: form-data; name=\"media\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\nabc\r\n--{boundary}--\r\n"
        );
        let url = stage.url(&format!("/media/upload?access_token={}", stage.token().await));
        let request =
            stage.http.post(url).header("content-type", format!("multipart/form-data; boundary={boundary}"));
        request.body(body).send().await.unwrap().json::<Value>().await.unwrap()
    };
    let taken = upload("file", "plan.pdf").await;
    assert!(taken["media_id"].as_str().unwrap().starts_with('@'), "{taken}");
    assert_eq!(code(&upload("file", "virus.exe").await), 40_005);
    assert_eq!(code(&upload("dance", "x.pdf").await), 40_004);
}
