//! Tenants and their house numbers.
//!
//! Invariant: a house number is six characters of `[0-9A-Z]` and belongs to one tenant only.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::directory::visibility::Visibility;
use crate::domain::id::TenantId;
use crate::domain::schedule::Schedule;
use crate::domain::sync::choice::Choice;
use crate::domain::text::Text;
use crate::domain::time::Timestamp;

/// A tenant (租户): one organisation on this server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenant {
    /// Its number.
    pub id: TenantId,
    /// Its name, 1 to 100 characters.
    pub name: String,
    /// What default passwords begin with.
    pub house_number: HouseNumber,
    /// Whether its people may sign in and its jobs run.
    pub status: TenantStatus,
    /// What its administrators chose.
    pub settings: TenantSettings,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// Whether a tenant is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TenantStatus {
    /// In use.
    Active,
    /// Switched off by a platform administrator.
    Disabled,
}

impl TenantStatus {
    /// Its name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }
}

/// What a tenant's administrators can choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantSettings {
    /// Whether a default password must be changed at the first password sign-in.
    pub require_password_change: bool,
    /// Removals above this number and above the percentage stop a run for approval.
    pub guard_minimum: u32,
    /// Removals above this share of the members or departments (in percent) stop a run for approval.
    pub guard_percent: u32,
    /// Whether departments with negative ids (school contacts) are brought in.
    pub include_school_contacts: bool,
    /// What of the enterprise is brought in.
    pub choice: Choice,
    /// When it synchronises by itself.
    pub schedule: Schedule,
    /// For how many days the lines of a run's history are kept.
    pub history_days: u32,
    /// What its members may see of each other.
    pub visibility: Visibility,
}

impl Default for TenantSettings {
    fn default() -> Self {
        Self {
            require_password_change: true,
            guard_minimum: 5,
            guard_percent: 5,
            include_school_contacts: false,
            choice: Choice::default(),
            schedule: Schedule::Off,
            history_days: 365,
            visibility: Visibility::default(),
        }
    }
}

/// A house number (门牌号): six characters of `[0-9A-Z]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct HouseNumber(String);

const ALPHABET: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/// The largest multiple of 36 that fits a byte: bytes above would make some characters likelier.
const FAIR_BYTES: u8 = 252;

impl HouseNumber {
    /// How many characters it has.
    pub const LENGTH: usize = 6;

    /// Reads a house number as an administrator types it; small letters are taken as capitals.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_ascii_uppercase();
        (text.len() == Self::LENGTH && text.bytes().all(|byte| ALPHABET.contains(&byte)))
            .then_some(Self(text))
    }

    /// Makes one from secure random bytes; `None` when too few of them were usable (draw again).
    pub fn from_random(bytes: &[u8]) -> Option<Self> {
        let text: String = bytes
            .iter()
            .filter(|byte| **byte < FAIR_BYTES)
            .filter_map(|byte| ALPHABET.get(usize::from(*byte) % ALPHABET.len()))
            .take(Self::LENGTH)
            .map(|byte| char::from(*byte))
            .collect();
        (text.len() == Self::LENGTH).then_some(Self(text))
    }

    /// The six characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for HouseNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A tenant's name, checked: 1 to 100 characters, no control characters.
pub fn valid_name(name: &str) -> Result<String, Text> {
    let name = name.trim();
    let length = name.chars().count();
    if (1..=100).contains(&length) && !name.chars().any(char::is_control) {
        Ok(name.to_owned())
    } else {
        Err(Text::new(
            format!("租户名称须为 1 到 100 个字符且不含控制字符，收到 {length} 个字符"),
            format!("a tenant's name has 1 to 100 characters and no control characters; got {length}"),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_house_number_is_six_of_digits_and_capitals() {
        assert_eq!(HouseNumber::parse(" a1b2c3 ").unwrap().as_str(), "A1B2C3");
        assert!(HouseNumber::parse("A1B2C").is_none());
        assert!(HouseNumber::parse("A1B2C门").is_none());
        assert_eq!(HouseNumber::from_random(&[255, 0, 35, 36, 253, 9, 10, 251]).unwrap().as_str(), "0Z09AZ");
        assert!(HouseNumber::from_random(&[255; 32]).is_none());
    }

    #[test]
    fn names_are_bounded() {
        assert_eq!(valid_name(" 门牌 ").unwrap(), "门牌");
        assert!(valid_name("   ").is_err());
        assert!(valid_name(&"长".repeat(101)).is_err());
        assert!(valid_name("a\u{0}b").is_err());
    }
}
