//! What the house must be able to keep of what a registration promises.

use super::{Client, Reach, Refusal};
use crate::ids::InsurerCode;
use crate::session::Acr;

impl Client {
    /// Whether the house can keep what the registration promises: its insurers exist, and each can lead its
    /// members to `min_acr`. `reachable` is the highest assurance of an insurer's journeys.
    pub fn check_insurers(
        &self,
        known: &[InsurerCode],
        reachable: impl Fn(&InsurerCode) -> Option<Acr>,
    ) -> Result<(), Refusal> {
        let refuse = |field, reason| Refusal { client: self.id.clone(), field, value: None, reason };
        if let Reach::Only(codes) = &self.insurers
            && let Some(unknown) = codes.iter().find(|code| !known.contains(code))
        {
            return Err(refuse("insurers", format!("names {unknown}, which is no insurer here")));
        }
        let Some(least) = self.min_acr else { return Ok(()) };
        match known
            .iter()
            .filter(|code| self.insurers.includes(code))
            .find(|code| reachable(code) < Some(least))
        {
            Some(code) => Err(refuse("min_acr", format!("{least} cannot be reached by members of {code}"))),
            None => Ok(()),
        }
    }
}
