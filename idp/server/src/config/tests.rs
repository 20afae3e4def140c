//! What is refused at the start, and how it is named.

use super::*;

fn config(server: &str) -> Config {
    let text = format!(
        r#"
server = {{ listen = "127.0.0.1:0", {server} }}
database = {{ url = "sqlite::memory:" }}
secrets = {{ master_key_path = "k" }}
mail = {{ host = "localhost", port = 25, security = "none" }}
sms = {{ url = "https://sms.example.jp/", token = "t" }}
"#
    );
    toml::from_str(&text).unwrap()
}

#[test]
fn the_sample_can_be_served_from_and_allows_nothing_beyond_the_defaults() {
    let sample = include_str!("../../../../config/sekisho.toml");
    let config: Config = toml::from_str(sample).unwrap();
    config.check().unwrap();
    assert!(config.server.tls.is_none());
    assert!(config.outbound.trusted_ca.is_none() && config.outbound.private_hosts.is_empty());
}

#[test]
fn lo_06_plain_http_stays_on_this_machine_and_goes_with_no_certificate() {
    let tls = r#"tls = { certificate = "c", key = "k" }"#;
    for (server, refused) in [
        (r#"issuer = "https://id.example.jp""#.to_owned(), ""),
        (format!(r#"issuer = "https://id.example.jp", {tls}"#), ""),
        (format!(r#"issuer = "https://localhost:8443", loopback = true, {tls}"#), ""),
        (r#"issuer = "http://localhost:8080", loopback = true"#.to_owned(), ""),
        (r#"issuer = "http://localhost:8080""#.to_owned(), "server.issuer"),
        (r#"issuer = "http://id.example.jp", loopback = true"#.to_owned(), "server.loopback"),
        (r#"issuer = "https://id.example.jp/op""#.to_owned(), "server.issuer"),
        (
            format!(r#"issuer = "http://localhost:8080", loopback = true, {tls}"#),
            "server.tls: the issuer is http",
        ),
    ] {
        let said = config(&server).check().map_or_else(|unfit| unfit.to_string(), |()| String::new());
        assert!(said.starts_with(refused) && said.is_empty() == refused.is_empty(), "{server}: {said}");
    }
}

#[test]
fn whom_to_ask_is_read_from_the_environment_too() {
    let variables = [
        ("SEKISHO__OUTBOUND__PRIVATE_HOSTS", "suite.example.jp, rp.sekisho.test=127.0.0.1"),
        ("SEKISHO__SERVER__TLS__CERTIFICATE", "/run/id.pem"),
        ("SEKISHO__SERVER__TLS__KEY", "/run/id.key"),
    ];
    let path = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/sekisho.toml"));
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config: Config = sekisho_site::config::load_from(Some(path), "SEKISHO", variables).unwrap();
    assert_eq!(config.outbound.private_hosts.len(), 2);
    assert_eq!(config.server.tls.unwrap().key, PathBuf::from("/run/id.key"));
}
