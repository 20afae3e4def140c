use insta::assert_snapshot;

use crate::house::House;

#[tokio::test]
async fn discovery_says_what_is_offered_and_nothing_else() {
    let house = House::open().await;
    let reply = house.get("/.well-known/openid-configuration").await;
    assert_snapshot!(reply.shown().replace(",\"", ",\n\""));
    let other = house.get("/.well-known/oauth-authorization-server").await;
    assert_eq!(other.body, reply.body);
}

#[tokio::test]
async fn oidcc_discovery_endpoint_verification_every_name_and_address_is_good() {
    let house = House::open().await;
    let said = house.get("/.well-known/openid-configuration").await.json();
    let said = said.as_object().unwrap();
    assert_eq!(said["issuer"], crate::house::ISSUER);
    for (name, value) in said {
        if name.ends_with("_endpoint") || name.ends_with("_uri") {
            let uri = value.as_str().unwrap();
            let path = uri.strip_prefix(crate::house::ISSUER).unwrap();
            let reply = house.get(path).await;
            assert_ne!(reply.status.as_u16(), 404, "{name} is not there");
        }
        if let Some(list) = value.as_array() {
            assert!(!list.is_empty(), "{name}");
        }
    }
    let has = |name: &str, word: &str| said[name].as_array().unwrap().iter().any(|value| value == word);
    for (name, word) in [
        ("id_token_signing_alg_values_supported", "RS256"),
        ("response_types_supported", "code"),
        ("scopes_supported", "openid"),
        ("subject_types_supported", "pairwise"),
        ("code_challenge_methods_supported", "S256"),
        ("ui_locales_supported", "ja"),
    ] {
        assert!(has(name, word), "{name} lacks {word}");
    }
    for absent in ["implicit", "password"] {
        assert!(!has("grant_types_supported", absent));
    }
    for flag in [
        "claims_parameter_supported",
        "authorization_response_iss_parameter_supported",
        "backchannel_logout_supported",
        "backchannel_logout_session_supported",
    ] {
        assert_eq!(said[flag], true, "{flag}");
    }
    for flag in ["request_parameter_supported", "request_uri_parameter_supported"] {
        assert_eq!(said[flag], false, "{flag}");
    }
}

#[tokio::test]
async fn tk_16_the_key_set_shows_public_numbers_only_and_distinct_names() {
    let house = House::open().await;
    let reply = house.get("/jwks.json").await;
    assert_eq!(reply.headers["cache-control"], "public, max-age=900");
    assert!(!reply.headers.contains_key("set-cookie"));
    let keys = reply.json()["keys"].as_array().unwrap().clone();
    let names: Vec<&str> = keys.iter().map(|key| key["alg"].as_str().unwrap()).collect();
    assert_eq!(names, ["ES256", "RS256"]);
    assert_ne!(keys[0]["kid"], keys[1]["kid"]);
    for key in &keys {
        assert_eq!(key["use"], "sig");
        for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
            assert!(key.get(private).is_none(), "{private}");
        }
    }
}

#[tokio::test]
async fn se_11_no_door_of_the_protocol_names_an_origin() {
    let house = House::open().await;
    for path in ["/.well-known/openid-configuration", "/jwks.json", "/authorize", "/userinfo", "/logout"] {
        let reply = house.get(path).await;
        assert!(!reply.headers.contains_key("access-control-allow-origin"), "{path}");
        assert_eq!(reply.headers["x-frame-options"], "DENY", "{path}");
    }
}

#[tokio::test]
async fn what_is_not_built_is_not_there() {
    let house = House::open().await;
    for path in ["/par", "/register", "/device_authorization", "/bc-authorize"] {
        assert_eq!(house.post(path, "").await.status.as_u16(), 404, "{path}");
    }
}
