//! Calls that prove something about the application itself: its secret, its enterprise.
//!
//! Must not know what is made of the proof. Invariant: nothing is taken from what is kept, and a refusal leaves what
//! is kept as it is, so that asking harms nobody else's calls.

use serde_json::json;

use super::Application;
use super::answer::Family;
use super::call::Call;
use super::error::Error;
use super::percent::percent_encode;

impl Application {
    /// Asks for a token although one may be at hand: succeeds while Client ID and Client Secret belong together
    /// and the application may be used from here. DingTalk gives the token in force again, so nobody loses theirs.
    pub async fn prove_secret(&self) -> Result<(), Error> {
        let application = self.clone();
        self.slot(Family::Old).renew(|| async move { application.fetch_token(Family::Old).await }).await
    }

    /// Asks for a token in the name of one enterprise [S-0037]: succeeds when the application belongs to it.
    pub async fn prove_enterprise(&self, corp_id: &str) -> Result<(), Error> {
        let body = json!({
            "client_id": self.credentials.client_id,
            "client_secret": self.credentials.client_secret.reveal(),
            "grant_type": "client_credentials",
        });
        let path = format!("/v1.0/oauth2/{}/token", percent_encode(corp_id));
        let call = Call { path: Some(path), ..Call::new_without_token("/v1.0/oauth2/{corpId}/token", &body) };
        self.call(call, |answer| answer.required_id("access_token").map(|_| ())).await
    }
}
