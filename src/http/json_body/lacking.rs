//! Which required field a body lacks, by the specification of its type.
//!
//! Must not know the types themselves. Invariant: a field is named only where the specification asks for it.

use poem_openapi::registry::{MetaSchema, MetaSchemaRef, Registry};
use poem_openapi::types::Type;
use serde_json::{Map, Value};

/// The first required field that is missing in a value, or `null` where that is nothing, as `audience.usernames[0]`.
pub(super) fn field<T: Type>(value: &Value) -> Option<String> {
    let mut registry = Registry::default();
    T::register(&mut registry);
    Schemas(&registry).lacking(&T::schema_ref(), value).map(|path| path.trim_start_matches('.').to_owned())
}

struct Schemas<'r>(&'r Registry);

impl Schemas<'_> {
    /// The path of what is missing, each step with what leads to it: `.name` or `[number]`.
    fn lacking(&self, schema: &MetaSchemaRef, value: &Value) -> Option<String> {
        let schema = self.schema(schema)?;
        match value {
            Value::Object(fields) => self.lacking_in(schema, fields),
            Value::Array(items) => {
                let schema = schema.items.as_deref()?;
                let lacking = |(number, item)| Some(format!("[{number}]{}", self.lacking(schema, item)?));
                items.iter().enumerate().find_map(lacking)
            }
            _ => None,
        }
    }

    fn lacking_in(&self, schema: &MetaSchema, fields: &Map<String, Value>) -> Option<String> {
        let is_absent = |(name, property): &&(&str, MetaSchemaRef)| match fields.get(*name) {
            None => true,
            Some(Value::Null) => !self.schema(property).is_some_and(|property| property.nullable),
            Some(_) => false,
        };
        let required = schema.properties.iter().filter(|(name, _)| schema.required.contains(name));
        if let Some((name, _)) = required.clone().find(is_absent) {
            return Some(format!(".{name}"));
        }
        if let Some(kinds) = &schema.discriminator {
            let Some(kind) = fields.get(kinds.property_name).filter(|kind| !kind.is_null()) else {
                return Some(format!(".{}", kinds.property_name));
            };
            let (_, path) = kinds.mapping.iter().find(|(name, _)| kind.as_str() == Some(name))?;
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            return self.lacking_in(self.schema(&MetaSchemaRef::Reference(name))?, fields);
        }
        let inside = |(name, property): &(&str, MetaSchemaRef)| {
            Some(format!(".{name}{}", self.lacking(property, fields.get(*name)?)?))
        };
        let part = |part: &MetaSchemaRef| self.lacking_in(self.schema(part)?, fields);
        schema.properties.iter().find_map(inside).or_else(|| schema.all_of.iter().find_map(part))
    }

    fn schema<'s>(&'s self, schema: &'s MetaSchemaRef) -> Option<&'s MetaSchema> {
        match schema {
            MetaSchemaRef::Inline(schema) => Some(schema),
            MetaSchemaRef::Reference(name) => self.0.schemas.get(name),
        }
    }
}

#[cfg(test)]
mod tests {
    use poem_openapi::{Object, Union};
    use serde_json::json;

    use super::*;

    #[derive(Object)]
    struct Letter {
        to: Vec<Person>,
        #[oai(default)]
        copies: u32,
        note: Option<String>,
        body: Body,
    }

    #[derive(Object)]
    struct Person {
        name: String,
    }

    #[derive(Union)]
    #[oai(discriminator_name = "type", one_of)]
    enum Body {
        #[oai(mapping = "text")]
        Text(Text),
    }

    #[derive(Object)]
    struct Text {
        words: String,
    }

    fn lacks(value: &Value) -> Option<String> {
        field::<Letter>(value)
    }

    #[test]
    fn the_first_missing_field_is_named_where_it_belongs() {
        let body = json!({"type": "text", "words": "hi"});
        assert_eq!(lacks(&json!({"to": [{"name": "a"}], "body": body})), None);
        for (value, path) in [
            (json!({}), "to"),
            (json!({"to": null, "body": body}), "to"),
            (json!({"to": []}), "body"),
            (json!({"to": [{"name": "a"}, {}], "body": body}), "to[1].name"),
            (json!({"to": [], "body": {}}), "body.type"),
            (json!({"to": [], "body": {"type": "text"}}), "body.words"),
        ] {
            assert_eq!(lacks(&value).as_deref(), Some(path), "{value}");
        }
    }

    #[test]
    fn what_is_wrong_otherwise_is_not_called_missing() {
        let body = json!({"type": "unknown"});
        for value in [json!(7), json!([]), json!({"to": 7, "body": body}), json!({"to": [7], "body": body})] {
            assert_eq!(lacks(&value), None, "{value}");
        }
    }
}
