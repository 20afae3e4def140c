//! The insurers' colours, guarded once at start and served as files.

use std::collections::BTreeMap;

use anyhow::Context as _;
use sekisho_base::accent;
use sekisho_domain::ids::InsurerCode;
use sekisho_domain::insurer::Insurers;
use sekisho_site::page::Theme;

/// Each insurer's theme file.
#[derive(Clone, Debug, Default)]
pub struct Themes(BTreeMap<InsurerCode, Theme>);

impl Themes {
    /// Guards every insurer's accent colour.
    ///
    /// # Errors
    /// When a colour is refused, such as one near vermilion.
    pub fn new(insurers: &Insurers) -> anyhow::Result<Self> {
        let mut themes = BTreeMap::new();
        for insurer in insurers.iter() {
            let accent =
                accent::guard(&insurer.accent).with_context(|| format!("{}: accent", insurer.code))?;
            themes.insert(insurer.code.clone(), Theme::new(insurer.code.as_str(), &accent));
        }
        Ok(Self(themes))
    }

    /// Where an insurer's theme is served.
    pub fn href(&self, insurer: &InsurerCode) -> Option<String> {
        self.0.get(insurer).map(|theme| theme.href.clone())
    }

    /// All themes.
    pub fn all(&self) -> impl Iterator<Item = Theme> + '_ {
        self.0.values().cloned()
    }
}
