//! The cost of a request, by the number of stored agents.
//!
//! `cargo bench -p switchboard-e2e --bench growth` creates 1,000 agents through the API, copies the store, and adds
//! copies of the agents to the second store until it has 100,000. Two gateways then serve the two stores, and the
//! benchmark measures the same requests at both in turn: a creation, reads of one agent, and pages of 50 with each
//! filter and order. The main result is the processor time of a gateway for each request, and its ratio between the two
//! stores within one round.
//!
//! Then the benchmark kills the gateway of the large store, starts it again several times, and reads its memory.
//!
//! # Options
//! After `--`: `--small` and `--large` for the numbers of agents; `--rounds`, `--seconds` (for one window),
//! `--connections`, `--starts`; `--only REQUEST`, repeatable.

mod copies;
#[path = "../load/driving.rs"]
mod driving;
#[expect(dead_code, reason = "the other benchmarks use more of it")]
#[path = "../measuring/mod.rs"]
mod measuring;
mod options;
mod report;
mod requests;
mod stores;
#[path = "../load/vendor.rs"]
mod vendor;

use std::io::stdout;

use clap::Parser;
use tokio::runtime::Builder;

use options::{Options, Role};

/// The allocator of the real binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match options.role {
            Some(Role::Vendor { listen }) => vendor::serve(listen).await,
            None => measure(&options).await,
        }
    })
}

async fn measure(options: &Options) -> anyhow::Result<()> {
    // Commits must reach a real disk; a temporary folder may be in memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut out = stdout();
    measuring::machine::print(&mut out, folder.path())?;
    report::conditions(&mut out, options)?;
    let stores = stores::Stores::prepare(folder.path(), options).await?;
    let rounds = requests::measure(&stores, options).await?;
    report::table(&mut out, options, &rounds)?;
    report::memory(&mut out, "the large store, after the load", stores.large.process.memory()?)?;
    let starts = stores.restart_large(options.starts)?;
    report::starts(&mut out, options, &starts)?;
    Ok(())
}
