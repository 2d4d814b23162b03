//! Media: pictures and files that messages refer to.
//!
//! Invariant: what was uploaded is named by DingTalk's media id from then on.

use std::sync::Arc;

use reqwest::Method;
use reqwest::multipart::{Form, Part};

use super::Application;
use super::call::Call;
use super::error::Error;
use super::transport::Body;

/// What a medium is; each has its own limits [S-0646].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaKind {
    /// Up to 20 MB: jpg, gif, png, bmp.
    Image,
    /// Up to 2 MB: amr, mp3, wav.
    Voice,
    /// Up to 20 MB: mp4.
    Video,
    /// Up to 20 MB: doc, docx, xls, xlsx, ppt, pptx, zip, pdf, rar.
    File,
}

/// What DingTalk made of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UploadedMedia {
    /// The id to put into messages.
    pub media_id: String,
}

/// A file on its way.
pub(super) struct Upload {
    kind: MediaKind,
    filename: String,
    bytes: Arc<[u8]>,
}

impl Application {
    /// Uploads a picture or a file. Repeating it is harmless: it makes another id.
    pub async fn upload(
        &self,
        kind: MediaKind,
        filename: &str,
        bytes: impl Into<Arc<[u8]>>,
    ) -> Result<UploadedMedia, Error> {
        let upload = Upload { kind, filename: filename.to_owned(), bytes: bytes.into() };
        let body = Body::Upload(upload);
        let call = Call { method: Method::POST, body, ..Call::old_get("/media/upload") };
        self.call(call, |answer| Ok(UploadedMedia { media_id: answer.required_id("media_id")? })).await
    }
}

impl Upload {
    /// The body, made anew for each try.
    pub(super) fn form(&self, api: &'static str) -> Result<Form, Error> {
        let part = Part::bytes(self.bytes.to_vec()).file_name(self.filename.clone());
        let part = part
            .mime_str(self.content_type())
            .map_err(|_| Error::bad_parameter(api, "a content type that does not exist"))?;
        Ok(Form::new().text("type", self.kind.name()).part("media", part))
    }

    /// By the name's ending; DingTalk looks at the ending too.
    fn content_type(&self) -> &'static str {
        let ending = self.filename.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        match ending.as_str() {
            "jpg" | "jpeg" => "image/jpeg",
            "png" => "image/png",
            "gif" => "image/gif",
            "bmp" => "image/bmp",
            "mp3" => "audio/mpeg",
            "mp4" => "video/mp4",
            "pdf" => "application/pdf",
            _ => "application/octet-stream",
        }
    }
}

impl MediaKind {
    fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Voice => "voice",
            Self::Video => "video",
            Self::File => "file",
        }
    }
}
