//! Coming in through a tenant's DingTalk: inside its client without anything to type, or by scanning in a browser.
//!
//! Must not know HTTP. Invariants: DingTalk's word counts for the one tenant whose application asked for it; a code and
//! a state work once; who is not known yet is brought in alone, by the rules of every synchronisation.

mod address_counts;
mod refusal;
mod return_path;
mod scan;
mod started_scans;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

pub use self::return_path::ReturnPath;
pub use self::scan::{ScanBegun, ScanToBegin, ScanToFinish};

use self::address_counts::AddressCounts;
use self::started_scans::StartedScans;
use crate::dingtalk::{Application, Client};
use crate::domain::access::session::{Origin, SignInMethod};
use crate::domain::directory::member::Member;
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::id::TenantId;
use crate::service::Context;
use crate::service::access::{Access, OpenedSession, SignedIn};
use crate::service::connection::Connection;
use crate::service::sync::{NotBroughtIn, Standing, Synchroniser};

/// Seconds.
const TEN_MINUTES: i64 = 600;
/// Refused codes that cost an address nothing within ten minutes: pages are reloaded, codes grow old.
const REFUSED_CODES: u32 = 30;
/// How often strangers at one address may ask for applications within ten minutes.
const QUESTIONS: u32 = 3_000;

/// Signing in through DingTalk. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct DingTalkSignIn {
    context: Context,
    client: Client,
    access: Access,
    sync: Synchroniser,
    refused_codes: Arc<Mutex<AddressCounts>>,
    questions: Arc<Mutex<AddressCounts>>,
    started_scans: Arc<Mutex<StartedScans>>,
}

/// What a page needs to ask DingTalk's client for a code; everybody who opens the page may read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicApplication {
    /// The enterprise, when known.
    pub corp_id: Option<String>,
    /// Client ID, in older consoles AppKey.
    pub client_id: String,
}

/// Somebody who came in, with the session that was opened.
#[derive(Debug)]
pub struct CameIn {
    /// Who, as far as the tenant goes.
    pub who: SignedIn,
    /// The session.
    pub session: OpenedSession,
}

impl DingTalkSignIn {
    /// The service; people are let in by `access` and brought in by `sync`.
    pub fn new(context: Context, client: Client, access: Access, sync: Synchroniser) -> Self {
        Self {
            context,
            client,
            access,
            sync,
            refused_codes: Arc::new(Mutex::new(AddressCounts::new(REFUSED_CODES, TEN_MINUTES))),
            questions: Arc::new(Mutex::new(AddressCounts::new(QUESTIONS, TEN_MINUTES))),
            started_scans: Arc::default(),
        }
    }

    /// The application through which people come into a tenant. Fails with `DingTalkSignInUnavailable`, whether the
    /// tenant is unknown, not connected, or switched off.
    pub async fn application(&self, tenant: TenantId) -> Result<PublicApplication> {
        let app = self.connection(tenant).await?.app;
        Ok(PublicApplication { corp_id: app.corp_id, client_id: app.client_id })
    }

    /// Counts a stranger's question for an application, and sends the address away that asks for one tenant after
    /// the other.
    pub fn admit_question(&self, origin: &Origin) -> Result<()> {
        let now = self.context.ambient.now();
        let mut questions = lock(&self.questions);
        if let Some(seconds) = questions.wait(TenantId::PLATFORM, &origin.address, now) {
            return Err(refusal::too_many_questions(seconds));
        }
        questions.note(TenantId::PLATFORM, &origin.address, now);
        Ok(())
    }

    /// Lets somebody in by the code that DingTalk's client gave to a page.
    pub async fn in_client(&self, tenant: TenantId, code: &str, origin: Origin) -> Result<CameIn> {
        let connection = self.connection(tenant).await?;
        let application = self.application_of(&connection);
        self.admit_address(tenant, &origin)?;
        let user =
            application.user_by_code(code).await.map_err(|error| self.refuse(tenant, &origin, &error))?;
        self.let_in(&connection, &application, &user.userid, SignInMethod::DingTalkClient(tenant), origin)
            .await
    }

    /// Opens a session for a person of the connected enterprise who may come in.
    async fn let_in(
        &self,
        connection: &Connection,
        application: &Application,
        user_id: &str,
        method: SignInMethod,
        origin: Origin,
    ) -> Result<CameIn> {
        let standing = self.sync.vouched(connection, application, user_id).await;
        let member = admitted(standing.map_err(|error| match error {
            NotBroughtIn::DingTalk(error) => self.refuse(connection.app.tenant, &origin, &error),
            NotBroughtIn::Here(error) => error,
        })?)?;
        let who = self.access.vouched_for(member.account, connection.app.tenant).await?;
        let who = who.ok_or_else(refusal::switched_off)?;
        let session = self.access.open_session(&who, method, origin).await?;
        Ok(CameIn { who, session })
    }

    /// The tenant's connection; every reason why there is none looks the same.
    async fn connection(&self, tenant: TenantId) -> Result<Connection> {
        self.context.connection(tenant).await.map_err(|error| match error.code {
            ErrorCode::NotFound | ErrorCode::DingTalkNotConfigured | ErrorCode::DingTalkDisabled => {
                refusal::unavailable()
            }
            _ => error,
        })
    }

    fn application_of(&self, connection: &Connection) -> Application {
        self.client.application(connection.credentials.clone())
    }

    /// Sends away whoever brought too many codes that DingTalk refused: each costs a call of the enterprise's quota.
    fn admit_address(&self, tenant: TenantId, origin: &Origin) -> Result<()> {
        let now = self.context.ambient.now();
        lock(&self.refused_codes)
            .wait(tenant, &origin.address, now)
            .map_or(Ok(()), |seconds| Err(refusal::too_many(seconds)))
    }

    /// DingTalk's refusal as the visitor reads it; a refused code counts against the address that brought it.
    fn refuse(&self, tenant: TenantId, origin: &Origin, error: &crate::dingtalk::Error) -> Error {
        let refused = refusal::of(tenant, error);
        if refused.code == ErrorCode::DingTalkCodeRefused {
            lock(&self.refused_codes).note(tenant, &origin.address, self.context.ambient.now());
        }
        refused
    }
}

fn admitted(standing: Standing) -> Result<Box<Member>> {
    match standing {
        Standing::Member(member) => Ok(member),
        Standing::SwitchedOff => Err(refusal::switched_off()),
        Standing::Parked => Err(refusal::parked()),
        Standing::NotWanted => Err(refusal::not_wanted()),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
