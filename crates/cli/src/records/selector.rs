//! The selection of one record by its id or its external reference.

use std::marker::PhantomData;

use anyhow::bail;
use clap::Args;
use serde_json::Value;
use switchboard_core::model::id;

use super::Kind;
use crate::client::{Ask, Client, ClientError};

/// The record that a command is about.
#[derive(Debug, Args)]
pub struct Selector<K: Kind> {
    #[arg(
        value_name = K::PLACEHOLDER,
        help = format!("The id ({}_…) or the external_ref of the {}", K::PREFIX, K::NAME)
    )]
    record: String,
    #[arg(skip)]
    kind: PhantomData<K>,
}

impl<K: Kind> Selector<K> {
    /// Selects the record with this id or external reference.
    pub fn named(record: String) -> Self {
        Self { record, kind: PhantomData }
    }

    /// Reads the record.
    ///
    /// # Errors
    /// The gateway's error, or an error that names the record if the gateway does not have it.
    pub async fn read(&self, client: &Client) -> anyhow::Result<Value> {
        if id::fits::<K>(&self.record) {
            return Ok(client.send(&Ask::get([K::COLLECTION, &self.record])).await?.body);
        }
        let ask = Ask::get([K::COLLECTION]).query("external_ref", &self.record);
        match client.list(ask).await?.into_iter().next() {
            Some(record) => Ok(record),
            None => bail!(
                "the gateway has no {} with the external_ref {:?}; `switchboard {} list` shows all",
                K::NAME,
                self.record,
                K::COLLECTION
            ),
        }
    }

    /// Returns the id of the record. Asks the gateway only if the record is given by its external reference.
    ///
    /// # Errors
    /// The errors of [`Selector::read`].
    pub async fn id(&self, client: &Client) -> anyhow::Result<String> {
        if id::fits::<K>(&self.record) {
            return Ok(self.record.clone());
        }
        let record = self.read(client).await?;
        let id = record["id"].as_str().ok_or_else(|| ClientError::unreadable("a record"))?;
        Ok(id.to_owned())
    }
}
