//! Pictures that clients are known by.

use sekisho_domain::ids::ClientId;
use sekisho_domain::oidc::client::Logo;
use sekisho_site::db::{Db, Tx, sql};

use crate::Error;
use crate::row::Named;

/// Keeps a client's picture in place of the one before; none where it has none any more.
///
/// # Errors
/// When the row cannot be written.
pub async fn put(tx: &mut Tx, client: &ClientId, logo: Option<&Logo>) -> Result<(), Error> {
    let Some(logo) = logo else {
        tx.execute(sql("delete from client_logos where client = $1").text(client)).await?;
        return Ok(());
    };
    let put = "insert into client_logos (client, kind, content) values ($1, $2, $3) \
         on conflict (client) do update set kind = excluded.kind, content = excluded.content";
    tx.execute(sql(put).text(client).text(logo.kind).bind(logo.content.clone())).await?;
    Ok(())
}

/// The picture of a live client.
///
/// # Errors
/// [`Error::Damaged`] when it cannot be read.
pub async fn find(db: &Db, client: &ClientId) -> Result<Option<Logo>, Error> {
    let find = "select l.client, l.kind, l.content from client_logos l join clients c on c.id = l.client \
         where l.client = $1 and c.ended_at is null";
    let Some(row) = db.fetch_optional(sql(find).text(client)).await? else { return Ok(None) };
    let row = Named::new(&row, "client_logos", "client");
    Ok(Some(Logo { kind: row.parse("kind")?, content: row.get("content")? }))
}
