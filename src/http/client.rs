//! Where a request came from.

use poem::http::header::USER_AGENT;
use poem::{FromRequest, Request, RequestBody, Result};

use super::request::RequestInfo;
use crate::domain::access::session::Origin;

/// The client's address without its port, and what it calls itself. What a header says about the address is believed
/// as far as a trusted proxy wrote it.
#[derive(Clone, Debug)]
pub(super) struct Client(pub(super) Origin);

impl Client {
    /// Where this request came from.
    pub(super) fn of(request: &Request) -> Self {
        let address = RequestInfo::address_of(request);
        Self(Origin::new(address, request.header(USER_AGENT).unwrap_or_default()))
    }
}

impl<'a> FromRequest<'a> for Client {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> Result<Self> {
        Ok(Self::of(request))
    }
}
