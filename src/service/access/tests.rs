//! Access over a real store, with a clock that the test moves.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use tempfile::TempDir;
use tokio::sync::Notify;
use uuid::Uuid;

use super::*;
use crate::domain::access::permission::Permission;
use crate::domain::access::principal::Principal;
use crate::domain::access::session::{Origin, Session, SignInMethod};
use crate::domain::directory::account::{Account, Password, Username};
use crate::domain::directory::member::{Member, MemberRole, MemberStatus};
use crate::domain::directory::profile::Profile;
use crate::domain::error::ErrorCode;
use crate::domain::id::TenantId;
use crate::domain::job::Work;
use crate::domain::secret::Secret;
use crate::domain::tenant::{HouseNumber, Tenant, TenantSettings, TenantStatus};
use crate::domain::time::Timestamp;
use crate::service::ambient::Ambient;
use crate::store::{Store, StoreOptions};

const MOBILE: &str = "13800000001";
const DEFAULT: &str = "A1B2C313800000001";
const TENANT: TenantId = TenantId(1000);

fn origin() -> Origin {
    Origin::new("10.0.0.1", "test")
}

struct House {
    access: Access,
    store: Store,
    clock: Arc<AtomicI64>,
    _directory: TempDir,
}

impl House {
    fn new() -> Self {
        let clock = Arc::new(AtomicI64::new(1_000_000_000_000));
        let (now, drawn) = (clock.clone(), AtomicU64::new(0));
        let ambient = Ambient::new(
            move || Timestamp(now.load(Ordering::Relaxed)),
            // Different every time, and the same in every run.
            move |bytes| {
                let number = drawn.fetch_add(1, Ordering::Relaxed).to_le_bytes();
                bytes.iter_mut().zip(number.iter().cycle()).for_each(|(byte, value)| *byte = *value);
            },
        );
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(directory.path(), &StoreOptions::default(), ambient.now()).unwrap();
        let context = Context { store: store.clone(), ambient, wake: Arc::new(Notify::new()) };
        Self { access: Access::new(context, 2), store, clock, _directory: directory }
    }

    /// A tenant with one member whose default password waits.
    fn inhabited() -> Self {
        let house = Self::new();
        house.put_tenant(|_| {});
        house.put_account(|_| {});
        house.put_member(TENANT, |_| {});
        house
    }

    fn put_tenant(&self, change: impl FnOnce(&mut Tenant)) {
        let mut tenant = Tenant {
            id: TENANT,
            name: "测试".into(),
            house_number: HouseNumber::parse("A1B2C3").unwrap(),
            status: TenantStatus::Active,
            settings: TenantSettings::default(),
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        };
        change(&mut tenant);
        self.store.write_blocking(|tx| tx.tenants().put(&tenant)).unwrap();
    }

    fn put_account(&self, change: impl FnOnce(&mut Account)) {
        let mut account = Account {
            id: Uuid::from_u128(1).into(),
            username: Username::parse(MOBILE),
            password: Password::PendingDefault { tenant: TENANT },
            password_change_required: true,
            platform_administrator: false,
            enabled: true,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        };
        change(&mut account);
        self.store.write_blocking(|tx| tx.accounts().put(&account)).unwrap();
    }

    fn put_member(&self, tenant: TenantId, change: impl FnOnce(&mut Member)) {
        let mut member = Member {
            id: Uuid::from_u128(u128::from(tenant.0)).into(),
            tenant,
            account: Uuid::from_u128(1).into(),
            binding: None,
            formerly: None,
            profile: Profile::default(),
            pinned: BTreeSet::new(),
            memberships: Vec::new(),
            status: MemberStatus::Active,
            role: MemberRole::Member,
            created_at: Timestamp(0),
            updated_at: Timestamp(0),
        };
        change(&mut member);
        self.store.write_blocking(|tx| tx.in_tenant(tenant).members().put(&member)).unwrap();
    }

    fn account(&self) -> Account {
        self.store.read_blocking(|tx| tx.accounts().get(Uuid::from_u128(1).into())).unwrap().unwrap()
    }

    fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    async fn try_sign_in(&self, username: &str, password: &str) -> crate::domain::error::Result<SignedIn> {
        let password = Secret::new(password);
        let credentials = Credentials { username: username.into(), password, origin: origin() };
        self.access.sign_in(credentials).await
    }

