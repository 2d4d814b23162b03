//! Files that messages refer to.

use poem_openapi::param::Path;
use poem_openapi::payload::Json;
use poem_openapi::types::multipart::Upload;
use poem_openapi::{ApiResponse, Enum, Multipart, Object, OpenApi};

use super::Tag;
use crate::domain::error::Error;
use crate::domain::id::TenantId;
use crate::domain::messaging::media;
use crate::http::auth::Caller;
use crate::http::problem::Problem;
use crate::service::messaging::Messaging;

pub(crate) struct MediaApi {
    pub(super) messaging: Messaging,
}

/// A file for messages.
#[derive(Multipart)]
#[oai(deny_unknown_fields)]
struct NewMedia {
    /// What it is to be used as.
    #[oai(rename = "type")]
    kind: MediaType,
    /// The file, with its name.
    file: Upload,
}

/// What a file is used as.
#[derive(Clone, Copy, Enum)]
#[oai(rename_all = "camelCase")]
enum MediaType {
    /// Up to 20 MB: jpg, png, gif, bmp.
    Image,
    /// Up to 2 MB: amr, mp3, wav.
    Voice,
    /// Up to 10 MB: pdf, doc, xls, ppt, docx, xlsx, pptx, zip, rar.
    File,
}

/// A file that DingTalk took.
#[derive(Object)]
#[oai(rename_all = "camelCase")]
struct Media {
    /// What to put into messages; DingTalk names no date on which it would end.
    media_id: String,
    /// What it can be used as.
    #[oai(rename = "type")]
    kind: MediaType,
    /// The name it has there.
    name: String,
    /// Its size.
    bytes: u32,
}

/// A file that was handed over.
#[derive(ApiResponse)]
enum MediaCreated {
    /// DingTalk has it.
    #[oai(status = 201)]
    Created(Json<Media>),
}

impl From<MediaType> for media::MediaKind {
    fn from(kind: MediaType) -> Self {
        match kind {
            MediaType::Image => Self::Image,
            MediaType::Voice => Self::Voice,
            MediaType::File => Self::File,
        }
    }
}

#[OpenApi(tag = "Tag::Messages")]
impl MediaApi {
    /// Upload a file for messages
    ///
    /// It goes to DingTalk and is not kept here. Its content must be what its name's ending says.
    #[oai(path = "/tenants/:tenantId/media", method = "post", operation_id = "uploadMedia")]
    async fn upload(
        &self,
        caller: Caller,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        body: NewMedia,
    ) -> Result<MediaCreated, Problem> {
        let kind = body.kind;
        let name = body.file.file_name().unwrap_or_default().to_owned();
        let bytes = body.file.into_vec().await.map_err(|_| Error::internal())?;
        let taken = self.messaging.upload(&caller.0, TenantId(tenant.0), kind.into(), &name, bytes).await?;
        let bytes = u32::try_from(taken.bytes).unwrap_or(u32::MAX);
        Ok(MediaCreated::Created(Json(Media { media_id: taken.media_id, kind, name: taken.name, bytes })))
    }
}
