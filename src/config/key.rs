//! The settings that exist: their variables, flags and defaults. A new setting begins here.

use std::collections::BTreeMap;

/// What every variable of ours begins with.
pub(super) const PREFIX: &str = "MENPAI_";

/// Names the running server, for commands that speak to one.
pub const SERVER_VARIABLE: &str = "MENPAI_SERVER";
/// Holds their API token.
pub const API_TOKEN_VARIABLE: &str = "MENPAI_API_TOKEN";

/// Whether a variable of ours exists.
pub(super) fn is_known(name: &str) -> bool {
    [SERVER_VARIABLE, API_TOKEN_VARIABLE].contains(&name) || Key::ALL.iter().any(|key| key.variable() == name)
}

/// One setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// The file of settings.
    Config,
    /// The data directory.
    DataDir,
    /// Address and port to serve on.
    Listen,
    /// The address that people use.
    PublicUrl,
    /// Account name of the first administrator.
    AdminUsername,
    /// Password of the first administrator.
    AdminPassword,
    /// The file that holds it instead.
    AdminPasswordFile,
    /// The certificate chain.
    TlsCert,
    /// Its key.
    TlsKey,
    /// Whether a certificate of our own is made.
    TlsSelfSigned,
    /// Where plain HTTP is sent to HTTPS.
    RedirectListen,
    /// Where an ACME client lays what a certificate authority asks for.
    AcmeWebroot,
    /// For how long browsers are told to come by HTTPS only.
    HstsSeconds,
    /// The directory of backups.
    BackupDir,
    /// Encrypts backups.
    BackupPassphrase,
    /// The file that holds it instead.
    BackupPassphraseFile,
    /// Proxies whose word about the client is taken.
    TrustedProxies,
    /// Who may read the metrics.
    MetricsAllow,
    /// What a reader of the metrics can show instead.
    MetricsToken,
    /// The file that holds it instead.
    MetricsTokenFile,
    /// DingTalk's older API.
    DingTalkOapiUrl,
    /// DingTalk's newer API.
    DingTalkApiUrl,
    /// DingTalk's sign-in pages.
    DingTalkLoginUrl,
    /// Calls per second per application and API.
    DingTalkQps,
    /// An HTTP proxy for calls to DingTalk.
    DingTalkProxy,
    /// Certificates that are trusted beside the system's.
    DingTalkExtraCa,
    /// Private networks that webhooks may call.
    WebhookAllowPrivate,
    /// What to log.
    Log,
}

/// What the settings are read for: some defaults differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The appliance, and every command that works on its data.
    Serve,
    /// The demo: it stays on this machine unless told otherwise.
    Demo,
}

impl Key {
    /// Every setting, in the order in which they are shown.
    pub const ALL: [Self; 28] = [
        Self::Config,
        Self::DataDir,
        Self::Listen,
        Self::PublicUrl,
        Self::AdminUsername,
        Self::AdminPassword,
        Self::AdminPasswordFile,
        Self::TlsCert,
        Self::TlsKey,
        Self::TlsSelfSigned,
        Self::RedirectListen,
        Self::AcmeWebroot,
        Self::HstsSeconds,
        Self::BackupDir,
        Self::BackupPassphrase,
        Self::BackupPassphraseFile,
        Self::TrustedProxies,
        Self::MetricsAllow,
        Self::MetricsToken,
        Self::MetricsTokenFile,
        Self::DingTalkOapiUrl,
        Self::DingTalkApiUrl,
        Self::DingTalkLoginUrl,
        Self::DingTalkQps,
        Self::DingTalkProxy,
        Self::DingTalkExtraCa,
        Self::WebhookAllowPrivate,
        Self::Log,
    ];

