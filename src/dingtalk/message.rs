//! DingTalk's message objects, made of plain values. [S-0775]
//!
//! Must not know what is worth sending, or to whom. Invariant: equal values make equal objects, byte for byte, for
//! DingTalk's duplicate rule compares them.

use serde_json::{Value, json};

/// Plain text.
pub fn text(content: &str) -> Value {
    json!({"msgtype": "text", "text": {"content": content}})
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
}
