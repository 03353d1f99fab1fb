//! The commands for users of a gateway, and the files of agents that these commands read and write.

mod apply;
mod calls;
mod capabilities;
mod client;
mod diff;
mod explain;
mod export;
mod files;
mod fleet;
mod health;
mod import;
mod migrations;
mod moving;
mod operations;
mod patch;
mod plan;
mod preview;
mod records;
mod render;
mod signals;
mod vendors;

use std::process::ExitCode;

use clap::Subcommand;
use switchboard_core::model::{Agent, Trunk};

use self::{
    calls::{CallCommand, Place},
    migrations::MigrationCommand,
    operations::OperationCommand,
    records::RecordCommand,
    vendors::{Aliases, Catalogue, CatalogueName, Vendors},
};

pub use render::{OutputFormat, Printable, Render, joined};
pub use signals::{StopSignals, stop_signal};

/// The commands for users of a gateway.
#[derive(Debug, Subcommand)]
#[expect(missing_docs, reason = "a comment here would replace the help that each command's own type gives")]
pub enum Command {
    /// Lists agents, and shows, creates, changes and deletes one agent.
    #[command(subcommand)]
    Agents(RecordCommand<Agent>),
    /// Lists trunks, and shows, creates, changes and deletes one trunk.
    #[command(subcommand)]
    Trunks(RecordCommand<Trunk>),
    Call(Place),
    /// Lists, shows, follows, ends, resolves and erases calls. `call` places one.
    #[command(subcommand)]
    Calls(CallCommand),
    /// Lists, shows and resolves operations, the writes that go to vendors.
    #[command(subcommand)]
    Operations(OperationCommand),
    /// Lists, shows, follows, pauses, resumes and cancels migrations. `move` starts one.
    #[command(subcommand)]
    Migrations(MigrationCommand),
    Vendors(Vendors),
    /// Lists the voices of a vendor. An agent refers to them by id in `voice.id` and `voice.fallback_ids`.
    Voices(Catalogue),
    /// Lists the language models of a vendor. An agent refers to them by id in `model.name` and `model.fallback`.
    Models(Catalogue),
    /// Lists the languages that agents of a vendor can speak.
    Languages(Catalogue),
    /// Lists the phone numbers of a vendor. An agent refers to one of them by id in `phone_number_id`.
    PhoneNumbers(Catalogue),
    /// Lists the knowledge bases of a vendor. An agent refers to them by id in `knowledge_base_ids`.
    KnowledgeBases(Catalogue),
    Aliases(Aliases),
    Capabilities(capabilities::Capabilities),
    Explain(explain::Explain),
    Plan(plan::Plan),
    Apply(apply::Apply),
    Diff(diff::Diff),
    Export(export::Export),
    Parity(moving::Parity),
    Move(moving::Move),
    Import(import::Import),
    Health(health::Health),
}

impl Command {
    /// Runs the command.
    ///
    /// # Errors
    /// The reason why the command failed. `main` prints it to standard error.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Agents(command) => command.run().await,
            Self::Trunks(command) => command.run().await,
            Self::Call(place) => place.run().await,
            Self::Calls(command) => command.run().await,
            Self::Operations(command) => command.run().await,
            Self::Migrations(command) => command.run().await,
            Self::Vendors(vendors) => vendors.run().await,
            Self::Voices(catalogue) => catalogue.run(CatalogueName::Voices).await,
            Self::Models(catalogue) => catalogue.run(CatalogueName::Models).await,
            Self::Languages(catalogue) => catalogue.run(CatalogueName::Languages).await,
            Self::PhoneNumbers(catalogue) => catalogue.run(CatalogueName::PhoneNumbers).await,
            Self::KnowledgeBases(catalogue) => catalogue.run(CatalogueName::KnowledgeBases).await,
            Self::Aliases(aliases) => aliases.run().await,
            Self::Capabilities(capabilities) => capabilities.run(),
            Self::Explain(explain) => explain.run().await,
            Self::Plan(plan) => plan.run().await,
            Self::Apply(apply) => apply.run().await,
            Self::Parity(parity) => parity.run().await,
            Self::Move(relocation) => relocation.run().await,
            Self::Export(export) => export.run().await,
            Self::Diff(diff) => diff.run().await,
            Self::Import(import) => import.run().await,
            Self::Health(health) => health.run().await,
        }
    }
}
