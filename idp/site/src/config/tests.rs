use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Deserialize;

use super::*;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    server: Server,
    #[serde(default)]
    smtp: Option<Smtp>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Server {
    issuer: url::Url,
    #[serde(default)]
    loopback: bool,
    #[serde(default)]
    proxies: Vec<String>,
    #[serde(default)]
    format: Format,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Smtp {
    port: u16,
    password: String,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    #[default]
    Pretty,
    Json,
}

struct File(PathBuf);

impl File {
    fn new(text: &str) -> Self {
        static MADE: AtomicUsize = AtomicUsize::new(0);
        let name = format!("sekisho-config-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::SeqCst));
        let path = std::env::temp_dir().join(name);
        fs::write(&path, text).unwrap();
        Self(path)
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn vars(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn refused(text: &str, pairs: &[(&str, &str)]) -> String {
    let file = File::new(text);
    let error = load_from::<Settings>(Some(&file.0), "SEKISHO", vars(pairs)).unwrap_err();
    let printed = error.to_string();
    assert!(!format!("{printed} {error:?}").contains("himitsu"), "{printed}");
    printed.replace(&file.0.display().to_string(), "FILE")
}

const PLAIN: &str = "[server]\nissuer = 'https://id.example.jp'\n";

#[test]
fn the_environment_overrides_the_file_in_the_type_that_is_asked_for() {
    let file = File::new(&format!("{PLAIN}proxies = ['10.0.0.1']\n[smtp]\nport = 25\npassword = 'a'\n"));
    let secret = File::new("12345\n");
    let settings: Settings = load_from(
        Some(&file.0),
        "SEKISHO",
        vars(&[
            ("SEKISHO__SERVER__LOOPBACK", "true"),
            ("SEKISHO__SERVER__PROXIES", "10.0.0.2, 10.0.0.3"),
            ("SEKISHO__SERVER__FORMAT", "json"),
            ("SEKISHO__SMTP__PORT", "2525"),
            ("SEKISHO__SMTP__PASSWORD_FILE", &secret.0.display().to_string()),
            ("SEKISHO_TEST_POSTGRES", "ignored"),
        ]),
    )
    .unwrap();
    assert!(settings.server.loopback);
    assert_eq!(settings.server.issuer.as_str(), "https://id.example.jp/");
    assert_eq!(settings.server.proxies, ["10.0.0.2", "10.0.0.3"]);
    assert_eq!(settings.server.format, Format::Json);
    let smtp = settings.smtp.unwrap();
    assert_eq!((smtp.port, smtp.password.as_str()), (2525, "12345"));
}

#[test]
fn the_environment_alone_is_enough() {
    let settings: Settings =
        load_from(None, "SEKISHO", vars(&[("SEKISHO__SERVER__ISSUER", "https://id.example.jp")])).unwrap();
    assert!(settings.smtp.is_none());
}

#[test]
fn lo_01_what_does_not_fit_is_named_by_file_and_key_without_its_value() {
    let cases = [
        (format!("{PLAIN}prot = 1"), vec![], "FILE: server: unknown field `prot`"),
        ("[sever]".to_owned(), vec![], "FILE: unknown field `sever`"),
        ("[server]\n".to_owned(), vec![], "FILE: server: missing field `issuer`"),
        (format!("{PLAIN}loopback = 'himitsu'"), vec![], "FILE: server.loopback: expected a boolean"),
        (format!("{PLAIN}[smtp]\nport = 'himitsu'\npassword = ''"), vec![], "FILE: smtp.port: expected u16"),
        (format!("{PLAIN}[smtp]\nport = 70000\npassword = ''"), vec![], "FILE: smtp.port: expected u16"),
        (format!("{PLAIN}proxies = ['a', 1]"), vec![], "FILE: server.proxies.item 2: expected a string"),
        (
            PLAIN.to_owned(),
            vec![("SEKISHO__SERVER__LOOPBACK", "himitsu")],
            "SEKISHO__SERVER__LOOPBACK: server.loopback: expected true or false",
        ),
        (
            PLAIN.to_owned(),
            vec![("SEKISHO__SERVER__PROT", "himitsu")],
            "SEKISHO__SERVER__PROT: server: unknown",
        ),
        (
            PLAIN.to_owned(),
            vec![("SEKISHO__SERVER", "himitsu")],
            "SEKISHO__SERVER: names a section and a value",
        ),
        ("[server]\nissuer = himitsu".to_owned(), vec![], "FILE, line 2: "),
    ];
    for (text, pairs, expected) in cases {
        let message = refused(&text, &pairs);
        assert!(message.starts_with(expected), "{message}\n  expected: {expected}");
    }
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = read::<Settings>(Path::new("no/such.toml")).unwrap_err();
    assert!(error.to_string().starts_with("no/such.toml: "), "{error}");
}
