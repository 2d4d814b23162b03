//! A JSON body that may be left out. The framework's own bodies insist on a content type even where nothing is sent.

use poem::{FromRequest, Request, RequestBody, Result};
use poem_openapi::error::{ContentTypeError, ParseRequestPayloadError};
use poem_openapi::payload::{Json, Payload};
use poem_openapi::registry::{MetaMediaType, MetaRequest, Registry};
use poem_openapi::types::ParseFromJSON;
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};

/// What was sent, if anything was.
pub(super) struct OptionalBody<T>(pub(super) Option<T>);

impl<'a, T: ParseFromJSON> ApiExtractor<'a> for OptionalBody<T> {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::RequestObject];
    type ParamType = ();
    type ParamRawType = ();

    fn register(registry: &mut Registry) {
        T::register(registry);
    }

    fn request_meta() -> Option<MetaRequest> {
        let content_type = <Json<T> as Payload>::CONTENT_TYPE;
        let content = vec![MetaMediaType { content_type, schema: T::schema_ref() }];
        Some(MetaRequest { description: None, content, required: false })
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
        match request.content_type() {
            None => return Err(ContentTypeError::ExpectContentType.into()),
            Some(sent) if !<Json<T> as Payload>::check_content_type(sent) => {
                return Err(ContentTypeError::NotSupported { content_type: sent.to_owned() }.into());
            }
            Some(_) => {}
        }
        let refused = |reason| ParseRequestPayloadError { reason };
        let value = serde_json::from_slice(&bytes).map_err(|error| refused(error.to_string()))?;
        let body = T::parse_from_json(Some(value)).map_err(|error| refused(error.into_message()))?;
        Ok(Self(Some(body)))
    }
}
