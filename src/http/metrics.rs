//! `/metrics` in the text form that Prometheus reads, and the count of requests behind it.
//!
//! Must not know what the numbers mean to anybody. Invariants: a label is a route as it is written, a code or a tenant
//! id, never a path, a name or a number of somebody's; who may read is decided before anything is counted.

use std::net::IpAddr;
use std::sync::Arc;

use poem::http::header::{AUTHORIZATION, CONTENT_TYPE};
use poem::http::{Method, StatusCode};
use poem::web::Data;
use poem::{IntoResponse, Request, Response, handler};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use subtle::ConstantTimeEq;

use super::problem::Problem;
use crate::config::{MetricsConfig, MetricsReaders};
use crate::domain::error::{Error, ErrorCode, Result};
use crate::domain::watch::Health;
use crate::service::watch::{Measures, Watch};

const CONTENT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// The bounds of the histogram, in seconds.
const BOUNDS: [f64; 9] = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

type Labels = Vec<(&'static str, String)>;

/// What requests are told apart by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    method: &'static str,
    /// As it is written with its parameters' names.
    route: Arc<str>,
}

/// The same, and how they ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct AnswerLabels {
    method: &'static str,
    route: Arc<str>,
    status: u16,
}

/// Counts requests by route, method and status, and how long they took. Cheap to clone; all clones are one.
#[derive(Clone)]
pub(super) struct RequestMeter(Arc<Meter>);

struct Meter {
    registry: Registry,
    requests: Family<AnswerLabels, Counter>,
    durations: Family<RouteLabels, Histogram>,
    /// Where nothing is.
    unmatched: Arc<str>,
}

impl RequestMeter {
    pub(super) fn new() -> Self {
        let mut registry = Registry::with_prefix("menpai");
        let requests = Family::<AnswerLabels, Counter>::default();
        let durations = Family::<RouteLabels, Histogram>::new_with_constructor(|| Histogram::new(BOUNDS));
        registry.register("http_requests", "Requests by method, route and status", requests.clone());
        registry.register(
            "http_request_duration_seconds",
            "Time until the answer began, by method and route",
            durations.clone(),
        );
        Self(Arc::new(Meter { registry, requests, durations, unmatched: "unmatched".into() }))
    }

    /// Counts an answer; without a route, as one to an address at which there is nothing.
    pub(super) fn count(
        &self,
        method: &Method,
        route: Option<Arc<str>>,
        status: StatusCode,
        duration_ms: i64,
    ) {
        // Whatever a client calls its method must not become a label.
        let method = match *method {
            Method::GET => "GET",
            Method::HEAD => "HEAD",
            Method::POST => "POST",
            Method::PUT => "PUT",
            Method::PATCH => "PATCH",
            Method::DELETE => "DELETE",
            _ => "other",
        };
        let route = route.unwrap_or_else(|| Arc::clone(&self.0.unmatched));
        let labels = RouteLabels { method, route: Arc::clone(&route) };
        let seconds = f64::from(i32::try_from(duration_ms.max(0)).unwrap_or(i32::MAX)) / 1000.0;
        self.0.durations.get_or_create(&labels).observe(seconds);
        let labels = AnswerLabels { method, route, status: status.as_u16() };
        self.0.requests.get_or_create(&labels).inc();
    }

    /// Everything in the text form: what was counted here, and the numbers of this moment.
    pub(super) fn text(&self, measures: &Measures) -> Result<String> {
        let mut text = String::new();
        let now = gauges(measures);
        let written = encode_registry(&mut text, &self.0.registry)
            .and_then(|()| encode_registry(&mut text, &now))
            .and_then(|()| encode_eof(&mut text));
        written.map_err(|_| Error::internal())?;
        Ok(text)
    }
}

