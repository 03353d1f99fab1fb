//! Proof that a database and a master key belong together.

use secrecy::SecretString;
use sqlx::SqlitePool;
use switchboard_core::Result;

use super::fault;
use crate::seal::Seal;

/// Where the proof is sealed to; no collection has this name.
const PLACE: &str = "meta/key_check";
/// What is sealed does not matter, only whether it opens.
const TEXT: &str = "switchboard";

/// Something that only the right key opens.
pub(super) struct KeyCheck(Vec<u8>);

/// What this database proves its key by; none in one that has never had a key.
pub(super) async fn read(writer: &SqlitePool) -> Result<Option<KeyCheck>> {
    let value =
        sqlx::query_scalar("SELECT value FROM meta WHERE name = 'key_check'").fetch_optional(writer).await;
    Ok(value.map_err(fault::storage)?.map(KeyCheck))
}

/// Binds a new database to its key.
pub(super) async fn write(writer: &SqlitePool, seal: &Seal) -> Result<()> {
    let value = seal.close(PLACE, &SecretString::from(TEXT))?;
    let insert = sqlx::query("INSERT INTO meta (name, value) VALUES ('key_check', ?1)").bind(value);
    insert.execute(writer).await.map_err(fault::storage)?;
    Ok(())
}

impl KeyCheck {
    /// Refuses a key that is not this database's.
    pub(super) fn verify(&self, seal: &Seal) -> Result<()> {
        seal.open(PLACE, &self.0).map(drop).map_err(|cause| {
            fault::unavailable("The master key is not the one this database was sealed with.")
                .caused_by(cause)
        })
    }
}