    async fn session(&self, password: &str) -> Secret {
        let who = self.try_sign_in(MOBILE, password).await.unwrap();
        self.access.open_session(&who, SignInMethod::Password, origin()).await.unwrap().token
    }
}

#[tokio::test]
async fn a_pending_default_password_is_hashed_by_the_first_sign_in() {
    let house = House::inhabited();
    assert_eq!(house.try_sign_in(MOBILE, "wrong").await.unwrap_err().code, ErrorCode::WrongCredentials);
    assert!(matches!(house.account().password, Password::Default { tenant: TENANT, .. }));
    for typed in [DEFAULT, "A1B2C3+86 138-0000-0001"] {
        let who = house.try_sign_in("+86 138 0000 0001", typed).await.unwrap();
        assert!(who.password_change_required);
    }
    assert_eq!(house.store.check().unwrap(), vec![]);
}

#[tokio::test]
async fn the_job_hashes_what_waits_and_then_nothing_waits() {
    let house = House::inhabited();
    house.access.hash_pending().await.unwrap();
    let hashed = house.account().password;
    assert!(matches!(&hashed, Password::Default { hash, .. } if hash.starts_with("$argon2id$")));
    house.access.hash_pending().await.unwrap();
    assert_eq!(house.account().password, hashed, "a hash is not made twice");
    assert!(house.try_sign_in(MOBILE, DEFAULT).await.is_ok());
    assert_eq!(house.store.check().unwrap(), vec![]);
}

#[tokio::test]
async fn whoever_may_not_enter_hears_the_same_as_a_stranger() {
    let house = House::inhabited();
    let stranger = house.try_sign_in("nobody-here", "some password").await.unwrap_err();
    let refused = [
        house.try_sign_in(MOBILE, "wrong").await.unwrap_err(),
        house.try_sign_in("不是账号", DEFAULT).await.unwrap_err(),
        house.try_sign_in(MOBILE, &"x".repeat(1000)).await.unwrap_err(),
        {
            house.put_account(|account| account.enabled = false);
            house.try_sign_in(MOBILE, DEFAULT).await.unwrap_err()
        },
        {
            house.put_account(|_| {});
            house.put_member(TENANT, |member| member.status = MemberStatus::Left);
            house.try_sign_in(MOBILE, DEFAULT).await.unwrap_err()
        },
        {
            house.put_member(TENANT, |_| {});
            house.put_tenant(|tenant| tenant.status = TenantStatus::Disabled);
            house.try_sign_in(MOBILE, DEFAULT).await.unwrap_err()
        },
    ];
    for refusal in refused {
        assert_eq!(refusal, stranger);
    }
}

#[tokio::test]
async fn guessing_is_slowed_down_and_waiting_helps() {
    let house = House::inhabited();
    for _ in 0..5 {
        assert_eq!(house.try_sign_in(MOBILE, "wrong").await.unwrap_err().code, ErrorCode::WrongCredentials);
    }
    let refused = house.try_sign_in(MOBILE, DEFAULT).await.unwrap_err();
    assert_eq!((refused.code, refused.retry_after), (ErrorCode::TooManyAttempts, Some(15)));
    house.pass(15);
    assert!(house.try_sign_in(MOBILE, DEFAULT).await.is_ok());
}

#[tokio::test]
async fn a_session_ends_by_rest_by_age_and_by_leaving() {
    let house = House::inhabited();
    let token = house.session(DEFAULT).await;
    for _ in 0..13 {
        house.pass(12 * 3600 - 1);
        assert!(house.access.authenticate(&token).await.is_ok(), "used every now and then");
    }
    house.pass(12 * 3600);
    assert_eq!(
        house.access.authenticate(&token).await.unwrap_err().code,
        ErrorCode::Unauthenticated,
        "too old"
    );

    let token = house.session(DEFAULT).await;
    house.pass(12 * 3600);
    assert!(house.access.authenticate(&token).await.is_err(), "not used for too long");

    let token = house.session(DEFAULT).await;
    house.put_member(TENANT, |member| member.status = MemberStatus::Left);
    assert!(house.access.authenticate(&token).await.is_err(), "left");
    house.put_member(TENANT, |_| {});
    let principal = house.access.authenticate(&token).await.unwrap();
    house.access.sign_out(&principal).await.unwrap();
    assert!(house.access.authenticate(&token).await.is_err(), "signed out");
    assert!(house.access.authenticate(&Secret::new("made up")).await.is_err());
}

