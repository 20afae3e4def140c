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