/// The numbers of this moment as metrics.
fn gauges(measures: &Measures) -> Registry {
    let mut registry = Registry::with_prefix("menpai");
    let vitals = &measures.vitals;
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let mut gauge = |name: &str, help: &str, values: Vec<(Labels, i64)>| {
        if let [(labels, value)] = values.as_slice()
            && labels.is_empty()
        {
            let alone = Gauge::<i64>::default();
            alone.set(*value);
            registry.register(name, help, alone);
            return;
        }
        let family = Family::<Labels, Gauge>::default();
        for (labels, value) in values {
            family.get_or_create(&labels).set(value);
        }
        registry.register(name, help, family);
    };
    let one = |value: i64| vec![(Labels::new(), value)];
    let label = |name: &'static str, value: &dyn ToString| vec![(name, value.to_string())];
    let parts =
        vitals.parts().map(|part| (label("part", &part.name), i64::from(part.health != Health::Error)));
    gauge("part_up", "1 while a part works: store, jobs, disk, backup", parts.into());
    gauge("build_info", "The program's version", vec![(label("version", &env!("CARGO_PKG_VERSION")), 1)]);
    gauge("store_bytes", "The database file's length", one(number(measures.store_bytes)));
    gauge("disk_free_bytes", "Free bytes on the data's disk", one(vitals.free_bytes.map_or(-1, number)));
    let tables = measures.tables.iter().map(|(name, rows)| (label("table", name), number(*rows)));
    gauge("store_rows", "Rows by table", tables.collect());
    let jobs = measures.jobs.iter().map(|(work, jobs)| (label("work", work), number(*jobs)));
    gauge("jobs", "Stored jobs by kind", jobs.collect());
    gauge(
        "jobs_behind_seconds",
        "How long the longest waiting job has been due",
        one(vitals.jobs_behind_ms / 1000),
    );
    gauge("outbox_messages", "Messages on their way to DingTalk", one(number(measures.outbox)));
    gauge("hashing_queue", "Default passwords that wait to be hashed", one(number(measures.hashing_queue)));
    let age = vitals.backup_age_ms.map_or(-1, |age| age / 1000);
    gauge("backup_age_seconds", "Age of the newest checked backup; -1 when there is none", one(age));
    gauge(
        "backup_failed",
        "1 while the last attempt at a backup failed",
        one(i64::from(vitals.backup_failed)),
    );
    let streams = &measures.streams;
    let connected =
        streams.iter().map(|(tenant, stream)| (label("tenant", tenant), i64::from(stream.connected)));
    gauge("stream_connected", "1 while a tenant's event stream is connected", connected.collect());
    let lag = streams.iter().filter_map(|(tenant, stream)| Some((label("tenant", tenant), stream.lag_ms?)));
    gauge("stream_lag_milliseconds", "How long the last event was on its way", lag.collect());

    let mut counter = |name: &str, help: &str, values: Vec<(Labels, u64)>| {
        let family = Family::<Labels, Counter>::default();
        for (labels, value) in values {
            family.get_or_create(&labels).inc_by(value);
        }
        registry.register(name, help, family);
    };
    let events = streams.iter().map(|(tenant, stream)| (label("tenant", tenant), stream.events));
    counter("stream_events", "Events that came over a tenant's stream", events.collect());
    let connections = streams.iter().map(|(tenant, stream)| (label("tenant", tenant), stream.connections));
    counter("stream_connections", "Connections that a tenant's stream made", connections.collect());
    let runs = measures.runs.iter().map(|(status, runs)| (label("status", status), *runs));
    counter("sync_runs", "Runs that ended, by status", runs.collect());
    let outcome = |api: &str, code: &str| vec![("api", api.to_owned()), ("code", code.to_owned())];
    let calls = measures.calls.iter().map(|((api, code), (calls, _))| (outcome(api, code), *calls));
    counter("dingtalk_calls", "Calls to DingTalk by API and outcome", calls.collect());
    let spent = measures.calls.iter().map(|((api, code), (_, millis))| (outcome(api, code), *millis));
    counter("dingtalk_call_milliseconds", "Time that those calls took together", spent.collect());
    registry
}

