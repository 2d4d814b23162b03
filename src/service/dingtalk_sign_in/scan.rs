//! Scanning in an ordinary browser: OAuth 2 with an authorisation code. [S-0019, S-0032, S-0054]
//!
//! Invariant: a code is exchanged only for the browser that began the scan, and the person counts only as somebody of
//! the enterprise that the tenant is connected to.

use super::started_scans::Scan;
use super::{CameIn, DingTalkSignIn, ReturnPath, lock, refusal};
use crate::domain::access::session::{Origin, SignInMethod};
use crate::domain::error::Result;
use crate::domain::id::TenantId;
use crate::domain::secret::Secret;
use crate::service::access::{hash_of, new_token};

/// A scan to begin.
#[derive(Debug)]
pub struct ScanToBegin {
    /// The tenant to come into.
    pub tenant: TenantId,
    /// Where the browser goes afterwards.
    pub return_to: ReturnPath,
    /// Where DingTalk sends the browser back; registered there, letter by letter.
    pub redirect_address: String,
    /// What the browser already keeps of an earlier scan.
    pub browser: Option<Secret>,
}

/// A scan that was begun.
#[derive(Debug)]
pub struct ScanBegun {
    /// DingTalk's page, to go to.
    pub url: String,
    /// What the browser has to keep until it comes back.
    pub browser: Secret,
    /// For how many seconds.
    pub lifetime: i64,
}

/// What the browser came back with.
#[derive(Debug)]
pub struct ScanToFinish<'a> {
    /// The tenant whose address it came back to.
    pub tenant: TenantId,
    /// DingTalk's code.
    pub code: &'a str,
    /// The state that DingTalk handed back.
    pub state: Secret,
    /// What the browser kept.
    pub browser: Option<Secret>,
}

impl DingTalkSignIn {
    /// Begins a scan.
    pub async fn begin_scan(&self, scan: ScanToBegin, origin: &Origin) -> Result<ScanBegun> {
        let connection = self.connection(scan.tenant).await?;
        let ambient = &self.context.ambient;
        let state = new_token(ambient.random());
        // One for all the scans of a browser, so that two of its windows do not disturb each other.
        let browser = scan.browser.unwrap_or_else(|| new_token(ambient.random()));
        let url = self.application_of(&connection).authorize_url(
            &scan.redirect_address,
            state.reveal(),
            connection.app.corp_id.as_deref(),
        );
        let started = Scan {
            tenant: scan.tenant,
            browser: hash_of(&browser),
            return_to: scan.return_to,
            address: origin.address.clone(),
            began_at: ambient.now(),
        };
        lock(&self.started_scans).begin(hash_of(&state), started);
        Ok(ScanBegun { url, browser, lifetime: super::started_scans::LIFETIME })
    }

    /// Finishes a scan: lets the person in and tells where the browser wanted to go.
    pub async fn finish_scan(&self, scan: ScanToFinish<'_>, origin: Origin) -> Result<(CameIn, ReturnPath)> {
        let ScanToFinish { tenant, code, state, browser } = scan;
        let browser = browser.ok_or_else(refusal::scan_over)?;
        let now = self.context.ambient.now();
        let return_to = lock(&self.started_scans).finish(&hash_of(&state), &hash_of(&browser), tenant, now);
        let return_to = return_to.ok_or_else(refusal::scan_over)?;
        let connection = self.connection(tenant).await?;
        let application = self.application_of(&connection);
        let refuse = |error| self.refuse(tenant, &origin, &error);
        let token = application.user_token(code).await.map_err(refuse)?;
        if let (Some(own), Some(chosen)) = (&connection.app.corp_id, &token.corp_id)
            && own != chosen
        {
            return Err(refusal::foreign());
        }
        let unionid = application.me(&token).await.map_err(refuse)?.unionid;
        let user_id = application.userid_by_unionid(&unionid).await.map_err(refuse)?;
        let method = SignInMethod::DingTalkScan(tenant);
        let came_in = self.let_in(&connection, &application, &user_id, method, origin.clone()).await?;
        Ok((came_in, return_to))
    }
}
