//! What a message says, checked against DingTalk's limits before anything is sent. [S-0769, S-0775]
//!
//! Must not know DingTalk's JSON. Invariant: content that passed [`Content::check`] breaks no limit that DingTalk tells.
//! New kinds join at the end of the enum, so that stored messages stay readable.

mod limits;

use serde::{Deserialize, Serialize};

use self::limits::{address, color, empty, media_id, too_long, too_many, within, written};
use crate::domain::error::{Error, ErrorCode, Result};

/// DingTalk's limit on the whole message object, in bytes of its JSON. [S-0769]
pub const MAXIMUM_BYTES: usize = 2048;
/// The longest title of Markdown and of an action card, in characters. [S-0769, code 34016]
pub const LONGEST_TITLE: usize = 64;
/// The longest title of a link, in characters. [S-0775]
pub const LONGEST_LINK_TITLE: usize = 100;
/// The longest text of a link, in characters. [S-0775]
pub const LONGEST_LINK_TEXT: usize = 500;
/// The longest title of a button, in characters. [S-0775]
pub const LONGEST_BUTTON_TITLE: usize = 20;
/// The longest address of an only button, in characters. [S-0775]
pub const LONGEST_ONLY_BUTTON_URL: usize = 500;
/// The longest address of one button of several, in characters. [S-0775]
pub const LONGEST_BUTTON_URL: usize = 700;
/// The longest list of buttons, in characters of its JSON. [S-0775]
pub const LONGEST_BUTTON_LIST: usize = 1000;
/// The longest title inside an OA message, in characters. [S-0775]
pub const LONGEST_OA_TITLE: usize = 50;
/// How many rows of an OA message's form DingTalk shows. [S-0775]
pub const MOST_OA_ROWS: usize = 6;
/// How many people DingTalk delivers a message with a status bar to. [S-0775]
pub const MOST_WITH_STATUS: usize = 5;
/// The longest voice message, in seconds. [S-0775: less than 60]
pub const LONGEST_VOICE: u32 = 59;

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// Plain text.
    Text(String),
    /// Formatted text; the title is what lists of chats show.
    Markdown {
        /// The title.
        title: String,
        /// The text, in DingTalk's subset of Markdown.
        text: String,
    },
    /// A link with a picture.
    Link {
        /// The title.
        title: String,
        /// What stands below it.
        text: String,
        /// Where it leads.
        url: String,
        /// The picture: an address, or a media id.
        picture: String,
    },
    /// Formatted text with one button or several.
    ActionCard(ActionCard),
    /// A form of an office system.
    Oa(Oa),
    /// A picture that was uploaded.
    Image {
        /// DingTalk's media id.
        media_id: String,
    },
    /// A recording that was uploaded.
    Voice {
        /// DingTalk's media id.
        media_id: String,
        /// How long it is.
        seconds: u32,
    },
    /// A file that was uploaded.
    File {
        /// DingTalk's media id.
        media_id: String,
    },
    /// A form of an office system that says how its matter stands.
    OaWithStatus {
        /// The form.
        oa: Oa,
        /// How it stands.
        status: Status,
    },
}

/// How the matter of a form stands, in a coloured bar on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// What the bar says.
    pub text: String,
    /// Its colour: eight hexadecimal digits, alpha first.
    pub color: String,
}

/// Formatted text with buttons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionCard {
    /// The title, which lists of chats show.
    pub title: String,
    /// The text, in DingTalk's subset of Markdown.
    pub markdown: String,
    /// The buttons; one alone makes the whole card lead there.
    pub buttons: Vec<Button>,
    /// Whether several buttons stand side by side rather than one below the other.
    pub horizontal: bool,
}

/// A button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What stands on it.
    pub title: String,
    /// Where it leads.
    pub url: String,
}

/// A form of an office system. DingTalk puts the application's name where the head's text would be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Oa {
    /// Where it leads.
    pub url: String,
    /// Where it leads on a computer, when that differs.
    pub pc_url: Option<String>,
    /// The head's colour: eight hexadecimal digits, alpha first.
    pub color: String,
    /// The title.
    pub title: Option<String>,
    /// The form: what stands on the left and on the right of each row.
    pub rows: Vec<(String, String)>,
    /// A number to stand out, and its unit.
    pub figure: Option<(String, String)>,
    /// Text; DingTalk shows three lines.
    pub text: Option<String>,
    /// A picture's media id.
    pub image: Option<String>,
    /// How many files are attached, to be shown.
    pub file_count: Option<u32>,
    /// Who wrote it, to be shown.
    pub author: Option<String>,
}

