//! The one integration test binary: every area of the appliance has one file here.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at the first thing that is not as it should be"
)]

mod administrators;
mod api_tokens;
mod applications;
mod architecture;
mod at_scale;
mod audit;
mod backups;
mod bad_input;
mod cli_sync;
mod colleagues;
mod crash;
mod decisions;
mod dependencies;
mod detach;
mod dingtalk_sign_in;
mod doctor;
mod documents;
mod events;
mod full_disk;
mod guide;
mod hardening;
mod history;
mod hostile;
mod isolation;
mod known_failures;
mod members;
mod messages;
mod network;
mod packaging;
mod password_links;
mod permissions;
mod proxies;
mod restore;
mod session_list;
mod sessions;
mod simulator;
mod specification;
mod support;
mod sync;
mod sync_runs;
mod sync_side_by_side;
mod sync_unchanged;
mod tenants;
mod upheavals;
mod watch;
mod webhooks;
