//! The native API, one file a noun: types of the wire, and handlers that call one service function each.
//!
//! Invariant: `Caller` is the first argument of every handler that is not open to everybody, so that a stranger learns
//! nothing from the validation of the rest.

mod administrators;
mod api_tokens;
mod audit;
mod backups;
mod changes;
mod conflicts;
mod departments;
mod dingtalk;
mod dingtalk_number;
mod dingtalk_sign_in;
mod doctor;
mod events;
mod exports;
mod live_departments;
mod me;
mod media;
mod member_history;
mod members;
mod message_exports;
mod messages;
mod mobile_form;
mod my_tenant;
mod password_links;
mod restores;
mod schedule;
mod session_list;
mod sessions;
mod setup;
mod sync_changes;
mod sync_runs;
mod system;
mod tenants;
mod usage;
mod webhooks;

use std::str::FromStr;

use poem_openapi::{ApiResponse, Tags};

use super::Services;
use super::auth::Gate;
use super::live::Live;
use super::metrics::RequestMeter;
use crate::domain::error::{Error, Result};

/// Every operation of the native API. A tuple holds sixteen; tuples nest.
pub(super) type Operations = (
    (
        sessions::Sessions,
        dingtalk_sign_in::DingTalkSignInApi,
        session_list::SessionList,
        password_links::PasswordLinks,
        administrators::Administrators,
        me::Me,
        my_tenant::MyTenantApi,
        setup::Setup,
    ),
    (
        tenants::TenantsApi,
        api_tokens::ApiTokens,
        dingtalk::DingTalk,
        live_departments::LiveDepartmentsApi,
        doctor::DoctorApi,
    ),
    (departments::Departments, members::Members, conflicts::Conflicts),
    (sync_runs::SyncRunsApi, events::EventsApi, messages::Messages, media::MediaApi),
    (audit::Audit, system::SystemApi, backups::BackupsApi, restores::RestoresApi),
    (exports::ExportsApi, member_history::MemberHistoryApi, changes::ChangesApi),
    (message_exports::MessageExportsApi, usage::UsageApi, webhooks::WebhooksApi),
);

/// The operations over the services.
pub(super) fn operations(services: &Services, gate: &Gate, meter: &RequestMeter, live: Live) -> Operations {
    let Services {
        access,
        colleagues,
        dingtalk_sign_in,
        tenants,
        applications,
        directory,
        doctor,
        sync,
        events,
        messaging,
        backups,
        audit_log,
        webhooks,
        system,
        watch,
        ..
    } = services.clone();
    (
        (
            sessions::Sessions { access: access.clone(), gate: gate.clone() },
            dingtalk_sign_in::DingTalkSignInApi { sign_in: dingtalk_sign_in, gate: gate.clone() },
            session_list::SessionList { access: access.clone() },
            password_links::PasswordLinks { access: access.clone() },
            administrators::Administrators { access: access.clone() },
            me::Me { access: access.clone() },
            my_tenant::MyTenantApi { colleagues },
            setup::Setup { access: access.clone(), gate: gate.clone() },
        ),
        (
            tenants::TenantsApi { tenants, public_url: gate.public_url.clone() },
            api_tokens::ApiTokens { access: access.clone() },
            dingtalk::DingTalk { sync: sync.clone(), applications },
            live_departments::LiveDepartmentsApi { sync: sync.clone() },
            doctor::DoctorApi { doctor },
        ),
        (
            departments::Departments { directory: directory.clone() },
            members::Members { directory: directory.clone(), access },
            conflicts::Conflicts { directory: directory.clone(), sync: sync.clone() },
        ),
        (
            sync_runs::SyncRunsApi { sync: sync.clone(), live: live.clone() },
            events::EventsApi { events },
            messages::Messages { messaging: messaging.clone(), live },
            media::MediaApi { messaging: messaging.clone() },
        ),
        (
            audit::Audit { audit_log },
            system::SystemApi { system, watch, meter: meter.clone() },
            backups::BackupsApi { backups: backups.clone() },
            restores::RestoresApi { backups },
        ),
        (
            exports::ExportsApi { directory, sync: sync.clone() },
            member_history::MemberHistoryApi { sync: sync.clone() },
            changes::ChangesApi { sync },
        ),
        (
            message_exports::MessageExportsApi { messaging: messaging.clone() },
            usage::UsageApi { messaging },
            webhooks::WebhooksApi { webhooks },
        ),
    )
}

/// The chapters of the specification.
#[derive(Tags)]
enum Tag {
    /// Signing in and out, the own profile, the first administrator.
    #[oai(rename = "access")]
    Access,
    /// Tenants and their DingTalk applications.
    #[oai(rename = "tenants")]
    Tenants,
    /// Departments, members, and what a synchronisation could not decide.
    #[oai(rename = "directory")]
    Directory,
    /// A tenant as one of its members sees it.
    #[oai(rename = "portal")]
    Portal,
    /// Bringing DingTalk's departments and people in.
    #[oai(rename = "sync")]
    Sync,
    /// Messages and what became of them.
    #[oai(rename = "messages")]
    Messages,
    /// Telling other programs what happens.
    #[oai(rename = "webhooks")]
    Webhooks,
    /// The server as a whole.
    #[oai(rename = "platform")]
    Platform,
}

/// Done, and there is nothing to say.
#[derive(ApiResponse)]
enum Done {
    /// Done.
    #[oai(status = 204)]
    Done,
}

/// An id of the path. What cannot be an id names nothing that is there.
fn id<T: FromStr>(text: &str, zh: &str, en: &str) -> Result<T> {
    text.parse().map_err(|_| Error::not_found(zh, en))
}
