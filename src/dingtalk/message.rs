//! DingTalk's message objects, made of plain values. [S-0775]
//!
//! Must not know what is worth sending, or to whom. Invariant: equal values make equal objects, byte for byte, for
//! DingTalk's duplicate rule compares them.

use serde_json::{Map, Value, json};

/// An OA message; what is `None` is left out.
#[derive(Clone, Copy, Debug, Default)]
pub struct OaMessage<'a> {
    /// Where it leads.
    pub url: &'a str,
    /// Where it leads on a computer.
    pub pc_url: Option<&'a str>,
    /// The head's colour, eight hexadecimal digits, alpha first.
    pub color: &'a str,
    /// The title.
    pub title: Option<&'a str>,
    /// The form's rows, key and value.
    pub rows: &'a [(String, String)],
    /// A number and its unit.
    pub figure: Option<(&'a str, &'a str)>,
    /// The text.
    pub text: Option<&'a str>,
    /// A picture's media id.
    pub image: Option<&'a str>,
    /// How many files are attached.
    pub file_count: Option<u32>,
    /// Who wrote it.
    pub author: Option<&'a str>,
    /// The status bar: what it says, and its colour as the head's.
    pub status: Option<(&'a str, &'a str)>,
}

/// Plain text.
pub fn text(content: &str) -> Value {
    json!({"msgtype": "text", "text": {"content": content}})
}

/// Formatted text.
pub fn markdown(title: &str, text: &str) -> Value {
    json!({"msgtype": "markdown", "markdown": {"title": title, "text": text}})
}

/// A link with a picture, which is an address or a media id.
pub fn link(title: &str, text: &str, url: &str, picture: &str) -> Value {
    let link = json!({"messageUrl": url, "picUrl": picture, "title": title, "text": text});
    json!({"msgtype": "link", "link": link})
}

/// A card that leads to one place.
pub fn card(title: &str, markdown: &str, button: &str, url: &str) -> Value {
    let card = json!({"title": title, "markdown": markdown, "single_title": button, "single_url": url});
    json!({"msgtype": "action_card", "action_card": card})
}

/// A card with several buttons, each with title and address.
pub fn card_of_buttons<'a>(
    title: &str,
    markdown: &str,
    buttons: impl IntoIterator<Item = (&'a str, &'a str)>,
    horizontal: bool,
) -> Value {
    let button = |(title, url): (&str, &str)| json!({"title": title, "action_url": url});
    let card = json!({
        "title": title,
        "markdown": markdown,
        "btn_orientation": if horizontal { "1" } else { "0" },
        "btn_json_list": buttons.into_iter().map(button).collect::<Vec<_>>(),
    });
    json!({"msgtype": "action_card", "action_card": card})
}

/// A form of an office system.
pub fn oa(message: OaMessage<'_>) -> Value {
    let mut body = Map::new();
    let mut put = |key: &str, value: Option<Value>| body.extend(value.map(|value| (key.to_owned(), value)));
    put("title", message.title.map(Value::from));
    let row = |(key, value): &(String, String)| json!({"key": key, "value": value});
    put("form", (!message.rows.is_empty()).then(|| message.rows.iter().map(row).collect()));
    put("rich", message.figure.map(|(number, unit)| json!({"num": number, "unit": unit})));
    put("content", message.text.map(Value::from));
    put("image", message.image.map(Value::from));
    put("file_count", message.file_count.map(|count| Value::from(count.to_string())));
    put("author", message.author.map(Value::from));
    let mut oa = json!({
        "message_url": message.url,
        "head": {"bgcolor": message.color, "text": ""},
        "body": body,
    });
    if let (Some(url), Some(fields)) = (message.pc_url, oa.as_object_mut()) {
        fields.insert("pc_message_url".to_owned(), url.into());
    }
    if let (Some((text, color)), Some(fields)) = (message.status, oa.as_object_mut()) {
        // Unlike the head's colour, this one has a prefix.
        let bar = json!({"status_value": text, "status_bg": format!("0x{color}")});
        fields.insert("status_bar".to_owned(), bar);
    }
    json!({"msgtype": "oa", "oa": oa})
}

/// A picture that was uploaded.
pub fn image(media_id: &str) -> Value {
    json!({"msgtype": "image", "image": {"media_id": media_id}})
}

/// A recording that was uploaded.
pub fn voice(media_id: &str, seconds: u32) -> Value {
    json!({"msgtype": "voice", "voice": {"media_id": media_id, "duration": seconds.to_string()}})
}

/// A file that was uploaded.
pub fn file(media_id: &str) -> Value {
    json!({"msgtype": "file", "file": {"media_id": media_id}})
}

/// How many bytes DingTalk counts.
pub fn encoded_bytes(message: &Value) -> usize {
    message.to_string().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_counted_in_bytes_as_it_is_sent() {
        let message = text("你好");
        assert_eq!(message.to_string(), r#"{"msgtype":"text","text":{"content":"你好"}}"#);
        assert_eq!(encoded_bytes(&message), 46);
    }

    #[test]
    fn cards_and_forms_have_the_shapes_of_the_documentation() {
        let one = card("t", "**b**", "Open", "http://192.0.2.10/");
        assert_eq!(one["action_card"]["single_title"], "Open");
        assert!(one["action_card"].get("btn_json_list").is_none());
        let two =
            card_of_buttons("t", "b", [("Yes", "http://192.0.2.10/y"), ("No", "http://192.0.2.10/n")], true);
        assert_eq!(two["action_card"]["btn_orientation"], "1");
        assert_eq!(two["action_card"]["btn_json_list"][1]["action_url"], "http://192.0.2.10/n");
        assert!(two["action_card"].get("single_url").is_none());
        let rows = [("Name:".to_owned(), "Li".to_owned())];
        let form = oa(OaMessage {
            url: "http://192.0.2.10/m",
            color: "FFBBBBBB",
            rows: &rows,
            figure: Some(("3", "pcs")),
            file_count: Some(1),
            ..OaMessage::default()
        });
        assert_eq!(
            form["oa"]["body"],
            json!({"form": [{"key": "Name:", "value": "Li"}], "rich": {"num": "3", "unit": "pcs"}, "file_count": "1"})
        );
        assert!(form["oa"].get("pc_message_url").is_none() && form["oa"].get("status_bar").is_none());
        let open = oa(OaMessage { status: Some(("open", "FFF65E5E")), ..OaMessage::default() });
        assert_eq!(open["oa"]["status_bar"], json!({"status_value": "open", "status_bg": "0xFFF65E5E"}));
        assert_eq!(voice("@mAbc", 12)["voice"]["duration"], "12", "a number in quotes, as documented");
    }
}
