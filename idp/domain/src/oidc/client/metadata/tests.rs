use super::*;
use crate::oidc::client::Reach;

fn allowance() -> Allowance {
    serde_json::from_value(serde_json::json!({
        "insurers": ["aoba"],
        "scopes": ["openid", "profile", "email", "offline_access"],
    }))
    .unwrap()
}

fn registration(said: &Value) -> Result<Registration, Denied> {
    Metadata::read(&serde_json::to_vec(said).unwrap())?.registration("c".parse().unwrap(), &allowance())
}

fn with(changes: &Value) -> Value {
    let mut said = serde_json::json!({ "redirect_uris": ["https://rp.example/cb"] });
    for (name, value) in changes.as_object().unwrap() {
        said[name] = value.clone();
    }
    said
}

fn denied(changes: &Value) -> (&'static str, &'static str) {
    let denied = match registration(&with(changes)) {
        Err(denied) => denied,
        Ok(mut asked) => {
            let digest = crate::oidc::client::SecretDigest::of(&"s".into());
            asked.secret_sha256 = asked.needs_secret().then_some(crate::oidc::client::Secret::One(digest));
            asked.parse(false).expect_err(&changes.to_string()).into()
        }
    };
    (denied.code(), denied.field)
}

#[test]
fn what_a_client_leaves_out_is_what_its_invitation_allows() {
    let read = registration(&with(&serde_json::json!({ "colour": "red", "jwks_uri": null }))).unwrap();
    assert_eq!(read.insurers, allowance().insurers);
    assert_eq!(read.scopes.to_string(), "openid profile email");
    assert_eq!((read.name.ja.as_str(), read.name.en.as_str()), ("rp.example", "rp.example"));
    assert_eq!((read.token_endpoint_auth_method, read.pkce), (AuthMethod::ClientSecretBasic, Pkce::Optional));
    assert!(read.needs_secret() && !read.first_party && !read.approved);
    let renews = with(&serde_json::json!({ "grant_types": ["authorization_code", "refresh_token"] }));
    assert!(registration(&renews).unwrap().scopes.has(Scope::OfflineAccess));
    let public = registration(&with(&serde_json::json!({ "token_endpoint_auth_method": "none" }))).unwrap();
    assert_eq!(public.pkce, Pkce::Required);
}

#[test]
fn names_come_with_tags_of_languages() {
    let tagged = with(
        &serde_json::json!({ "client_name": "Desk", "client_name#ja-Jpan-JP": "窓口", "client_name#fr": "Guichet" }),
    );
    let read = registration(&tagged).unwrap();
    assert_eq!((read.name.ja.as_str(), read.name.en.as_str()), ("窓口", "Desk"));
    let one = registration(&with(&serde_json::json!({ "client_name#ja": "窓口" }))).unwrap();
    assert_eq!(one.name.en, "窓口");
}

#[test]
fn ad_03_what_is_an_operators_to_say_is_denied() {
    for name in PRIVILEGED {
        let (code, field) = denied(&serde_json::json!({ name: "x" }));
        assert_eq!((code, field), ("invalid_client_metadata", name));
    }
    let beyond = [
        (serde_json::json!({ "scope": "openid insurance" }), "scope"),
        (serde_json::json!({ "grant_types": ["client_credentials"], "response_types": [] }), "grant_types"),
        (serde_json::json!({ "grant_types": ["authorization_code", "implicit"] }), "grant_types"),
        (serde_json::json!({ "grant_types": ["password"] }), "grant_types"),
    ];
    for (said, field) in beyond {
        assert_eq!(denied(&said), ("invalid_client_metadata", field), "{said}");
    }
    let mut allowance = allowance();
    allowance.client_credentials = true;
    allowance.insurers = serde_json::from_value(serde_json::json!("all")).unwrap();
    let said = serde_json::json!({ "client_name": "Batch", "grant_types": ["client_credentials"] });
    let read =
        Metadata(said.as_object().unwrap().clone()).registration("c".parse().unwrap(), &allowance).unwrap();
    assert!(matches!(read.insurers, Reach::Every(_)) && read.scopes == ScopeSet::default());
}

