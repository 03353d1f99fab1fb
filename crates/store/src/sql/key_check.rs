//! The key check: proof that a database and a master key belong together.

use secrecy::SecretString;
use switchboard_core::error::Result;

use super::{Columns, Dialect, Statement, fault, values};
use crate::seal::Seal;

/// Place that the check is sealed for; no collection has this name.
const CONTEXT: &str = "meta/key_check";
/// Content of the check. Any value would do: only opening it matters.
const PLAINTEXT: &str = "switchboard";

/// A sealed value that only the database's own key opens.
pub(crate) struct KeyCheck(Vec<u8>);

/// Selects the check of a database.
pub(crate) fn select(dialect: Dialect) -> Statement {
    Statement::new(dialect, "SELECT value FROM meta WHERE name = 'key_check'", [])
}

/// Binds a new database to its key. If two processes do so concurrently, one wins.
pub(crate) fn insert(dialect: Dialect, seal: &Seal) -> Result<Statement> {
    let value = seal.close(CONTEXT, &SecretString::from(PLAINTEXT))?;
    Ok(Statement::new(
        dialect,
        "INSERT INTO meta (name, value) VALUES ('key_check', ?) ON CONFLICT DO NOTHING",
        values![value.as_slice()],
    ))
}

impl KeyCheck {
    /// Reads the check from the database's response. Returns `None` if the database was never sealed.
    pub(crate) fn read(found: &[impl Columns]) -> Result<Option<Self>> {
        Ok(found.first().map(|found| found.maybe_bytes("value")).transpose()?.flatten().map(Self))
    }

    /// Refuses a key that is not this database's.
    pub(crate) fn verify(&self, seal: &Seal) -> Result<()> {
        seal.open(CONTEXT, &self.0).map(drop).map_err(|cause| {
            fault::unavailable("The master key is not the one that this database was sealed with.")
                .caused_by(cause)
        })
    }
}
