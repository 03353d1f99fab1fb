//! The commands that list records, and that show and write one record: `agents` and `trunks`.

mod create;
mod delete;
mod filter;
mod get;
mod kind;
mod list;
mod patch;
mod selector;
mod shown;
mod write;

use std::process::ExitCode;

use clap::Subcommand;

pub use self::{kind::Kind, selector::Selector, write::IdempotencyKey};

/// The commands for the records of one kind.
#[derive(Debug, Subcommand)]
pub enum RecordCommand<K: Kind> {
    List(list::List<K>),
    Get(get::Get<K>),
    Create(create::Create<K>),
    Patch(patch::Patch<K>),
    Delete(delete::Delete<K>),
}

impl<K: Kind> RecordCommand<K> {
    /// Runs the command.
    ///
    /// # Errors
    /// The reason why the command failed. `main` prints it to standard error.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(list) => list.run().await,
            Self::Get(get) => get.run().await,
            Self::Create(create) => create.run().await,
            Self::Patch(patch) => patch.run().await,
            Self::Delete(delete) => delete.run().await,
        }
    }
}
