//! Revisions: what a record was asked to be, each time a write was accepted.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use switchboard_core::{Error, Kind, Result};
use switchboard_store as store;

use super::{
    Managed, Reply, RequestContext, Service,
    body::{self, Body},
    item::damaged,
    write::Expected,
};

/// What a record was asked to be.
#[derive(Debug)]
pub struct Revision<R> {
    /// Its number.
    pub number: u64,
    /// What was asked.
    pub body: Body<R>,
    /// When.
    pub created_at: Timestamp,
}

impl<R: Managed> Revision<R> {
    fn from_stored(stored: store::Revision) -> Result<Self> {
        let store::Revision { record, number, document, secrets, created_at, .. } = stored;
        let damaged = |why: String| damaged(R::NAME, &format!("{record}, revision {number}"), why);
        let stored: body::Stored =
            serde_json::from_value(document).map_err(|error| damaged(error.to_string()))?;
        let body = Body::from_stored(stored, secrets.as_ref()).map_err(|error| damaged(error.detail))?;
        Ok(Self { number, body, created_at })
    }

    /// The revision as the API answers it.
    pub fn answer(&self) -> Value {
        serde_json::json!({
            "revision": self.number,
            "created_at": self.created_at.to_string(),
            R::NAME: self.body.document(),
        })
    }
}

impl Service {
    /// The accepted revisions of a record, the newest first, from the one below `before`; and where the list goes on.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn revisions<R: Managed>(
        &self,
        id: &str,
        before: Option<u64>,
        limit: usize,
    ) -> Result<(Vec<Revision<R>>, Option<u64>)> {
        let item = self.get::<R>(id).await?;
        // One that is proposed and not accepted yet is above the present one.
        let before = before.unwrap_or(u64::MAX).min(item.revision + 1);
        let more = u32::try_from(limit).unwrap_or(u32::MAX).saturating_add(1);
        let mut rows = self.store.revisions(R::COLLECTION, id, Some(before), more).await?;
        let goes_on = rows.len() > limit;
        rows.truncate(limit);
        let next = rows.last().filter(|_| goes_on).map(|row| row.number);
        Ok((rows.into_iter().map(Revision::from_stored).collect::<Result<_>>()?, next))
    }

    /// An accepted revision of a record.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn revision<R: Managed>(&self, id: &str, number: u64) -> Result<Revision<R>> {
        let item = self.get::<R>(id).await?;
        let stored = match number <= item.revision {
            true => self.store.revision(R::COLLECTION, id, number).await?,
            false => None,
        };
        let missing = || {
            let detail = format!("The {} has no revision {number}, or it is kept no longer.", R::NAME);
            Error::new(Kind::NotFound, detail)
        };
        Revision::from_stored(stored.ok_or_else(missing)?)
    }

    /// Asks again for what an earlier revision asked: a new revision.
    ///
    /// # Errors
    /// `not_found`, and those of a replacement.
    pub async fn restore<R: Managed>(
        self: &Arc<Self>,
        request: RequestContext,
        id: &str,
        number: u64,
        expected: Expected<'_>,
    ) -> Result<Reply> {
        let Revision { body, .. } = self.revision::<R>(id, number).await?;
        self.change(request, id, expected, |service, _| {
            service.check_vendor(&body)?;
            Ok(body.clone())
        })
        .await
    }

    /// What a revision asked, accepted or not; nothing where it is kept no longer.
    pub(super) async fn revision_body<R: Managed>(&self, id: &str, number: u64) -> Result<Option<Body<R>>> {
        let stored = self.store.revision(R::COLLECTION, id, number).await?;
        Ok(stored.map(Revision::from_stored).transpose()?.map(|revision| revision.body))
    }

    /// The configuration may have changed since a body was read.
    fn check_vendor<R: Managed>(&self, body: &Body<R>) -> Result<()> {
        match &body.envelope.vendor {
            Some(vendor) => self.named_vendor(vendor).map(drop),
            None => Ok(()),
        }
    }
}
