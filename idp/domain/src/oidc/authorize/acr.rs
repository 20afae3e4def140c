//! How sure the client wants us to be (OpenID Connect Core §3.1.2.1 `acr_values`, §5.5.1.1 the `acr` claim;
//! design “Freshness, assurance, step-up”).

use std::str::FromStr as _;

use serde_json::Value;

use super::claims;
use crate::oidc::client::Client;
use crate::oidc::error::Error;
use crate::oidc::params::Params;
use crate::session::Acr;

/// The wish for assurance.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AcrDemand {
    /// Values that would do, best first; values of others are not listed.
    pub listed: Vec<Acr>,
    /// Whether nothing else will do.
    pub essential: bool,
    /// What the client never goes below.
    pub least: Option<Acr>,
}

impl AcrDemand {
    /// What to state for someone who reached `reached`: the first listed value that is met, else the highest
    /// reached. `None` when that may not be enough.
    pub fn met_by(&self, reached: Acr) -> Option<Acr> {
        if self.least.is_some_and(|least| reached < least) {
            return None;
        }
        let least = self.least.unwrap_or(Acr::OneFactor);
        match self.listed.iter().find(|listed| **listed <= reached && **listed >= least) {
            Some(listed) => Some(*listed),
            None if self.essential => None,
            None => Some(reached),
        }
    }
}

/// The claim, where it is asked for, goes before the parameter.
pub(super) fn check(params: &Params, client: &Client) -> Result<AcrDemand, Error> {
    let known = |text: &str| Acr::from_str(text).ok();
    let claim = claims::id_token_claim(params, "acr")?;
    let values: Vec<String> = claim.as_ref().map(wanted).unwrap_or_default();
    let essential = claim.as_ref().and_then(|claim| claim.get("essential")) == Some(&Value::Bool(true));
    let listed = if values.is_empty() {
        params.get("acr_values").unwrap_or_default().split(' ').filter_map(known).collect()
    } else {
        values.iter().filter_map(|text| known(text)).collect()
    };
    Ok(AcrDemand { listed, essential: essential && !values.is_empty(), least: client.min_acr })
}

fn wanted(claim: &Value) -> Vec<String> {
    let value = claim.get("value").into_iter();
    let values = claim.get("values").and_then(Value::as_array).into_iter().flatten();
    value.chain(values).filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Acr::{OneFactor as One, PhishingResistant as Pr, TwoFactor as Two};

    #[test]
    fn the_first_listed_value_that_is_met_is_stated() {
        type Case = (&'static [Acr], bool, Option<Acr>, Acr, Option<Acr>);
        let cases: [Case; 9] = [
            (&[], false, None, Two, Some(Two)),
            (&[One], false, None, Two, Some(One)),
            (&[Pr, Two, One], false, None, Two, Some(Two)),
            (&[Pr], false, None, Two, Some(Two)),
            (&[Pr], true, None, Two, None),
            (&[], true, None, One, None),
            (&[], false, Some(Two), One, None),
            (&[One], false, Some(Two), Two, Some(Two)),
            (&[Two], true, Some(Two), Pr, Some(Two)),
        ];
        for (listed, essential, least, reached, expected) in cases {
            let demand = AcrDemand { listed: listed.to_vec(), essential, least };
            assert_eq!(demand.met_by(reached), expected, "{demand:?} {reached}");
        }
    }
}
