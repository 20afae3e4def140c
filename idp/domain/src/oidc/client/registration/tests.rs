use super::super::{Credential, Subject};
use super::*;
use crate::ids::InsurerCode;

const GOOD: &str = r#"
id = "certificate"
name = { ja = "資格証明", en = "Eligibility certificate" }
insurers = ["aoba"]
redirect_uris = ["https://rp.example/callback"]
secret_sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
scopes = ["openid", "insurance"]
"#;

fn parse(toml: &str) -> Result<Client, Refusal> {
    toml::from_str::<Registration>(toml).unwrap().parse(false)
}

fn altered(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "{from}");
    GOOD.replace(from, to)
}

fn field(toml: &str) -> &'static str {
    parse(toml).unwrap_err().field
}

#[test]
fn what_is_left_out_is_the_safe_choice() {
    let client = parse(GOOD).unwrap();
    assert_eq!(client.pkce, Pkce::Required);
    assert_eq!(client.id_token_alg, Alg::Rs256);
    assert_eq!(client.subject, Subject::Pairwise("rp.example".to_owned()));
    assert!(matches!(client.credential, Credential::Basic(_)));
    assert!(!client.first_party && client.min_acr.is_none());
}

#[test]
fn a_registration_survives_storage() {
    let registration: Registration = toml::from_str(GOOD).unwrap();
    let row = serde_json::to_string(&registration).unwrap();
    assert_eq!(serde_json::from_str::<Registration>(&row).unwrap(), registration);
}

#[test]
fn unknown_keys_and_words_are_refused() {
    for extra in
        ["colour = 'red'", "pkce = 'plain'", "id_token_signed_response_alg = 'none'", "profile = 'lax'"]
    {
        assert!(toml::from_str::<Registration>(&format!("{GOOD}\n{extra}")).is_err(), "{extra}");
    }
    assert!(toml::from_str::<Registration>(&altered("[\"aoba\"]", "\"some\"")).is_err());
}

#[test]
fn each_broken_rule_names_its_key() {
    let secret = "secret_sha256 = \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\"";
    let public = altered(secret, "token_endpoint_auth_method = 'none'");
    let cases = [
        (altered("[\"aoba\"]", "[]"), "insurers"),
        (altered("ja = \"資格証明\"", "ja = ' '"), "name"),
        (altered("\"openid\", ", ""), "scopes"),
        (altered("\"openid\", ", "\"openid\", \"offline_access\", "), "scopes"),
        (altered("\"https://rp.example/callback\"", ""), "redirect_uris"),
        (altered("https://rp.example/callback", "http://rp.example/callback"), "redirect_uris"),
        (altered(secret, ""), "secret_sha256"),
        (format!("{GOOD}token_endpoint_auth_method = 'none'"), "secret_sha256"),
        (format!("{public}pkce = 'optional'"), "pkce"),
        (format!("{GOOD}grant_types = []"), "grant_types"),
        (format!("{GOOD}grant_types = ['refresh_token']"), "grant_types"),
        (format!("{public}grant_types = ['authorization_code', 'client_credentials']"), "grant_types"),
        (format!("{GOOD}grant_types = ['client_credentials']"), "scopes"),
        (format!("{GOOD}jwks = {{ keys = [] }}"), "jwks"),
        (altered(secret, "token_endpoint_auth_method = 'private_key_jwt'"), "jwks"),
        (format!("{GOOD}token_endpoint_auth_method = 'private_key_jwt'"), "secret_sha256"),
        (format!("{GOOD}resources = ['api']"), "resources"),
        (format!("{GOOD}serves = ['https://api.example.jp/#x']"), "serves"),
        (format!("{GOOD}profile = 'fapi2-security'"), "profile"),
        (format!("{GOOD}profile = 'fapi2-message-signing'"), "profile"),
        (format!("{GOOD}sector = 'A/b'"), "sector"),
        (format!("{GOOD}post_logout_redirect_uris = ['javascript:x']"), "post_logout_redirect_uris"),
        (format!("{GOOD}backchannel_logout_uri = 'http://rp.example/out'"), "backchannel_logout_uri"),
        (format!("{GOOD}initiate_login_uri = 'data:x'"), "initiate_login_uri"),
    ];
    for (toml, expected) in cases {
        assert_eq!(field(&toml), expected, "{toml}");
    }
    assert!(!parse(&public).unwrap().is_confidential());
}

