//! Percent-encoding of values in links that people follow.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(percent_encode("aZ9-._~"), "aZ9-._~");
        assert_eq!(percent_encode("a b+c&d=/门"), "a%20b%2Bc%26d%3D%2F%E9%97%A8");
    }
}