/// What the handler needs.
#[derive(Clone)]
pub(super) struct MetricsDoor {
    pub(super) meter: RequestMeter,
    pub(super) config: MetricsConfig,
}

/// The metrics, for whoever may read them.
#[handler]
pub(super) async fn metrics(
    request: &Request,
    door: Data<&MetricsDoor>,
    watch: Data<&Watch>,
) -> std::result::Result<Response, Problem> {
    if !door.config.admits(request) {
        return Err(Problem::from(Error::new(
            ErrorCode::Forbidden,
            "此地址无权读取指标；请设置 MENPAI_METRICS_ALLOW，或使用 MENPAI_METRICS_TOKEN",
            "this address may not read the metrics; set MENPAI_METRICS_ALLOW, or use MENPAI_METRICS_TOKEN",
        )));
    }
    let text = door.meter.text(&watch.measures().await?)?;
    Ok(text.with_header(CONTENT_TYPE, CONTENT).into_response())
}

/// Whether a request may read the metrics.
trait Admits {
    fn admits(&self, request: &Request) -> bool;
}

impl Admits for MetricsConfig {
    fn admits(&self, request: &Request) -> bool {
        let bearer = request.header(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
        if let (Some(token), Some(bearer)) = (&self.token, bearer) {
            return token.reveal().as_bytes().ct_eq(bearer.as_bytes()).into();
        }
        // Behind a proxy on this machine everybody's address is this machine's.
        let is_forwarded =
            ["X-Forwarded-For", "Forwarded", "X-Real-IP"].iter().any(|name| request.header(name).is_some());
        let address = request.remote_addr().as_socket_addr().map(|address| address.ip().to_canonical());
        may_read(&self.readers, address, is_forwarded)
    }
}

fn may_read(readers: &MetricsReaders, address: Option<IpAddr>, is_forwarded: bool) -> bool {
    match (readers, address) {
        (MetricsReaders::Anybody, _) => true,
        (_, _) if is_forwarded => false,
        (MetricsReaders::Loopback, Some(address)) => address.is_loopback(),
        (MetricsReaders::Only(allowed), Some(address)) => address.is_loopback() || allowed.contains(&address),
        (_, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_door_opens_for_those_who_are_named() {
        let [here, there, elsewhere] =
            ["127.0.0.1", "10.0.0.7", "10.0.0.8"].map(|text| text.parse::<IpAddr>().ok());
        let only = MetricsReaders::Only([there.unwrap()].into());
        assert!(
            may_read(&MetricsReaders::Loopback, here, false)
                && !may_read(&MetricsReaders::Loopback, there, false)
        );
        assert!(!may_read(&MetricsReaders::Loopback, here, true), "a proxy stands before somebody else");
        assert!(
            may_read(&only, there, false)
                && may_read(&only, here, false)
                && !may_read(&only, elsewhere, false)
        );
        assert!(may_read(&MetricsReaders::Anybody, elsewhere, true) && !may_read(&only, None, false));
    }

    #[test]
    fn requests_are_counted_by_route() {
        let meter = RequestMeter::new();
        for duration in [3, 300] {
            meter.count(&Method::GET, Some("/api/v1/tenants/:tenantId".into()), StatusCode::OK, duration);
        }
        meter.count(&Method::from_bytes(b"EVIL").unwrap(), None, StatusCode::NOT_FOUND, -5);
        let mut text = String::new();
        encode_registry(&mut text, &meter.0.registry).unwrap();
        let expected =
            "menpai_http_requests_total{method=\"GET\",route=\"/api/v1/tenants/:tenantId\",status=\"200\"} 2";
        assert!(text.contains(expected), "{text}");
        assert!(text.contains("method=\"other\"") && !text.contains("EVIL"));
        let fast = "le=\"0.005\",method=\"GET\",route=\"/api/v1/tenants/:tenantId\"} 1";
        assert!(text.contains(fast), "{text}");
    }
}
