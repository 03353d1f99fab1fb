//! The commands for calls: `call` and `calls`.

mod erase;
mod follow;
mod list;
mod one;
mod place;
mod plan;
mod recording;
mod resolve;
mod shown;
mod transcript;

use std::process::ExitCode;

use clap::Subcommand;

pub use place::Place;

/// The commands for calls.
#[derive(Debug, Subcommand)]
pub enum CallCommand {
    List(list::List),
    Get(one::Get),
    Follow(one::Follow),
    Transcript(transcript::Transcript),
    Recording(recording::Recording),
    Hangup(one::HangUp),
    Sync(one::Sync),
    Resolve(resolve::Resolve),
    Erase(erase::Erase),
}

impl CallCommand {
    /// Runs the command.
    ///
    /// # Errors
    /// The reason why the command failed. `main` prints it to standard error.
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(list) => list.run().await,
            Self::Get(get) => get.run().await,
            Self::Follow(follow) => follow.run().await,
            Self::Transcript(transcript) => transcript.run().await,
            Self::Recording(recording) => recording.run().await,
            Self::Hangup(hang_up) => hang_up.run().await,
            Self::Sync(sync) => sync.run().await,
            Self::Resolve(resolve) => resolve.run().await,
            Self::Erase(erase) => erase.run().await,
        }
    }
}
