//! What a message says, checked against DingTalk's limits before anything is sent. [S-0769, S-0775]

use serde::{Deserialize, Serialize};

use crate::domain::error::{Error, ErrorCode, Result};

/// DingTalk's limit on the whole message object, in bytes of its JSON. [S-0769]
pub const MAXIMUM_BYTES: usize = 2048;

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// Plain text.
    Text(String),
}

impl Content {
    /// Checks the content; `encoded_bytes` is the size of the message object as it would be sent.
    pub fn check(&self, encoded_bytes: usize) -> Result<()> {
        let Self::Text(text) = self;
        if text.trim().is_empty() {
            return Err(Error::new(
                ErrorCode::MessageInvalid,
                "消息内容不能为空",
                "the message has no content; write what is to be sent",
            ));
        }
        if encoded_bytes > MAXIMUM_BYTES {
            return Err(Error::new(
                ErrorCode::MessageInvalid,
                format!(
                    "消息编码后为 {encoded_bytes} 字节，超过钉钉上限 {MAXIMUM_BYTES} 字节（一个汉字占 3 字节），请缩短内容"
                ),
                format!(
                    "the message is {encoded_bytes} bytes long when encoded; DingTalk takes {MAXIMUM_BYTES} (a Chinese character is 3): shorten it"
                ),
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_and_oversized_messages_are_refused_with_the_limit() {
        assert!(Content::Text("你好".into()).check(50).is_ok());
        assert!(Content::Text(" \n".into()).check(50).is_err());
        let refusal = Content::Text("长".repeat(800)).check(2449).unwrap_err();
        assert!(refusal.detail.en.contains("2048"));
    }
}
