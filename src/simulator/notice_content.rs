//! What a work notice may hold, read and checked as the platform's documents tell it. [S-0769, S-0775]
//!
//! Must not know who receives it. Invariant: what is returned is one message of a known type with all that type needs.

use serde_json::{Value, json};

use super::answer::Refusal;

const MOST_BYTES: usize = 2_048;

/// Reads and checks the content, which form bodies carry as JSON text.
pub(crate) fn read(value: Option<&Value>) -> Result<Value, Refusal> {
    let message = match value {
        Some(Value::String(text)) => {
            serde_json::from_str(text).map_err(|_| Refusal::new(34_014, "消息JSON不完整"))?
        }
        Some(object) => object.clone(),
        None => return Err(Refusal::new(40_035, "缺少参数 msg")),
    };
    if message.to_string().len() > MOST_BYTES {
        return Err(Refusal::new(34_016, "消息内容过长"));
    }
    let kind = message.get("msgtype").and_then(Value::as_str).unwrap_or_default();
    let required: &[&str] = match kind {
        "text" => &["content"],
        "image" | "file" => &["media_id"],
        "voice" => &["media_id", "duration"],
        "link" => &["messageUrl", "picUrl", "title", "text"],
        "markdown" => &["title", "text"],
        "action_card" => &["markdown"],
        "oa" => &["message_url", "head", "body"],
        _ => return Err(Refusal::new(40_008, "不合法的消息类型")),
    };
    let content = message.get(kind).ok_or_else(|| Refusal::new(34_014, format!("消息缺少{kind}")))?;
    for key in required {
        let empty = content.get(key).is_none_or(|value| value.is_null() || *value == json!(""));
        if empty {
            return Err(Refusal::new(34_014, format!("消息缺少{kind}.{key}")));
        }
    }
    match kind {
        "markdown" => within(content, "title", 64)?,
        "link" => {
            within(content, "title", 100)?;
            within(content, "messageUrl", 700)?;
        }
        "voice" => check_duration(content)?,
        "action_card" => {
            within(content, "title", 64)?;
            check_buttons(content)?;
        }
        "oa" => check_form(content)?,
        _ => {}
    }
    Ok(message)
}

fn length(content: &Value, key: &str) -> Option<usize> {
    content.get(key).and_then(Value::as_str).map(|text| text.chars().count())
}

fn within(content: &Value, key: &str, most: usize) -> Result<(), Refusal> {
    match length(content, key) {
        Some(length) if length > most => Err(Refusal::new(34_016, format!("{key}过长"))),
        _ => Ok(()),
    }
}

/// The duration is a whole number of seconds in quotes, more than none and less than sixty.
fn check_duration(voice: &Value) -> Result<(), Refusal> {
    let seconds = voice.get("duration").and_then(Value::as_str).and_then(|text| text.parse::<u32>().ok());
    match seconds {
        Some(1..=59) => Ok(()),
        _ => Err(Refusal::new(40_035, "不合法的duration")),
    }
}

fn check_buttons(card: &Value) -> Result<(), Refusal> {
    match (length(card, "single_title"), length(card, "single_url"), card.get("btn_json_list")) {
        (Some(1..=20), Some(1..=500), None) => return Ok(()),
        (None, None, Some(Value::Array(buttons))) if !buttons.is_empty() => {
            if !matches!(card.get("btn_orientation").and_then(Value::as_str), Some("0" | "1")) {
                return Err(Refusal::new(40_035, "不合法的btn_orientation"));
            }
            let fits = buttons.iter().all(|button| {
                matches!(length(button, "title"), Some(1..=20))
                    && matches!(length(button, "action_url"), Some(1..=700))
            });
            if fits && Value::from(buttons.clone()).to_string().chars().count() <= 1_000 {
                return Ok(());
            }
        }
        (None, None, None) => return Err(Refusal::new(34_014, "action_card缺少按钮")),
        _ => {}
    }
    Err(Refusal::new(34_016, "action_card按钮不合法或过长"))
}

fn check_form(oa: &Value) -> Result<(), Refusal> {
    let color = oa.pointer("/head/bgcolor").and_then(Value::as_str).unwrap_or_default();
    if color.len() != 8 || u32::from_str_radix(color, 16).is_err() {
        return Err(Refusal::new(40_035, "不合法的bgcolor"));
    }
    within(oa.get("body").unwrap_or(&Value::Null), "title", 50)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_has_its_own_needs() {
        let go = "http://192.0.2.1/";
        let good = [
            json!({"msgtype": "text", "text": {"content": "x"}}),
            json!({"msgtype": "voice", "voice": {"media_id": "@m", "duration": "12"}}),
            json!({"msgtype": "action_card", "action_card": {"markdown": "b", "single_title": "x", "single_url": go}}),
            json!({"msgtype": "action_card", "action_card": {"markdown": "b", "btn_orientation": "0",
                "btn_json_list": [{"title": "x", "action_url": go}]}}),
            json!({"msgtype": "oa", "oa": {"message_url": go, "head": {"bgcolor": "FFBBBBBB"}, "body": {"title": "x"}}}),
        ];
        for message in good {
            assert!(read(Some(&message)).is_ok(), "{message}");
        }
        let bad = [
            (json!({"msgtype": "fax", "fax": {}}), 40_008),
            (json!({"msgtype": "text", "text": {"content": ""}}), 34_014),
            (json!({"msgtype": "voice", "voice": {"media_id": "@m", "duration": "60"}}), 40_035),
            (json!({"msgtype": "voice", "voice": {"media_id": "@m", "duration": 12}}), 40_035),
            (json!({"msgtype": "markdown", "markdown": {"title": "x".repeat(65), "text": "x"}}), 34_016),
            (json!({"msgtype": "action_card", "action_card": {"markdown": "b"}}), 34_014),
            (
                json!({"msgtype": "action_card", "action_card": {"markdown": "b",
                "btn_json_list": [{"title": "x", "action_url": go}]}}),
                40_035,
            ),
            (
                json!({"msgtype": "oa", "oa": {"message_url": go, "head": {"bgcolor": "red"}, "body": {"title": "x"}}}),
                40_035,
            ),
        ];
        for (message, code) in bad {
            assert_eq!(read(Some(&message)).unwrap_err().code, code, "{message}");
        }
    }
}