    /// The name of its environment variable.
    pub fn variable(self) -> &'static str {
        match self {
            Self::Config => "MENPAI_CONFIG",
            Self::DataDir => "MENPAI_DATA_DIR",
            Self::Listen => "MENPAI_LISTEN",
            Self::PublicUrl => "MENPAI_PUBLIC_URL",
            Self::AdminUsername => "MENPAI_ADMIN_USERNAME",
            Self::AdminPassword => "MENPAI_ADMIN_PASSWORD",
            Self::AdminPasswordFile => "MENPAI_ADMIN_PASSWORD_FILE",
            Self::TlsCert => "MENPAI_TLS_CERT",
            Self::TlsKey => "MENPAI_TLS_KEY",
            Self::TlsSelfSigned => "MENPAI_TLS_SELF_SIGNED",
            Self::RedirectListen => "MENPAI_REDIRECT_LISTEN",
            Self::AcmeWebroot => "MENPAI_ACME_WEBROOT",
            Self::HstsSeconds => "MENPAI_HSTS_SECONDS",
            Self::BackupDir => "MENPAI_BACKUP_DIR",
            Self::BackupPassphrase => "MENPAI_BACKUP_PASSPHRASE",
            Self::BackupPassphraseFile => "MENPAI_BACKUP_PASSPHRASE_FILE",
            Self::TrustedProxies => "MENPAI_TRUSTED_PROXIES",
            Self::MetricsAllow => "MENPAI_METRICS_ALLOW",
            Self::MetricsToken => "MENPAI_METRICS_TOKEN",
            Self::MetricsTokenFile => "MENPAI_METRICS_TOKEN_FILE",
            Self::DingTalkOapiUrl => "MENPAI_DINGTALK_OAPI_URL",
            Self::DingTalkApiUrl => "MENPAI_DINGTALK_API_URL",
            Self::DingTalkLoginUrl => "MENPAI_DINGTALK_LOGIN_URL",
            Self::DingTalkQps => "MENPAI_DINGTALK_QPS",
            Self::DingTalkProxy => "MENPAI_DINGTALK_PROXY",
            Self::DingTalkExtraCa => "MENPAI_DINGTALK_EXTRA_CA",
            Self::WebhookAllowPrivate => "MENPAI_WEBHOOK_ALLOW_PRIVATE",
            Self::Log => "MENPAI_LOG",
        }
    }

    /// Its name in the file of settings: the variable's without the beginning, in small letters.
    pub fn name_in_file(self) -> String {
        self.variable().trim_start_matches(PREFIX).to_ascii_lowercase()
    }

    /// Whether its value must not be shown.
    pub fn is_secret(self) -> bool {
        matches!(self, Self::AdminPassword | Self::BackupPassphrase | Self::MetricsToken)
    }

    pub(super) fn default_value(self, purpose: Purpose) -> Option<&'static str> {
        match (self, purpose) {
            (Self::DataDir, _) => Some("./menpai-data"),
            (Self::Listen, Purpose::Serve) => Some("0.0.0.0:3100"),
            (Self::Listen, Purpose::Demo) => Some("127.0.0.1:3100"),
            (Self::DingTalkOapiUrl, _) => Some("https://oapi.dingtalk.com"),
            (Self::DingTalkApiUrl, _) => Some("https://api.dingtalk.com"),
            (Self::DingTalkLoginUrl, _) => Some("https://login.dingtalk.com"),
            (Self::TlsSelfSigned, _) => Some("false"),
            (Self::HstsSeconds, _) => Some("0"),
            (Self::MetricsAllow, _) => Some("loopback"),
            (Self::DingTalkQps, _) => Some("18"),
            (Self::Log, _) => Some("info"),
            (
                Self::Config
                | Self::TlsCert
                | Self::TlsKey
                | Self::RedirectListen
                | Self::AcmeWebroot
                | Self::DingTalkProxy
                | Self::DingTalkExtraCa
                | Self::PublicUrl
                | Self::AdminUsername
                | Self::AdminPassword
                | Self::AdminPasswordFile
                | Self::BackupDir
                | Self::BackupPassphrase
                | Self::BackupPassphraseFile
                | Self::TrustedProxies
                | Self::MetricsToken
                | Self::MetricsTokenFile
                | Self::WebhookAllowPrivate,
                _,
            ) => None,
        }
    }
}

