//! JSON bodies of requests. The framework's own ones do not name a field that is missing, and insist on a content type
//! even where nothing is sent.
//!
//! Must not know what a body is for. Invariant: what cannot be read is refused before a handler sees it.

mod lacking;

use poem::{FromRequest, Request, RequestBody, Result};
use poem_openapi::error::{ContentTypeError, ParseRequestPayloadError};
use poem_openapi::payload::{Json, Payload};
use poem_openapi::registry::{MetaMediaType, MetaRequest, Registry};
use poem_openapi::types::ParseFromJSON;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use serde_json::Value;

use super::problem::Problem;
use crate::domain::error::Error;

/// What was sent.
pub(super) struct JsonBody<T>(pub(super) T);

/// What was sent, if anything was.
pub(super) struct OptionalBody<T>(pub(super) Option<T>);

impl<'a, T: ParseFromJSON> ApiExtractor<'a> for JsonBody<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(described::<T>(true))
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<Self::ParamType>,
    ) -> Result<Self> {
        check_content_type::<T>(request)?;
        let bytes = <Vec<u8> as FromRequest>::from_request(request, body).await?;
        read(&bytes).map(Self)
    }
}

impl<'a, T: ParseFromJSON> ApiExtractor<'a> for OptionalBody<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        Some(described::<T>(false))
    }

    async fn from_request(
        request: &'a Request,
        body: &mut RequestBody,
        _: ExtractParamOptions<Self::ParamType>,
    ) -> Result<Self> {
        let bytes = <Vec<u8> as FromRequest>::from_request(request, body).await?;
        if bytes.is_empty() {
            return Ok(Self(None));
        }
        check_content_type::<T>(request)?;
        read(&bytes).map(Some).map(Self)
    }
}

fn described<T: ParseFromJSON>(required: bool) -> MetaRequest {
    let content_type = <Json<T> as Payload>::CONTENT_TYPE;
    let content = vec![MetaMediaType { content_type, schema: T::schema_ref() }];
    MetaRequest { description: None, content, required }
}

fn check_content_type<T: ParseFromJSON>(request: &Request) -> Result<()> {
    match request.content_type() {
        None => Err(ContentTypeError::ExpectContentType.into()),
        Some(sent) if !<Json<T> as Payload>::check_content_type(sent) => {
            Err(ContentTypeError::NotSupported { content_type: sent.to_owned() }.into())
        }
        Some(_) => Ok(()),
    }
}

fn read<T: ParseFromJSON>(bytes: &[u8]) -> Result<T> {
    let refused = |reason| ParseRequestPayloadError { reason };
    let value: Value = serde_json::from_slice(bytes).map_err(|error| refused(error.to_string()))?;
    T::parse_from_json(Some(value)).map_err(|error| {
        // Read again: parsing took it, and only what is refused is looked at twice.
        let value = serde_json::from_slice(bytes).unwrap_or_default();
        match lacking::field::<T>(&value) {
            Some(field) => Problem::from(is_lacking(&field)).into(),
            None => refused(error.into_message()).into(),
        }
    })
}

fn is_lacking(field: &str) -> Error {
    Error::invalid(
        format!("请求体缺少必填字段 {field}，请补上后重试"),
        format!("the body lacks the required field {field}; add it and send the request again"),
    )
}
