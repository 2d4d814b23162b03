//! What member lists are searched for, held in memory: one short text a member, a tenant's built at its first search.
//!
//! Invariant: a tenant's texts are those of the last commit that touched its members, or they are not there at all.
//! They only name candidates; the rows themselves always come from the reader's snapshot.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{PoisonError, RwLock};

use pinyin::ToPinyin;

use super::error::Result;
use super::members::Members;
use super::tx::ReadTx;
use crate::domain::directory::account::{Account, Username};
use crate::domain::directory::member::Member;
use crate::domain::directory::profile::ProfileField;
use crate::domain::id::{MemberId, TenantId};

/// When a commit touches more members than this, their tenant's texts are dropped and built anew when needed.
const REBUILD_ABOVE: usize = 5_000;

/// The profile fields that a search looks at, beside the name.
const FIELDS: [ProfileField; 5] = [
    ProfileField::Mobile,
    ProfileField::JobNumber,
    ProfileField::Title,
    ProfileField::Email,
    ProfileField::OrgEmail,
];

/// What somebody typed: words that must all occur.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    words: Vec<String>,
}

impl Query {
    pub(crate) fn new(text: &str) -> Self {
        Self { words: text.to_lowercase().split_whitespace().map(str::to_owned).collect() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    pub(crate) fn matches(&self, text: &str) -> bool {
        self.words.iter().all(|word| text.contains(word.as_str()))
    }
}

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

/// The texts of one tenant.
type Texts = BTreeMap<MemberId, Box<str>>;

#[derive(Debug, Default)]
struct Held {
    /// Counts the commits that touched members, so that texts read before one are not kept after it.
    commits: u64,
    tenants: BTreeMap<TenantId, TenantTexts>,
}

#[derive(Debug, Default)]
struct TenantTexts {
    /// The number of the last commit that touched the tenant's members.
    touched_by: u64,
    texts: Option<Texts>,
}

/// The texts of all tenants that were searched.
#[derive(Debug, Default)]
pub(crate) struct Search {
    held: RwLock<Held>,
}

impl Search {
    /// The number of commits so far that touched members; to be asked before a snapshot is taken.
    pub(crate) fn commits(&self) -> u64 {
        self.held.read().unwrap_or_else(PoisonError::into_inner).commits
    }

    /// The members whose text matches and who are wanted, by id.
    pub(crate) fn find<M>(
        &self,
        members: &Members<'_, '_, M>,
        query: &Query,
        wanted: impl Fn(&MemberId) -> bool,
    ) -> Result<Vec<MemberId>> {
        let tenant = members.tenant.id;
        let choose = |texts: &Texts| {
            let found = texts.iter().filter(|(id, text)| query.matches(text) && wanted(id));
            found.map(|(id, _)| *id).collect()
        };
        {
            let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(texts) = held.tenants.get(&tenant).and_then(|tenant| tenant.texts.as_ref()) {
                return Ok(choose(texts));
            }
        }
        let mut texts = Texts::new();
        members.each_text(|id, text| {
            texts.insert(id, text.into_boxed_str());
        })?;
        let found = choose(&texts);
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        let place = held.tenants.entry(tenant).or_default();
        if place.touched_by <= members.tenant.tx.commits_before() {
            place.texts = Some(texts);
        }
        Ok(found)
    }

    /// After a commit: brings the texts of the touched members up to date. `snapshot` is taken while nobody else can
    /// change the texts, so that of two commits the later one always has the last word.
    pub(crate) fn refresh(
        &self,
        touched: BTreeMap<TenantId, BTreeSet<MemberId>>,
        snapshot: impl FnOnce(&dyn Fn(&ReadTx<'_>) -> Result<Vec<Fresh>>) -> Result<Vec<Fresh>>,
    ) -> Result<()> {
        if touched.is_empty() {
            return Ok(());
        }
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        held.commits += 1;
        let commits = held.commits;
        let mut wanted = Vec::new();
        for (tenant, members) in touched {
            let place = held.tenants.entry(tenant).or_default();
            place.touched_by = commits;
            if members.len() > REBUILD_ABOVE {
                place.texts = None;
            }
            if place.texts.is_some() {
                wanted.extend(members.into_iter().map(|member| (tenant, member)));
            }
        }
        if wanted.is_empty() {
            return Ok(());
        }
        let fresh = snapshot(&|tx| {
            let read = |(tenant, id): &(TenantId, MemberId)| {
                let text = match tx.in_tenant(*tenant).members().get(*id)? {
                    Some(member) => {
                        let account = tx.accounts().get(member.account)?;
                        Some(searched_text(&member, account.as_ref()).into_boxed_str())
                    }
                    None => None,
                };
                Ok(Fresh { tenant: *tenant, member: *id, text })
            };
            wanted.iter().map(read).collect()
        });
        match fresh {
            Ok(fresh) => {
                for Fresh { tenant, member, text } in fresh {
                    let Some(texts) = held.tenants.get_mut(&tenant).and_then(|place| place.texts.as_mut())
                    else {
                        continue;
                    };
                    match text {
                        Some(text) => texts.insert(member, text),
                        None => texts.remove(&member),
                    };
                }
                Ok(())
            }
            Err(error) => {
                // Better no texts than stale ones.
                held.tenants.values_mut().for_each(|place| place.texts = None);
                Err(error)
            }
        }
    }
}

/// A member's text as of a snapshot; `None` when the member is not there.
#[derive(Debug)]
pub(crate) struct Fresh {
    tenant: TenantId,
    member: MemberId,
    text: Option<Box<str>>,
}
