//! Understands one value each, and says in a sentence what is wrong with it. The caller adds which setting it was.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::{MetricsReaders, ReadFile};
use crate::domain::network::Network;
use crate::domain::secret::Secret;
use crate::domain::text::Text;
use crate::telemetry;

/// A username is at most this long, in characters.
const LONGEST_USERNAME: usize = 64;
/// DingTalk itself allows about 20; beyond this it is a slip of the keyboard.
const MOST_CALLS_PER_SECOND: u32 = 10_000;

pub(super) fn folder(value: &str) -> Result<PathBuf, Text> {
    Ok(PathBuf::from(value))
}

pub(super) fn socket_address(value: &str) -> Result<SocketAddr, Text> {
    value.parse().map_err(|_| {
        Text::new(
            "需要“IP 地址:端口”，例如 0.0.0.0:3100 或 [::]:3100。",
            "an IP address and a port are expected, such as 0.0.0.0:3100 or [::]:3100.",
        )
    })
}

/// `http` or `https`, a host, perhaps a port and a path; slashes at the end are taken off.
pub(super) fn base_url(value: &str) -> Result<String, Text> {
    let base = value.trim_end_matches('/');
    let rest = base.strip_prefix("https://").or_else(|| base.strip_prefix("http://"));
    let authority = rest.and_then(|rest| rest.split('/').next()).unwrap_or_default();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (authority, "443"),
    };
    let clean =
        base.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '?' | '#' | '@' | '"' | '<' | '>' | '\\'));
    if host.is_empty() || port.parse::<u16>().is_err() || !clean {
        return Err(Text::new(
            "需要以 http:// 或 https:// 开头的地址，不带参数、账号或密码，例如 https://menpai.example.com。",
            "an address that begins with http:// or https:// is expected, without query, user name or password, such as https://menpai.example.com.",
        ));
    }
    Ok(base.to_owned())
}

/// `0` means no limit.
pub(super) fn calls_per_second(value: &str) -> Result<Option<u32>, Text> {
    match value.parse::<u32>() {
        Ok(0) => Ok(None),
        Ok(calls) if calls <= MOST_CALLS_PER_SECOND => Ok(Some(calls)),
        _ => Err(Text::new(
            format!("需要 0 到 {MOST_CALLS_PER_SECOND} 的整数；0 表示不限速，仅供测试。"),
            format!(
                "a whole number from 0 to {MOST_CALLS_PER_SECOND} is expected; 0 means no limit, for tests only."
            ),
        )),
    }
}

/// Addresses and ranges with commas between them.
pub(super) fn networks(value: &str) -> Result<Vec<Network>, Text> {
    Network::list(value).map_err(|part| {
        Text::new(
            format!("{part} 不是 IP 地址或网段；需要以逗号分隔的地址或网段，例如 192.168.7.9,10.1.0.0/16。"),
            format!("{part} is no IP address or range; expected are some with commas, such as 192.168.7.9,10.1.0.0/16."),
        )
    })
}

/// `loopback`, `any`, or addresses with commas between them.
pub(super) fn metrics_readers(value: &str) -> Result<MetricsReaders, Text> {
    match value {
        "loopback" => Ok(MetricsReaders::Loopback),
        "any" => Ok(MetricsReaders::Anybody),
        _ => value.split(',').map(|address| address.trim().parse()).collect::<Result<_, _>>().map_or_else(
            |_| {
                Err(Text::new(
                    "需要 loopback、any，或以逗号分隔的 IP 地址，例如 10.0.0.7,10.0.0.8。",
                    "loopback, any, or IP addresses with commas are expected, such as 10.0.0.7,10.0.0.8.",
                ))
            },
            |addresses| Ok(MetricsReaders::Only(addresses)),
        ),
    }
}

pub(super) fn yes_or_no(value: &str) -> Result<bool, Text> {
    match value {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(Text::new("需要 true 或 false。", "true or false is expected.")),
    }
}

/// `0` means not at all.
pub(super) fn seconds(value: &str) -> Result<Option<u32>, Text> {
    match value.parse() {
        Ok(0) => Ok(None),
        Ok(seconds) => Ok(Some(seconds)),
        Err(_) => Err(Text::new("需要 0 以上的整数秒。", "a whole number of seconds from 0 is expected.")),
    }
}

/// `http://host:port`, perhaps with user and password, which are not shown.
pub(super) fn proxy(value: &str) -> Result<Secret, Text> {
    let rest = value.strip_prefix("http://").unwrap_or_default();
    let host = rest.rsplit('@').next().unwrap_or_default();
    if host.is_empty() || base_url(&format!("http://{host}")).is_err() {
        return Err(Text::new(
            "需要 http://主机:端口，例如 http://proxy.example.com:3128。",
            "http://host:port is expected, such as http://proxy.example.com:3128.",
        ));
    }
    Ok(Secret::new(value))
}

/// A file of PEM certificates, as text.
pub(super) fn certificates(path: &str, read_file: ReadFile<'_>) -> Result<String, Text> {
    match read_file(Path::new(path)) {
        Ok(text) if text.contains("-----BEGIN CERTIFICATE-----") => Ok(text),
        _ => Err(Text::new(
            "文件无法读取，或不含 PEM 证书。",
            "the file cannot be read, or holds no certificate in PEM.",
        )),
    }
}

pub(super) fn log_filter(value: &str) -> Result<String, Text> {
    match telemetry::filter(value) {
        Ok(_) => Ok(value.to_owned()),
        Err(_) => Err(Text::new(
            "需要 error、warn、info、debug、trace 之一，或形如 info,menpai::dingtalk=debug 的组合。",
            "error, warn, info, debug or trace is expected, or directives such as info,menpai::dingtalk=debug.",
        )),
    }
}

pub(super) fn username(value: &str) -> Result<String, Text> {
    let fits = value.chars().count() <= LONGEST_USERNAME;
    if fits && !value.chars().any(|c| c.is_whitespace() || c.is_control() || c == ',') {
        return Ok(value.to_owned());
    }
    Err(Text::new(
        format!("账号名最多 {LONGEST_USERNAME} 个字符，不含空白和逗号。"),
        format!("an account name has at most {LONGEST_USERNAME} characters, no spaces and no commas."),
    ))
}

/// The first line of a file, as a secret.
pub(super) fn first_line(path: &str, read_file: ReadFile<'_>) -> Result<Secret, Text> {
    let text = read_file(Path::new(path)).map_err(|error| {
        let why = error.kind();
        Text::new(
            format!("文件无法读取（{why}），请检查路径和权限。"),
            format!("the file cannot be read ({why}); check its path and permissions."),
        )
    })?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(Secret::new(line)),
        _ => Err(Text::new(
            "文件第一行为空，请把密码写在第一行。",
            "the file's first line is empty; write the password there.",
        )),
    }
}
