//! Bodies as existing callers write them: numbers as strings, flags as numbers, fields we do not know.

use poem::{FromRequest, Request, RequestBody};
use serde_json::{Map, Value};

use super::answer::Refused;
use crate::domain::error::{Error, Result};

/// The fields of a JSON object, read leniently; a field that is `null` is not there.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(Map<String, Value>);

impl<'a> FromRequest<'a> for Fields {
    async fn from_request(_request: &'a Request, body: &mut RequestBody) -> poem::Result<Self> {
        let bytes = body.take()?.into_bytes().await?;
        Ok(Self::parse(&bytes).map_err(Refused::from)?)
    }
}

impl Fields {
    fn parse(bytes: &[u8]) -> Result<Self> {
        if bytes.is_empty() {
            return Ok(Self::default());
        }
        match serde_json::from_slice(bytes) {
            Ok(Value::Object(mut fields)) => {
                fields.retain(|_, value| !value.is_null());
                Ok(Self(fields))
            }
            _ => Err(Error::invalid("请求体须为 JSON 对象", "the body must be a JSON object")),
        }
    }

    /// A text; a number is taken as its digits.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(wrong_type(name)),
        }
    }

    /// A whole number, also in a text; an empty text is nothing.
    pub(super) fn number(&self, name: &str) -> Result<Option<i64>> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
            Some(Value::String(text)) => text.trim().parse().map(Some).map_err(|_| wrong_type(name)),
            Some(Value::Number(number)) => number.as_i64().map(Some).ok_or_else(|| wrong_type(name)),
            Some(_) => Err(wrong_type(name)),
        }
    }

    /// Yes or no, also as 1 or 0, number or text.
    pub(super) fn flag(&self, name: &str) -> Result<Option<bool>> {
        let text = match self.0.get(name) {
            None => return Ok(None),
            Some(Value::Bool(flag)) => return Ok(Some(*flag)),
            Some(Value::String(text)) => text.trim().to_ascii_lowercase(),
            Some(Value::Number(number)) => number.to_string(),
            Some(_) => return Err(wrong_type(name)),
        };
        match text.as_str() {
            "" => Ok(None),
            "1" | "true" => Ok(Some(true)),
            "0" | "false" => Ok(Some(false)),
            _ => Err(wrong_type(name)),
        }
    }
}

/// A text that must be there.
pub(super) fn required(name: &str, value: Option<String>) -> Result<String> {
    value.filter(|text| !text.trim().is_empty()).ok_or_else(|| missing(name))
}

/// A field that must be there is not.
pub(super) fn missing(name: &str) -> Error {
    Error::invalid(format!("缺少参数 {name}"), format!("the field {name} is missing"))
}

fn wrong_type(name: &str) -> Error {
    Error::invalid(format!("参数 {name} 的类型不正确"), format!("the field {name} has the wrong type"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_read_as_callers_write_them() {
        let body = br#"{"a":"12","b":12,"c":1,"d":"0","e":true,"f":null,"g":{},"h":"x","i":""}"#;
        let fields = Fields::parse(body).unwrap();
        assert_eq!(fields.number("a").unwrap(), Some(12));
        assert_eq!(fields.number("b").unwrap(), Some(12));
        assert_eq!(fields.text("b").unwrap().as_deref(), Some("12"));
        assert_eq!(fields.flag("c").unwrap(), Some(true));
        assert_eq!(fields.flag("d").unwrap(), Some(false));
        assert_eq!(fields.flag("e").unwrap(), Some(true));
        assert_eq!(fields.text("f").unwrap(), None);
        assert_eq!(fields.number("i").unwrap(), None);
        assert!(fields.text("g").is_err() && fields.number("h").is_err() && fields.flag("h").is_err());
        assert!(Fields::parse(b"[1]").is_err() && Fields::parse(b"{").is_err());
        assert!(Fields::parse(b"").is_ok());
    }
}
