//! What proves us to an insurer's directory: the operator's, and never in the insurer's file.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use secrecy::{ExposeSecret as _, SecretString};
use sekisho_domain::insurer::{Directory, DirectoryAuth};
use sekisho_site::http::{Client, Limits, Outbound, Reach, Tls};
use serde::Deserialize;

/// `[directories.CODE]`: what one directory knows us by, and what we know it by.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Access {
    /// The bearer token.
    pub token: Option<SecretString>,
    /// A file with the bearer token.
    pub token_file: Option<PathBuf>,
    /// Our certificate and its chain, as PEM.
    pub client_certificate: Option<PathBuf>,
    /// Our certificate's key, as PEM.
    pub client_key: Option<PathBuf>,
    /// The only authorities by which the directory is known, as PEM; none: those of the machine.
    pub ca: Option<PathBuf>,
}

/// A way to ask.
pub(super) struct Way {
    pub(super) client: Client,
    pub(super) authorization: Option<http::HeaderValue>,
}

impl Access {
    /// The way to a directory, with exactly what its file says it knows us by.
    pub(super) fn way(
        &self,
        directory: &Directory,
        outbound: &Outbound,
        (reach, limits): (Reach, Limits),
    ) -> anyhow::Result<Way> {
        let authorities = self.ca.as_deref().map(|path| read(path, "ca")).transpose()?;
        let bears = self.token.is_some() || self.token_file.is_some();
        let shows = self.client_certificate.is_some() || self.client_key.is_some();
        let (authorization, identity) = match directory.auth {
            DirectoryAuth::Bearer if shows => {
                bail!("client_certificate and client_key are for auth = \"mtls\"")
            }
            DirectoryAuth::Bearer => (Some(self.bearer()?), None),
            DirectoryAuth::Mtls if bears => bail!("token and token_file are for auth = \"bearer\""),
            DirectoryAuth::Mtls => (None, Some(self.identity()?)),
        };
        if directory.auth == DirectoryAuth::Mtls && directory.url.scheme() != "https" {
            bail!("auth = \"mtls\" needs https");
        }
        let identity =
            identity.as_ref().map(|(chain, key)| (chain.as_slice(), key.expose_secret().as_bytes()));
        let tls = Tls { authorities: authorities.as_deref(), identity };
        Ok(Way { client: outbound.client_with(reach, limits, tls)?, authorization })
    }

    fn bearer(&self) -> anyhow::Result<http::HeaderValue> {
        let token = match (&self.token, &self.token_file) {
            (Some(token), None) => token.clone(),
            (None, Some(path)) => secret(path, "token_file")?,
            _ => bail!("auth = \"bearer\" needs either token or token_file"),
        };
        let token = token.expose_secret().trim_end_matches(['\r', '\n']);
        if token.is_empty() {
            bail!("the token is empty");
        }
        let mut value = http::HeaderValue::try_from(format!("Bearer {token}"))
            .map_err(|_| anyhow::anyhow!("the token has characters that no header can hold"))?;
        value.set_sensitive(true);
        Ok(value)
    }

    fn identity(&self) -> anyhow::Result<(Vec<u8>, SecretString)> {
        let (Some(chain), Some(key)) = (&self.client_certificate, &self.client_key) else {
            bail!("auth = \"mtls\" needs client_certificate and client_key");
        };
        Ok((read(chain, "client_certificate")?, secret(key, "client_key")?))
    }
}

fn read(path: &Path, key: &str) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).with_context(|| format!("{key}: {} cannot be read", path.display()))
}

fn secret(path: &Path, key: &str) -> anyhow::Result<SecretString> {
    let text = std::fs::read_to_string(path);
    text.map(SecretString::from).with_context(|| format!("{key}: {} cannot be read", path.display()))
}
