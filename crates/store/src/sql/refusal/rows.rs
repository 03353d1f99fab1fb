//! Refusals of mutations that change rows.

use switchboard_core::error::{Error, Kind, Violation};

use super::{
    super::{Columns as _, Failure, Session, Statement, engine::refuse, values},
    stale,
};
use crate::{Collection, Row};

pub(super) async fn insert<S: Session>(session: &mut S, row: &Row) -> Result<Option<Failure>, Failure> {
    if let Some(taken) = taken(session, row).await? {
        return Ok(Some(taken));
    }
    Ok(version(session, row.collection, &row.id).await?.map(|_| {
        let detail = format!("One of the other {} has the id {}.", row.collection, row.id);
        Error::invalid(vec![Violation::at("/id", Kind::AlreadyExists, detail)]).into()
    }))
}

pub(super) async fn update<S: Session>(session: &mut S, row: &Row) -> Result<Option<Failure>, Failure> {
    if let Some(missed) = missed(session, row.collection, &row.id, row.version).await? {
        return Ok(Some(missed));
    }
    if let Some(taken) = taken(session, row).await? {
        return Ok(Some(taken));
    }
    Ok(Some(refuse(Kind::Internal, "An update must not lower the revision.")))
}

/// Returns a refusal if the row does not exist or has another version, and `None` otherwise.
pub(super) async fn missed<S: Session>(
    session: &mut S,
    collection: Collection,
    id: &str,
    expected: u64,
) -> Result<Option<Failure>, Failure> {
    Ok(match version(session, collection, id).await? {
        None => Some(refuse(Kind::NotFound, format!("There is no {id} among the {collection}."))),
        Some(version) => stale(id, version, expected),
    })
}

async fn version<S: Session>(
    session: &mut S,
    collection: Collection,
    id: &str,
) -> Result<Option<u64>, Failure> {
    let select = Statement::new(
        S::DIALECT,
        "SELECT version FROM resources WHERE collection = ? AND id = ?",
        values![collection.as_str(), id],
    );
    super::version(session, select, id).await
}

/// Returns a refusal if another row has the same external reference or remote id as this row. The refusal has one
/// violation for each of these two values that is in use.
async fn taken<S: Session>(session: &mut S, row: &Row) -> Result<Option<Failure>, Failure> {
    let of = row.collection;
    let select = Statement::new(
        S::DIALECT,
        "SELECT EXISTS (SELECT 1 FROM resources WHERE collection = ? AND external_ref = ? AND id <> ?) AS external_ref, \
         EXISTS (SELECT 1 FROM resources WHERE collection = ? AND vendor = ? AND remote_id = ? AND id <> ?) AS remote_id",
        values![of.as_str(), &row.external_ref, &row.id, of.as_str(), &row.vendor, &row.remote_id, &row.id],
    );
    let mut violations = Vec::new();
    for found in session.rows(select).await? {
        if found.flag("external_ref")? {
            let detail = format!("One of the other {of} already has this external reference.");
            violations.push(Violation::at("/external_ref", Kind::AlreadyExists, detail));
        }
        if found.flag("remote_id")? {
            let detail = format!("One of the other {of} already has this id at the vendor {}.", row.vendor);
            violations.push(Violation::at("/remote_id", Kind::AlreadyExists, detail));
        }
    }
    Ok((!violations.is_empty()).then(|| Error::invalid(violations).into()))
}
