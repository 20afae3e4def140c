use sekisho_domain::jose::Alg;
use sekisho_domain::oidc::client::Registration;
use sekisho_idp::flows::clients::{self, Failure};

use crate::house::{House, registration, registrations};

async fn ids(house: &House) -> Vec<String> {
    let rows = sekisho_store::clients::all(&house.state.db).await.unwrap();
    rows.into_iter().map(|row| row.registration.id.to_string()).collect()
}

#[tokio::test]
async fn the_rows_follow_the_file() {
    let house = House::open().await;
    let state = &house.state;
    let mut changed = registration("rp");
    changed.name.en = "Another desk".to_owned();
    changed.id_token_signed_response_alg = Alg::EdDsa;
    let wanted = vec![changed, registration("new")];
    let plan = clients::plan(state, &wanted, &[]).await.unwrap();
    assert_eq!(plan.added.iter().map(|client| client.id.as_str()).collect::<Vec<_>>(), ["new"]);
    let lines: Vec<String> = plan.changed[0].differences.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "id_token_signed_response_alg: \"RS256\" → \"EdDSA\"",
            "name: {\"en\":\"Certificate desk\",\"ja\":\"証明の窓口\"} → {\"en\":\"Another desk\",\"ja\":\"証明の窓口\"}",
        ]
    );
    assert_eq!((plan.changed.len(), plan.unlisted.len()), (1, registrations().len() - 1));
    assert_eq!(ids(&house).await.len(), registrations().len(), "a plan changes nothing");
    clients::apply(state, wanted.clone(), &mut state.cx()).await.unwrap();
    assert_eq!(ids(&house).await.len(), registrations().len() + 1, "nobody ends by being left out");
    let rows = house.count("select count(*) as n from audit_events").await;
    for _ in 0..2 {
        assert!(clients::apply(state, wanted.clone(), &mut state.cx()).await.unwrap().is_empty());
    }
    assert_eq!(house.count("select count(*) as n from audit_events").await, rows, "twice is once");
    // Whoever registers an algorithm finds a key of it.
    assert!(state.keys.signer(Alg::EdDsa, state.cx().now).is_ok());
}

#[tokio::test]
async fn a_client_ends_by_name_and_only_when_the_file_has_let_go_of_it() {
    let house = House::open().await;
    let state = &house.state;
    let wanted = vec![registration("rp")];
    let end = async |id: &str| {
        let ends = [id.parse().unwrap()];
        clients::apply_and_end(state, (&wanted, &ends), &mut state.cx()).await
    };
    assert!(matches!(end("rp").await, Err(Failure::Listed(id)) if id.as_str() == "rp"));
    assert!(matches!(end("nobody").await, Err(Failure::Unknown(id)) if id.as_str() == "nobody"));
    assert_eq!(ids(&house).await.len(), registrations().len());
    let plan = end("public").await.unwrap();
    assert!(!plan.unlisted.iter().any(|id| id.as_str() == "public"));
    assert!(!ids(&house).await.contains(&"public".to_owned()));
    assert!(matches!(end("public").await, Err(Failure::Unknown(_))));
}

#[tokio::test]
async fn ru_07_a_broken_registration_changes_nothing() {
    let house = House::open().await;
    let state = &house.state;
    let mut bad: Vec<Registration> = Vec::new();
    for uri in
        ["javascript:alert(1)", "http://rp.example/cb", "https://*.rp.example/cb", "http://localhost:1/cb"]
    {
        bad.push(Registration { redirect_uris: vec![uri.to_owned()], ..registration("bad") });
    }
    bad.push(Registration { insurers: serde_json::from_str("[\"nobody\"]").unwrap(), ..registration("bad") });
    for registration in bad {
        let refused = clients::apply(state, vec![registration], &mut state.cx()).await.unwrap_err();
        assert!(matches!(refused, Failure::Refused(_)), "{refused}");
    }
    let twice = clients::apply(state, vec![registration("a"), registration("a")], &mut state.cx()).await;
    assert!(matches!(twice, Err(Failure::Twice(_))));
    assert_eq!(ids(&house).await.len(), registrations().len());
}

#[test]
fn the_file_and_the_examples_in_it_are_good() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/clients.toml");
    assert!(clients::read(path.as_ref()).unwrap().is_empty());
    let text = std::fs::read_to_string(path).unwrap();
    let digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let mut examples: Vec<String> = Vec::new();
    for line in text.lines().map(|line| line.strip_prefix("# ").unwrap_or_default()) {
        match examples.last_mut() {
            _ if line == "[[client]]" => examples.push(String::new()),
            Some(example) if line.contains(" = ") => {
                example.push_str(line);
                example.push('\n');
            }
            _ => {}
        }
    }
    assert_eq!(examples.len(), 3);
    for example in examples {
        let registration: Registration =
            toml::from_str(&example.replace("\"…\"", &format!("\"{digest}\""))).unwrap();
        registration.parse(false).unwrap();
    }
}

#[tokio::test]
async fn assurance_that_an_insurers_members_cannot_show_is_refused() {
    let house = House::open().await;
    let asks = |insurer: &str| {
        let mut client = registration("strict");
        client.min_acr = "urn:sekisho:acr:pr".parse().ok();
        client.insurers = serde_json::from_value(serde_json::json!([insurer])).unwrap();
        vec![client]
    };
    let with = house.state.insurers.iter().find(|insurer| insurer.sign_in.passkeys).unwrap();
    assert!(clients::plan(&house.state, &asks(with.code.as_str()), &[]).await.is_ok());
    if let Some(without) = house.state.insurers.iter().find(|insurer| !insurer.sign_in.passkeys) {
        let refused = clients::plan(&house.state, &asks(without.code.as_str()), &[]).await.unwrap_err();
        assert!(matches!(refused, Failure::Refused(refused) if refused.field == "min_acr"));
    }
}
