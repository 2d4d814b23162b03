//! A member's profile: a fixed set of text fields, each of which can be compared, pinned and shown by name.
//!
//! Invariant: a field holds a non-empty text or nothing; "empty text" does not exist here.

use serde::de::{SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The fields of a profile, in the order people read them. The number is what is stored: never reuse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum ProfileField {
    /// The person's name.
    Name = 0,
    /// The mobile number as this tenant sees it (canonical form when it is one).
    Mobile = 1,
    /// Personal mail address.
    Email = 2,
    /// Mail address given by the enterprise.
    OrgEmail = 3,
    /// Job number (工号); not unique.
    JobNumber = 4,
    /// Position (职位).
    Title = 5,
    /// Desk telephone (分机号).
    Telephone = 6,
    /// Place of work.
    WorkPlace = 7,
    /// Remark.
    Remark = 8,
    /// Picture's address.
    Avatar = 9,
    /// Date of entry (`YYYY-MM-DD`, China time).
    HiredOn = 10,
    /// Custom fields as DingTalk keeps them: a JSON object in text.
    Extension = 11,
}

impl ProfileField {
    /// Every field.
    pub const ALL: [Self; 12] = [
        Self::Name,
        Self::Mobile,
        Self::Email,
        Self::OrgEmail,
        Self::JobNumber,
        Self::Title,
        Self::Telephone,
        Self::WorkPlace,
        Self::Remark,
        Self::Avatar,
        Self::HiredOn,
        Self::Extension,
    ];

    /// The field's name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Mobile => "mobile",
            Self::Email => "email",
            Self::OrgEmail => "orgEmail",
            Self::JobNumber => "jobNumber",
            Self::Title => "title",
            Self::Telephone => "telephone",
            Self::WorkPlace => "workPlace",
            Self::Remark => "remark",
            Self::Avatar => "avatar",
            Self::HiredOn => "hiredOn",
            Self::Extension => "extension",
        }
    }

    /// The field with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|field| *field as u8 == number)
    }
}

/// The values of a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    values: [Option<Box<str>>; ProfileField::ALL.len()],
}

impl Profile {
    /// A field's value.
    pub fn get(&self, field: ProfileField) -> Option<&str> {
        self.values.get(field as usize).and_then(|value| value.as_deref())
    }

    /// Sets a field; an empty text clears it.
    pub fn set(&mut self, field: ProfileField, value: Option<Box<str>>) {
        if let Some(slot) = self.values.get_mut(field as usize) {
            *slot = value.filter(|text| !text.is_empty());
        }
    }

    /// The name, or an empty text.
    pub fn name(&self) -> &str {
        self.get(ProfileField::Name).unwrap_or_default()
    }

    /// The fields that hold something.
    pub fn iter(&self) -> impl Iterator<Item = (ProfileField, &str)> {
        ProfileField::ALL.into_iter().filter_map(|field| self.get(field).map(|value| (field, value)))
    }
}

/// Stored sparsely, each value with its field's number, so that a later field needs no migration.
impl Serialize for Profile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut sequence = serializer.serialize_seq(Some(self.iter().count()))?;
        for (field, value) in self.iter() {
            sequence.serialize_element(&(field as u8, value))?;
        }
        sequence.end()
    }
}

impl<'de> Deserialize<'de> for Profile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Values;
        impl<'de> Visitor<'de> for Values {
            type Value = Profile;
            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("profile values")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Profile, A::Error> {
                let mut profile = Profile::default();
                while let Some((number, value)) = sequence.next_element::<(u8, Box<str>)>()? {
                    if let Some(field) = ProfileField::from_number(number) {
                        profile.set(field, Some(value));
                    }
                }
                Ok(profile)
            }
        }
        deserializer.deserialize_seq(Values)
    }
}
