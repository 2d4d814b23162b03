//! Numbers that DingTalk gives, as the API says them: strings, for they may be larger than 2^53 and a reader in JavaScript
//! would lose digits. Numbers are understood as well, since DingTalk's console shows them so.

use std::borrow::Cow;

use poem_openapi::registry::{MetaSchema, MetaSchemaRef};
use poem_openapi::types::{ParseError, ParseFromJSON, ParseFromParameter, ParseResult, ToJSON, Type};
use serde_json::Value;

/// A number that DingTalk gave, with or without a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DingTalkNumber<const SIGNED: bool>(pub(super) i64);

/// A department's id in DingTalk. Negative ones are school contacts.
pub(super) type DeptId = DingTalkNumber<true>;

/// An AgentId.
pub(super) type AgentId = DingTalkNumber<false>;

impl<const SIGNED: bool> From<i64> for DingTalkNumber<SIGNED> {
    fn from(number: i64) -> Self {
        Self(number)
    }
}

impl<const SIGNED: bool> DingTalkNumber<SIGNED> {
    fn checked(number: Option<i64>) -> ParseResult<Self> {
        let number = number.filter(|number| SIGNED || !number.is_negative());
        number.map(Self).ok_or_else(|| {
            ParseError::custom(match SIGNED {
                true => "a department's id in DingTalk is a whole number",
                false => "an AgentId consists of digits",
            })
        })
    }
}

impl<const SIGNED: bool> Type for DingTalkNumber<SIGNED> {
    const IS_REQUIRED: bool = true;
    type RawValueType = Self;
    type RawElementValueType = Self;

    fn name() -> Cow<'static, str> {
        if SIGNED { "string_dept-id".into() } else { "string_agent-id".into() }
    }

    fn schema_ref() -> MetaSchemaRef {
        let pattern = if SIGNED { "^-?[0-9]{1,18}$" } else { "^[0-9]{1,18}$" };
        let pattern = Some(pattern.to_owned());
        MetaSchemaRef::Inline(Box::new(MetaSchema { pattern, ..MetaSchema::new("string") }))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }

    fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self> + 'a> {
        Box::new(std::iter::once(self))
    }
}

impl<const SIGNED: bool> ToJSON for DingTalkNumber<SIGNED> {
    fn to_json(&self) -> Option<Value> {
        Some(self.0.to_string().into())
    }
}

impl<const SIGNED: bool> ParseFromJSON for DingTalkNumber<SIGNED> {
    fn parse_from_json(value: Option<Value>) -> ParseResult<Self> {
        let value = value.unwrap_or_default();
        match &value {
            Value::String(text) => Self::parse_from_parameter(text),
            Value::Number(number) => Self::checked(number.as_i64()),
            _ => Err(ParseError::expected_type(value)),
        }
    }
}

impl<const SIGNED: bool> ParseFromParameter for DingTalkNumber<SIGNED> {
    fn parse_from_parameter(value: &str) -> ParseResult<Self> {
        Self::checked(value.trim().parse().ok())
    }
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
        assert_eq!(DeptId::from(9_007_199_254_740_993).to_json(), Some(json!("9007199254740993")));
    }

    #[test]
    fn anything_else_is_refused() {
        for other in
            [json!("one"), json!(""), json!(1.5), json!("99999999999999999999"), json!(null), json!([1])]
        {
            assert_eq!(parsed(other.clone()), None, "{other}");
        }
        assert!(AgentId::parse_from_parameter("-7").is_err(), "an AgentId has no sign");
    }
}
