//! What a message says, as callers write it and as it is shown again: one object a kind, told apart by `type`.

use poem_openapi::{Enum, Object, Union};

use crate::domain::messaging::content as business;
use crate::http::json_string::JsonString;

/// What a message says.
#[derive(Union)]
#[oai(rename = "MessageContent", discriminator_name = "type", one_of)]
pub(super) enum Content {
    /// Plain text.
    #[oai(mapping = "text")]
    Text(TextContent),
    /// Formatted text.
    #[oai(mapping = "markdown")]
    Markdown(MarkdownContent),
    /// A link with a picture.
    #[oai(mapping = "link")]
    Link(LinkContent),
    /// Formatted text with buttons.
    #[oai(mapping = "actionCard")]
    ActionCard(ActionCardContent),
    /// A form of an office system.
    #[oai(mapping = "oa")]
    Oa(OaContent),
    /// A picture.
    #[oai(mapping = "image")]
    Image(ImageContent),
    /// A recording.
    #[oai(mapping = "voice")]
    Voice(VoiceContent),
    /// A file.
    #[oai(mapping = "file")]
    File(FileContent),
}

/// The kinds of message.
#[derive(Clone, Copy, Enum)]
#[oai(rename = "MessageType", rename_all = "camelCase")]
pub(super) enum Kind {
    /// Plain text.
    Text,
    /// Formatted text.
    Markdown,
    /// A link with a picture.
    Link,
    /// Formatted text with buttons.
    ActionCard,
    /// A form of an office system.
    Oa,
    /// A picture.
    Image,
    /// A recording.
    Voice,
    /// A file.
    File,
}

/// Plain text. With everything around it, DingTalk takes 2,048 bytes; a Chinese character is three.
#[derive(Object)]
#[oai(deny_unknown_fields)]
pub(super) struct TextContent {
    /// `text`.
    #[oai(rename = "type")]
    kind: Kind,
    /// The text.
    text: JsonString,
}

/// Formatted text. DingTalk knows headings, quotes, bold, italic, links, pictures and lists.
#[derive(Object)]
#[oai(deny_unknown_fields)]
pub(super) struct MarkdownContent {
    /// `markdown`.
    #[oai(rename = "type")]
    kind: Kind,
    /// What lists of chats show, 1 to 64 characters.
    title: JsonString,
    /// The text.
    text: JsonString,
}

/// A link with a picture.
#[derive(Object)]
#[oai(deny_unknown_fields)]
pub(super) struct LinkContent {
    /// `link`.
    #[oai(rename = "type")]
    kind: Kind,
    /// 1 to 100 characters.
    title: JsonString,
    /// 1 to 500 characters.
    text: JsonString,
    /// Where it leads: http, https or dingtalk.
    url: JsonString,
    /// The picture: an address, or the media id of an upload.
    picture: JsonString,
}

/// Formatted text with one button or several.
#[derive(Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
pub(super) struct ActionCardContent {
    /// `actionCard`.
    #[oai(rename = "type")]
    kind: Kind,
    /// What lists of chats show, 1 to 64 characters.
    title: JsonString,
    /// The text.
    markdown: JsonString,
    /// One button makes the whole card lead there; several are written in at most 1,000 characters of JSON.
    buttons: Vec<CardButton>,
    /// How several buttons stand; `vertical` when absent.
    orientation: Option<Orientation>,
}

/// A button of a card.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct CardButton {
    /// 1 to 20 characters.
    title: JsonString,
    /// Where it leads: up to 500 characters for an only button, up to 700 for one of several.
    url: JsonString,
}

/// How buttons stand.
#[derive(Clone, Copy, Enum)]
#[oai(rename = "ButtonOrientation", rename_all = "camelCase")]
enum Orientation {
    /// One below the other.
    Vertical,
    /// Side by side.
    Horizontal,
}

