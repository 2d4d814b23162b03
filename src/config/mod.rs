//! What the operator decides: defaults, then a file, then the environment, then flags; each value remembers where it came from.
//!
//! Must not know what the values are used for. Invariants: a [`Config`] that exists is valid; an unknown `MENPAI_…`
//! variable is an error and not a shrug; a secret is never printed. Reading the process's environment and files is
//! left to the caller, so that everything here is a function of its arguments.

mod error;
mod file;
mod key;
mod settings;
mod value;

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::domain::access::proxy::TrustedProxies;
use crate::domain::network::Network;
use crate::domain::secret::Secret;
use crate::domain::setting::ShownSetting;
use crate::domain::text::Text;

pub use error::ConfigError;
pub use key::{API_TOKEN_VARIABLE, Flags, Key, Purpose, SERVER_VARIABLE};
pub use settings::{Setting, Settings};

/// Every decision, typed and checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder of the database, the sealing key, the backups and the lock.
    pub data_dir: PathBuf,
    /// Where to accept connections; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The address that people use, without a slash at the end.
    pub public_url: Option<String>,
    /// The platform administrator to create while there is none.
    pub first_administrator: Option<FirstAdministrator>,
    /// Whether and how HTTPS is served.
    pub tls: TlsConfig,
    /// Where backups go.
    pub backup: BackupConfig,
    /// Proxies whose word about the client is taken.
    pub trusted_proxies: TrustedProxies,
    /// Who may read the metrics.
    pub metrics: MetricsConfig,
    /// How to reach DingTalk.
    pub dingtalk: DingTalkConfig,
    /// Every setting with its origin, secrets hidden, as `menpai config show` prints them.
    pub settings_shown: Arc<[ShownSetting]>,
    /// The private networks that webhooks may call.
    pub webhook_allow_private: Vec<Network>,
    /// What to log, as [`crate::telemetry::filter`] reads it.
    pub log: String,
}

/// The platform administrator to create while there is none.
#[derive(Clone, Debug)]
pub struct FirstAdministrator {
    /// The account's name.
    pub username: String,
    /// The password; the policy is checked where the account is made.
    pub password: Secret,
}

/// Whether and how HTTPS is served.
#[derive(Clone, Debug, Default)]
pub struct TlsConfig {
    /// The certificate; `None` serves plain HTTP.
    pub certificate: Option<TlsCertificate>,
    /// Where plain HTTP is sent to HTTPS.
    pub redirect_listen: Option<SocketAddr>,
    /// Where an ACME client lays what a certificate authority fetches over plain HTTP.
    pub acme_webroot: Option<PathBuf>,
    /// For how many seconds browsers are told to come by HTTPS only.
    pub hsts_seconds: Option<u32>,
}

/// Where the certificate comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsCertificate {
    /// Two files, looked at again and again.
    Files {
        /// The chain, PEM.
        certificate: PathBuf,
        /// Its key, PEM.
        key: PathBuf,
    },
    /// One of our own, kept in the data directory.
    SelfSigned,
}

/// Where backups go, and whether they are encrypted.
#[derive(Clone, Debug)]
pub struct BackupConfig {
    /// The directory of finished backups.
    pub directory: PathBuf,
    /// Encrypts them; without one they are only compressed.
    pub passphrase: Option<Secret>,
}

/// Who may read the metrics.
#[derive(Clone, Debug, Default)]
pub struct MetricsConfig {
    /// By address.
    pub readers: MetricsReaders,
    /// By token, from anywhere.
    pub token: Option<Secret>,
}

/// Who may read the metrics, by address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum MetricsReaders {
    /// Processes on this machine.
    #[default]
    Loopback,
    /// These addresses, and this machine.
    Only(BTreeSet<IpAddr>),
    /// Whoever asks.
    Anybody,
}

/// How to reach DingTalk; addresses have no slash at the end.
#[derive(Clone, Debug)]
pub struct DingTalkConfig {
    /// The older API.
    pub oapi_url: String,
    /// The newer API.
    pub api_url: String,
    /// The sign-in pages.
    pub login_url: String,
    /// Calls per second per application and API; `None` = no limit.
    pub qps: Option<u32>,
    /// An HTTP proxy for calls; may hold a password.
    pub proxy: Option<Secret>,
    /// PEM certificates that are trusted beside the system's.
    pub extra_ca: Option<String>,
}