/// A token that was recognised a moment ago is remembered; every change that takes its worth away counts at once.
#[tokio::test]
async fn what_is_remembered_of_a_token_ends_with_what_it_was_made_from() {
    let house = House::inhabited();
    let token = house.session(DEFAULT).await;
    let enters = async || house.access.authenticate(&token).await.is_ok();
    assert!(enters().await && enters().await);

    house.put_member(TENANT, |member| member.status = MemberStatus::Disabled);
    assert!(!enters().await, "switched off");
    house.put_member(TENANT, |_| {});
    assert!(enters().await && enters().await);
    house.put_account(|account| account.enabled = false);
    assert!(!enters().await, "the account is switched off");
    house.put_account(|_| {});
    assert!(enters().await && enters().await);
    house.put_tenant(|tenant| tenant.status = TenantStatus::Disabled);
    assert!(!enters().await, "the tenant is switched off");
    house.put_tenant(|_| {});
    assert!(enters().await && enters().await);

    let principal = house.access.authenticate(&token).await.unwrap();
    assert!(principal.require_membership(TENANT).is_err(), "the password is still to be changed");
    house.put_account(|account| account.password_change_required = false);
    let principal = house.access.authenticate(&token).await.unwrap();
    assert!(principal.require_membership(TENANT).is_ok(), "what it may do changes at once, too");
    house.access.sign_out(&principal).await.unwrap();
    assert!(!enters().await, "signed out");
}

#[tokio::test]
async fn a_session_through_one_tenants_dingtalk_opens_that_tenant_only() {
    let house = House::inhabited();
    house.put_tenant(|tenant| {
        tenant.id = TenantId(1001);
        tenant.house_number = HouseNumber::parse("ZZZZZZ").unwrap();
    });
    house.put_member(TenantId(1001), |member| member.role = MemberRole::Administrator);
    house.put_account(|account| account.platform_administrator = true);
    let token = Secret::new("through DingTalk");
    let now = Timestamp(house.clock.load(Ordering::Relaxed));
    let session = Session {
        id: Uuid::from_u128(9).into(),
        account: Uuid::from_u128(1).into(),
        method: SignInMethod::DingTalkScan(TENANT),
        origin: origin(),
        created_at: now,
        expires_at: now.plus_seconds(60),
        last_used_at: now,
    };
    let hash = hash_of(&token);
    house.store.write_blocking(|tx| tx.sessions().put(&session, &hash)).unwrap();
    let principal = house.access.authenticate(&token).await.unwrap();
    assert!(!principal.is_platform_administrator());
    assert!(principal.require(Permission::AdministerTenant, TENANT).is_ok(), "of this tenant, yes");
    assert!(principal.sees(TENANT) && !principal.sees(TenantId(1001)));
    assert!(principal.settled().is_ok(), "the default password was not used");
}

#[tokio::test]
async fn changing_the_password_ends_the_other_sessions() {
    let house = House::inhabited();
    let (token, other) = (house.session(DEFAULT).await, house.session(DEFAULT).await);
    let principal = house.access.authenticate(&token).await.unwrap();
    assert!(principal.settled().is_err());
    let change = async |current: &str, new: &str| {
        let (current, new) = (Secret::new(current), Secret::new(new));
        house.access.change_password(&principal, current, new, "10.0.0.1").await
    };
    let chosen = "correct horse battery";
    assert_eq!(change("wrong", chosen).await.unwrap_err().code, ErrorCode::CurrentPasswordWrong);
    for weak in ["short", DEFAULT, "A1B2C3-13800000001", "password"] {
        assert_eq!(change(DEFAULT, weak).await.unwrap_err().code, ErrorCode::PasswordTooWeak, "{weak}");
    }
    change(DEFAULT, chosen).await.unwrap();
    assert!(house.access.authenticate(&other).await.is_err(), "known to whoever knew the old password");
    assert!(house.access.authenticate(&token).await.unwrap().settled().is_ok());
    assert!(house.try_sign_in(MOBILE, DEFAULT).await.is_err());
    assert!(!house.try_sign_in(MOBILE, chosen).await.unwrap().password_change_required);
}

