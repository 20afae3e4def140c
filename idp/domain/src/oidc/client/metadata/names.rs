//! `client_name`, with language tags (RFC 7591 §2.2).

use sekisho_base::Language;
use url::Url;

use super::{Denied, Metadata};
use crate::ids::ClientId;
use crate::oidc::client::Names;

impl Metadata {
    /// The name in both languages: the one that is tagged so, else the one without a tag, else the other; where there is
    /// none at all, the host that people are sent back to, or the client's id.
    pub(super) fn names(&self, id: &ClientId, redirect_uris: &[String]) -> Result<Names, Denied> {
        let plain: Option<String> = self.take("client_name")?;
        let host = || {
            let url = redirect_uris.first().and_then(|uri| Url::parse(uri).ok())?;
            url.host_str().map(str::to_owned)
        };
        let (ja, en) = (self.tagged(Language::Ja), self.tagged(Language::En));
        let any = plain.or_else(|| ja.clone()).or_else(|| en.clone()).or_else(host);
        let any = any.unwrap_or_else(|| id.to_string());
        Ok(Names { ja: ja.unwrap_or_else(|| any.clone()), en: en.unwrap_or(any) })
    }

    /// The first name whose tag is of `language`, such as `client_name#ja-Jpan-JP`.
    fn tagged(&self, language: Language) -> Option<String> {
        let is_of = |name: &str| {
            let tag = name.strip_prefix("client_name#")?;
            let primary = tag.split('-').next()?;
            Some(primary.eq_ignore_ascii_case(language.tag()))
        };
        let mut names = self.0.iter().filter(|(name, _)| is_of(name) == Some(true));
        names.find_map(|(_, value)| value.as_str()).map(str::to_owned)
    }
}
