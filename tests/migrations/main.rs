//! The cost of planning migrations, and of moving agents between vendors.
//!
//! `cargo bench -p switchboard-e2e --bench migrations` measures, in one run on loopback:
//!
//! | measurement | method |
//! |---|---|
//! | `create` | agents of 5 KB are created through the API at the simulated QCall, 16 at a time: the reference for the other costs |
//! | `plan, cold` | all of them are planned to move to Autocalls (2026), by a gateway that has just started |
//! | `plan, warm` | the same plan is made once more |
//! | `there`, `back` | some of them move to Autocalls and back again, once with the copies they leave removed (`delete`), once with them kept (`keep`) |
//!
//! The agents are created through the API, although the store would accept them faster: their records and reports are
//! then Switchboard's own, and the vendor has each of them. A cold plan may read the vendor's catalogues of languages
//! and models, which plans look up; any other request of a plan to a vendor is an error here. No measured duration is
//! ever an error.
//!
//! The gateway and the simulated vendors are the real binary, each in a process of its own. The processor time is
//! that of each of them; the wall time is that of a machine that they share. The peak memory is the peak during that
//! one measurement. The gateway's periodic reads of all records are off, and the simulated vendors have no limits.
//!
//! # Options
//! After `--`: `--quick` for a smoke run with few agents; `--agents`, `--moves`, `--rounds`; `--vendor-ms` for
//! vendors that answer late, as real ones do: it shows how often the gateway polls for results that are not ready
//! yet.
//!
//! # Profiling
//! See the `load` benchmark; this one prints the processes too.

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
    // The folder is below the target folder because a commit must reach a real disk, and a temporary folder may be in
    // memory.
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