#[test]
fn what_is_not_offered_is_denied_by_name() {
    let cases = [
        (serde_json::json!({ "response_types": ["code", "id_token"] }), "response_types"),
        (serde_json::json!({ "response_types": [] }), "response_types"),
        (
            serde_json::json!({ "token_endpoint_auth_method": "tls_client_auth" }),
            "token_endpoint_auth_method",
        ),
        (serde_json::json!({ "id_token_signed_response_alg": "none" }), "id_token_signed_response_alg"),
        (serde_json::json!({ "userinfo_signed_response_alg": "HS256" }), "userinfo_signed_response_alg"),
        (
            serde_json::json!({ "id_token_encrypted_response_alg": "RSA-OAEP" }),
            "id_token_encrypted_response_alg",
        ),
        (
            serde_json::json!({ "require_pushed_authorization_requests": true }),
            "require_pushed_authorization_requests",
        ),
        (serde_json::json!({ "application_type": "desktop" }), "application_type"),
        (serde_json::json!({ "default_max_age": -1 }), "default_max_age"),
        (serde_json::json!({ "contacts": "me@example.jp" }), "contacts"),
        (serde_json::json!({ "jwks": { "keys": [] }, "jwks_uri": "https://rp.example/keys" }), "jwks"),
        (serde_json::json!({ "token_endpoint_auth_method": "private_key_jwt" }), "jwks"),
        (
            serde_json::json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": { "keys": [] } }),
            "jwks",
        ),
        (serde_json::json!({ "client_name": "a\u{202e}b" }), "client_name"),
        (
            serde_json::json!({ "redirect_uris": ["https://a.example/cb", "https://b.example/cb"] }),
            "sector_identifier_uri",
        ),
    ];
    for (said, field) in cases {
        assert_eq!(denied(&said), ("invalid_client_metadata", field), "{said}");
    }
    assert!(
        registration(&with(&serde_json::json!({ "require_pushed_authorization_requests": false }))).is_ok()
    );
    assert_eq!(
        denied(&serde_json::json!({ "redirect_uris": [] })),
        ("invalid_redirect_uri", "redirect_uris")
    );
    for body in ["", "[]", "7", "null", "{"] {
        assert_eq!(Metadata::read(body.as_bytes()).unwrap_err().code(), "invalid_client_metadata", "{body}");
    }
}

/// What must not be registered as an address of any kind (RU-07, RU-08).
const BAD: [&str; 15] = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "blob:https://rp.example/x",
    "file:///etc/passwd",
    "http://rp.example/x",
    "https://rp.example/x#f",
    "https://*.rp.example/cb",
    "https://rp.example/*",
    ".*",
    "https://rp.example.",
    "https://u:p@rp.example/cb",
    "",
];

#[test]
fn ru_07_ru_08_no_address_of_any_kind_is_dangerous_or_a_pattern() {
    for uri in BAD {
        for name in ["redirect_uris", "post_logout_redirect_uris"] {
            let code =
                if name == "redirect_uris" { "invalid_redirect_uri" } else { "invalid_client_metadata" };
            assert_eq!(denied(&serde_json::json!({ name: [uri] })), (code, name), "{uri}");
        }
        for name in [
            "backchannel_logout_uri",
            "client_uri",
            "initiate_login_uri",
            "logo_uri",
            "policy_uri",
            "sector_identifier_uri",
            "tos_uri",
        ] {
            assert_eq!(denied(&serde_json::json!({ name: uri })), ("invalid_client_metadata", name), "{uri}");
        }
        let keyed = serde_json::json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks_uri": uri });
        assert_eq!(denied(&keyed), ("invalid_client_metadata", "jwks_uri"), "{uri}");
    }
}

#[test]
fn no_denial_repeats_what_was_sent() {
    for said in [
        serde_json::json!({ "redirect_uris": ["http://marker.example/cb"] }),
        serde_json::json!({ "tos_uri": "javascript:marker" }),
        serde_json::json!({ "scope": "openid marker insurance" }),
        serde_json::json!({ "response_types": ["marker"] }),
    ] {
        let denied = match registration(&with(&said)) {
            Err(denied) => denied,
            Ok(asked) => Denied::from(asked.parse(false).unwrap_err()),
        };
        let words = denied.to_string();
        assert!(!words.contains("marker") && words.is_ascii() && !words.contains(['"', '\\']), "{words}");
    }
}

#[test]
fn a_client_is_told_what_is_registered_and_no_secret() {
    let said = with(&serde_json::json!({
        "client_name#ja": "窓口",
        "client_name": "Desk",
        "initiate_login_uri": "https://rp.example/initiate",
        "default_max_age": 3600,
        "contacts": ["dev@example.jp"],
    }));
    let mut read = registration(&said).unwrap();
    read.secret_sha256 =
        Some(crate::oidc::client::Secret::One(crate::oidc::client::SecretDigest::of(&"s".into())));
    let told = Value::Object(read.information());
    for name in ["redirect_uris", "initiate_login_uri", "default_max_age", "contacts"] {
        assert_eq!(told[name], said[name], "{name}");
    }
    assert_eq!((&told["client_name#ja"], &told["client_name#en"]), (&"窓口".into(), &"Desk".into()));
    assert_eq!(told["response_types"], serde_json::json!(["code"]));
    assert_eq!(told["scope"], "openid profile email");
    for absent in ["secret_sha256", "insurers", "first_party", "jwks", "logo_uri"] {
        assert!(told.get(absent).is_none(), "{absent}");
    }
}
