//! The cookie that binds a scan to the browser that began it.

use poem::{FromRequest, Request, RequestBody, Result};

use super::auth::{Gate, cookie};
use crate::domain::secret::Secret;

const NAME: &str = "menpai_scan";
/// The longest value that can be ours.
const LONGEST: usize = 64;

/// What the browser kept of an earlier scan.
pub(super) struct ScanCookie(pub(super) Option<Secret>);

impl<'a> FromRequest<'a> for ScanCookie {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> Result<Self> {
        Ok(Self(cookie(request, NAME).filter(|value| value.reveal().len() <= LONGEST)))
    }
}

impl ScanCookie {
    /// The value of `Set-Cookie` that makes the browser keep it.
    pub(super) fn set(gate: &Gate, value: &Secret, seconds: i64) -> String {
        gate.set_cookie(NAME, value, seconds)
    }
}
