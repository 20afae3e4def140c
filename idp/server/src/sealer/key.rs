//! The key that marks events and chains.

use anyhow::Context as _;
use sekisho_base::Cx;
use sekisho_domain::audit::MacKey;
use sekisho_site::db::Db;
use sekisho_site::seal::Ring;
use sekisho_store::meta;

const NAME: &str = "audit_key";
const AAD: &str = "meta.value:audit_key";

/// The key, made at the first start. It rests sealed: who has only the database has no key. It is never rotated, so that
/// the trail of years can be verified when the master keys of its time are gone.
///
/// # Errors
/// When it cannot be read, or was sealed under a master key that is not at hand.
pub async fn open_key(db: &Db, ring: &Ring, cx: &mut Cx) -> anyhow::Result<MacKey> {
    let offered = ring.seal_text(AAD, &cx.bytes::<32>(), cx);
    let settled = meta::set_once(db, NAME, &offered).await?;
    let opened = ring.open_text(AAD, &settled)?;
    let key = <[u8; 32]>::try_from(opened.as_slice()).ok().context("it is not 32 bytes long")?;
    Ok(MacKey::new("a1", key))
}
