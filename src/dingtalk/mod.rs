//! The client of DingTalk: the only module that names the HTTP client.