/// A form of an office system. DingTalk puts the application's name into its head. It needs a title, rows, a figure or
/// a text.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase", skip_serializing_if_is_none)]
pub(super) struct OaContent {
    /// `oa`.
    #[oai(rename = "type")]
    kind: Kind,
    /// Where it leads.
    url: JsonString,
    /// Where it leads on a computer, when that differs.
    pc_url: Option<JsonString>,
    /// The head's colour: eight hexadecimal digits, alpha first; `FF1677FF` when absent.
    color: Option<JsonString>,
    /// Up to 50 characters.
    title: Option<JsonString>,
    /// Up to six rows.
    rows: Option<Vec<OaRow>>,
    /// A number to stand out.
    figure: Option<OaFigure>,
    /// DingTalk shows three lines of it.
    text: Option<JsonString>,
    /// The media id of a picture.
    image: Option<JsonString>,
    /// How many files are attached.
    file_count: Option<u32>,
    /// Who wrote it.
    author: Option<JsonString>,
    /// How its matter stands. DingTalk delivers such a message to five people at most.
    status: Option<OaStatus>,
}

/// How the matter of a form stands, in a coloured bar on it.
#[derive(Object)]
#[oai(deny_unknown_fields, skip_serializing_if_is_none)]
struct OaStatus {
    /// What the bar says.
    text: JsonString,
    /// Its colour: eight hexadecimal digits, alpha first; `FF78C06E` when absent.
    color: Option<JsonString>,
}

/// A row of a form.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct OaRow {
    /// What stands on the left.
    key: JsonString,
    /// What stands on the right.
    value: JsonString,
}

/// A number that stands out.
#[derive(Object)]
#[oai(deny_unknown_fields)]
struct OaFigure {
    /// The number, as text.
    number: JsonString,
    /// Its unit.
    unit: JsonString,
}

/// A picture.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct ImageContent {
    /// `image`.
    #[oai(rename = "type")]
    kind: Kind,
    /// What the upload was named.
    media_id: JsonString,
}

/// A recording.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct VoiceContent {
    /// `voice`.
    #[oai(rename = "type")]
    kind: Kind,
    /// What the upload was named.
    media_id: JsonString,
    /// How long it is: 1 to 59 seconds.
    seconds: u32,
}

/// A file.
#[derive(Object)]
#[oai(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct FileContent {
    /// `file`.
    #[oai(rename = "type")]
    kind: Kind,
    /// What the upload was named.
    media_id: JsonString,
}

/// The head's colour when nobody chose one.
const COLOR: &str = "FF1677FF";
/// A status bar's colour when nobody chose one; DingTalk's own. [S-0771]
const STATUS_COLOR: &str = "FF78C06E";

impl Content {
    /// The content as the business takes it.
    pub(super) fn into_business(self) -> business::Content {
        match self {
            Self::Text(content) => business::Content::Text(content.text.0),
            Self::Markdown(content) => {
                business::Content::Markdown { title: content.title.0, text: content.text.0 }
            }
            Self::Link(content) => business::Content::Link {
                title: content.title.0,
                text: content.text.0,
                url: content.url.0,
                picture: content.picture.0,
            },
            Self::ActionCard(content) => {
                let button =
                    |button: CardButton| business::Button { title: button.title.0, url: button.url.0 };
                business::Content::ActionCard(business::ActionCard {
                    title: content.title.0,
                    markdown: content.markdown.0,
                    buttons: content.buttons.into_iter().map(button).collect(),
                    horizontal: matches!(content.orientation, Some(Orientation::Horizontal)),
                })
            }
            Self::Oa(content) => content.into_business(),
            Self::Image(content) => business::Content::Image { media_id: content.media_id.0 },
            Self::Voice(content) => {
                business::Content::Voice { media_id: content.media_id.0, seconds: content.seconds }
            }
            Self::File(content) => business::Content::File { media_id: content.media_id.0 },
        }
    }
}

