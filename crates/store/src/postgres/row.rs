//! Rows of PostgreSQL.

use std::sync::Arc;

use sqlx::{Row as _, postgres::PgRow};
use switchboard_core::error::Result;

use crate::{
    Document,
    sql::{Columns, fault::storage},
};

impl Columns for PgRow {
    fn text(&self, name: &str) -> Result<String> {
        self.try_get(name).map_err(storage)
    }

    fn maybe_text(&self, name: &str) -> Result<Option<String>> {
        self.try_get(name).map_err(storage)
    }

    fn whole(&self, name: &str) -> Result<i64> {
        self.try_get(name).map_err(storage)
    }

    fn maybe_whole(&self, name: &str) -> Result<Option<i64>> {
        self.try_get(name).map_err(storage)
    }

    fn maybe_bytes(&self, name: &str) -> Result<Option<Vec<u8>>> {
        self.try_get(name).map_err(storage)
    }

    fn flag(&self, name: &str) -> Result<bool> {
        self.try_get(name).map_err(storage)
    }

    fn document(&self) -> Result<Document> {
        // Borrow the string, so that the document is copied only once.
        let text: &str = self.try_get("document").map_err(storage)?;
        Ok(Arc::<str>::from(text).into())
    }
}
