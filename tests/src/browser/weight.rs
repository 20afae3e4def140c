//! What a page weighs, and from where it is loaded.

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::Browser;

/// More than a page may weigh with everything it loads, in bytes as they travel.
const HEAVY: u64 = 100_000;

const WEIGH: &str = "
const loaded = ['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind));
const here = entry => entry.name.startsWith(location.origin + '/') || entry.name.startsWith('data:');
return [loaded.reduce((sum, entry) => sum + entry.encodedBodySize, 0),
  loaded.filter(entry => !here(entry)).map(entry => entry.name)];";

impl Browser {
    /// Says that the page weighs less than 100 KB with everything it loads, and loads nothing from elsewhere.
    ///
    /// # Errors
    /// When it does not. Where the person lets no scripts run, nothing is said.
    pub async fn weigh(&self) -> anyhow::Result<()> {
        if !self.scripts {
            return Ok(());
        }
        let weighed = self.ask(WEIGH).await?;
        let bytes = weighed.get(0).and_then(Value::as_u64).context("the page weighs nothing")?;
        ensure!((1..HEAVY).contains(&bytes), "the page weighs {bytes} bytes");
        let foreign = weighed.get(1).and_then(Value::as_array).context("nothing is known of its parts")?;
        ensure!(foreign.is_empty(), "the page loads {foreign:?}");
        Ok(())
    }
}