#[tokio::test]
async fn a_tenant_that_does_not_ask_for_a_change_lets_the_default_password_be() {
    let house = House::inhabited();
    house.put_tenant(|tenant| tenant.settings.require_password_change = false);
    assert!(!house.try_sign_in(MOBILE, DEFAULT).await.unwrap().password_change_required);
}

#[tokio::test]
async fn a_reset_gives_the_default_back_and_asks_the_jobs_to_hash_it() {
    let house = House::inhabited();
    house.put_account(|account| account.password = Password::Chosen("$argon2id$…".into()));
    let member = Uuid::from_u128(u128::from(TENANT.0)).into();
    house.access.reset_password(&Principal::Server, TENANT, member).await.unwrap();
    assert_eq!(house.account().password, Password::PendingDefault { tenant: TENANT });
    let jobs = house.store.read_blocking(|tx| tx.jobs().all()).unwrap();
    assert_eq!(jobs.iter().map(|job| job.work).collect::<Vec<_>>(), [Work::HashPasswords]);
    assert!(house.try_sign_in(MOBILE, DEFAULT).await.unwrap().password_change_required);
}

/// Ten thousand wrong guesses, each from an address of its own: few are even tried, none gets in, and the owner comes
/// in from where the account was before, signed out or not.
#[tokio::test]
async fn guessing_from_everywhere_neither_gets_in_nor_keeps_the_owner_out() {
    let house = House::inhabited();
    house.session(DEFAULT).await;
    let guess = async |number: u32| {
        let address = format!("10.{}.{}.2", number / 250, number % 250);
        let password = Secret::new(format!("A1B2C4{number:011}"));
        let origin = Origin::new(address, "");
        house.access.sign_in(Credentials { username: MOBILE.into(), password, origin }).await
    };
    let mut tried = 0;
    for number in 0..10_000 {
        match guess(number).await.unwrap_err().code {
            ErrorCode::WrongCredentials => tried += 1,
            code => assert_eq!(code, ErrorCode::TooManyAttempts),
        }
    }
    assert_eq!(tried, 50);
    assert!(house.try_sign_in(MOBILE, DEFAULT).await.is_ok(), "known at this address");
    house.store.write_blocking(|tx| tx.sessions().remove_for_account(house.account().id, None)).unwrap();
    assert!(house.try_sign_in(MOBILE, DEFAULT).await.is_ok(), "remembered without a session");
    let elsewhere = Credentials {
        username: MOBILE.into(),
        password: Secret::new(DEFAULT),
        origin: Origin::new("192.0.2.1", ""),
    };
    let refused = house.access.sign_in(elsewhere.clone()).await.unwrap_err();
    assert!(refused.retry_after.is_some_and(|seconds| seconds <= 60), "{refused:?}");
    house.pass(61);
    assert!(house.access.sign_in(elsewhere).await.is_ok(), "and a stranger waits a minute at most");
}

#[tokio::test]
async fn a_hash_of_other_parameters_is_made_anew_by_the_next_sign_in() {
    let house = House::inhabited();
    let weaker = argon2::Params::new(8192, 1, 1, None).unwrap();
    let weaker = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, weaker);
    let old = argon2::password_hash::PasswordHasher::hash_password_with_salt(
        &weaker,
        b"chosen by hand",
        b"salt salt salt 1",
    );
    let old: argon2::password_hash::phc::PasswordHash = old.unwrap();
    house.put_account(|account| account.password = Password::Chosen(old.to_string()));
    assert!(house.try_sign_in(MOBILE, "not chosen by hand").await.is_err());
    assert_eq!(house.account().password, Password::Chosen(old.to_string()), "the wrong one changes nothing");
    assert!(house.try_sign_in(MOBILE, "chosen by hand").await.is_ok());
    let Password::Chosen(hash) = house.account().password else { panic!("another kind of password") };
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
    assert!(house.try_sign_in(MOBILE, "chosen by hand").await.is_ok());
}

