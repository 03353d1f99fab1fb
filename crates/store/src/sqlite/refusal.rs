//! Why a write was not carried out, asked within its transaction.

use sqlx::SqliteConnection;
use switchboard_core::{Error, Kind, Result, Violation};

use super::fault;
use crate::{Collection, Row};

/// Why a write of `row` met a unique value that is taken: every one that is, not the first alone.
pub(super) async fn taken(write: &mut SqliteConnection, row: &Row) -> Result<Error> {
    let (external_ref, remote_id): (bool, bool) = sqlx::query_as(
        "SELECT EXISTS (SELECT 1 FROM resources WHERE collection = ?1 AND external_ref = ?3 AND id <> ?2), \
         EXISTS (SELECT 1 FROM resources WHERE collection = ?1 AND vendor = ?4 AND remote_id = ?5 AND id <> ?2)",
    )
    .bind(row.collection.as_str())
    .bind(&row.id)
    .bind(&row.external_ref)
    .bind(&row.vendor)
    .bind(&row.remote_id)
    .fetch_one(write)
    .await
    .map_err(fault::storage)?;
    let of = row.collection;
    let mut violations = Vec::new();
    if external_ref {
        let detail = format!("Another of the {of} has this external reference.");
        violations.push(Violation::at("/external_ref", Kind::AlreadyExists, detail));
    }
    if remote_id {
        let detail = format!("Another of the {of} has this id at the vendor {}.", row.vendor);
        violations.push(Violation::at("/remote_id", Kind::AlreadyExists, detail));
    }
    if violations.is_empty() {
        let detail = format!("Another of the {of} has the id {}.", row.id);
        violations.push(Violation::at("/id", Kind::AlreadyExists, detail));
    }
    Ok(Error::invalid(violations))
}

/// Why a write met no row of this id and revision.
pub(super) async fn missed(
    write: &mut SqliteConnection,
    collection: Collection,
    id: &str,
    expected: u64,
) -> Result<Error> {
    let revision: Option<i64> =
        sqlx::query_scalar("SELECT revision FROM resources WHERE collection = ?1 AND id = ?2")
            .bind(collection.as_str())
            .bind(id)
            .fetch_optional(write)
            .await
            .map_err(fault::storage)?;
    Ok(match revision {
        Some(revision) => Error::new(
            Kind::PreconditionFailed,
            format!("The revision is {revision}, not {expected} as the request expects."),
        ),
        None => Error::new(Kind::NotFound, format!("There is no {id} among the {collection}.")),
    })
}
