//! Files that messages refer to: which kinds DingTalk takes, how large, and under what name they go there. [S-0646]
//!
//! Must not know how a file travels. Invariant: what passed [`check`] is what its name's ending says, and the name can
//! do nothing but name.

use crate::domain::error::{Error, ErrorCode, Result};

/// What a file is to be used as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A recording.
    Voice,
    /// Any of the documents that DingTalk shows.
    File,
}

/// The largest upload of any kind, in bytes.
pub const LARGEST: usize = 20 * MEBIBYTE;

const MEBIBYTE: usize = 1024 * 1024;
/// The longest name without its ending, in characters.
const LONGEST_STEM: usize = 80;

/// How a kind of file begins.
type Beginning = fn(&[u8]) -> bool;

impl MediaKind {
    /// Its name in the API, which is DingTalk's too.
    pub fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Voice => "voice",
            Self::File => "file",
        }
    }

    /// The largest that can be used in a message, in bytes: DingTalk stores files of 20 MB, but sends 10. [S-0646, S-0775]
    pub fn largest(self) -> usize {
        match self {
            Self::Image => LARGEST,
            Self::Voice => 2 * MEBIBYTE,
            Self::File => 10 * MEBIBYTE,
        }
    }

    /// The endings that DingTalk takes, with what a file of that ending begins with.
    fn endings(self) -> &'static [(&'static str, Beginning)] {
        match self {
            Self::Image => {
                &[("jpg", is_jpeg), ("jpeg", is_jpeg), ("png", is_png), ("gif", is_gif), ("bmp", is_bmp)]
            }
            Self::Voice => &[("amr", is_amr), ("mp3", is_mp3), ("wav", is_wav)],
            Self::File => &[
                ("pdf", is_pdf),
                ("doc", is_ole),
                ("xls", is_ole),
                ("ppt", is_ole),
                ("docx", is_zip),
                ("xlsx", is_zip),
                ("pptx", is_zip),
                ("zip", is_zip),
                ("rar", is_rar),
            ],
        }
    }
}

fn is_jpeg(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xFF\xD8\xFF")
}

fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1A\n")
}

fn is_gif(bytes: &[u8]) -> bool {
    bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a")
}

fn is_bmp(bytes: &[u8]) -> bool {
    bytes.starts_with(b"BM") && bytes.len() > 26
}

fn is_amr(bytes: &[u8]) -> bool {
    bytes.starts_with(b"#!AMR")
}

/// A tag, or the eleven set bits that each frame begins with.
fn is_mp3(bytes: &[u8]) -> bool {
    bytes.starts_with(b"ID3") || matches!(bytes, [0xFF, second, ..] if *second >= 0xE0)
}

fn is_wav(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WAVE")
}

fn is_pdf(bytes: &[u8]) -> bool {
    bytes.starts_with(b"%PDF-")
}

fn is_ole(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1")
}

fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

fn is_rar(bytes: &[u8]) -> bool {
    bytes.starts_with(b"Rar!\x1A\x07")
}

/// Checks a file; the name under which it goes to DingTalk.
pub fn check(kind: MediaKind, name: &str, bytes: &[u8]) -> Result<String> {
    if bytes.is_empty() {
        return Err(refused("文件为空", "the file is empty"));
    }
    if bytes.len() > kind.largest() {
        let (have, most) = (bytes.len().div_ceil(MEBIBYTE), kind.largest() / MEBIBYTE);
        return Err(refused(
            format!("文件约 {have} MB，钉钉的 {} 消息上限为 {most} MB", kind.name()),
            format!(
                "the file has some {have} MB; in a message of type {} DingTalk takes {most}",
                kind.name()
            ),
        ));
    }
    let (stem, ending) = tame(name);
    let known = kind.endings();
    let Some((_, begins)) = known.iter().find(|(known, _)| *known == ending) else {
        let list = known.iter().map(|(ending, _)| *ending).collect::<Vec<_>>().join(", ");
        return Err(refused(
            format!("钉钉的 {} 消息只支持：{list}", kind.name()),
            format!("for a message of type {} DingTalk takes: {list}", kind.name()),
        ));
    };
    if !begins(bytes) {
        return Err(refused(
            format!("文件内容不是 {ending} 格式，请确认扩展名"),
            format!("the file's content is not what its ending ({ending}) says"),
        ));
    }
    Ok(format!("{stem}.{ending}"))
}

/// The name's stem and ending, without folders and without characters that could do more than name.
fn tame(name: &str) -> (String, String) {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let (stem, ending) = last.rsplit_once('.').unwrap_or((last, ""));
    let plain = |character: &char| {
        let letter = character.is_alphanumeric() && !character.is_control();
        letter || matches!(character, ' ' | '-' | '_' | '(' | ')' | '（' | '）' | '.' | '·')
    };
    let stem: String = stem.chars().filter(plain).take(LONGEST_STEM).collect();
    let stem = stem.trim_matches([' ', '.']);
    (if stem.is_empty() { "file" } else { stem }.to_owned(), ending.to_ascii_lowercase())
}

fn refused(zh: impl Into<String>, en: impl Into<String>) -> Error {
    Error::new(ErrorCode::MediaInvalid, zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1A\n....";

    #[test]
    fn a_file_is_what_its_ending_says() {
        assert_eq!(check(MediaKind::Image, "公司 Logo.PNG", PNG).unwrap(), "公司 Logo.png");
        assert_eq!(check(MediaKind::File, "a.b.docx", b"PK\x03\x04").unwrap(), "a.b.docx");
        assert_eq!(check(MediaKind::Voice, "x.wav", b"RIFF\0\0\0\0WAVEfmt ").unwrap(), "x.wav");
        for (kind, name, bytes) in [
            (MediaKind::Image, "evil.png", &b"<script>"[..]),
            (MediaKind::Image, "paper.pdf", b"%PDF-1.7"),
            (MediaKind::File, "run.exe", b"MZ"),
            (MediaKind::File, "noending", b"%PDF-1.7"),
            (MediaKind::File, "x.pdf", b""),
        ] {
            assert_eq!(check(kind, name, bytes).unwrap_err().code, ErrorCode::MediaInvalid, "{name}");
        }
    }

    #[test]
    fn a_name_can_do_nothing_but_name() {
        for (evil, tamed) in [
            ("../../etc/passwd.png", "passwd.png"),
            ("C:\\Windows\\x.png", "x.png"),
            ("a\"; filename=\"b\r\nX: y.png", "a filenamebX y.png"),
            ("\u{202e}gnp.png", "gnp.png"),
            ("...png", "file.png"),
            (".png", "file.png"),
        ] {
            assert_eq!(check(MediaKind::Image, evil, PNG).unwrap(), tamed, "{evil:?}");
        }
        let long = check(MediaKind::Image, &format!("{}.png", "长".repeat(500)), PNG).unwrap();
        assert_eq!(long.chars().count(), 84);
    }

    #[test]
    fn too_large_is_told_with_the_limit() {
        let bytes = [b"#!AMR".as_slice(), &vec![0; 2 * MEBIBYTE]].concat();
        let refusal = check(MediaKind::Voice, "x.amr", &bytes).unwrap_err();
        assert!(refusal.detail.en.contains("takes 2"), "{refusal}");
    }
}
