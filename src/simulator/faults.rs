//! Scripted misbehaviour: which calls go wrong, when, and how.
//!
//! Must not know what a call means. Invariant: a call meets at most one fault, the first that was added and is due.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One way of going wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum FaultKind {
    /// An error code of the old interface, bare or inside the 88 envelope.
    Errcode {
        /// The code, e.g. 90018 or -1.
        code: i64,
        /// Whether it comes as 88 with `sub_code`.
        #[serde(default)]
        wrapped: bool,
    },
    /// An error body of the new interface.
    ApiError {
        /// HTTP status.
        status: u16,
        /// E.g. `InvalidAuthentication`.
        code: String,
    },
    /// A bare HTTP status with a page.
    Http {
        /// HTTP status.
        status: u16,
    },
    /// The right answer, late.
    Slow {
        /// Milliseconds.
        ms: u64,
    },
    /// The connection closes and nothing was done.
    CloseConnection,
    /// Everything is done, then the connection closes without an answer.
    LoseAnswer,
    /// The answer's JSON stops in the middle.
    Truncate,
    /// The page for banned addresses, as HTML or as JSON, with status 200.
    BanPage {
        /// HTML instead of JSON.
        html: bool,
    },
    /// A list that says `has_more` and repeats the cursor it was asked with.
    RepeatCursor,
    /// `result` is null.
    NullResult,
    /// `result` is missing.
    MissingResult,
    /// `result` is a text where an object or a list belongs.
    WrongShape,
    /// A list without entries and without more pages.
    EmptyList,
    /// A list of sub-departments that names the parent asked for as its own child.
    AncestorAsChild,
    /// The caller's token dies just before the call.
    ExpireToken,
    /// Numbers and booleans as texts, lists as texts.
    Stringly,
    /// Keys that no document mentions.
    UnknownFields,
    /// The right JSON declared as `text/html`.
    WrongContentType,
    /// An empty body with status 200.
    EmptyBody,
}

impl FaultKind {
    /// One of each kind, so that a test can go through all of them.
    pub fn all() -> Vec<Self> {
        vec![
            Self::Errcode { code: -1, wrapped: false },
            Self::Errcode { code: 90018, wrapped: true },
            Self::ApiError { status: 403, code: "Forbidden.AccessDenied.QpsLimitForApi".into() },
            Self::Http { status: 502 },
            Self::Slow { ms: 50 },
            Self::CloseConnection,
            Self::LoseAnswer,
            Self::Truncate,
            Self::BanPage { html: true },
            Self::BanPage { html: false },
            Self::RepeatCursor,
            Self::NullResult,
            Self::MissingResult,
            Self::WrongShape,
            Self::EmptyList,
            Self::AncestorAsChild,
            Self::ExpireToken,
            Self::Stringly,
            Self::UnknownFields,
            Self::WrongContentType,
            Self::EmptyBody,
        ]
    }

    /// What the fault makes of a right answer; `parameters` are those of the call.
    pub(crate) fn distort(&self, body: &str, parameters: &Value) -> String {
        match self {
            Self::Truncate => cut(body),
            Self::EmptyBody => String::new(),
            Self::RepeatCursor
            | Self::NullResult
            | Self::MissingResult
            | Self::WrongShape
            | Self::EmptyList
            | Self::AncestorAsChild
            | Self::Stringly
            | Self::UnknownFields => {
                let Ok(mut answer) = serde_json::from_str::<Value>(body) else { return body.to_owned() };
                self.distort_value(&mut answer, parameters);
                answer.to_string()
            }
            _ => body.to_owned(),
        }
    }

    fn distort_value(&self, answer: &mut Value, parameters: &Value) {
        let parameter = |key: &str| parameters.get(key).cloned().unwrap_or(Value::Null);
        match self {
            Self::Stringly => stringly(answer),
            Self::UnknownFields => unknown_fields(answer),
            Self::MissingResult => {
                if let Some(fields) = answer.as_object_mut() {
                    fields.remove("result");
                }
            }
            _ => {
                let Some(result) = answer.get_mut("result") else { return };
                match self {
                    Self::NullResult => *result = Value::Null,
                    Self::WrongShape => *result = json!("unexpected"),
                    Self::EmptyList if result.is_array() => *result = json!([]),
                    Self::EmptyList => *result = json!({ "has_more": false, "list": [] }),
                    Self::RepeatCursor => {
                        if let Some(fields) = result.as_object_mut() {
                            fields.insert("has_more".into(), json!(true));
                            fields.insert("next_cursor".into(), parameter("cursor"));
                        }
                    }
                    Self::AncestorAsChild => {
                        if let Some(children) = result.as_array_mut() {
                            let asked = parameter("dept_id");
                            children.push(json!({ "dept_id": asked, "parent_id": asked, "name": "环" }));
                        }
                    }
                    _ => {}
                }
            }
        }
    }
}

/// Half of a text, cut between characters.
fn cut(body: &str) -> String {
    body.chars().take(body.chars().count() / 2).collect()
}

