//! What the framework does, or is told to do, and does not write into the specification by itself: fields that are not
//! known are refused, `null` is the same as nothing, whole numbers end somewhere, media types stand without parameters.
//!
//! Must not change what an operation does. Invariant: what it writes holds for every operation, so none is named here.

use std::collections::BTreeSet;

use poem_openapi::registry::{MetaApi, MetaMediaType, MetaOperation, MetaSchema, MetaSchemaRef, Registry};

/// The format that stands for `false`, which the framework's schemas cannot hold; see [`written`].
const NOTHING: &str = "nothing";

/// Completes the operations themselves.
pub(super) fn operations(mut apis: Vec<MetaApi>) -> Vec<MetaApi> {
    for operation in apis.iter_mut().flat_map(|api| &mut api.paths).flat_map(|path| &mut path.operations) {
        operation.params.iter_mut().for_each(|parameter| completed(&mut parameter.schema));
        if let Some(request) = &mut operation.request {
            media(&mut request.content);
            request.content.iter_mut().for_each(|media| form(&mut media.schema));
        }
        operation.responses.responses.iter_mut().for_each(|response| media(&mut response.content));
    }
    apis
}

/// Media types as clients compare them: JSON has no character set.
fn media(content: &mut [MetaMediaType]) {
    for media in content {
        completed(&mut media.schema);
        media.content_type = media.content_type.split(';').next().unwrap_or(media.content_type);
    }
}

/// A form, which has no name.
fn form(schema: &mut MetaSchemaRef) {
    if let MetaSchemaRef::Inline(schema) = schema
        && schema.ty == "object"
    {
        close(schema);
    }
}

/// Lets an object hold nothing but its fields.
fn close(schema: &mut MetaSchema) {
    let nothing = MetaSchema { format: Some(NOTHING), ..MetaSchema::ANY };
    schema.additional_properties = Some(Box::new(MetaSchemaRef::Inline(Box::new(nothing))));
}

/// Completes the schemas that the operations name.
pub(super) fn schemas(registry: &mut Registry, apis: &[MetaApi]) {
    for schema in registry.schemas.values_mut() {
        completed_within(schema);
    }
    for name in sent(registry, apis) {
        let merged = registry.schemas.get(&name).and_then(|schema| variant(schema, registry));
        let Some(schema) = registry.schemas.get_mut(&name) else { continue };
        if let Some(merged) = merged {
            *schema = merged;
        }
        if schema.ty == "object" && schema.one_of.is_empty() && schema.additional_properties.is_none() {
            close(schema);
            let required = schema.required.clone();
            let optional = schema.properties.iter_mut().filter(|(name, _)| !required.contains(name));
            optional.for_each(|(_, property)| nullable(property));
        }
    }
}

/// The names of everything that a request can hold.
fn sent(registry: &Registry, apis: &[MetaApi]) -> BTreeSet<String> {
    let requests = apis.iter().flat_map(|api| &api.paths).flat_map(|path| &path.operations);
    let requests = requests.filter_map(|operation: &MetaOperation| operation.request.as_ref());
    let mut waiting: Vec<&MetaSchemaRef> =
        requests.flat_map(|request| &request.content).map(|media| &media.schema).collect();
    let mut found = BTreeSet::new();
    while let Some(next) = waiting.pop() {
        let schema = match next {
            MetaSchemaRef::Inline(schema) => schema,
            MetaSchemaRef::Reference(name) if found.insert(name.clone()) => {
                match registry.schemas.get(name) {
                    Some(schema) => schema,
                    None => continue,
                }
            }
            MetaSchemaRef::Reference(_) => continue,
        };
        waiting.extend(parts(schema));
    }
    found
}

fn parts(schema: &MetaSchema) -> impl Iterator<Item = &MetaSchemaRef> {
    let single = schema.items.iter().chain(&schema.additional_properties).map(AsRef::as_ref);
    let several = schema.all_of.iter().chain(&schema.any_of).chain(&schema.one_of);
    schema.properties.iter().map(|(_, property)| property).chain(single).chain(several)
}

/// One of several kinds of an object, with its tag among its fields: a tag beside an object that allows nothing else
/// would allow nothing at all.
fn variant(schema: &MetaSchema, registry: &Registry) -> Option<MetaSchema> {
    let [MetaSchemaRef::Inline(tag), MetaSchemaRef::Reference(name)] = schema.all_of.as_slice() else {
        return None;
    };
    let content = registry.schemas.get(name).filter(|content| content.ty == "object")?;
    let is_tag = |name: &str| tag.properties.iter().any(|(known, _)| *known == name);
    let required = content.required.iter().filter(|name| !is_tag(name));
    let properties = content.properties.iter().filter(|(name, _)| !is_tag(name));
    Some(MetaSchema {
        title: None,
        required: tag.required.iter().chain(required).copied().collect(),
        properties: tag.properties.iter().chain(properties).cloned().collect(),
        additional_properties: None,
        ..content.clone()
    })
}