#[test]
fn redirect_uris_at_two_hosts_need_a_declared_sector() {
    let two =
        altered("[\"https://rp.example/callback\"]", "['https://a.example/cb', 'https://b.example/cb']");
    assert_eq!(field(&two), "sector");
    let declared = parse(&format!("{two}sector = 'example.jp'")).unwrap();
    assert_eq!(declared.subject, Subject::Pairwise("example.jp".to_owned()));
    let app = altered("https://rp.example/callback", "http://127.0.0.1/cb");
    assert_eq!(field(&format!("{app}application = 'native'")), "sector");
    let public = parse(&format!("{two}subject_type = 'public'")).unwrap();
    assert_eq!(public.subject, Subject::Public);
}

#[test]
fn a_secret_being_changed_is_two_digests() {
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let two = altered(&format!("\"{digest}\""), &format!("['{digest}', '{}']", digest.replace('b', "c")));
    assert!(matches!(parse(&two).unwrap().credential, Credential::Basic(both) if both.len() == 2));
}

#[test]
fn assurance_that_an_insurer_cannot_reach_is_refused() {
    let aoba: InsurerCode = "aoba".parse().unwrap();
    let client = parse(&format!("{GOOD}min_acr = 'urn:sekisho:acr:2f'")).unwrap();
    let known = [aoba.clone()];
    assert!(client.check_insurers(&known, |_| Some(Acr::TwoFactor)).is_ok());
    assert_eq!(client.check_insurers(&known, |_| Some(Acr::OneFactor)).unwrap_err().field, "min_acr");
    assert_eq!(client.check_insurers(&[], |_| Some(Acr::TwoFactor)).unwrap_err().field, "insurers");
}

#[test]
fn a_client_without_people_needs_neither_address_nor_scope() {
    let machine = altered(
        "redirect_uris = [\"https://rp.example/callback\"]",
        "resources = ['https://api.example.jp']",
    )
    .replace("scopes = [\"openid\", \"insurance\"]", "grant_types = ['client_credentials']");
    let client = parse(&machine).unwrap();
    assert!(client.may_use(GrantType::ClientCredentials) && !client.may_use(GrantType::AuthorizationCode));
    assert_eq!(client.resources, ["https://api.example.jp"]);
    let led = format!("{machine}redirect_uris = ['https://rp.example/callback']");
    assert_eq!(field(&led), "redirect_uris");
}

#[test]
fn offline_access_goes_with_refresh_tokens() {
    let offline = altered("\"openid\", ", "\"openid\", \"offline_access\", ");
    let both = format!("{offline}grant_types = ['authorization_code', 'refresh_token']");
    assert!(parse(&both).unwrap().may_use(GrantType::RefreshToken));
}

#[test]
fn a_client_with_keys_keeps_them_through_storage() {
    let key = crate::jose::SigningKey::generate(Alg::Ps256).unwrap();
    let mut registration: Registration = toml::from_str(GOOD).unwrap();
    registration.secret_sha256 = None;
    registration.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt;
    let jwk = serde_json::to_value(key.public().jwk()).unwrap();
    registration.jwks = Some(serde_json::from_value(serde_json::json!({ "keys": [jwk] })).unwrap());
    let row = serde_json::to_string(&registration).unwrap();
    let read: Registration = serde_json::from_str(&row).unwrap();
    assert_eq!(read, registration);
    let Credential::Keys(keys) = read.parse(false).unwrap().credential else { panic!("no keys") };
    assert!(keys.find(key.kid()).is_some());
}
