//! Menpai (门牌): a multi-tenant directory kept in step with DingTalk, accounts for everyone, and
//! messages whose delivery is known. One binary, one process, one data directory.
//!
//! Three ways lead through the house:
//! - **Directory in:** [`service`]`::sync::fetch` (DingTalk → complete snapshot) → [`domain`]`::sync::plan`
//!   (pure: snapshot × stored directory → plan) → [`service`]`::sync::apply` (plan → one transaction).
//! - **Message out:** [`http`] → [`service`]`::messaging` (audience → recipients → outbox, one transaction)
//!   → [`jobs`] → [`dingtalk`] → results read back per person → [`store`].
//! - **Person in:** [`http`] → [`service`]`::access` → session → principal with role and tenant.
//!
//! Imports run one way: `domain` ← `store`, `dingtalk`, `webhook` ← `service` ← `jobs`, `http` ← `app` ← `cli`.
//! [`simulator`] plays DingTalk and shares no type with [`dingtalk`].

pub mod app;
pub mod cli;
pub mod config;
pub mod dingtalk;
pub mod domain;
pub mod http;
pub mod jobs;
pub mod service;
pub mod simulator;
pub mod store;
pub mod telemetry;
pub mod tls;
pub mod webhook;
