//! Lists of members: by department, status and searched text, always in the order of their ids.

use std::collections::BTreeSet;

use super::error::Result;
use super::key::id_at;
use super::members::Members;
use super::row;
use super::schema::Table;
use super::search::{PublicSearch, Query, public_text, searched_text};
use super::tx::Direction;
use crate::domain::directory::member::{Member, MemberStatus};
use crate::domain::id::{DepartmentId, MemberId};
use crate::domain::page::{Limit, Page};

/// Which members a list shows; everybody, when nothing is said.
#[derive(Clone, Debug, Default)]
pub struct MemberFilter {
    /// Text that is part of the name (also in pinyin), mobile number, username, userid, job number, title or mail.
    pub q: Option<String>,
    /// Those who belong to this department.
    pub department: Option<DepartmentId>,
    /// Those who belong to one of these departments (a department with everything below it).
    pub subtree: Option<BTreeSet<DepartmentId>>,
    /// Those of this status.
    pub status: Option<MemberStatus>,
    /// Searches what colleagues may see only; what is hidden from them must not be found either.
    pub public: Option<PublicSearch>,
}

impl<M> Members<'_, '_, M> {
    /// A page of members by id.
    pub fn list(&self, filter: &MemberFilter, limit: Limit, cursor: Option<&[u8]>) -> Result<Page<Member>> {
        let query = filter.q.as_deref().map(Query::new).filter(|query| !query.is_empty());
        let public = filter.public.zip(query.clone());
        let keep = |member: &Member| {
            filter.status.is_none_or(|status| member.status == status)
                && public.as_ref().is_none_or(|(public, query)| query.matches(&public_text(member, *public)))
        };
        let places = match (&filter.department, &filter.subtree) {
            (None, None) => None,
            (department, subtree) => {
                let mut ids = self.ids_in(department.iter())?;
                if let Some(subtree) = subtree {
                    let below = self.ids_in(subtree)?;
                    ids = if department.is_some() { &ids & &below } else { below };
                }
                Some(ids)
            }
        };
        let after: Option<MemberId> = cursor.and_then(|cursor| id_at(cursor, 0));
        let behind = |id: &MemberId| after.is_none_or(|after| *id > after);
        match (query, places, self.tenant.tx.search()) {
            (None, None, _) => {
                self.tenant.tx.page(&self.tenant.key(), Direction::Forward, limit, cursor, keep)
            }
            (None, Some(ids), _) => self.page_among(ids.into_iter().filter(behind), limit, keep),
            (Some(query), ids, Some(search)) => {
                let texts = search.texts(self)?;
                let wanted = |id: &MemberId| ids.as_ref().is_none_or(|ids| ids.contains(id));
                self.page_among(texts.matches(&query, after).filter(wanted), limit, keep)
            }
            (Some(query), ids, None) => {
                let found = self.scan_for(&query, ids.as_ref())?;
                self.page_among(found.into_iter().filter(behind), limit, keep)
            }
        }
    }

    /// A page of the members with these ids, which come in order.
    fn page_among(
        &self,
        ids: impl Iterator<Item = MemberId>,
        limit: Limit,
        keep: impl Fn(&Member) -> bool,
    ) -> Result<Page<Member>> {
        let mut page: Page<Member> = Page { items: Vec::new(), next: None };
        for id in ids {
            let Some(member) = self.get(id)?.filter(&keep) else { continue };
            if page.items.len() == limit.get() {
                page.next = page.items.last().map(|last| last.id.bytes().to_vec());
                break;
            }
            page.items.push(member);
        }
        Ok(page)
    }

    /// Searches without the index: inside a writer, whose own changes the index does not know.
    fn scan_for(&self, query: &Query, among: Option<&BTreeSet<MemberId>>) -> Result<Vec<MemberId>> {
        let mut found = Vec::new();
        self.each_text(|id, text| {
            if among.is_none_or(|ids| ids.contains(&id)) && query.matches(&text) {
                found.push(id);
            }
        })?;
        Ok(found)
    }

    /// Every member's searched text, by id.
    pub(crate) fn each_text(&self, mut visit: impl FnMut(MemberId, String)) -> Result<()> {
        let tx = self.tenant.tx;
        tx.each(Table::Members, &self.tenant.key().range(), |_, value| {
            let member: Member = row::decode(value)?;
            let account = tx.accounts().get(member.account)?;
            visit(member.id, searched_text(&member, account.as_ref()));
            Ok(())
        })
    }
}
