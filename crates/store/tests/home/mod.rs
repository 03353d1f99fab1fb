//! Where the stores of a test live.

use std::sync::Arc;

use switchboard_store::{Store, open};
use tempfile::TempDir;

/// What stores are built on.
#[derive(Clone, Copy)]
pub enum Base {
    Memory,
    File,
}

impl Base {
    pub const ALL: [Self; 2] = [Self::Memory, Self::File];

    pub fn name(self) -> &'static str {
        match self {
            Self::Memory => "sqlite_in_memory",
            Self::File => "sqlite_in_a_file",
        }
    }
}

/// A place of a test's own.
pub struct Home {
    url: String,
    /// Removes itself.
    _folder: Option<TempDir>,
}

impl Home {
    /// A new place, or why there cannot be one.
    pub async fn make(base: Base) -> Result<Self, String> {
        Ok(match base {
            Base::Memory => Self { url: "sqlite::memory:".to_owned(), _folder: None },
            Base::File => {
                let folder = tempfile::tempdir().unwrap();
                Self { url: format!("sqlite://{}/test.db", folder.path().display()), _folder: Some(folder) }
            }
        })
    }

    pub async fn open(&self) -> Arc<dyn Store> {
        open(&self.url, None).await.unwrap().store
    }

    pub async fn remove(&self) {}
}
