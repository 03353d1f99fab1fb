//! SQL for the transcripts of calls.

use std::time::Duration;

use secrecy::SecretString;
use switchboard_core::error::Result;

use super::{Columns, Dialect, Statement, values};
use crate::{seal::Seal, sql::fault::damaged};

/// Stores a transcript if its call exists.
pub(super) fn put(
    dialect: Dialect,
    call: &str,
    transcript: &SecretString,
    keep: Duration,
    seal: &Seal,
) -> Result<Statement> {
    let sealed = seal.close(&place(call), transcript)?;
    let put = match dialect {
        Dialect::Sqlite => "INSERT INTO transcripts (call, sealed, kept_until) SELECT id, ?, @now + ?",
        // Without the cast, the server treats a selected parameter as a string.
        Dialect::Postgres => {
            "INSERT INTO transcripts (call, sealed, kept_until) SELECT id, ?::bytea, @now + ?"
        }
    };
    Ok(Statement::new(dialect, put, values![sealed.as_slice(), keep]).then(
        " FROM calls WHERE id = ? ON CONFLICT (call) DO UPDATE SET sealed = excluded.sealed, \
         kept_until = excluded.kept_until",
        values![call],
    ))
}

pub(super) fn remove(dialect: Dialect, call: &str) -> Statement {
    Statement::new(dialect, "DELETE FROM transcripts WHERE call = ?", values![call])
}

pub(super) fn get(dialect: Dialect, call: &str) -> Statement {
    Statement::new(dialect, "SELECT sealed FROM transcripts WHERE call = ?", values![call])
}

/// Selects the calls of at most `limit` expired transcripts, the longest expired first.
pub(super) fn expired(dialect: Dialect, limit: u32) -> Statement {
    Statement::new(
        dialect,
        "SELECT call FROM transcripts WHERE kept_until <= @now ORDER BY kept_until LIMIT ?",
        values![limit],
    )
}

pub(super) fn read(call: &str, columns: &impl Columns, seal: &Seal) -> Result<SecretString> {
    let place = place(call);
    let sealed = columns.maybe_bytes("sealed")?.ok_or_else(|| damaged("text", &place))?;
    seal.open(&place, &sealed)
}

/// Returns the place for which the transcript of a call is sealed.
fn place(call: &str) -> String {
    format!("transcripts/{call}")
}
