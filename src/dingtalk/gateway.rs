//! The door of Stream mode: where a connection for events is opened, and the ticket that opens it.
//!
//! Must not know websockets or frames. Invariant: a ticket does not travel more openly than the secret it was bought
//! with.

use serde_json::json;

use super::Application;
use super::call::Call;
use super::error::Error;
use crate::domain::secret::Secret;

/// Needs no token.
pub(super) const OPEN: &str = "/v1.0/gateway/connections/open";

/// What opens one Stream connection.
#[derive(Clone, Debug)]
pub struct GatewayTicket {
    /// `wss://…`, to be used as it is.
    pub endpoint: String,
    /// Opens one connection, within 90 seconds.
    pub ticket: Secret,
}

impl Application {
    /// Asks the gateway for a connection that all events of the application come through. Needs no token.
    pub async fn open_gateway(&self) -> Result<GatewayTicket, Error> {
        let body = json!({
            "clientId": self.credentials.client_id,
            "clientSecret": self.credentials.client_secret.reveal(),
            "ua": concat!("menpai-rust/", env!("CARGO_PKG_VERSION")),
            "subscriptions": [{"type": "EVENT", "topic": "*"}],
        });
        let call = Call::new_without_token(OPEN, &body);
        let gateway = self
            .call(call, |answer| {
                Ok(GatewayTicket {
                    endpoint: answer.required_id("endpoint")?,
                    ticket: Secret::new(answer.required_id("ticket")?),
                })
            })
            .await?;
        if self.client.shared.endpoints.api.starts_with("https://") && !gateway.endpoint.starts_with("wss://")
        {
            return Err(Error::malformed(OPEN, "an endpoint that is not encrypted"));
        }
        Ok(gateway)
    }
}