fn nullable(property: &mut MetaSchemaRef) {
    match property {
        MetaSchemaRef::Inline(schema) => schema.nullable = true,
        MetaSchemaRef::Reference(_) => {
            let all_of = vec![property.clone()];
            let schema = MetaSchema { all_of, nullable: true, ..MetaSchema::ANY };
            *property = MetaSchemaRef::Inline(Box::new(schema));
        }
    }
}

/// Gives whole numbers without a sign their range, here and in everything inside; and says once what the framework says
/// twice of a named schema.
fn completed(schema: &mut MetaSchemaRef) {
    if let MetaSchemaRef::Inline(schema) = schema {
        completed_within(schema);
    }
}

fn completed_within(schema: &mut MetaSchema) {
    let greatest = match schema.format {
        Some("uint8") => Some(u8::MAX.into()),
        Some("uint16") => Some(u16::MAX.into()),
        Some("uint32") => Some(u32::MAX.into()),
        _ => None,
    };
    if greatest.is_some() || schema.format == Some("uint64") {
        schema.minimum = schema.minimum.or(Some(0.0));
        schema.maximum = schema.maximum.or(greatest);
    }
    if let [MetaSchemaRef::Reference(_), MetaSchemaRef::Inline(again)] = schema.all_of.as_slice()
        && **again == (MetaSchema { all_of: Vec::new(), ..schema.clone() })
    {
        schema.all_of.truncate(1);
    }
    let properties = schema.properties.iter_mut().map(|(_, property)| property);
    let single = schema.items.iter_mut().chain(&mut schema.additional_properties).map(AsMut::as_mut);
    let several = schema.all_of.iter_mut().chain(&mut schema.any_of).chain(&mut schema.one_of);
    properties.chain(single).chain(several).for_each(completed);
}

/// The specification's text with the stand-ins replaced: `false`, and whole numbers as whole numbers.
pub(super) fn written(text: &str) -> String {
    const OPENED: &str = "\"additionalProperties\": {";
    let mut parts = text.split(OPENED);
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let inner = part.trim_start().strip_prefix("\"format\": \"nothing\"");
        match inner.and_then(|rest| rest.trim_start().strip_prefix('}')) {
            Some(rest) => {
                written.push_str("\"additionalProperties\": false");
                written.push_str(rest);
            }
            None => {
                written.push_str(OPENED);
                written.push_str(part);
            }
        }
    }
    for bound in [0, u8::MAX.into(), u16::MAX.into(), u32::MAX] {
        for word in ["minimum", "maximum"] {
            written = written.replace(&format!("\"{word}\": {bound}.0"), &format!("\"{word}\": {bound}"));
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn specification() -> Value {
        serde_json::from_str(&super::super::specification()).unwrap()
    }

    #[test]
    fn what_is_not_known_is_said_to_be_refused() {
        let schemas = &specification()["components"]["schemas"];
        for name in ["CreateTenant", "ChangeMember", "MessageAudience", "MessageContent_TextContent"] {
            assert_eq!(schemas[name]["additionalProperties"], false, "{name}");
        }
        assert_eq!(schemas["Problem"]["additionalProperties"], Value::Null, "an answer may grow");
        let media = &specification()["paths"]["/tenants/{tenantId}/media"]["post"]["requestBody"];
        assert_eq!(media["content"]["multipart/form-data"]["schema"]["additionalProperties"], false);
        let text = &schemas["MessageContent_TextContent"];
        assert_eq!(text["required"], json!(["type", "text"]));
        assert_eq!(text["properties"]["type"]["enum"], json!(["text"]));
    }

    #[test]
    fn nothing_and_null_are_one_in_requests_only() {
        let schemas = &specification()["components"]["schemas"];
        assert_eq!(schemas["CreateTenant"]["properties"]["houseNumber"]["nullable"], true);
        assert_eq!(schemas["CreateTenant"]["properties"]["name"]["nullable"], Value::Null, "it is required");
        assert_eq!(schemas["Member"]["properties"]["mobile"]["nullable"], Value::Null);
    }

    #[test]
    fn numbers_end_and_media_types_are_bare() {
        let specification = specification();
        let tenants = &specification["paths"]["/tenants"]["get"];
        let parameters = tenants["parameters"].as_array().unwrap();
        let limit = parameters.iter().find(|parameter| parameter["name"] == "limit").unwrap();
        assert_eq!(limit["schema"]["minimum"], json!(0));
        assert_eq!(limit["schema"]["maximum"], json!(u32::MAX));
        assert!(tenants["responses"]["200"]["content"]["application/json"].is_object());
    }
}
