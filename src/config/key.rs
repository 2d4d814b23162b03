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
    /// The directory of backups.
    BackupDir,
    /// Encrypts backups.
    BackupPassphrase,
    /// The file that holds it instead.
    BackupPassphraseFile,
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
    pub const ALL: [Self; 17] = [
        Self::DataDir,
        Self::Listen,
        Self::PublicUrl,
        Self::AdminUsername,
        Self::AdminPassword,
        Self::AdminPasswordFile,
        Self::BackupDir,
        Self::BackupPassphrase,
        Self::BackupPassphraseFile,
        Self::MetricsAllow,
        Self::MetricsToken,
        Self::MetricsTokenFile,
        Self::DingTalkOapiUrl,
        Self::DingTalkApiUrl,
        Self::DingTalkLoginUrl,
        Self::DingTalkQps,
        Self::Log,
    ];

    /// The name of its environment variable.
    pub fn variable(self) -> &'static str {
        match self {
            Self::DataDir => "MENPAI_DATA_DIR",
            Self::Listen => "MENPAI_LISTEN",
            Self::PublicUrl => "MENPAI_PUBLIC_URL",
            Self::AdminUsername => "MENPAI_ADMIN_USERNAME",
            Self::AdminPassword => "MENPAI_ADMIN_PASSWORD",
            Self::AdminPasswordFile => "MENPAI_ADMIN_PASSWORD_FILE",
            Self::BackupDir => "MENPAI_BACKUP_DIR",
            Self::BackupPassphrase => "MENPAI_BACKUP_PASSPHRASE",
            Self::BackupPassphraseFile => "MENPAI_BACKUP_PASSPHRASE_FILE",
            Self::MetricsAllow => "MENPAI_METRICS_ALLOW",
            Self::MetricsToken => "MENPAI_METRICS_TOKEN",
            Self::MetricsTokenFile => "MENPAI_METRICS_TOKEN_FILE",
            Self::DingTalkOapiUrl => "MENPAI_DINGTALK_OAPI_URL",
            Self::DingTalkApiUrl => "MENPAI_DINGTALK_API_URL",
            Self::DingTalkLoginUrl => "MENPAI_DINGTALK_LOGIN_URL",
            Self::DingTalkQps => "MENPAI_DINGTALK_QPS",
            Self::Log => "MENPAI_LOG",
        }
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
            (Self::MetricsAllow, _) => Some("loopback"),
            (Self::DingTalkQps, _) => Some("18"),
            (Self::Log, _) => Some("info"),
            (
                Self::PublicUrl
                | Self::AdminUsername
                | Self::AdminPassword
                | Self::AdminPasswordFile
                | Self::BackupDir
                | Self::BackupPassphrase
                | Self::BackupPassphraseFile
                | Self::MetricsToken
                | Self::MetricsTokenFile,
                _,
            ) => None,
        }
    }
}

/// The settings as flags; a password has none, since everybody on the machine could read it there.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Flags {
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
    /// The directory of backups [env: MENPAI_BACKUP_DIR] [default: backups in the data directory]
    #[arg(long, global = true, value_name = "DIR")]
    backup_dir: Option<String>,
    /// The file that holds the passphrase of backups; with one, they are encrypted [env: MENPAI_BACKUP_PASSPHRASE_FILE]
    #[arg(long, global = true, value_name = "FILE")]
    backup_passphrase_file: Option<String>,
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
    /// A level, or directives such as info,menpai::dingtalk=debug [env: MENPAI_LOG] [default: info]
    #[arg(long, global = true, value_name = "FILTER")]
    log: Option<String>,
}

impl Flags {
    pub(super) fn given(&self) -> BTreeMap<Key, &str> {
        [
            (Key::DataDir, &self.data_dir),
            (Key::Listen, &self.listen),
            (Key::PublicUrl, &self.public_url),
            (Key::AdminUsername, &self.admin_username),
            (Key::AdminPasswordFile, &self.admin_password_file),
            (Key::BackupDir, &self.backup_dir),
            (Key::BackupPassphraseFile, &self.backup_passphrase_file),
            (Key::MetricsAllow, &self.metrics_allow),
            (Key::MetricsTokenFile, &self.metrics_token_file),
            (Key::DingTalkOapiUrl, &self.dingtalk_oapi_url),
            (Key::DingTalkApiUrl, &self.dingtalk_api_url),
            (Key::DingTalkLoginUrl, &self.dingtalk_login_url),
            (Key::DingTalkQps, &self.dingtalk_qps),
            (Key::Log, &self.log),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key, value.as_deref()?)))
        .collect()
    }
}
