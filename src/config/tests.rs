//! What an operator can write, and what comes of it.

use clap::Parser;

use super::*;

#[derive(Parser)]
struct CommandLine {
    #[command(flatten)]
    flags: Flags,
}

fn flags(words: &[&str]) -> Flags {
    CommandLine::parse_from(std::iter::once(&"menpai").chain(words)).flags
}

fn variables(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// A disk with one file.
fn one_file(name: &'static str, text: &'static str) -> impl Fn(&Path) -> io::Result<String> {
    move |path| if path == Path::new(name) { Ok(text.to_owned()) } else { no_file(path) }
}

fn no_file(_: &Path) -> io::Result<String> {
    Err(io::ErrorKind::NotFound.into())
}

fn load(words: &[&str], pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::load(Purpose::Serve, &flags(words), &variables(pairs), &no_file)
}

/// The English sentences of a refusal.
fn refusal(pairs: &[(&str, &str)]) -> String {
    load(&[], pairs).expect_err("a refusal").to_string()
}

#[test]
fn nothing_set_is_a_working_configuration() {
    let config = load(&[], &[]).unwrap();
    assert_eq!(config.listen.to_string(), "0.0.0.0:3100");
    assert_eq!(config.data_dir, Path::new("./menpai-data"));
    assert_eq!(config.dingtalk.qps, Some(18));
    assert!(config.first_administrator.is_none() && config.public_url.is_none());
    let demo = Config::load(Purpose::Demo, &Flags::default(), &variables(&[]), &no_file).unwrap();
    assert_eq!(demo.listen.to_string(), "127.0.0.1:3100");
}

#[test]
fn a_flag_rules_over_the_environment_and_that_over_the_default() {
    let environment =
        variables(&[("MENPAI_LISTEN", "127.0.0.1:1"), ("MENPAI_LOG", "debug"), ("MENPAI_PUBLIC_URL", "")]);
    let settings =
        Settings::collect(Purpose::Serve, &flags(&["--listen", "[::1]:2"]), &environment, &no_file).unwrap();
    let config = Config::from_settings(&settings, &no_file).unwrap();
    assert_eq!((config.listen.to_string().as_str(), config.log.as_str()), ("[::1]:2", "debug"));
    assert!(config.public_url.is_none(), "an empty variable counts as not set");
    let table = settings.to_string();
    let origin = |name: &str| table.lines().find(|line| line.starts_with(name)).unwrap().rsplit(' ').next();
    assert_eq!(origin("MENPAI_LISTEN"), Some("flag"));
    assert_eq!(origin("MENPAI_LOG"), Some("environment"));
    assert_eq!(origin("MENPAI_DINGTALK_QPS"), Some("default"));
}

#[test]
fn addresses_lose_their_last_slash_and_must_be_addresses() {
    let config = load(&[], &[("MENPAI_DINGTALK_OAPI_URL", "http://127.0.0.1:8081/oapi/")]).unwrap();
    assert_eq!(config.dingtalk.oapi_url, "http://127.0.0.1:8081/oapi");
    for bad in
        ["ftp://x", "https://", "https://h:port", "https://h/?q=1", "http://a b", "https://me:secret@host"]
    {
        let sentence = refusal(&[("MENPAI_PUBLIC_URL", bad)]);
        assert!(sentence.contains("MENPAI_PUBLIC_URL") && !sentence.contains("secret"), "{sentence}");
    }
}

#[test]
fn every_problem_is_told_at_once_with_the_value_and_its_origin() {
    let sentence =
        refusal(&[("MENPAI_LISTEN", "3100"), ("MENPAI_DINGTALK_QPS", "-1"), ("MENPAI_LOG", "a=b")]);
    for part in
        ["MENPAI_LISTEN=3100 (environment)", "MENPAI_DINGTALK_QPS=-1", "MENPAI_LOG=a=b", "IP 地址:端口"]
    {
        assert!(sentence.contains(part), "{part} in {sentence}");
    }
}

#[test]
fn a_misspelt_variable_is_refused_and_the_nearest_named() {
    let sentence = refusal(&[("MENPAI_DATADIR", "x"), ("MENPAI_DINGTALK_QSP", "1")]);
    assert!(sentence.contains("the nearest is MENPAI_DATA_DIR"), "{sentence}");
    assert!(sentence.contains("the nearest is MENPAI_DINGTALK_QPS"), "{sentence}");
}

#[test]
fn the_first_administrator_needs_a_name_and_one_password() {
    let name = ("MENPAI_ADMIN_USERNAME", "admin");
    let password = ("MENPAI_ADMIN_PASSWORD", "hunter2hunter2");
    let config = load(&[], &[name, password]).unwrap();
    let first = config.first_administrator.as_ref().unwrap();
    assert_eq!((first.username.as_str(), first.password.reveal()), ("admin", "hunter2hunter2"));
    assert!(!format!("{config:?}").contains("hunter2"));
    assert!(refusal(&[name]).contains("only one is set"));
    assert!(refusal(&[password]).contains("only one is set"));
    assert!(refusal(&[name, password, ("MENPAI_ADMIN_PASSWORD_FILE", "f")]).contains("keep one of them"));
    assert!(refusal(&[name, ("MENPAI_ADMIN_PASSWORD_FILE", "f")]).contains("cannot be read"));
    assert!(refusal(&[("MENPAI_ADMIN_USERNAME", "a b"), password]).contains("no spaces"));
}

#[test]
fn a_password_file_gives_its_first_line() {
    let environment =
        variables(&[("MENPAI_ADMIN_USERNAME", "admin"), ("MENPAI_ADMIN_PASSWORD_FILE", "/run/secret")]);
    let read = one_file("/run/secret", "correct horse\r\n");
    let config = Config::load(Purpose::Serve, &Flags::default(), &environment, &read).unwrap();
    assert_eq!(config.first_administrator.unwrap().password.reveal(), "correct horse");
    let empty = one_file("/run/secret", "\n");
    let empty = Config::load(Purpose::Serve, &Flags::default(), &environment, &empty);
    assert!(empty.expect_err("a refusal").to_string().contains("first line is empty"));
}

#[test]
fn a_secret_is_never_shown() {
    let environment = variables(&[("MENPAI_ADMIN_USERNAME", "admin"), ("MENPAI_ADMIN_PASSWORD", "hunter2")]);
    let settings = Settings::collect(Purpose::Serve, &Flags::default(), &environment, &no_file).unwrap();
    let table = settings.to_string();
    assert!(table.contains("(hidden)") && !table.contains("hunter2"), "{table}");
}

#[test]
fn other_programs_variables_are_none_of_ours() {
    let process = [("PATH", "/bin"), ("MENPAI_LOG", "warn")].map(|(name, value)| (name.into(), value.into()));
    assert_eq!(environment(process).unwrap(), variables(&[("MENPAI_LOG", "warn")]));
}

#[test]
fn a_file_rules_over_defaults_and_nothing_else() {
    const FILE: &str =
        "listen = '127.0.0.1:7'\nlog = \"warn\"\n[dingtalk]\nqps = 5\n[tls]\nself_signed = true\n";
    for (name, words) in
        [("./menpai-data/menpai.toml", &[][..]), ("/etc/m.toml", &["--config", "/etc/m.toml"][..])]
    {
        let read = one_file(name, FILE);
        let environment = variables(&[("MENPAI_LOG", "error")]);
        let settings = Settings::collect(Purpose::Serve, &flags(words), &environment, &read).unwrap();
        let config = Config::from_settings(&settings, &read).unwrap();
        assert_eq!((config.listen.port(), config.log.as_str(), config.dingtalk.qps), (7, "error", Some(5)));
        assert_eq!(config.tls.certificate, Some(TlsCertificate::SelfSigned));
        let table = settings.to_string();
        let line = table.lines().find(|line| line.starts_with("MENPAI_LISTEN")).unwrap();
        assert!(line.ends_with("file"), "{table}");
    }
}

#[test]
fn what_is_wrong_with_the_file_is_told() {
    let told = |text: &'static str| {
        let read = one_file("/m.toml", text);
        let refused = Config::load(Purpose::Serve, &flags(&["--config", "/m.toml"]), &variables(&[]), &read);
        refused.expect_err("a refusal").to_string()
    };
    assert!(told("lsten = 'x'").contains("the nearest is listen"));
    assert!(told("[dingtalk]\nqsp = 1").contains("the nearest is dingtalk_qps"));
    assert!(told("log = 1.5").contains("whole number"));
    let broken = told("log = 'info'\nadmin_password = 'hunter2");
    assert!(broken.contains("line 2") && !broken.contains("hunter2"), "{broken}");
    let missing = Config::load(Purpose::Serve, &flags(&["--config", "/no"]), &variables(&[]), &no_file);
    assert!(missing.expect_err("a refusal").to_string().contains("cannot be read"));
    let inside = one_file("./menpai-data/menpai.toml", "data_dir = '/elsewhere'");
    let refused = Config::load(Purpose::Serve, &Flags::default(), &variables(&[]), &inside);
    assert!(refused.expect_err("a refusal").to_string().contains("lies in the data directory"));
}

