//! The parameters of a call, wherever they stand: query, JSON body, form body or multipart.
//!
//! Must not know which call is meant. Invariant: reading is tolerant in type (numbers as text are numbers), never
//! in presence.

use percent_encoding::percent_decode_str;
use poem::web::Multipart;
use poem::{Body, FromRequest, Request, RequestBody};
use serde_json::{Map, Value};

use super::answer::Refusal;

/// Larger bodies are read as empty.
const LARGEST: usize = 25 * 1024 * 1024;

/// Parameters by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Parameters(Value);

impl Parameters {
    /// Reads query and body; a body that cannot be understood adds nothing.
    pub(crate) async fn read(request: &Request, body: Body) -> Self {
        let mut fields = Map::new();
        for (key, value) in pairs(request.uri().query().unwrap_or_default()) {
            fields.insert(key, Value::String(value));
        }
        let kind = request.content_type().unwrap_or_default().to_ascii_lowercase();
        if kind.starts_with("multipart/") {
            fields.extend(multipart(request, body).await);
            return Self(Value::Object(fields));
        }
        let bytes = body.into_bytes_limit(LARGEST).await.unwrap_or_default();
        if let Ok(Value::Object(object)) = serde_json::from_slice(&bytes) {
            fields.extend(object);
        } else if let Ok(text) = std::str::from_utf8(&bytes)
            && !kind.contains("json")
        {
            for (key, value) in pairs(text) {
                fields.insert(key, Value::String(value));
            }
        }
        Self(Value::Object(fields))
    }

    pub(crate) fn as_value(&self) -> &Value {
        &self.0
    }

    pub(crate) fn value(&self, key: &str) -> Option<&Value> {
        self.0.get(key).filter(|value| !value.is_null())
    }

    pub(crate) fn text(&self, key: &str) -> Option<String> {
        match self.value(key)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(flag) => Some(flag.to_string()),
            _ => None,
        }
        .filter(|text| !text.is_empty())
    }

    pub(crate) fn required_text(&self, key: &str) -> Result<String, Refusal> {
        self.text(key).ok_or_else(|| Refusal::parameter(key))
    }

    pub(crate) fn integer(&self, key: &str) -> Result<Option<i64>, Refusal> {
        let Some(text) = self.text(key) else {
            return if self.value(key).is_none() { Ok(None) } else { Err(Refusal::parameter(key)) };
        };
        text.trim().parse().map(Some).map_err(|_| Refusal::parameter(key))
    }

    pub(crate) fn required_integer(&self, key: &str) -> Result<i64, Refusal> {
        self.integer(key)?.ok_or_else(|| Refusal::parameter(key))
    }

    pub(crate) fn flag(&self, key: &str) -> Result<Option<bool>, Refusal> {
        match self.text(key).as_deref() {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(Refusal::parameter(key)),
        }
    }

    /// Texts separated by commas; a JSON list is taken as well.
    pub(crate) fn list(&self, key: &str) -> Vec<String> {
        let items: Vec<String> = match self.value(key) {
            Some(Value::Array(items)) => items
                .iter()
                .map(|item| item.as_str().map_or_else(|| item.to_string(), str::to_owned))
                .collect(),
            _ => self.text(key).map(|text| text.split(',').map(str::to_owned).collect()).unwrap_or_default(),
        };
        items.into_iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect()
    }
}

/// The pairs of a query or form.
pub(crate) fn pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect()
}

/// Undoes percent encoding.
fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// The fields of a multipart body; a file becomes its name and size.
async fn multipart(request: &Request, body: Body) -> Map<String, Value> {
    let mut fields = Map::new();
    let Ok(mut parts) = Multipart::from_request(request, &mut RequestBody::new(body)).await else {
        return fields;
    };
    while let Ok(Some(part)) = parts.next_field().await {
        let name = part.name().unwrap_or_default().to_owned();
        let file = part.file_name().map(str::to_owned);
        let bytes = part.bytes().await.unwrap_or_default();
        let value = match file {
            Some(file) => serde_json::json!({ "filename": file, "size": bytes.len() }),
            None => Value::String(String::from_utf8_lossy(&bytes).into_owned()),
        };
        fields.insert(name, value);
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use poem::http::Uri;
    use serde_json::json;

    async fn read(uri: &'static str, kind: &str, body: &'static str) -> Parameters {
        let request = Request::builder().uri(Uri::from_static(uri)).content_type(kind).finish();
        Parameters::read(&request, Body::from(body)).await
    }

    #[tokio::test]
    async fn json_and_form_bodies_say_the_same() {
        let json =
            read("/x?access_token=t", "application/json", r#"{"dept_id":7,"on":true,"ids":[1,2]}"#).await;
        let form =
            read("/x", "application/x-www-form-urlencoded", "dept_id=7&on=true&ids=1%2C2&n=%E5%BC%A0+a")
                .await;
        for parameters in [&json, &form] {
            assert_eq!(parameters.integer("dept_id"), Ok(Some(7)));
            assert_eq!(parameters.flag("on"), Ok(Some(true)));
            assert_eq!(parameters.list("ids"), ["1", "2"]);
            assert_eq!(parameters.integer("absent"), Ok(None));
        }
        assert_eq!(form.text("n").as_deref(), Some("张 a"));
        assert!(read("/x", "application/json", r#"{"dept_id":"seven"}"#).await.integer("dept_id").is_err());
        assert_eq!(read("/x", "application/json", "nonsense").await.as_value(), &json!({}));
    }
}
