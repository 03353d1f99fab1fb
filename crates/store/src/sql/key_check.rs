//! Proof that a database and a master key belong together.

use secrecy::SecretString;
use switchboard_core::Result;

use super::{Columns, Dialect, Statement, fault, values};
use crate::seal::Seal;

/// Where the proof is sealed to; no collection has this name.
const CONTEXT: &str = "meta/key_check";
/// What is sealed does not matter, only whether it opens.
const PLAINTEXT: &str = "switchboard";

/// Something that only the right key opens.
pub(crate) struct KeyCheck(Vec<u8>);

/// Asks what a database proves its key by.
pub(crate) fn select(dialect: Dialect) -> Statement {
    Statement::new(dialect, "SELECT value FROM meta WHERE name = 'key_check'", [])
}

/// Binds a new database to its key. Where two do so at a time, one wins.
pub(crate) fn insert(dialect: Dialect, seal: &Seal) -> Result<Statement> {
    let value = seal.close(CONTEXT, &SecretString::from(PLAINTEXT))?;
    Ok(Statement::new(
        dialect,
        "INSERT INTO meta (name, value) VALUES ('key_check', ?) ON CONFLICT DO NOTHING",
        values![value.as_slice()],
    ))
}

impl KeyCheck {
    /// What the database answered; none in one that has never had a key.
    pub(crate) fn read(found: &[impl Columns]) -> Result<Option<Self>> {
        Ok(found.first().map(|found| found.maybe_bytes("value")).transpose()?.flatten().map(Self))
    }

    /// Refuses a key that is not this database's.
    pub(crate) fn verify(&self, seal: &Seal) -> Result<()> {
        seal.open(CONTEXT, &self.0).map(drop).map_err(|cause| {
            fault::unavailable("The master key is not the one this database was sealed with.")
                .caused_by(cause)
        })
    }
}