#[test]
fn https_needs_both_files_or_neither() {
    let files = load(&[], &[("MENPAI_TLS_CERT", "c.pem"), ("MENPAI_TLS_KEY", "k.pem")]).unwrap();
    let expected = TlsCertificate::Files { certificate: "c.pem".into(), key: "k.pem".into() };
    assert_eq!(files.tls.certificate, Some(expected));
    assert!(load(&["--tls-self-signed"], &[]).unwrap().tls.certificate.is_some());
    assert!(refusal(&[("MENPAI_TLS_CERT", "c.pem")]).contains("belong together"));
    assert!(refusal(&[("MENPAI_REDIRECT_LISTEN", "0.0.0.0:80")]).contains("HTTPS only"));
    let webroot = [("MENPAI_TLS_SELF_SIGNED", "true"), ("MENPAI_ACME_WEBROOT", "/var/lib/menpai-acme")];
    assert!(refusal(&webroot).contains("MENPAI_REDIRECT_LISTEN"));
    assert!(refusal(&[("MENPAI_TLS_SELF_SIGNED", "yes")]).contains("true or false"));
}

#[test]
fn a_proxy_may_hold_a_password_that_is_not_shown() {
    let environment = variables(&[("MENPAI_DINGTALK_PROXY", "http://me:hunter2@proxy:3128")]);
    let settings = Settings::collect(Purpose::Serve, &Flags::default(), &environment, &no_file).unwrap();
    let config = Config::from_settings(&settings, &no_file).unwrap();
    assert!(config.dingtalk.proxy.is_some());
    assert!(!settings.to_string().contains("hunter2") && !format!("{config:?}").contains("hunter2"));
    for bad in ["https://proxy:1", "proxy:3128", "http://", "http://me:hunter2@"] {
        let sentence = refusal(&[("MENPAI_DINGTALK_PROXY", bad)]);
        assert!(sentence.contains("MENPAI_DINGTALK_PROXY") && !sentence.contains("hunter2"), "{sentence}");
    }
    assert!(refusal(&[("MENPAI_DINGTALK_EXTRA_CA", "/no")]).contains("no certificate"));
}

#[test]
fn webhooks_may_call_the_private_networks_that_are_named() {
    let config = load(&[], &[("MENPAI_WEBHOOK_ALLOW_PRIVATE", "10.1.0.0/16, 192.168.7.9")]).unwrap();
    let holds = |text: &str| {
        config.webhook_allow_private.iter().any(|network| network.contains(text.parse().unwrap()))
    };
    assert!(holds("10.1.2.3") && holds("192.168.7.9") && !holds("10.2.0.0"));
    assert!(load(&[], &[]).unwrap().webhook_allow_private.is_empty());
    assert!(refusal(&[("MENPAI_WEBHOOK_ALLOW_PRIVATE", "10.0.0.0/40")]).contains("10.1.0.0/16"));
}
