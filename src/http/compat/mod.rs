//! The compatible API under `/sys`: paths, shapes and sentences that existing callers know, over our own services.
//!
//! Must not hold a rule of its own. Invariant: every answer has the wrapper; a handler returns [`answer::Reply`], and what goes
//! wrong before a handler is reached is wrapped as well.

mod answer;
mod caller;
mod fields;
mod login;
mod messages;
mod sync;
mod tenants;
mod third_app;
mod third_login;

use poem::{Endpoint, EndpointExt, Response, Route, delete, get, post};

use self::answer::wrapped;
use super::Services;
use super::limits::Limits;

/// Where the compatible API lives.
pub(super) const PREFIX: &str = "/sys";

/// Everything under `/sys`.
pub(super) fn routes(services: &Services, limits: &Limits) -> impl Endpoint<Output = Response> + use<> {
    let routes = Route::new()
        .at("/login", post(login::login))
        .at("/logout", post(login::logout).get(login::logout))
        .at("/user/getUserInfo", get(login::user_info))
        .at("/tenant/list", get(tenants::list))
        .at("/tenant/add", post(tenants::add))
        .at("/thirdApp/getEnabledType", get(third_app::enabled_type))
        .at("/thirdApp/getThirdConfigByTenantId", get(third_app::get))
        .at("/thirdApp/addThirdAppConfig", post(third_app::add))
        .at("/thirdApp/editThirdAppConfig", post(third_app::edit).put(third_app::edit))
        .at("/thirdApp/deleteThirdAppConfig", delete(third_app::remove))
        .at("/thirdApp/sync/dingtalk/departAndUser/toLocal", post(sync::to_local).get(sync::to_local))
        .at("/thirdLogin/get/corpId/clientId", get(third_login::application))
        .at("/thirdLogin/oauth2/dingding/login", get(third_login::login))
        .at("/thirdApp/sendMessageTest", post(messages::send))
        .at("/thirdApp/recallMessageTest", post(messages::recall))
        .data(services.clone());
    wrapped(limits.around(routes), services.ambient.clone())
}