/// Reads a text file; an argument, so that tests need no disk.
pub type ReadFile<'a> = &'a dyn Fn(&Path) -> io::Result<String>;

impl Config {
    /// Collects the settings and checks them, all of them, so that one start tells everything that is wrong.
    ///
    /// # Errors
    /// With one sentence for each setting that is wrong, and what to do about it.
    pub fn load(
        purpose: Purpose,
        flags: &Flags,
        environment: &BTreeMap<String, String>,
        read_file: ReadFile<'_>,
    ) -> Result<Self, ConfigError> {
        Self::from_settings(&Settings::collect(purpose, flags, environment, read_file)?, read_file)
    }

    /// Checks settings that were collected before.
    ///
    /// # Errors
    /// As [`Config::load`].
    pub fn from_settings(settings: &Settings, read_file: ReadFile<'_>) -> Result<Self, ConfigError> {
        let mut problems = Vec::new();
        let data_dir = settings.read(Key::DataDir, value::folder, &mut problems);
        let listen = settings.read(Key::Listen, value::socket_address, &mut problems);
        let public_url = settings.read(Key::PublicUrl, value::base_url, &mut problems);
        let oapi_url = settings.read(Key::DingTalkOapiUrl, value::base_url, &mut problems);
        let api_url = settings.read(Key::DingTalkApiUrl, value::base_url, &mut problems);
        let login_url = settings.read(Key::DingTalkLoginUrl, value::base_url, &mut problems);
        let qps = settings.read(Key::DingTalkQps, value::calls_per_second, &mut problems);
        let webhook_allow_private = settings.read(Key::WebhookAllowPrivate, value::networks, &mut problems);
        let log = settings.read(Key::Log, value::log_filter, &mut problems);
        let first_administrator = first_administrator(settings, read_file, &mut problems);
        let backup_dir = settings.read(Key::BackupDir, value::folder, &mut problems);
        let passphrase =
            secret(settings, (Key::BackupPassphrase, Key::BackupPassphraseFile), read_file, &mut problems);
        let trusted_proxies = settings.read(Key::TrustedProxies, value::networks, &mut problems);
        let readers = settings.read(Key::MetricsAllow, value::metrics_readers, &mut problems);
        let token = secret(settings, (Key::MetricsToken, Key::MetricsTokenFile), read_file, &mut problems);
        let metrics = MetricsConfig { readers: readers.unwrap_or_default(), token };
        let tls = tls(settings, &mut problems);
        let proxy = settings.read(Key::DingTalkProxy, value::proxy, &mut problems);
        let extra_ca =
            settings.read(Key::DingTalkExtraCa, |path| value::certificates(path, read_file), &mut problems);
        match (data_dir, listen, oapi_url, api_url, login_url, qps, log) {
            (
                Some(data_dir),
                Some(listen),
                Some(oapi_url),
                Some(api_url),
                Some(login_url),
                Some(qps),
                Some(log),
            ) if problems.is_empty() => {
                let dingtalk = DingTalkConfig { oapi_url, api_url, login_url, qps, proxy, extra_ca };
                let directory = backup_dir.unwrap_or_else(|| data_dir.join("backups"));
                let backup = BackupConfig { directory, passphrase };
                Ok(Self {
                    data_dir,
                    listen,
                    public_url,
                    first_administrator,
                    tls,
                    backup,
                    trusted_proxies: TrustedProxies::new(trusted_proxies.unwrap_or_default()),
                    metrics,
                    settings_shown: settings.shown().into(),
                    dingtalk,
                    webhook_allow_private: webhook_allow_private.unwrap_or_default(),
                    log,
                })
            }
            _ => Err(ConfigError::new(problems)),
        }
    }
}

