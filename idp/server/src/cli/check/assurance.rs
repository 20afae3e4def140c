//! How sure a sign-in makes us, and whether that is enough for those who rely on it (domain 5.2, 5.7).

use sekisho_domain::factor::password::Departure;
use sekisho_domain::insurer::Insurer;
use sekisho_domain::oidc::client::Registration;
use sekisho_domain::session::Acr;

use super::report::Report;
use crate::flows::clients::highest;

/// Looks at passwords and factors.
pub fn look(insurer: &Insurer, clients: &[Registration], report: &mut Report) {
    let reached = highest(insurer);
    let departures = insurer.password.departures(reached >= Acr::TwoFactor);
    for departure in &departures {
        report.warn(sentence(*departure));
    }
    if let Some(decision) = insurer.password.decision.as_ref().filter(|_| !departures.is_empty()) {
        report.notes.push(format!("password.decision: {decision}"));
    }
    if reached < Acr::TwoFactor {
        report.warn(format!(
            "journeys.login: one factor only ({reached}). Portals for certificates and medical costs ask for two: they turn \
             its members away until they record who decided to take one"
        ));
    }
    for client in clients.iter().filter(|client| client.insurers.includes(&insurer.code)) {
        if let Some(least) = client.min_acr.filter(|least| *least > reached) {
            report.warn(format!(
                "client {}: asks for {least}, and signing in here reaches {reached}. `client apply` refuses it",
                client.id
            ));
        }
    }
}

fn sentence(departure: Departure) -> String {
    match departure {
        Departure::Short { least } => {
            format!("password.least: shorter than the {least} characters of the default")
        }
        Departure::Capped => "password.most: passwords of 64 characters are refused".to_owned(),
        Departure::Kinds => {
            "password.kinds: kinds of characters are asked for, which makes passwords no safer".to_owned()
        }
        Departure::Undecided => "password.decision: say who decided this departure, when and why".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    fn report(file: &str, changes: &[(&str, &str)], clients: &[Registration]) -> Report {
        let mut report = Report::default();
        look(&sample::altered(file, changes), clients, &mut report);
        report
    }

    fn client(insurers: &str, min_acr: Option<&str>) -> Registration {
        let file = format!(
            "id = 'benefits'\nname = {{ ja = '給付', en = 'Benefits' }}\ninsurers = {insurers}\n\
             redirect_uris = ['https://benefits.example.jp/callback']\nscopes = ['openid']\n{}",
            min_acr.map(|acr| format!("min_acr = '{acr}'")).unwrap_or_default()
        );
        toml::from_str(&file).unwrap()
    }

    #[test]
    fn a_password_rule_that_departs_says_who_decided_it() {
        let decided = report("shinonome", &[], &[]);
        assert!(decided.notes[0].starts_with("password.decision: 2026-11-01"));
        assert_eq!(decided.warnings.len(), 4);
        let undecided = report("aoba", &[("[name]", "[password]\nleast = 6\n\n[name]")], &[]);
        assert_eq!(
            undecided.warnings,
            [
                "password.least: shorter than the 8 characters of the default",
                "password.decision: say who decided this departure, when and why"
            ]
        );
    }

    #[test]
    fn without_a_second_factor_fifteen_characters_are_the_default() {
        let short = report("kaede", &[("least = 15", "least = 14")], &[]);
        assert_eq!(short.warnings[0], "password.least: shorter than the 15 characters of the default");
    }

    #[test]
    fn a_client_that_asks_for_more_than_the_sign_in_reaches_is_named() {
        let two = Some("urn:sekisho:acr:2f");
        for (file, client, named) in [
            ("kaede", client("'all'", two), true),
            ("kaede", client("['kaede']", two), true),
            ("kaede", client("['aoba']", two), false),
            ("kaede", client("'all'", None), false),
            ("aoba", client("'all'", two), false),
            ("aoba", client("'all'", Some("urn:sekisho:acr:pr")), true),
        ] {
            let report = report(file, &[], &[client]);
            assert_eq!(
                report.warnings.iter().any(|warning| warning.contains("benefits")),
                named,
                "{report:?}"
            );
        }
    }
}
