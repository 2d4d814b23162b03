//! Mobile numbers in one canonical form, so that one person is one account however the number was written.
//!
//! Invariant: two spellings of one number give one [`Mobile`]; a mainland number is its 11 digits, any other
//! number is `+`, country code and digits.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A mobile number in canonical form: `13800000000` or `+85251234567`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Mobile(Box<str>);

/// Digits of an international number including its country code (E.164 allows 15; shorter than 6 is no mobile).
const DIGITS: std::ops::RangeInclusive<usize> = 6..=15;

impl Mobile {
    /// Reads a number as people and DingTalk write it. `country_code` is DingTalk's separate `state_code`, used
    /// only when the number itself does not begin with `+` or `00`. `None` when it cannot be a mobile number.
    pub fn parse(text: &str, country_code: Option<&str>) -> Option<Self> {
        // As DingTalk tells most numbers: nothing to be made canonical.
        if is_mainland(text)
            && text.bytes().all(|byte| byte.is_ascii_digit())
            && country_code.is_none_or(is_china)
        {
            return Some(Self(text.into()));
        }
        let (international, digits) = digits_of(text)?;
        if international {
            return Self::international(&digits);
        }
        if is_mainland(&digits) {
            let foreign = country_code.and_then(digits_only).filter(|code| code != "86");
            return match foreign {
                Some(code) => Self::international(&format!("{code}{digits}")),
                None => Some(Self(digits.into_boxed_str())),
            };
        }
        if let Some(rest) = digits.strip_prefix("86").filter(|rest| is_mainland(rest)) {
            return Some(Self(rest.into()));
        }
        let code = country_code.and_then(digits_only).filter(|code| code != "86")?;
        Self::international(&format!("{code}{digits}"))
    }

    fn international(digits: &str) -> Option<Self> {
        if let Some(rest) = digits.strip_prefix("86").filter(|rest| is_mainland(rest)) {
            return Some(Self(rest.into()));
        }
        (DIGITS.contains(&digits.len()) && !digits.starts_with('0'))
            .then(|| Self(format!("+{digits}").into_boxed_str()))
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number with its middle hidden, for lists and conflicts: `138****0000`.
    pub fn masked(&self) -> String {
        mask(&self.0)
    }
}

/// Hides the middle of a number that may not be canonical.
pub fn mask(number: &str) -> String {
    let characters: Vec<char> = number.chars().collect();
    let shown = if characters.len() >= 10 { 3 } else { 1 };
    let tail = characters.len().saturating_sub(characters.len().min(4));
    characters
        .iter()
        .enumerate()
        .map(|(index, character)| if index < shown || index >= tail { *character } else { '*' })
        .collect()
}

impl fmt::Display for Mobile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Logs and panics show the masked number only.
impl fmt::Debug for Mobile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Mobile({})", self.masked())
    }
}

fn is_mainland(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1')
}

fn is_china(country_code: &str) -> bool {
    matches!(country_code, "86" | "+86")
}

fn digits_only(text: &str) -> Option<String> {
    digits_of(text).map(|(_, digits)| digits).filter(|digits| !digits.is_empty())
}

/// The digits, and whether the number was written with its country code (`+` or `00`).
/// Separators people use are passed over; anything else makes it no number.
fn digits_of(text: &str) -> Option<(bool, String)> {
    let mut digits = String::with_capacity(text.len());
    let mut plus = false;
    for character in text.trim().chars() {
        match character {
            '0'..='9' => digits.push(character),
            // Full-width digits, as Chinese input methods write them.
            '０'..='９' => {
                digits.push(char::from(b'0' + u8::try_from(u32::from(character) - 0xFF10).ok()?))
            }
            '+' | '＋' if digits.is_empty() && !plus => plus = true,
            ' ' | '-' | '－' | '(' | ')' | '.' | '\u{a0}' | '\u{202c}' | '\u{202d}' => {}
            _ => return None,
        }
        if digits.len() > 20 {
            return None;
        }
    }
    if !plus && digits.starts_with("00") {
        return Some((true, digits.split_off(2)));
    }
    Some((plus, digits))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn canonical(text: &str, code: Option<&str>) -> Option<String> {
        Mobile::parse(text, code).map(|mobile| mobile.to_string())
    }

    #[test]
    fn every_spelling_of_a_mainland_number_is_one_number() {
        for text in [
            "13812345678",
            "+86 138-1234-5678",
            "+86-13812345678",
            "008613812345678",
            "8613812345678",
            "１３８１２３４５６７８",
        ] {
            assert_eq!(canonical(text, None).as_deref(), Some("13812345678"), "{text}");
        }
        assert_eq!(canonical("13812345678", Some("86")).as_deref(), Some("13812345678"));
        assert_eq!(canonical("13812345678", Some("+86")).as_deref(), Some("13812345678"));
    }

    #[test]
    fn other_countries_keep_their_code() {
        assert_eq!(canonical("+852-51234567", None).as_deref(), Some("+85251234567"));
        assert_eq!(canonical("51234567", Some("852")).as_deref(), Some("+85251234567"));
        assert_eq!(canonical("+852-51234567", Some("852")).as_deref(), Some("+85251234567"));
        // A North American number has 11 digits with its code and must not become a mainland number.
        assert_eq!(canonical("+1 415 555 0100", None).as_deref(), Some("+14155550100"));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "   ", "abc", "12345", "51234567", "1381234567x", "+", "0000", "+0123456789"] {
            assert_eq!(canonical(text, None), None, "{text}");
        }
    }

    #[test]
    fn debug_and_masks_hide_the_middle() {
        let mobile = Mobile::parse("13812345678", None).unwrap();
        assert_eq!(format!("{mobile:?}"), "Mobile(138****5678)");
        assert_eq!(mask(""), "");
    }

    proptest! {
        #[test]
        fn canonical_form_is_a_fixed_point(text in "\\PC{0,24}", code in proptest::option::of("[0-9+]{1,4}")) {
            if let Some(mobile) = Mobile::parse(&text, code.as_deref()) {
                prop_assert_eq!(Mobile::parse(mobile.as_str(), None), Some(mobile));
            }
        }
    }
}