/// Keeps what concerns us of the process's environment.
///
/// # Errors
/// When one of our variables is not Unicode.
pub fn environment(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<BTreeMap<String, String>, ConfigError> {
    let mut ours = BTreeMap::new();
    for (name, value) in variables {
        let Some(name) = name.to_str().filter(|name| name.starts_with(key::PREFIX)) else { continue };
        let Ok(value) = value.into_string() else {
            return Err(ConfigError::new(vec![Text::new(
                format!("{name} 不是有效的 UTF-8 文本，请改正后重新启动。"),
                format!("{name} is not valid UTF-8 text; correct it and start again."),
            )]));
        };
        ours.insert(name.to_owned(), value);
    }
    Ok(ours)
}

fn tls(settings: &Settings, problems: &mut Vec<Text>) -> TlsConfig {
    let files = [Key::TlsCert, Key::TlsKey].map(|key| settings.read(key, value::folder, problems));
    let is_self_signed = settings.read(Key::TlsSelfSigned, value::yes_or_no, problems).unwrap_or(false);
    let certificate = match (files, is_self_signed) {
        ([Some(certificate), Some(key)], false) => Some(TlsCertificate::Files { certificate, key }),
        ([None, None], true) => Some(TlsCertificate::SelfSigned),
        ([None, None], false) => None,
        _ => {
            problems.push(Text::new(
                "MENPAI_TLS_CERT 与 MENPAI_TLS_KEY 须同时设置，且不能与 MENPAI_TLS_SELF_SIGNED 并用。",
                "MENPAI_TLS_CERT and MENPAI_TLS_KEY belong together, and not together with MENPAI_TLS_SELF_SIGNED.",
            ));
            None
        }
    };
    let redirect_listen = settings.read(Key::RedirectListen, value::socket_address, problems);
    if redirect_listen.is_some() && certificate.is_none() {
        problems.push(Text::new(
            "MENPAI_REDIRECT_LISTEN 只在启用 HTTPS 时有意义，请设置证书或删除该项。",
            "MENPAI_REDIRECT_LISTEN makes sense with HTTPS only; set a certificate, or remove it.",
        ));
    }
    let acme_webroot = settings.read(Key::AcmeWebroot, value::folder, problems);
    if acme_webroot.is_some() && redirect_listen.is_none() {
        problems.push(Text::new(
            "MENPAI_ACME_WEBROOT 须与 MENPAI_REDIRECT_LISTEN（通常为 0.0.0.0:80）同时设置，证书机构经由该地址访问。",
            "MENPAI_ACME_WEBROOT needs MENPAI_REDIRECT_LISTEN (usually 0.0.0.0:80): that is where the certificate authority asks.",
        ));
    }
    let hsts_seconds = settings.read(Key::HstsSeconds, value::seconds, problems).flatten();
    TlsConfig { certificate, redirect_listen, acme_webroot, hsts_seconds }
}

/// A secret that stands in a variable or, better, in a file that another variable names.
fn secret(
    settings: &Settings,
    (itself, file): (Key, Key),
    read_file: ReadFile<'_>,
    problems: &mut Vec<Text>,
) -> Option<Secret> {
    let direct = settings.text(itself).map(Secret::new);
    let in_file = settings.read(file, |path| value::first_line(path, read_file), problems);
    if direct.is_some() && settings.text(file).is_some() {
        let (itself, file) = (itself.variable(), file.variable());
        problems.push(Text::new(
            format!("{itself} 与 {file} 只能设置一个。"),
            format!("{itself} and {file} are both set: keep one of them."),
        ));
    }
    direct.or(in_file)
}

fn first_administrator(
    settings: &Settings,
    read_file: ReadFile<'_>,
    problems: &mut Vec<Text>,
) -> Option<FirstAdministrator> {
    let username = settings.read(Key::AdminUsername, value::username, problems);
    let keys = (Key::AdminPassword, Key::AdminPasswordFile);
    let password = secret(settings, keys, read_file, problems);
    let has_name = settings.text(Key::AdminUsername).is_some();
    if has_name != [keys.0, keys.1].iter().any(|key| settings.text(*key).is_some()) {
        problems.push(Text::new(
            "创建首个管理员需要同时设置 MENPAI_ADMIN_USERNAME 和 MENPAI_ADMIN_PASSWORD（或 …_FILE）；现在只有其中一个。",
            "The first administrator needs both MENPAI_ADMIN_USERNAME and MENPAI_ADMIN_PASSWORD (or …_FILE); only one is set.",
        ));
    }
    Some(FirstAdministrator { username: username?, password: password? })
}

#[cfg(test)]
mod tests;
