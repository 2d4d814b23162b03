//! Where a request came from.

use poem::http::header::USER_AGENT;
use poem::{FromRequest, Request, RequestBody, Result};

use crate::domain::access::session::Origin;

/// The client's address without its port, and what it calls itself. Behind a proxy the address is the proxy's: what a
/// client says about itself in a header is not believed.
#[derive(Clone, Debug)]
pub(super) struct Client(pub(super) Origin);

impl Client {
    /// Where this request came from.
    pub(super) fn of(request: &Request) -> Self {
        let address = request.remote_addr().as_socket_addr().map(|address| address.ip().to_string());
        Self(Origin::new(address.unwrap_or_default(), request.header(USER_AGENT).unwrap_or_default()))
    }
}

impl<'a> FromRequest<'a> for Client {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> Result<Self> {
        Ok(Self::of(request))
    }
}
