//! The addresses that an administrator pastes into DingTalk's console.
//!
//! DingTalk offers no call that reads them back, so the doctor shows what belongs there and says that it is
//! unproven. Invariant: what is shown is exactly what this server uses.

use super::decide::undecided;
use super::facts::Facts;
use super::{Check, CheckStatus, DEVELOPER_CONSOLE, text};
use crate::domain::id::TenantId;
use crate::domain::text::Text;

/// Where employees of a tenant enter: the application's home page, on the phone and on the PC.
pub fn home_page_address(public_url: &str, tenant: TenantId) -> String {
    format!("{public_url}/tenantId/{tenant}")
}

/// Where DingTalk sends a browser back after signing in; DingTalk compares it letter by letter.
pub fn redirect_address(public_url: &str, tenant: TenantId) -> String {
    home_page_address(public_url, tenant)
}

pub(super) fn public_url(facts: &Facts) -> Check {
    const TITLE: [&str; 2] = ["本系统的访问地址", "This server's public address"];
    let set = text([
        "设置 MENPAI_PUBLIC_URL 为员工手机能打开的地址，例如 http://192.168.1.6:3100，然后重启",
        "set MENPAI_PUBLIC_URL to the address that people's phones can open, such as http://192.168.1.6:3100, and start again",
    ]);
    let check = |status, evidence| Check::new("publicUrl", TITLE, status, evidence);
    match facts.public_url.as_deref() {
        None => {
            let evidence = text([
                "未设置，无法给出要填入钉钉的地址",
                "not set, so the addresses for DingTalk's console cannot be told",
            ]);
            check(CheckStatus::Warning, evidence).remedy(set)
        }
        Some(address) if is_local(address) => {
            let evidence = Text::new(
                format!("{address} 只能在服务器本机打开"),
                format!("{address} opens on the server itself only"),
            );
            check(CheckStatus::Warning, evidence).remedy(set)
        }
        Some(address) => check(CheckStatus::Ok, Text::new(address, address)),
    }
}

fn is_local(address: &str) -> bool {
    let host = address.split_once("://").map_or(address, |(_, rest)| rest);
    ["localhost", "127.", "[::1]", "0.0.0.0", "[::]"].iter().any(|local| host.starts_with(local))
}

pub(super) fn home_page(facts: &Facts) -> Check {
    const TITLE: [&str; 2] = ["应用首页地址", "Home page addresses"];
    pasted(
        facts,
        "homePage",
        TITLE,
        home_page_address,
        [
            "在开发者后台“应用能力 → 网页应用”，把它填入“移动端首页地址”和“PC端首页地址”，然后发布新版本",
            "in the developer console, 应用能力 → 网页应用 (Web application), paste it as 移动端首页地址 (mobile) and PC端首页地址 (PC) home page, then publish a version",
        ],
    )
}

pub(super) fn redirect(facts: &Facts) -> Check {
    const TITLE: [&str; 2] = ["重定向 URL", "Redirect address"];
    pasted(
        facts,
        "redirectAddress",
        TITLE,
        redirect_address,
        [
            "在开发者后台“开发配置 → 安全设置 → 重定向URL”原样填入，一字不差",
            "in the developer console, 开发配置 → 安全设置 → 重定向URL (Security settings), paste it exactly as it stands",
        ],
    )
}

fn pasted(
    facts: &Facts,
    id: &str,
    title: [&str; 2],
    address: fn(&str, TenantId) -> String,
    where_to: [&str; 2],
) -> Check {
    let Some(public_url) = facts.public_url.as_deref() else {
        return undecided(id, title, &text(["MENPAI_PUBLIC_URL 未设置", "MENPAI_PUBLIC_URL is not set"]));
    };
    let address = address(public_url, facts.application.tenant);
    let evidence = Text::new(
        format!("应为 {address}；钉钉不提供读取该设置的接口，无法验证"),
        format!("must be {address}; DingTalk has no call that reads the setting back"),
    );
    let check = Check::new(id, title, CheckStatus::Unproven, evidence);
    check.remedy(text(where_to)).link(DEVELOPER_CONSOLE.to_owned())
}
