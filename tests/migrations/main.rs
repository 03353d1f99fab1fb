//! What it costs to plan migrations, and to move agents between vendors.
//!
//! `cargo bench -p switchboard-e2e --bench migrations` measures, in one run on loopback:
//!
//! | what | how |
//! |---|---|
//! | `create` | agents of 5 KB are made through the API at the simulated QCall, 16 at a time: what the other costs are beside |
//! | `plan, cold` | all of them are planned to move to Autocalls (2026), by a gateway that has just started |
//! | `plan, warm` | the same once more |
//! | `there`, `back` | some of them move to Autocalls and back again, once with what they leave removed (`delete`), once with it kept (`keep`) |
//!
//! They are made through the API, although the store would take them faster: their records and reports are then what
//! Switchboard makes of them, and the vendor has each. A cold plan may read the vendor's lists of languages and models, which
//! plans look up; anything else that a plan asks a vendor is an error here. How fast it is never is one.
//!
//! The gateway and the simulated vendors are the real binary, in a process each. The processor time is that of each of them;
//! the wall time is that of a machine that they share. The most memory is the most there was during that one measurement. The
//! looks at all records that the gateway takes every few minutes are off, and the simulated vendors' own limits are none.
//!
//! # Options
//! After `--`: `--quick` for a smoke run with few agents; `--agents`, `--moves`, `--rounds`; `--vendor-ms` for vendors that
//! answer late, as real ones do: it tells how often the gateway looks at what is not ready yet.
//!
//! # Profiling
//! As for the `load` benchmark; the processes are printed.

mod agents;
mod api;
mod cost;
#[expect(dead_code, reason = "the other benchmark uses more of it")]
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
    // Below the target folder: a commit is to meet a real disk, and a temporary folder may be in memory.
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
