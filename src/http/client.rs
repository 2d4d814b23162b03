//! Where a request came from, as far as it serves to tell clients apart.

use poem::{FromRequest, Request, RequestBody, Result};

/// The address of the client without its port. Behind a proxy that is the proxy's: what a client says about itself
/// in a header is not believed.
#[derive(Clone, Debug)]
pub(super) struct ClientAddress(pub(super) String);

impl<'a> FromRequest<'a> for ClientAddress {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> Result<Self> {
        let address = request.remote_addr().as_socket_addr().map(|address| address.ip().to_string());
        Ok(Self(address.unwrap_or_default()))
    }
}
