//! What a member is found by: a text of one field a line, in small letters.
//!
//! Must not know how it is looked for. Invariant: what colleagues find somebody by is part of what is shown to them.

use pinyin::ToPinyin;

use crate::domain::directory::account::{Account, Username};
use crate::domain::directory::member::Member;
use crate::domain::directory::profile::ProfileField;

/// The profile fields that a search looks at, beside the name.
const FIELDS: [ProfileField; 5] = [
    ProfileField::Mobile,
    ProfileField::JobNumber,
    ProfileField::Title,
    ProfileField::Email,
    ProfileField::OrgEmail,
];

/// What colleagues may find a member by.
#[derive(Clone, Copy, Debug)]
pub struct PublicSearch {
    /// Also by the mobile number.
    pub mobile: bool,
}

/// What colleagues can find a member by: name, pinyin, position, and what else is shown to them.
pub(crate) fn public_text(member: &Member, public: PublicSearch) -> String {
    let mut text = name_text(member);
    let shown = [(ProfileField::Title, true), (ProfileField::Mobile, public.mobile)];
    for value in
        shown.into_iter().filter(|(_, shown)| *shown).filter_map(|(field, _)| member.profile.get(field))
    {
        text.push('\n');
        text.push_str(&value.to_lowercase());
    }
    text
}

/// The name, and how it sounds.
fn name_text(member: &Member) -> String {
    let name = member.profile.name().to_lowercase();
    let mut text = name.clone();
    let (mut full, mut initials) = (String::new(), String::new());
    for (character, sound) in name.chars().zip(name.as_str().to_pinyin()) {
        match sound {
            Some(sound) => {
                full.push_str(sound.plain());
                initials.push_str(sound.first_letter());
            }
            None => {
                full.push(character);
                initials.push(character);
            }
        }
    }
    if full != name {
        for sounds in [full, initials] {
            text.push('\n');
            text.push_str(&sounds);
        }
    }
    text
}

/// What a member can be found by: one field a line, in small letters.
pub(crate) fn searched_text(member: &Member, account: Option<&Account>) -> String {
    let mut text = name_text(member);
    let mut add = |line: &str| {
        text.push('\n');
        text.push_str(line);
    };
    let mobile = member.profile.get(ProfileField::Mobile);
    for value in FIELDS.into_iter().filter_map(|field| member.profile.get(field)) {
        add(&value.to_lowercase());
    }
    let username = account.and_then(|account| account.username.as_ref()).map(Username::as_str);
    if let Some(username) = username.filter(|username| mobile != Some(username)) {
        add(username);
    }
    if let Some(binding) = &member.binding {
        add(&binding.user_id.to_lowercase());
    }
    text
}
