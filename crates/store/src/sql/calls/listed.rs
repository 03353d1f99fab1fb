//! SQL for the times up to which the gateway has stored the calls that the vendors list.

use jiff::Timestamp;
use switchboard_core::error::Result;

use super::{Columns, Dialect, Statement, values};
use crate::sql::{Failure, Session, UnitOfWork, fault::damaged};

/// The storage of a vendor's time.
pub(super) struct NoteListed(pub(super) Statement);

impl UnitOfWork for NoteListed {
    type Output<R: Columns> = ();

    async fn run<S: Session>(&self, session: &mut S) -> Result<(), Failure> {
        session.change(self.0.clone()).await?;
        Ok(())
    }
}

pub(super) fn note(dialect: Dialect, vendor: &str, at: Timestamp) -> Statement {
    Statement::new(
        dialect,
        "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        values![&name(vendor), at.as_microsecond().to_be_bytes().as_slice()],
    )
}

pub(super) fn get(dialect: Dialect, vendor: &str) -> Statement {
    Statement::new(dialect, "SELECT value FROM meta WHERE name = ?", values![&name(vendor)])
}

pub(super) fn read(vendor: &str, columns: &impl Columns) -> Result<Timestamp> {
    let bytes = columns.maybe_bytes("value")?.and_then(|bytes| <[u8; 8]>::try_from(bytes).ok());
    let time = bytes.and_then(|bytes| Timestamp::from_microsecond(i64::from_be_bytes(bytes)).ok());
    time.ok_or_else(|| damaged("value", &name(vendor)))
}

/// Returns the name of the row of `meta` that holds a vendor's time.
fn name(vendor: &str) -> String {
    format!("calls_listed/{vendor}")
}