impl OaContent {
    fn into_business(self) -> business::Content {
        let opened = |text: Option<JsonString>| text.map(|text| text.0);
        let rows = self.rows.unwrap_or_default().into_iter();
        let oa = business::Oa {
            url: self.url.0,
            pc_url: opened(self.pc_url),
            color: opened(self.color).unwrap_or_else(|| COLOR.to_owned()),
            title: opened(self.title),
            rows: rows.map(|row| (row.key.0, row.value.0)).collect(),
            figure: self.figure.map(|figure| (figure.number.0, figure.unit.0)),
            text: opened(self.text),
            image: opened(self.image),
            file_count: self.file_count,
            author: opened(self.author),
        };
        let Some(OaStatus { text, color }) = self.status else { return business::Content::Oa(oa) };
        let color = opened(color).unwrap_or_else(|| STATUS_COLOR.to_owned());
        business::Content::OaWithStatus { oa, status: business::Status { text: text.0, color } }
    }
}

impl From<business::Content> for Content {
    fn from(content: business::Content) -> Self {
        match content {
            business::Content::Text(text) => {
                Self::Text(TextContent { kind: Kind::Text, text: JsonString(text) })
            }
            business::Content::Markdown { title, text } => Self::Markdown(MarkdownContent {
                kind: Kind::Markdown,
                title: JsonString(title),
                text: JsonString(text),
            }),
            business::Content::Link { title, text, url, picture } => Self::Link(LinkContent {
                kind: Kind::Link,
                title: JsonString(title),
                text: JsonString(text),
                url: JsonString(url),
                picture: JsonString(picture),
            }),
            business::Content::ActionCard(card) => Self::ActionCard(card.into()),
            business::Content::Oa(oa) => Self::Oa(oa.into()),
            business::Content::OaWithStatus { oa, status: business::Status { text, color } } => {
                let status = OaStatus { text: JsonString(text), color: Some(JsonString(color)) };
                Self::Oa(OaContent { status: Some(status), ..oa.into() })
            }
            business::Content::Image { media_id } => {
                Self::Image(ImageContent { kind: Kind::Image, media_id: JsonString(media_id) })
            }
            business::Content::Voice { media_id, seconds } => {
                Self::Voice(VoiceContent { kind: Kind::Voice, media_id: JsonString(media_id), seconds })
            }
            business::Content::File { media_id } => {
                Self::File(FileContent { kind: Kind::File, media_id: JsonString(media_id) })
            }
        }
    }
}

impl From<business::ActionCard> for ActionCardContent {
    fn from(card: business::ActionCard) -> Self {
        let several = card.buttons.len() > 1;
        let orientation = if card.horizontal { Orientation::Horizontal } else { Orientation::Vertical };
        let button = |button: business::Button| CardButton {
            title: JsonString(button.title),
            url: JsonString(button.url),
        };
        Self {
            kind: Kind::ActionCard,
            title: JsonString(card.title),
            markdown: JsonString(card.markdown),
            buttons: card.buttons.into_iter().map(button).collect(),
            orientation: several.then_some(orientation),
        }
    }
}

impl From<business::Oa> for OaContent {
    fn from(oa: business::Oa) -> Self {
        let row = |(key, value)| OaRow { key: JsonString(key), value: JsonString(value) };
        Self {
            kind: Kind::Oa,
            url: JsonString(oa.url),
            pc_url: oa.pc_url.map(JsonString),
            color: Some(JsonString(oa.color)),
            title: oa.title.map(JsonString),
            rows: (!oa.rows.is_empty()).then(|| oa.rows.into_iter().map(row).collect()),
            figure: oa
                .figure
                .map(|(number, unit)| OaFigure { number: JsonString(number), unit: JsonString(unit) }),
            text: oa.text.map(JsonString),
            image: oa.image.map(JsonString),
            file_count: oa.file_count,
            author: oa.author.map(JsonString),
            status: None,
        }
    }
}
