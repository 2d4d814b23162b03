//! Files for messages: checked, handed to DingTalk, and named by its media id from then on. Nothing of them is kept here.

use super::Messaging;
use super::outcome::words;
use crate::dingtalk;
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::TenantId;
use crate::domain::messaging::media::{self, MediaKind};
use crate::service::audit::Record;

/// A file that DingTalk took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// What to put into messages.
    pub media_id: String,
    /// What it can be used as.
    pub kind: MediaKind,
    /// The name it has there.
    pub name: String,
    /// Its size.
    pub bytes: usize,
}

impl Messaging {
    /// Hands a file to DingTalk.
    pub async fn upload(
        &self,
        principal: &Principal,
        tenant: TenantId,
        kind: MediaKind,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<Uploaded> {
        principal.require(Permission::SendMessages, tenant)?;
        let name = media::check(kind, name, &bytes)?;
        let size = bytes.len();
        let application = self.client.application(self.context.connection(tenant).await?.credentials);
        let on_wire = match kind {
            MediaKind::Image => dingtalk::MediaKind::Image,
            MediaKind::Voice => dingtalk::MediaKind::Voice,
            MediaKind::File => dingtalk::MediaKind::File,
        };
        let answer = application.upload(on_wire, &name, bytes).await;
        self.note_usage().await?;
        let media_id = answer.map_err(|error| failed(&error))?.media_id;
        let record = Record::by(principal, self.context.ambient.now(), Some(tenant), "media.upload");
        let record = record.about(&media_id);
        self.context.store.write(move |tx| record.write(tx)).await?;
        Ok(Uploaded { media_id, kind, name, bytes: size })
    }
}

fn failed(error: &dingtalk::Error) -> Error {
    let detail = words(error);
    Error::new(ErrorCode::DingTalkFailed, detail.zh, detail.en)
}
