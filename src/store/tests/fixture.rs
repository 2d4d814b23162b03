//! A store in a directory of its own, and rows to put into it.

use std::ops::Deref;

use tempfile::TempDir;
use uuid::Uuid;

use crate::domain::directory::account::{Account, Password, Username};
use crate::domain::directory::department::Department;
use crate::domain::directory::member::{Binding, Member, MemberRole, MemberStatus};
use crate::domain::directory::profile::{Profile, ProfileField};
use crate::domain::id::{AccountId, TenantId};
use crate::domain::tenant::{HouseNumber, Tenant, TenantSettings, TenantStatus};
use crate::domain::time::Timestamp;
use crate::store::{Store, StoreOptions};

pub(in crate::store) const NOW: Timestamp = Timestamp(1_700_000_000_000);

/// A store that vanishes with its directory.
pub(in crate::store) struct TestStore {
    store: Store,
    pub(in crate::store) directory: TempDir,
}

impl TestStore {
    pub(in crate::store) fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path(), &StoreOptions::default(), NOW).unwrap();
        Self { store, directory }
    }

    /// Closes the store and gives the directory.
    pub(in crate::store) fn into_directory(self) -> TempDir {
        self.store.close();
        self.directory
    }
}

impl Deref for TestStore {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

pub(in crate::store) fn id<I: From<Uuid>>(number: u128) -> I {
    Uuid::from_u128(number).into()
}

pub(in crate::store) fn tenant(number: u32, house_number: &str) -> Tenant {
    Tenant {
        id: TenantId(number),
        name: format!("租户{number}"),
        house_number: HouseNumber::parse(house_number).unwrap(),
        status: TenantStatus::Active,
        settings: TenantSettings::default(),
        created_at: NOW,
        updated_at: NOW,
    }
}

pub(in crate::store) fn account(number: u128, username: Option<&str>) -> Account {
    Account {
        id: id(number),
        username: username.map(|text| Username::parse(text).unwrap()),
        password: Password::PendingDefault { tenant: TenantId(1000) },
        password_change_required: true,
        platform_administrator: false,
        enabled: true,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub(in crate::store) fn member(tenant: u32, number: u128, account: AccountId) -> Member {
    let mut profile = Profile::default();
    profile.set(ProfileField::Name, Some("张三".into()));
    Member {
        id: id(number),
        tenant: TenantId(tenant),
        account,
        binding: Some(Binding {
            corp_id: Some("ding1".into()),
            user_id: format!("user{number}").into(),
            union_id: None,
        }),
        formerly: None,
        profile,
        pinned: [].into(),
        memberships: Vec::new(),
        status: MemberStatus::Active,
        role: MemberRole::Member,
        created_at: NOW,
        updated_at: NOW,
    }
}

pub(in crate::store) fn department(tenant: u32, number: u128) -> Department {
    Department {
        id: id(number),
        tenant: TenantId(tenant),
        parent: None,
        name: format!("部门{number}"),
        order: 0,
        dingtalk_dept_id: None,
        formerly: None,
    }
}