impl Content {
    /// Its kind's name in the API.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Markdown { .. } => "markdown",
            Self::Link { .. } => "link",
            Self::ActionCard(_) => "actionCard",
            Self::Oa(_) | Self::OaWithStatus { .. } => "oa",
            Self::Image { .. } => "image",
            Self::Voice { .. } => "voice",
            Self::File { .. } => "file",
        }
    }

    /// The words that a search looks in.
    pub fn words(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            Self::Markdown { title, text } | Self::Link { title, text, .. } => vec![title, text],
            Self::ActionCard(card) => vec![&card.title, &card.markdown],
            Self::Oa(oa) | Self::OaWithStatus { oa, .. } => {
                let rows = oa.rows.iter().flat_map(|(key, value)| [key.as_str(), value.as_str()]);
                rows.chain(oa.title.as_deref()).chain(oa.text.as_deref()).collect()
            }
            Self::Image { .. } | Self::Voice { .. } | Self::File { .. } => Vec::new(),
        }
    }

    /// The most people that DingTalk delivers it to, where that depends on what it says.
    pub fn most_people(&self) -> Option<usize> {
        matches!(self, Self::OaWithStatus { .. }).then_some(MOST_WITH_STATUS)
    }

    /// Checks the content; `encoded_bytes` is the size of the message object as it would be sent.
    pub fn check(&self, encoded_bytes: usize) -> Result<()> {
        match self {
            Self::Text(text) if text.trim().is_empty() => Err(Error::new(
                ErrorCode::MessageInvalid,
                "消息内容不能为空",
                "the message has no content; write what is to be sent",
            )),
            Self::Text(_) => Ok(()),
            Self::Markdown { title, text } => {
                within("title", title, LONGEST_TITLE)?;
                empty("text", text)
            }
            Self::Link { title, text, url, picture } => {
                within("title", title, LONGEST_LINK_TITLE)?;
                within("text", text, LONGEST_LINK_TEXT)?;
                address("url", url, LONGEST_BUTTON_URL)?;
                if picture.starts_with('@') {
                    media_id("picture", picture)
                } else {
                    address("picture", picture, LONGEST_BUTTON_URL)
                }
            }
            Self::ActionCard(card) => card.check(),
            Self::Oa(oa) => oa.check(),
            Self::OaWithStatus { oa, status } => {
                oa.check()?;
                empty("status.text", &status.text)?;
                color("status.color", &status.color)
            }
            Self::Image { media_id: id } | Self::File { media_id: id } => media_id("mediaId", id),
            Self::Voice { media_id: id, seconds } => {
                media_id("mediaId", id)?;
                if (1..=LONGEST_VOICE).contains(seconds) {
                    return Ok(());
                }
                Err(Error::new(
                    ErrorCode::MessageInvalid,
                    format!("seconds 须为 1 到 {LONGEST_VOICE} 秒，收到 {seconds}"),
                    format!("seconds is 1 to {LONGEST_VOICE}; got {seconds}"),
                ))
            }
        }?;
        if encoded_bytes > MAXIMUM_BYTES {
            return Err(Error::new(
                ErrorCode::MessageInvalid,
                format!(
                    "消息编码后为 {encoded_bytes} 字节，超过钉钉上限 {MAXIMUM_BYTES} 字节（一个汉字占 3 字节），请缩短内容"
                ),
                format!(
                    "the message is {encoded_bytes} bytes long when encoded; DingTalk takes {MAXIMUM_BYTES} (a Chinese character is 3): shorten it"
                ),
            ));
        }
        Ok(())
    }
}

impl ActionCard {
    fn check(&self) -> Result<()> {
        within("title", &self.title, LONGEST_TITLE)?;
        empty("markdown", &self.markdown)?;
        let longest = match self.buttons.as_slice() {
            [] => return empty("buttons", ""),
            [_] => LONGEST_ONLY_BUTTON_URL,
            _ => LONGEST_BUTTON_URL,
        };
        for button in &self.buttons {
            within("buttons.title", &button.title, LONGEST_BUTTON_TITLE)?;
            address("buttons.url", &button.url, longest)?;
        }
        // What DingTalk counts: `[{"title":"…","action_url":"…"},…]`.
        let around = r#"{"title":"","action_url":""},"#.len();
        let length = |button: &Button| around + written(&button.title) + written(&button.url);
        let list = 1 + self.buttons.iter().map(length).sum::<usize>();
        if self.buttons.len() > 1 && list > LONGEST_BUTTON_LIST {
            return Err(too_long("buttons", list, LONGEST_BUTTON_LIST));
        }
        Ok(())
    }
}

impl Oa {
    fn check(&self) -> Result<()> {
        address("url", &self.url, LONGEST_BUTTON_URL)?;
        if let Some(url) = &self.pc_url {
            address("pcUrl", url, LONGEST_BUTTON_URL)?;
        }
        color("color", &self.color)?;
        if let Some(title) = &self.title {
            within("title", title, LONGEST_OA_TITLE)?;
        }
        if let Some(image) = &self.image {
            media_id("image", image)?;
        }
        if let Some(text) = &self.text {
            empty("text", text)?;
        }
        if let Some((number, _)) = &self.figure {
            empty("figure.number", number)?;
        }
        for (key, value) in &self.rows {
            empty("rows", &[key.as_str(), value].concat())?;
        }
        if self.rows.len() > MOST_OA_ROWS {
            return Err(too_many("rows", self.rows.len(), MOST_OA_ROWS));
        }
        let says =
            self.title.is_some() || !self.rows.is_empty() || self.text.is_some() || self.figure.is_some();
        if says { Ok(()) } else { empty("title, rows, text", "") }
    }
}

#[cfg(test)]
mod tests;
