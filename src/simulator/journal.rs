//! What the platform was asked: the last calls one by one, and counters over all of them.
//!
//! Must not know what calls mean. Invariant: no secret and no token enters; counters are exact, the list is bounded.

use std::collections::{BTreeMap, VecDeque};

use serde::Serialize;
use serde_json::Value;

/// How many calls are kept one by one.
const KEPT: usize = 50_000;
/// The longest summary of parameters, in characters.
const SUMMARY: usize = 400;
/// Parameters whose values are not shown.
const SECRETS: &[&str] = &[
    "appsecret",
    "appSecret",
    "client_secret",
    "clientSecret",
    "access_token",
    "accessToken",
    "refreshToken",
    "code",
    "ticket",
];

/// One call that was received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Call {
    /// Counts from 1 and never restarts.
    pub seq: u64,
    /// When, in milliseconds since 1970.
    pub time: i64,
    /// The interface's path, variable parts in braces.
    pub api: String,
    /// The application, when the call could be attributed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// The parameters as JSON, secrets blanked, cut when long.
    pub parameters: String,
    /// The effective code of the answer, `0` when it went well; the inner one of a wrapped error.
    pub errcode: String,
    /// The fault that the call met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// Counters of one application and interface.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Count {
    /// All calls.
    pub calls: u64,
    /// Those answered with an error.
    pub errors: u64,
    /// The most calls that arrived within any one second.
    pub busiest_second: usize,
}

/// Counters by application (empty text when unknown) and interface.
pub type Counts = BTreeMap<(String, String), Count>;

#[derive(Debug, Default)]
pub(crate) struct Journal {
    seq: u64,
    calls: VecDeque<Call>,
    counts: Counts,
    recent: BTreeMap<(String, String), VecDeque<i64>>,
}

impl Journal {
    /// Notes the arrival of a call, for the busiest second.
    pub(crate) fn arrived(&mut self, client_id: Option<&str>, api: &str, now: i64) {
        let key = (client_id.unwrap_or_default().to_owned(), api.to_owned());
        let recent = self.recent.entry(key.clone()).or_default();
        while recent.front().is_some_and(|time| now - time >= 1_000) {
            recent.pop_front();
        }
        recent.push_back(now);
        let count = self.counts.entry(key).or_default();
        count.calls += 1;
        count.busiest_second = count.busiest_second.max(recent.len());
    }

    /// Notes how a call was answered.
    pub(crate) fn answered(&mut self, mut call: Call) {
        if call.errcode != "0" {
            let key = (call.client_id.clone().unwrap_or_default(), call.api.clone());
            self.counts.entry(key).or_default().errors += 1;
        }
        self.seq += 1;
        call.seq = self.seq;
        if self.calls.len() >= KEPT {
            self.calls.pop_front();
        }
        self.calls.push_back(call);
    }

    pub(crate) fn calls(&self) -> impl DoubleEndedIterator<Item = &Call> {
        self.calls.iter()
    }

    pub(crate) fn counts(&self) -> &Counts {
        &self.counts
    }

    pub(crate) fn clear(&mut self) {
        self.calls.clear();
        self.counts.clear();
        self.recent.clear();
    }
}

/// The parameters of a call as they may be shown.
pub(crate) fn summary(parameters: &Value) -> String {
    let Some(fields) = parameters.as_object() else { return String::new() };
    let shown: serde_json::Map<String, Value> = fields
        .iter()
        .map(|(key, value)| {
            let secret = SECRETS.contains(&key.as_str());
            (key.clone(), if secret { Value::from("…") } else { value.clone() })
        })
        .collect();
    let text = Value::Object(shown).to_string();
    if text.chars().count() <= SUMMARY { text } else { text.chars().take(SUMMARY).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn summaries_hide_secrets() {
        let shown = summary(&json!({ "appkey": "ding1", "appsecret": "s3cr3t", "code": "c0de" }));
        assert!(shown.contains("ding1") && !shown.contains("s3cr3t") && !shown.contains("c0de"));
    }

    #[test]
    fn the_busiest_second_slides() {
        let mut journal = Journal::default();
        for time in [0, 500, 900, 1_400, 1_450, 5_000] {
            journal.arrived(Some("app"), "/x", time);
        }
        let count = &journal.counts()[&("app".to_owned(), "/x".to_owned())];
        assert_eq!((count.calls, count.busiest_second), (6, 4));
    }
}
