//! The key check, which proves that a master key belongs to a database.

use secrecy::SecretString;
use switchboard_core::error::Result;

use super::{Columns, Dialect, Statement, fault, values};
use crate::seal::Seal;

/// Place for which the check is sealed. No row can have this place, because no collection is named `meta`.
const CONTEXT: &str = "meta/key_check";
/// Content of the check. Its value does not matter, because only the decryption is checked.
const PLAINTEXT: &str = "switchboard";

/// A sealed value that only the database's own master key decrypts.
pub(crate) struct KeyCheck(Vec<u8>);

/// Selects the key check of a database.
pub(crate) fn select(dialect: Dialect) -> Statement {
    Statement::new(dialect, "SELECT value FROM meta WHERE name = 'key_check'", [])
}

/// Inserts the key check of a new database. If two processes insert a key check concurrently, only the first one is
/// stored.
pub(crate) fn insert(dialect: Dialect, seal: &Seal) -> Result<Statement> {
    let value = seal.close(CONTEXT, &SecretString::from(PLAINTEXT))?;
    Ok(Statement::new(
        dialect,
        "INSERT INTO meta (name, value) VALUES ('key_check', ?) ON CONFLICT DO NOTHING",
        values![value.as_slice()],
    ))
}

impl KeyCheck {
    /// Reads the key check from the rows that [`select`] finds. Returns `None` if the database was never sealed.
    pub(crate) fn read(found: &[impl Columns]) -> Result<Option<Self>> {
        Ok(found.first().map(|found| found.maybe_bytes("value")).transpose()?.flatten().map(Self))
    }

    /// Refuses a seal as `storage_unavailable` if its key is not the database's own master key.
    pub(crate) fn verify(&self, seal: &Seal) -> Result<()> {
        seal.open(CONTEXT, &self.0).map(drop).map_err(|cause| {
            fault::unavailable(
                "The master key is not the key with which the secrets in this database were sealed.",
            )
            .caused_by(cause)
        })
    }
}
