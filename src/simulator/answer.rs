//! The two families of answers: the old interface's envelope and the new interface's bare objects.
//!
//! Must not know which call is answered. Invariant: the effective code of every answer is known to the journal,
//! however it is wrapped on the wire.

use serde_json::{Value, json};

/// What a call of the old interface yields.
pub(crate) enum Payload {
    /// Stands under `result`.
    Result(Value),
    /// The same, already written; for long lists.
    ResultText(String),
    /// Stands beside `errcode`.
    Fields(Value),
    /// Nothing but success.
    Nothing,
}

/// Why a call of the old interface is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: i64,
    pub(crate) text: String,
    /// Refused in front of the interface: such errors come inside the 88 envelope.
    pub(crate) by_gateway: bool,
}

pub(crate) type Answer = Result<Payload, Refusal>;

impl Refusal {
    pub(crate) fn new(code: i64, text: impl Into<String>) -> Self {
        Self { code, text: text.into(), by_gateway: false }
    }

    pub(crate) fn gateway(code: i64, text: impl Into<String>) -> Self {
        Self { code, text: text.into(), by_gateway: true }
    }

    pub(crate) fn parameter(key: &str) -> Self {
        Self::new(400_002, format!("无效的参数:{key}"))
    }

    /// The body on the wire.
    pub(crate) fn body(&self, wrapped: bool, request_id: &str) -> String {
        let Self { code, text, .. } = self;
        if wrapped {
            json!({
                "errcode": 88,
                "sub_code": code.to_string(),
                "sub_msg": text,
                "errmsg": format!("ding talk error[subcode={code},submsg={text}]"),
                "request_id": request_id,
            })
            .to_string()
        } else {
            json!({ "errcode": code, "errmsg": text, "request_id": request_id }).to_string()
        }
    }
}

impl Payload {
    /// The body on the wire.
    pub(crate) fn body(self, request_id: &str) -> String {
        let head = format!(r#"{{"errcode":0,"errmsg":"ok","request_id":"{request_id}""#);
        match self {
            Self::Nothing => head + "}",
            Self::Result(result) => format!(r#"{head},"result":{result}}}"#),
            Self::ResultText(result) => format!(r#"{head},"result":{result}}}"#),
            Self::Fields(Value::Object(fields)) if !fields.is_empty() => {
                let fields = Value::Object(fields).to_string();
                format!("{head},{}", fields.strip_prefix('{').unwrap_or("}"))
            }
            Self::Fields(_) => head + "}",
        }
    }
}

/// Why a call of the new interface is refused.
#[derive(Debug, Clone)]
pub(crate) struct Denial {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) required_scopes: Vec<String>,
}

impl Denial {
    pub(crate) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self { status, code: code.to_owned(), message: message.into(), required_scopes: Vec::new() }
    }

    /// The application lacks a permission.
    pub(crate) fn scope(scope: &str) -> Self {
        Self {
            status: 403,
            code: "Forbidden.AccessDenied.AccessTokenPermissionDenied".into(),
            message: "没有调用该接口的权限，请在开发者后台申请".into(),
            required_scopes: vec![scope.to_owned()],
        }
    }

    /// The body on the wire.
    pub(crate) fn body(&self, request_id: &str) -> String {
        let mut body = json!({ "code": self.code, "message": self.message, "requestid": request_id });
        if !self.required_scopes.is_empty()
            && let Some(fields) = body.as_object_mut()
        {
            let detail = json!({ "requiredScopes": self.required_scopes });
            fields.insert("accessdenieddetail".into(), detail);
        }
        body.to_string()
    }
}

/// An answer that is ready for the wire.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) body: String,
    /// The effective code, `0` when all went well.
    pub(crate) errcode: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_json_with_the_envelope() {
        for (payload, expected) in [
            (Payload::Nothing, json!({})),
            (Payload::Result(json!([1])), json!({ "result": [1] })),
            (Payload::ResultText("{\"a\":1}".into()), json!({ "result": { "a": 1 } })),
            (Payload::Fields(json!({ "task_id": 7 })), json!({ "task_id": 7 })),
            (Payload::Fields(json!({})), json!({})),
        ] {
            let mut body: Value = serde_json::from_str(&payload.body("r1")).unwrap();
            let fields = body.as_object_mut().unwrap();
            assert_eq!(fields.remove("errcode"), Some(json!(0)));
            assert_eq!(fields.remove("request_id"), Some(json!("r1")));
            fields.remove("errmsg");
            assert_eq!(body, expected);
        }
    }

    #[test]
    fn a_wrapped_refusal_carries_its_code_as_text() {
        let body: Value = serde_json::from_str(&Refusal::gateway(40014, "x").body(true, "r")).unwrap();
        assert_eq!((&body["errcode"], &body["sub_code"]), (&json!(88), &json!("40014")));
        assert_eq!(body["errmsg"], json!("ding talk error[subcode=40014,submsg=x]"));
    }
}
