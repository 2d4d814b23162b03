//! Percent-encoding of values in links that people follow, and decoding of those in addresses.
//!
//! Must not know what the links are for. Invariant: the result holds nothing that means something in a URL.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Everything but letters, digits and `-._~`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What is reserved as `%XX`; DingTalk wants a space as `%20`, not as `+` [S-0029].
pub(super) fn percent_encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The counterpart; what is no `%XX` stays as it is, and what is no UTF-8 then becomes U+FFFD.
pub(super) fn percent_decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
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
        assert_eq!(percent_decode("%zz%4%+1"), "%zz%4%+1");
    }
}
