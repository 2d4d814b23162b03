//! HTTP, thin: parse, call one service function, map the outcome. No rule of the business lives here.
//!
//! Layers from the outside in: id, log line, headers and problems ([`observe`]) → health, pages, the native API
//! ([`api`]), the compatible one ([`compat`]) and DingTalk's calls ([`callback`]), which share the places and have a body
//! limit ([`limits`]).

mod api;
pub mod assets;
mod auth;
mod callback;
mod client;
mod compat;
mod csv;
mod date_time;
mod direct_json;
mod health;
mod json_body;
mod json_string;
mod limits;
mod live;
mod metrics;
mod observe;
mod outcome;
mod own_address;
mod paging;
pub mod patience;
mod permissions;
mod problem;
mod request;
mod routes;
mod scan_cookie;
pub mod security;
mod spec;
mod unreadable;

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use poem::{Endpoint, EndpointExt, IntoEndpoint, Response, Route, get, post};
use poem_openapi::OpenApi;
use tokio::sync::watch;

pub use self::spec::specification;

use self::auth::Gate;
use self::limits::Limits;
use self::live::Live;
use self::metrics::{MetricsDoor, RequestMeter};
use crate::config::Config;
use crate::service::access::Access;
use crate::service::ambient::Ambient;
use crate::service::applications::Applications;
use crate::service::audit_log::AuditLog;
use crate::service::backups::Backups;
use crate::service::colleagues::Colleagues;
use crate::service::dingtalk_sign_in::DingTalkSignIn;
use crate::service::directory::Directory;
use crate::service::doctor::Doctor;
use crate::service::messaging::Messaging;
use crate::service::sync::Synchroniser;
use crate::service::sync::events::Events;
use crate::service::system::System;
use crate::service::tenants::Tenants;
use crate::service::watch::Watch;
use crate::service::webhooks::Webhooks;

/// The services that the routes call. A new service begins here.
#[derive(Clone)]
pub struct Services {
    /// Passwords, sessions, tokens.
    pub access: Access,
    /// Coming in through DingTalk.
    pub dingtalk_sign_in: DingTalkSignIn,
    /// Members among colleagues.
    pub colleagues: Colleagues,
    /// Tenants.
    pub tenants: Tenants,
    /// DingTalk applications.
    pub applications: Applications,
    /// Departments and members.
    pub directory: Directory,
    /// Synchronisation.
    pub sync: Synchroniser,
    /// DingTalk's events.
    pub events: Events,
    /// Messages.
    pub messaging: Messaging,
    /// Telling other programs.
    pub webhooks: Webhooks,
    /// Examinations of DingTalk applications.
    pub doctor: Doctor,
    /// Backups.
    pub backups: Backups,
    /// Who did what.
    pub audit_log: AuditLog,
    /// The server itself.
    pub system: System,
    /// What an operator watches.
    pub watch: Watch,
    /// Time and randomness.
    pub ambient: Ambient,
}

/// Everything this server answers; `body_patience` is how long a request's body may take to arrive. Answers that go on
/// end when `stopping` becomes true.
pub fn routes(
    services: &Services,
    config: &Config,
    body_patience: Duration,
    stopping: watch::Receiver<bool>,
) -> impl Endpoint<Output = Response> + use<> {
    let gate = Gate {
        access: services.access.clone(),
        public_url: config.public_url.clone(),
        is_https: config.tls.certificate.is_some(),
    };
    let meter = RequestMeter::new();
    let door = MetricsDoor { meter: meter.clone(), config: config.metrics.clone() };
    let native = spec::service(api::operations(services, &gate, &door.meter, Live::new(stopping)));
    let ambient = services.ambient.clone();
    let nonce = move || hexadecimal(&ambient.random::<16>());
    let limits = Limits::new(body_patience);
    let called = post(callback::take).data(services.events.clone());
    let routes = Route::new()
        .at(format!("{}/openapi.json", spec::PREFIX), get(spec::endpoint()))
        .nest(spec::PREFIX, limits.around(native.into_endpoint()))
        .at("/api/docs", get(spec::docs()))
        .nest(compat::PREFIX, compat::routes(services, &limits))
        .at("/dingtalk/callback/:tenantId", limits.around(called))
        .at("/healthz", get(health::alive))
        .at("/readyz", get(health::ready).data(services.watch.clone()))
        .at("/metrics", get(metrics::metrics).data(door).data(services.watch.clone()))
        .nest_no_strip("/", assets::pages(nonce))
        .data(Arc::new(gate));
    let proxies = config.trusted_proxies.clone();
    let written = routes::Routes::of(&api::Operations::meta(), spec::PREFIX);
    observe::observed(routes, services.ambient.clone(), meter, written, config.tls.hsts_seconds, proxies)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