/// The settings as flags; a password has none, since everybody on the machine could read it there.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Flags {
    /// The TOML file of settings [env: MENPAI_CONFIG] [default: menpai.toml in the data directory, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<String>,
    /// Database, sealing key, backups, lock [env: MENPAI_DATA_DIR] [default: ./menpai-data]
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<String>,
    /// Address and port to serve on [env: MENPAI_LISTEN] [default: 0.0.0.0:3100, for demo 127.0.0.1:3100]
    #[arg(long, global = true, value_name = "ADDRESS")]
    listen: Option<String>,
    /// The address that people use, for links and redirect checks [env: MENPAI_PUBLIC_URL]
    #[arg(long, global = true, value_name = "URL")]
    public_url: Option<String>,
    /// Create this first administrator while there is none [env: MENPAI_ADMIN_USERNAME]
    #[arg(long, global = true, value_name = "NAME")]
    admin_username: Option<String>,
    /// The file that holds the first administrator's password [env: MENPAI_ADMIN_PASSWORD_FILE]
    #[arg(long, global = true, value_name = "FILE")]
    admin_password_file: Option<String>,
    /// The certificate chain for HTTPS, PEM [env: MENPAI_TLS_CERT]
    #[arg(long, global = true, value_name = "FILE")]
    tls_cert: Option<String>,
    /// Its private key, PEM [env: MENPAI_TLS_KEY]
    #[arg(long, global = true, value_name = "FILE")]
    tls_key: Option<String>,
    /// Serve HTTPS with a certificate of our own: true or false [env: MENPAI_TLS_SELF_SIGNED] [default: false]
    #[arg(long, global = true, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    tls_self_signed: Option<String>,
    /// A second address that sends plain HTTP to HTTPS [env: MENPAI_REDIRECT_LISTEN]
    #[arg(long, global = true, value_name = "ADDRESS")]
    redirect_listen: Option<String>,
    /// The directory an ACME client puts HTTP-01 answers into, served over plain HTTP [env: MENPAI_ACME_WEBROOT]
    #[arg(long, global = true, value_name = "DIR")]
    acme_webroot: Option<String>,
    /// Tell browsers to come by HTTPS only, for so long [env: MENPAI_HSTS_SECONDS] [default: 0, not at all]
    #[arg(long, global = true, value_name = "N")]
    hsts_seconds: Option<String>,
    /// The directory of backups [env: MENPAI_BACKUP_DIR] [default: backups in the data directory]
    #[arg(long, global = true, value_name = "DIR")]
    backup_dir: Option<String>,
    /// The file that holds the passphrase of backups; with one, they are encrypted [env: MENPAI_BACKUP_PASSPHRASE_FILE]
    #[arg(long, global = true, value_name = "FILE")]
    backup_passphrase_file: Option<String>,
    /// Proxies that say who the client is: IP addresses or ranges with commas [env: MENPAI_TRUSTED_PROXIES]
    #[arg(long, global = true, value_name = "RANGES")]
    trusted_proxies: Option<String>,
    /// Who may read /metrics: loopback, any, or IP addresses with commas [env: MENPAI_METRICS_ALLOW] [default: loopback]
    #[arg(long, global = true, value_name = "WHO")]
    metrics_allow: Option<String>,
    /// The file that holds a token for reading /metrics from elsewhere [env: MENPAI_METRICS_TOKEN_FILE]
    #[arg(long, global = true, value_name = "FILE")]
    metrics_token_file: Option<String>,
    /// DingTalk's older API [env: MENPAI_DINGTALK_OAPI_URL] [default: oapi.dingtalk.com]
    #[arg(long, global = true, value_name = "URL")]
    dingtalk_oapi_url: Option<String>,
    /// DingTalk's newer API [env: MENPAI_DINGTALK_API_URL] [default: api.dingtalk.com]
    #[arg(long, global = true, value_name = "URL")]
    dingtalk_api_url: Option<String>,
    /// DingTalk's sign-in pages [env: MENPAI_DINGTALK_LOGIN_URL] [default: login.dingtalk.com]
    #[arg(long, global = true, value_name = "URL")]
    dingtalk_login_url: Option<String>,
    /// DingTalk calls per second per application and API, 0 = no limit [env: MENPAI_DINGTALK_QPS] [default: 18]
    #[arg(long, global = true, value_name = "N")]
    dingtalk_qps: Option<String>,
    /// An HTTP proxy for calls to DingTalk [env: MENPAI_DINGTALK_PROXY]
    #[arg(long, global = true, value_name = "URL")]
    dingtalk_proxy: Option<String>,
    /// PEM certificates trusted beside the system's for calls to DingTalk [env: MENPAI_DINGTALK_EXTRA_CA]
    #[arg(long, global = true, value_name = "FILE")]
    dingtalk_extra_ca: Option<String>,
    /// Private networks that webhooks may call, such as 10.1.0.0/16,192.168.7.9 [env: MENPAI_WEBHOOK_ALLOW_PRIVATE]
    #[arg(long, global = true, value_name = "NETWORKS")]
    webhook_allow_private: Option<String>,
    /// A level, or directives such as info,menpai::dingtalk=debug [env: MENPAI_LOG] [default: info]
    #[arg(long, global = true, value_name = "FILTER")]
    log: Option<String>,
}

impl Flags {
    /// Whether the address to serve on stands among them.
    pub fn names_address(&self) -> bool {
        self.listen.is_some()
    }

    pub(super) fn given(&self) -> BTreeMap<Key, &str> {
        [
            (Key::Config, &self.config),
            (Key::DataDir, &self.data_dir),
            (Key::Listen, &self.listen),
            (Key::PublicUrl, &self.public_url),
            (Key::AdminUsername, &self.admin_username),
            (Key::AdminPasswordFile, &self.admin_password_file),
            (Key::TlsCert, &self.tls_cert),
            (Key::TlsKey, &self.tls_key),
            (Key::TlsSelfSigned, &self.tls_self_signed),
            (Key::RedirectListen, &self.redirect_listen),
            (Key::AcmeWebroot, &self.acme_webroot),
            (Key::HstsSeconds, &self.hsts_seconds),
            (Key::BackupDir, &self.backup_dir),
            (Key::BackupPassphraseFile, &self.backup_passphrase_file),
            (Key::TrustedProxies, &self.trusted_proxies),
            (Key::MetricsAllow, &self.metrics_allow),
            (Key::MetricsTokenFile, &self.metrics_token_file),
            (Key::DingTalkOapiUrl, &self.dingtalk_oapi_url),
            (Key::DingTalkApiUrl, &self.dingtalk_api_url),
            (Key::DingTalkLoginUrl, &self.dingtalk_login_url),
            (Key::DingTalkQps, &self.dingtalk_qps),
            (Key::DingTalkProxy, &self.dingtalk_proxy),
            (Key::DingTalkExtraCa, &self.dingtalk_extra_ca),
            (Key::WebhookAllowPrivate, &self.webhook_allow_private),
            (Key::Log, &self.log),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key, value.as_deref()?)))
        .collect()
    }
}
