//! Counts the calls that were made: all of them for one run, and for the month those that DingTalk counts.
//!
//! Invariant: a call that was tried again counts again, for DingTalk counts it too.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What every call is exempt from the month's count that begins so: tokens, sign-in, contacts. [S-1432]
const EXEMPT: [&str; 9] = [
    "/gettoken",
    "/get_jsapi_ticket",
    "/v1.0/oauth2/",
    "/v1.0/contact/",
    "/v1.0/gateway/",
    "/topapi/user/",
    "/topapi/v2/user/",
    "/topapi/v2/department/",
    "/sso/",
];

/// Whether DingTalk counts calls of this API toward the month. [S-1432]
pub fn counts_toward_month(api: &str) -> bool {
    !EXEMPT.iter().any(|exempt| api.starts_with(exempt))
}

/// Calls of an application that count toward the month, by API path.
pub type CountedCalls = BTreeMap<&'static str, u64>;

/// What was counted since it was last taken, by Client ID. Calls that DingTalk throttled, and those that it never
/// answered, do not count. [S-1431]
#[derive(Debug, Default)]
pub(super) struct MonthMeter(Mutex<BTreeMap<String, CountedCalls>>);

impl MonthMeter {
    pub(super) fn count(&self, client_id: &str, api: &'static str) {
        if !counts_toward_month(api) {
            return;
        }
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(client_id.to_owned()).or_default().entry(api).or_default() += 1;
    }

    pub(super) fn take(&self) -> BTreeMap<String, CountedCalls> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn put_back(&self, taken: BTreeMap<String, CountedCalls>) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (client_id, calls) in taken {
            let own = counts.entry(client_id).or_default();
            for (api, count) in calls {
                *own.entry(api).or_default() += count;
            }
        }
    }
}

/// Calls by API path.
#[derive(Debug, Default)]
pub struct CallMeter(Mutex<BTreeMap<&'static str, u64>>);

impl CallMeter {
    /// The numbers so far.
    pub fn snapshot(&self) -> BTreeMap<String, u64> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.iter().map(|(api, count)| ((*api).to_owned(), *count)).collect()
    }

    pub(super) fn count(&self, api: &'static str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(api).or_default() += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_and_media_count_and_contacts_do_not() {
        for counted in ["/topapi/message/corpconversation/asyncsend_v2", "/media/upload", "/auth/scopes"] {
            assert!(counts_toward_month(counted), "{counted}");
        }
        for exempt in
            ["/gettoken", "/topapi/v2/user/list", "/topapi/user/listsimple", "/topapi/v2/user/getuserinfo"]
        {
            assert!(!counts_toward_month(exempt), "{exempt}");
        }
    }

    #[test]
    fn what_could_not_be_written_down_is_counted_with_the_next() {
        let meter = MonthMeter::default();
        meter.count("app", "/media/upload");
        let taken = meter.take();
        meter.count("app", "/media/upload");
        meter.put_back(taken);
        assert_eq!(meter.take()["app"]["/media/upload"], 2);
        assert!(meter.take().is_empty());
    }
}