/// Turns numbers and booleans into texts and lists of scalars into one text, as the samples of the documents do.
fn stringly(value: &mut Value) {
    match value {
        Value::Number(number) => *value = Value::String(number.to_string()),
        Value::Bool(flag) => *value = Value::String(flag.to_string()),
        Value::Array(items) if items.iter().any(|item| item.is_object() || item.is_array()) => {
            items.iter_mut().for_each(stringly);
        }
        Value::Array(items) if items.iter().any(Value::is_number) => {
            *value = Value::String(Value::Array(std::mem::take(items)).to_string());
        }
        Value::Object(fields) => fields.values_mut().for_each(stringly),
        _ => {}
    }
}

fn unknown_fields(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(unknown_fields),
        Value::Object(fields) => {
            fields.values_mut().for_each(unknown_fields);
            fields.insert("ext".into(), json!({ "simulated": [1, null, "x"] }));
            fields.insert("futureFlag".into(), Value::Null);
        }
        _ => {}
    }
}

/// A fault and the calls that it hits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fault {
    /// A path such as `/topapi/v2/user/list`, or `*` for every call.
    pub api: String,
    /// Only calls of this application, by Client ID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Only calls with this `dept_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dept_id: Option<i64>,
    /// How many matching calls pass unharmed first.
    #[serde(default)]
    pub after: u64,
    /// How many calls are hit; without it, all that follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// What happens.
    #[serde(flatten)]
    pub kind: FaultKind,
}

impl Fault {
    /// Hits every call of one interface, for ever.
    pub fn always(api: &str, kind: FaultKind) -> Self {
        Self { api: api.into(), client_id: None, dept_id: None, after: 0, times: None, kind }
    }

    /// Hits the next `times` calls of one interface.
    pub fn times(api: &str, times: u64, kind: FaultKind) -> Self {
        Self { times: Some(times), ..Self::always(api, kind) }
    }

    /// The same fault, only after so many calls have passed.
    #[must_use]
    pub fn after(self, after: u64) -> Self {
        Self { after, ..self }
    }
}

/// The faults that wait for calls.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    waiting: Vec<Fault>,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.waiting.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }

    pub(crate) fn list(&self) -> &[Fault] {
        &self.waiting
    }

    /// The fault that this call meets, if one is due; counts the call for all faults that match it.
    pub(crate) fn meet(
        &mut self,
        api: &str,
        client_id: Option<&str>,
        dept_id: Option<i64>,
    ) -> Option<FaultKind> {
        let mut met = None;
        for fault in &mut self.waiting {
            let matches = (fault.api == "*" || fault.api == api)
                && fault.client_id.as_deref().is_none_or(|wanted| Some(wanted) == client_id)
                && fault.dept_id.is_none_or(|wanted| Some(wanted) == dept_id);
            if !matches {
                continue;
            }
            if fault.after > 0 {
                fault.after -= 1;
            } else if met.is_none() {
                met = Some(fault.kind.clone());
                if let Some(left) = &mut fault.times {
                    *left = left.saturating_sub(1);
                }
            }
        }
        self.waiting.retain(|fault| fault.times != Some(0));
        met
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_waits_hits_and_is_spent() {
        let mut faults = Faults::default();
        faults.add(Fault::times("/a", 2, FaultKind::Truncate).after(1));
        let mut meet = |api: &str| faults.meet(api, None, None).is_some();
        assert_eq!(
            [meet("/a"), meet("/b"), meet("/a"), meet("/a"), meet("/a")],
            [false, false, true, true, false]
        );
        assert!(faults.list().is_empty());
    }

    #[test]
    fn faults_survive_their_own_json() {
        for kind in FaultKind::all() {
            let fault = Fault::times("*", 1, kind);
            let json = serde_json::to_string(&fault).unwrap();
            assert_eq!(serde_json::from_str::<Fault>(&json).unwrap(), fault);
        }
    }

    #[test]
    fn distortions_change_what_they_say() {
        let body =
            r#"{"errcode":0,"result":{"has_more":false,"list":[{"active":true,"dept_id_list":[2,3]}]}}"#;
        let asked = json!({ "cursor": 7, "dept_id": 2 });
        let distorted = |kind: FaultKind| serde_json::from_str::<Value>(&kind.distort(body, &asked)).unwrap();
        assert_eq!(distorted(FaultKind::Stringly)["result"]["list"][0]["dept_id_list"], json!("[2,3]"));
        assert_eq!(distorted(FaultKind::Stringly)["errcode"], json!("0"));
        assert_eq!(distorted(FaultKind::RepeatCursor)["result"]["next_cursor"], json!(7));
        assert_eq!(distorted(FaultKind::NullResult)["result"], Value::Null);
        assert_eq!(distorted(FaultKind::EmptyList)["result"]["list"], json!([]));
        assert!(serde_json::from_str::<Value>(&FaultKind::Truncate.distort(body, &asked)).is_err());
    }
}
