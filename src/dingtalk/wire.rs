//! Reading DingTalk's JSON with patience: numbers and booleans may be strings, arrays may be strings or single
//! values, keys of the new API differ in case.
//!
//! Must not know what any field means. Invariant: a value of the wrong kind is an [`Unexpected`] that names the
//! key; nothing here panics, whatever the input.

use serde_json::Value;

/// A value that is missing or of the wrong kind; says which.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unexpected(pub(super) String);

impl Unexpected {
    fn wrong(key: &str, wanted: &str) -> Self {
        Self(format!("`{key}` is not {wanted}"))
    }

    pub(super) fn missing(key: &str) -> Self {
        Self(format!("`{key}` is missing"))
    }
}

/// A field of a person: left out by DingTalk, present without a value, or present with one.
/// Left out is not empty: without the permission for a field, DingTalk leaves it out for everybody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Field<T> {
    /// The key was not there.
    #[default]
    Absent,
    /// The key was there and held nothing: null, or an empty string.
    Blank,
    /// The value.
    Value(T),
}

impl<T> Field<T> {
    /// The value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Blank => None,
        }
    }

    /// Whether DingTalk left the key out.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// A JSON value taken for an object; anything else has no keys.
#[derive(Clone, Copy)]
pub(super) struct Object<'a>(&'a Value);

impl<'a> Object<'a> {
    /// The value as an object, or the complaint that it is none.
    pub(super) fn of(key: &str, value: &'a Value) -> Result<Self, Unexpected> {
        if value.is_object() { Ok(Self(value)) } else { Err(Unexpected::wrong(key, "an object")) }
    }

    /// The raw value of `key`.
    pub(super) fn get(self, key: &str) -> Option<&'a Value> {
        self.0.get(key)
    }

    /// The raw value of the first key that equals `key` but for the case of its ASCII letters.
    pub(super) fn get_any_case(self, key: &str) -> Option<&'a Value> {
        let object = self.0.as_object()?;
        object.get(key).or_else(|| {
            object.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value)
        })
    }

    /// The object under `key`.
    pub(super) fn object(self, key: &str) -> Result<Object<'a>, Unexpected> {
        Self::of(key, self.get(key).ok_or_else(|| Unexpected::missing(key))?)
    }

    /// A string, whether or not it is there.
    pub(super) fn text(self, key: &str) -> Result<Field<String>, Unexpected> {
        field(self.get(key), |value| text(value).ok_or_else(|| Unexpected::wrong(key, "a string")))
    }

    /// A string that must be there; it may be empty.
    pub(super) fn required_text(self, key: &str) -> Result<String, Unexpected> {
        let value = self.get(key).ok_or_else(|| Unexpected::missing(key))?;
        if value.is_null() {
            return Ok(String::new());
        }
        text(value).ok_or_else(|| Unexpected::wrong(key, "a string"))
    }

    /// A string that must be there and not be empty, such as an id.
    pub(super) fn required_id(self, key: &str) -> Result<String, Unexpected> {
        match self.text(key)? {
            Field::Value(id) => Ok(id),
            Field::Absent | Field::Blank => Err(Unexpected::missing(key)),
        }
    }

    /// A whole number, whether or not it is there.
    pub(super) fn integer(self, key: &str) -> Result<Field<i64>, Unexpected> {
        field(self.get(key), |value| integer(value).ok_or_else(|| Unexpected::wrong(key, "a whole number")))
    }

    /// A whole number that must be there.
    pub(super) fn required_integer(self, key: &str) -> Result<i64, Unexpected> {
        match self.integer(key)? {
            Field::Value(number) => Ok(number),
            Field::Absent | Field::Blank => Err(Unexpected::missing(key)),
        }
    }

    /// A truth value, whether or not it is there.
    pub(super) fn boolean(self, key: &str) -> Result<Option<bool>, Unexpected> {
        let value = field(self.get(key), |value| {
            boolean(value).ok_or_else(|| Unexpected::wrong(key, "true or false"))
        })?;
        Ok(value.value().copied())
    }

    /// A list under `key`, each element read by `read`; `None` when the key is absent or null.
    pub(super) fn list<T>(
        self,
        key: &str,
        read: impl Fn(&Value) -> Result<T, Unexpected>,
    ) -> Result<Option<Vec<T>>, Unexpected> {
        let Some(value) = self.get(key) else { return Ok(None) };
        list(key, value, read)
    }

    /// A list of whole numbers.
    pub(super) fn integers(self, key: &str) -> Result<Option<Vec<i64>>, Unexpected> {
        self.list(key, |item| integer(item).ok_or_else(|| Unexpected::wrong(key, "a list of whole numbers")))
    }

    /// A list of strings.
    pub(super) fn texts(self, key: &str) -> Result<Option<Vec<String>>, Unexpected> {
        self.list(key, |item| text(item).ok_or_else(|| Unexpected::wrong(key, "a list of strings")))
    }
}

/// Reads `value` as a list: an array, an array inside a string, or a single value in place of an array.
pub(super) fn list<T>(
    key: &str,
    value: &Value,
    read: impl Fn(&Value) -> Result<T, Unexpected>,
) -> Result<Option<Vec<T>>, Unexpected> {
    match value {
        Value::Null => Ok(None),
        Value::Array(items) => items.iter().map(read).collect::<Result<_, _>>().map(Some),
        Value::String(inner) if inner.trim().is_empty() => Ok(Some(Vec::new())),
        Value::String(inner) if inner.trim_start().starts_with('[') => {
            let items: Vec<Value> =
                serde_json::from_str(inner).map_err(|_| Unexpected::wrong(key, "a list"))?;
            items.iter().map(read).collect::<Result<_, _>>().map(Some)
        }
        single => Ok(Some(vec![read(single)?])),
    }
}

fn field<T>(
    value: Option<&Value>,
    read: impl FnOnce(&Value) -> Result<T, Unexpected>,
) -> Result<Field<T>, Unexpected> {
    match value {
        None => Ok(Field::Absent),
        Some(Value::Null) => Ok(Field::Blank),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(Field::Blank),
        Some(value) => read(value).map(Field::Value),
    }
}

/// A string, or a number written as one.
pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A whole number, also inside a string, also written `2.0`, as long as it is exact.
pub(super) fn integer(value: &Value) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            let float = number.as_f64()?;
            // Whole and within 2^53, so the cast is exact.
            (float.fract() == 0.0 && float.abs() <= EXACT).then_some(float as i64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// True or false, also as `"true"`, `1` or `"0"`.
pub(super) fn boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::Number(number) => match number.as_i64() {
            Some(0) => Some(false),
            Some(1) => Some(true),
            _ => None,
        },
        Value::String(text) => match text.trim() {
            "1" => Some(true),
            "0" => Some(false),
            word if word.eq_ignore_ascii_case("true") => Some(true),
            word if word.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        },
        _ => None,
    }
}
