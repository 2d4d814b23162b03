//! A message's people as a file for spreadsheet programs.

use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};

use super::Tag;
use super::messages::{DeliveryState, message_id};
use crate::domain::id::TenantId;
use crate::domain::text::Language;
use crate::http::auth::Caller;
use crate::http::csv::{Sheet, push_row};
use crate::http::date_time::DateTime;
use crate::http::problem::Problem;
use crate::http::request::RequestInfo;
use crate::service::messaging::{Messaging, RecipientView};

pub(crate) struct MessageExportsApi {
    pub(super) messaging: Messaging,
}

const HEAD: [(&str, &str); 8] = [
    ("姓名", "Name"),
    ("状态", "State"),
    ("代码", "Code"),
    ("说明", "Reason"),
    ("更新时间", "Updated"),
    ("钉钉 userid", "DingTalk userid"),
    ("成员 ID", "Member ID"),
    ("钉钉任务号", "DingTalk task id"),
];

#[OpenApi(tag = "Tag::Messages")]
impl MessageExportsApi {
    /// What became of it, person by person, as a file
    ///
    /// CSV, with the same choice as the list. It is written down who took it.
    #[oai(
        path = "/tenants/:tenantId/messages/:messageId/recipients.csv",
        method = "get",
        operation_id = "exportRecipients"
    )]
    async fn recipients(
        &self,
        caller: Caller,
        info: RequestInfo,
        #[oai(name = "tenantId")] tenant: Path<u32>,
        #[oai(name = "messageId")] message: Path<String>,
        /// Only those in this state.
        state: Query<Option<DeliveryState>>,
    ) -> Result<Sheet, Problem> {
        let (tenant, id) = (TenantId(tenant.0), message_id(&message)?);
        let state = state.0.map(DeliveryState::name);
        let pages = self.messaging.export_recipients(&caller.0, tenant, id, state).await?;
        let language = info.language;
        let head = HEAD.map(|(zh, en)| match language {
            Language::Zh => zh,
            Language::En => en,
        });
        let name = format!("recipients-{id}.csv");
        Ok(Sheet::of(&name, &head, pages, move |person, text| push_row(text, &cells(&person, language))))
    }
}

fn cells(view: &RecipientView, language: Language) -> [String; 8] {
    let RecipientView { recipient, task_id, reason } = view;
    [
        recipient.name.to_string(),
        recipient.delivery.name().to_owned(),
        recipient.delivery.code().unwrap_or_default().to_owned(),
        reason.as_ref().map(|reason| reason.get(language).to_owned()).unwrap_or_default(),
        DateTime::from(recipient.updated_at).to_string(),
        recipient.user_id.to_string(),
        recipient.member.to_string(),
        task_id.clone().unwrap_or_default(),
    ]
}
