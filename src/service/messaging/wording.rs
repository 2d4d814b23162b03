//! A message's content as DingTalk takes it.

use serde_json::Value;

use crate::dingtalk::message::{self, OaMessage};
use crate::domain::messaging::content::{Button, Content, Oa, Status};

/// The content as DingTalk's message object.
pub(super) fn worded(content: &Content) -> Value {
    match content {
        Content::Text(text) => message::text(text),
        Content::Markdown { title, text } => message::markdown(title, text),
        Content::Link { title, text, url, picture } => message::link(title, text, url, picture),
        Content::ActionCard(card) => match card.buttons.as_slice() {
            [Button { title, url }] => message::card(&card.title, &card.markdown, title, url),
            buttons => {
                let buttons = buttons.iter().map(|button| (button.title.as_str(), button.url.as_str()));
                message::card_of_buttons(&card.title, &card.markdown, buttons, card.horizontal)
            }
        },
        Content::Oa(oa) => form(oa, None),
        Content::OaWithStatus { oa, status } => form(oa, Some(status)),
        Content::Image { media_id } => message::image(media_id),
        Content::Voice { media_id, seconds } => message::voice(media_id, *seconds),
        Content::File { media_id } => message::file(media_id),
    }
}

fn form(oa: &Oa, status: Option<&Status>) -> Value {
    message::oa(OaMessage {
        url: &oa.url,
        pc_url: oa.pc_url.as_deref(),
        color: &oa.color,
        title: oa.title.as_deref(),
        rows: &oa.rows,
        figure: oa.figure.as_ref().map(|(number, unit)| (number.as_str(), unit.as_str())),
        text: oa.text.as_deref(),
        image: oa.image.as_deref(),
        file_count: oa.file_count,
        author: oa.author.as_deref(),
        status: status.map(|status| (status.text.as_str(), status.color.as_str())),
    })
}