#[tokio::test]
async fn an_account_keeps_a_hundred_sessions_at_most() {
    let house = House::inhabited();
    let who = house.try_sign_in(MOBILE, DEFAULT).await.unwrap();
    for _ in 0..105 {
        house.pass(1);
        house.access.open_session(&who, SignInMethod::Password, origin()).await.unwrap();
    }
    let kept = house.store.read_blocking(|tx| tx.sessions().of_account(who.account.id)).unwrap();
    assert_eq!(kept.len(), 100);
    assert_eq!(house.store.check().unwrap(), vec![]);
}

/// The default password of a tenant is known to its administrators: whoever could reset an account that also opens
/// another tenant could walk into that one.
#[tokio::test]
async fn a_tenants_administrator_resets_nobody_who_opens_more_than_that_tenant() {
    let house = House::inhabited();
    house.put_tenant(|tenant| {
        tenant.id = TenantId(1001);
        tenant.house_number = HouseNumber::parse("ZZZZZZ").unwrap();
    });
    house.put_member(TenantId(1001), |_| {});
    let administrator = Principal::Person {
        account: Uuid::from_u128(7).into(),
        session: Uuid::from_u128(7).into(),
        platform_administrator: false,
        administers: [TENANT].into(),
        member_of: [TENANT].into(),
        password_change_required: false,
        bound_to: None,
        address: None,
    };
    let member = Uuid::from_u128(u128::from(TENANT.0)).into();
    let refused = house.access.reset_password(&administrator, TENANT, member).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Forbidden);
    house.put_member(TenantId(1001), |member| member.status = MemberStatus::Left);
    assert!(house.access.reset_password(&administrator, TENANT, member).await.is_ok());
    house.put_account(|account| account.platform_administrator = true);
    assert!(house.access.reset_password(&administrator, TENANT, member).await.is_err());
}

#[tokio::test]
async fn the_setup_link_works_once_in_time_and_only_for_the_first() {
    let house = House::new();
    let password = || Secret::new("a long enough one");
    let first = house.access.create_setup_token().await.unwrap().unwrap();
    let token = house.access.create_setup_token().await.unwrap().unwrap();
    let code = async |token: &Secret, name: &str, password: Secret| {
        house.access.use_setup_token(token, name, password, origin()).await.map(|_| ()).unwrap_err().code
    };
    assert_eq!(code(&first, "admin", password()).await, ErrorCode::SetupTokenInvalid, "replaced");
    assert_eq!(code(&Secret::new(""), "admin", password()).await, ErrorCode::SetupTokenInvalid);
    assert_eq!(code(&token, "admin", Secret::new("admin123")).await, ErrorCode::PasswordTooWeak);
    assert_eq!(code(&token, "x", password()).await, ErrorCode::InvalidRequest);
    house.pass(24 * 3600);
    assert_eq!(code(&token, "admin", password()).await, ErrorCode::SetupTokenInvalid, "expired");
    assert!(house.access.prune_setup_token().await.unwrap(), "expired");
    assert!(!house.access.prune_setup_token().await.unwrap(), "gone");
    assert!(house.access.setup_required().await.unwrap());

    let token = house.access.create_setup_token().await.unwrap().unwrap();
    assert!(!house.access.prune_setup_token().await.unwrap(), "still good");
    let used = house.access.use_setup_token(&token, "Admin", password(), origin()).await;
    let (who, opened) = used.unwrap();
    assert_eq!(who.account.username.as_ref().map(Username::as_str), Some("admin"));
    assert!(house.access.authenticate(&opened.token).await.unwrap().is_platform_administrator());
    assert_eq!(code(&token, "other", password()).await, ErrorCode::AlreadySetUp);
    assert!(house.access.create_setup_token().await.unwrap().is_none());
    assert!(!house.access.ensure_first_administrator("other", password()).await.unwrap());
    assert_eq!(house.store.check().unwrap(), vec![]);
}

/// Whoever holds the machine decides about the password; a weak one is told in the log, not refused.
#[tokio::test]
async fn the_operators_settings_make_the_first_administrator() {
    let house = House::new();
    assert!(house.access.ensure_first_administrator("admin", Secret::new("weak")).await.unwrap());
    assert!(house.try_sign_in("admin", "weak").await.unwrap().account.platform_administrator);
    assert!(!house.access.ensure_first_administrator("other", Secret::new("weak")).await.unwrap());
}
