//! The cost of planning migrations, and of moving agents between vendors.
//!
//! `cargo bench -p switchboard-e2e --bench migrations` measures, in one run over loopback:
//!
//! | measurement | method |
//! |---|---|
//! | `create` | agents of 5 KB are created through the API at the simulated QCall, 16 at a time; the other costs are compared with this one |
//! | `plan, cold` | a gateway that has just started plans to move all of them to Autocalls (2026) |
//! | `plan, warm` | the gateway makes the same plan again |
//! | `there`, `back` | some of the agents move to Autocalls and back, once with their old copies removed (`delete`) and once with the copies kept (`keep`) |
//!
//! The agents are created through the API, although writing them to the store would be faster. Their records
//! and reports are then Switchboard's own, and each agent exists at the vendor. A cold plan may read the
//! vendor's catalogues of languages and models; any other vendor request of a plan is an error here. A
//! measured duration is never an error.
//!
//! The gateway and the simulated vendors are the real binary, each in its own process. Processor time is
//! reported for each process. Wall time is measured on a machine that the processes share. Peak memory is the
//! peak during one measurement. The gateway's periodic reads of all records are switched off, and the
//! simulated vendors have no rate limits.
//!
//! # Options
//! After `--`: `--quick` for a smoke run with few agents; `--agents`, `--moves`, `--rounds`; `--vendor-ms`
//! for vendors that answer with a delay, as real vendors do. The delay shows how often the gateway polls for
//! results that are not ready yet.
//!
//! # Profiling
//! See the `load` benchmark. This benchmark prints the process ids too.

mod agents;
mod api;
mod cost;
#[expect(dead_code, reason = "the other benchmarks use more of it")]
#[path = "../measuring/mod.rs"]
mod measuring;
mod moving;
mod options;
mod planning;
mod report;
mod stage;

use std::io::{Write, stderr, stdout};

use clap::Parser;

use api::Api;
use moving::Retire;
use options::Options;
use stage::Stage;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    // The folder is inside the target folder because commits must reach a real disk; a temporary folder may
    // be in memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut out = stdout();
    let stage = Stage::set(folder.path())?;
    report::conditions(&mut out, &options, &stage, folder.path())?;

    let (created, ids) = agents::make(&stage, options.agents()).await?;
    if let Some(latency) = options.latency() {
        Api::of_vendors(&stage).await?.delay(latency).await?;
    }
    let (stage, plans) = planning::run(stage, options.agents(), options.rounds()).await?;
    report::plans(&mut out, options.agents(), &plans)?;

    let mut journeys = Vec::new();
    for (number, ids) in ids.chunks(options.moves()).take(2 * options.rounds()).enumerate() {
        let retire = Retire::BOTH[number % Retire::BOTH.len()];
        writeln!(stderr(), "{} agents there and back: {}", ids.len(), retire.name())?;
        journeys.extend(moving::there_and_back(&stage, ids, retire).await?);
    }
    report::moves(&mut out, &created, &journeys)?;
    Ok(())
}
