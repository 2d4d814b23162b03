//! Percent-encoding of values in links that people follow, and decoding of those in addresses.
//!
//! Must not know what the links are for. Invariant: the result holds nothing that means something in a URL.

use std::fmt::Write as _;

/// Everything but letters, digits and `-._~` as `%XX`; DingTalk wants a space as `%20`, not as `+` [S-0029].
pub(super) fn percent_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// The counterpart; what is no `%XX` stays as it is, and what is no UTF-8 then becomes U+FFFD.
pub(super) fn percent_decode(text: &str) -> String {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        let digits = behind.get(..2).filter(|_| byte == b'%').and_then(|pair| std::str::from_utf8(pair).ok());
        let coded = digits.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        decoded.push(coded.unwrap_or(byte));
        rest = behind.get(if coded.is_some() { 2 } else { 0 }..).unwrap_or_default();
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(percent_encode("aZ9-._~"), "aZ9-._~");
        assert_eq!(percent_encode("a b+c&d=/门"), "a%20b%2Bc%26d%3D%2F%E9%97%A8");
        for text in ["", "a b+c&d=/门", "100%"] {
            assert_eq!(percent_decode(&percent_encode(text)), text);
        }
        assert_eq!(percent_decode("%zz%4"), "%zz%4");
    }
}
