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

/// What becomes of a wish, given what somebody showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is met: this is stated.
    Met(Acr),
    /// More is asked for, and the person could show it.
    Could {
        /// How much.
        wanted: Acr,
        /// Below which the client gets nothing.
        least: Acr,
        /// What is stated when it is not shown; none where nothing else will do.
        otherwise: Option<Acr>,
    },
    /// Nothing that the person could show will do.
    Never,
}

impl AcrDemand {
    /// The same, where an insurer asks for `least` as well.
    #[must_use]
    pub fn at_least(&self, least: Option<Acr>) -> Self {
        Self { least: self.least.max(least), ..self.clone() }
    }

    /// What to state for someone who reached `reached`: the first listed value that is met, else the highest
    /// reached. `None` when that may not be enough.
    pub fn met_by(&self, reached: Acr) -> Option<Acr> {
        if reached < self.floor() {
            return None;
        }
        let listed = self.listed.iter().find(|listed| **listed <= reached && **listed >= self.floor());
        match listed {
            Some(listed) => Some(*listed),
            None if self.essential => None,
            None => Some(reached),
        }
    }

    /// What becomes of the wish for someone who reached `reached` and holds what reaches `can`. Any listed value that is
    /// met is enough; else more is asked for if the person can show it.
    pub fn weigh(&self, reached: Acr, can: Acr) -> Standing {
        let otherwise = self.met_by(reached);
        let meets_listed = self.listed.is_empty() || self.listed.iter().any(|listed| *listed <= reached);
        match (otherwise, self.within(can)) {
            (Some(acr), _) if meets_listed => Standing::Met(acr),
            (_, Some((wanted, least))) if wanted > reached => Standing::Could { wanted, least, otherwise },
            (Some(acr), _) => Standing::Met(acr),
            (None, _) => Standing::Never,
        }
    }

    /// How much to show afresh, and how much at least, for somebody who can show `can`; none when that will not do.
    pub fn within(&self, can: Acr) -> Option<(Acr, Acr)> {
        let floor = self.floor();
        let listed = self.listed.iter().copied().filter(|listed| (floor..=can).contains(listed)).min();
        match listed {
            Some(listed) if self.essential => Some((listed, listed)),
            Some(listed) => Some((listed, floor)),
            None => (!self.essential && floor <= can).then_some((floor, floor)),
        }
    }

    fn floor(&self) -> Acr {
        self.least.unwrap_or(Acr::OneFactor)
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

    #[test]
    fn more_is_asked_of_who_can_show_it_and_never_of_who_cannot() {
        use Standing::{Met, Never};
        type Case = (&'static [Acr], bool, Option<Acr>, (Acr, Acr), Standing);
        let could = |wanted, least, otherwise| Standing::Could { wanted, least, otherwise };
        let cases: [Case; 17] = [
            (&[], false, None, (One, Pr), Met(One)),
            (&[One], false, None, (Two, Pr), Met(One)),
            (&[Pr, Two], false, None, (Two, Pr), Met(Two)),
            (&[Two], false, None, (Pr, Pr), Met(Two)),
            (&[Pr, Two], false, None, (One, Pr), could(Two, One, Some(One))),
            (&[Pr, Two], false, None, (One, One), Met(One)),
            (&[Pr], false, None, (Two, Two), Met(Two)),
            (&[Pr], false, None, (Two, Pr), could(Pr, One, Some(Two))),
            (&[Pr], true, None, (Two, Pr), could(Pr, Pr, None)),
            (&[Pr], true, None, (Two, Two), Never),
            (&[Pr, Two], true, None, (One, Two), could(Two, Two, None)),
            (&[], true, None, (Pr, Pr), Never),
            (&[], false, Some(Two), (One, Two), could(Two, Two, None)),
            (&[], false, Some(Two), (One, One), Never),
            (&[One], false, Some(Two), (One, Pr), could(Two, Two, None)),
            (&[Pr], false, Some(Two), (One, Pr), could(Pr, Two, None)),
            (&[Pr], false, Some(Two), (Two, Two), Met(Two)),
        ];
        for (listed, essential, least, (reached, can), expected) in cases {
            let demand = AcrDemand { listed: listed.to_vec(), essential, least };
            assert_eq!(demand.weigh(reached, can), expected, "{demand:?} {reached} {can}");
            // Who shows as much as was asked for is never asked again.
            if let Standing::Could { wanted, .. } = expected {
                assert!(matches!(demand.weigh(wanted, can), Met(_)), "{demand:?}");
            }
        }
    }

    #[test]
    fn an_insurers_own_demand_raises_a_clients_and_never_lowers_it() {
        for (own, other, expected) in [
            (None, None, None),
            (Some(Two), None, Some(Two)),
            (None, Some(Two), Some(Two)),
            (Some(Two), Some(One), Some(Two)),
            (Some(One), Some(Pr), Some(Pr)),
        ] {
            let demand = AcrDemand { least: own, ..AcrDemand::default() };
            assert_eq!(demand.at_least(other).least, expected);
        }
    }
}
