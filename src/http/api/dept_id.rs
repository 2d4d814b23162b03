//! DingTalk's number of a department, as the API says it: a string, for DingTalk's numbers may be larger than 2^53 and a
//! reader in JavaScript would lose digits.

use std::borrow::Cow;

use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseFromParameter, ParseResult, ToJSON, Type};
use serde_json::Value;

/// A department's id in DingTalk: a string, since ids are; a number is understood as well. Negative ones are school
/// contacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DeptId(pub(super) i64);

impl Type for DeptId {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        "string_dept-id".into()
    }

    fn schema_ref() -> MetaSchemaRef {
        let pattern = Some("^-?[0-9]{1,18}$".to_owned());
        MetaSchemaRef::Inline(Box::new(MetaSchema { pattern, ..MetaSchema::new("string") }))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl ToJSON for DeptId {
    fn to_json(&self) -> Option<Value> {
        Some(self.0.to_string().into())
    }
}

impl ParseFromJSON for DeptId {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let value = value.unwrap_or_default();
        match &value {
            Value::String(text) => Self::parse_from_parameter(text),
            Value::Number(number) => number.as_i64().map(Self).ok_or_else(no_number),
            _ => Err(ParseError::expected_type(value)),
        }
    }
}

impl ParseFromParameter for DeptId {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        value.trim().parse().map(Self).map_err(|_| no_number())
    }
}

fn no_number() -> ParseError<DeptId> {
    ParseError::custom("a department's id in DingTalk is a whole number")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(value: Value) -> Option<i64> {
        DeptId::parse_from_json(Some(value)).ok().map(|id| id.0)
    }

    #[test]
    fn a_string_and_a_number_mean_the_same_and_no_digit_is_lost() {
        assert_eq!(parsed(json!("9007199254740993")), Some(9_007_199_254_740_993));
        assert_eq!(parsed(json!(9_007_199_254_740_993_i64)), Some(9_007_199_254_740_993));
        assert_eq!(parsed(json!("-7")), Some(-7));
        assert_eq!(DeptId(9_007_199_254_740_993).to_json(), Some(json!("9007199254740993")));
    }

    #[test]
    fn anything_else_is_refused() {
        for other in
            [json!("one"), json!(""), json!(1.5), json!("99999999999999999999"), json!(null), json!([1])]
        {
            assert_eq!(parsed(other.clone()), None, "{other}");
        }
    }
}
