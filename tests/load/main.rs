//! The cost of a request to Switchboard, compared with the smallest server that could do the same work.
//!
//! `cargo bench -p switchboard-e2e --bench load` measures, in one run over loopback and in rotating order:
//!
//! | variant | work for each request |
//! |---|---|
//! | `pass-through` | a bare axum and reqwest server: parses an agent into a struct, renames its fields, sends it to the vendor, and does the reverse with the answer |
//! | `commit` | the work of `pass-through`, and one durable SQLite commit of the document before the answer |
//! | `patch-field`, `patch-whole` | Switchboard's `PATCH /v1/agents/{id}` with one field, and with the whole agent that the pass-through receives |
//! | `patch-measured`, `patch-unmeasured` | the work of `patch-field`, at a Switchboard with metrics and at one without |
//! | `plan-field`, `plan-whole` | dry runs of the same patches |
//! | `get` | Switchboard's `GET /v1/agents/{id}` |
//!
//! Every variant that writes changes a value each time; every PATCH has its own idempotency key. The vendor
//! answers immediately. The vendor and each server run in separate processes. Each server has the allocator and
//! the runtime of the real binary. The main result is the processor time of the server under test. The client
//! and the vendor share the machine with the server, so compare request rates and latencies only within one run.
//!
//! Then the benchmark starts the gateway repeatedly, measures the time until the first answer of `/readyz`,
//! and reads its memory.
//!
//! # Options
//! After `--`: `--quick` for a total of 20 seconds; `--rounds`, `--seconds` (for one window),
//! `--connections`, `--starts`; `--only VARIANT`, repeatable; `--no-read-back` for writes with a single
//! exchange with the vendor, like those of the pass-through.
//!
//! # Profiling
//! Build with symbols, run one variant for a long window, and use the process id of its server, which the benchmark
//! prints:
//!
//! ```sh
//! export CARGO_PROFILE_BENCH_STRIP=none
//! cargo bench -p switchboard-e2e --bench load -- --only patch-field --rounds 1 --seconds 30 --starts 1 &
//! perf record --pid ID --freq 499 --call-graph dwarf,16384 --output target/load.perf -- sleep 8
//! perf report --input target/load.perf --no-inline --no-children --percent-limit 0.5 --stdio
//! strace -c -f -p ID
//! ```
//!
//! In a profile, the cost of waking threads is spread over many functions. `strace` counts it as calls of
//! `futex` for each `writev`.

mod bare;
mod bodies;
mod conditions;
mod driving;
#[expect(dead_code, reason = "the other benchmarks use more of it")]
#[path = "../measuring/mod.rs"]
mod measuring;
mod options;
mod report;
mod rounds;
mod stage;
mod starts;
mod variant;
mod vendor;

use std::{io::stdout, iter::repeat_n};

use clap::Parser;
use tokio::runtime::{Builder, Runtime};

use options::{Options, Role};
use stage::Stage;

/// The allocator of the real binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    match &options.role {
        Some(Role::Vendor { listen }) => one_thread()?.block_on(vendor::serve(*listen)),
        Some(Role::Bare { listen, vendor, store }) => {
            // This is the runtime of the real binary.
            Runtime::new()?.block_on(bare::serve(*listen, *vendor, store.as_deref()))
        }
        None => one_thread()?.block_on(measure(&options)),
    }
}

async fn measure(options: &Options) -> anyhow::Result<()> {
    // The folder is inside the target folder because commits must reach a real disk; a temporary folder may
    // be in memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut out = stdout();
    let stage = Stage::set(folder.path(), options.connections, !options.no_read_back).await?;
    conditions::print(&mut out, options, &stage, folder.path())?;
    let rounds = rounds::run(&stage, options).await?;
    report::table(&mut out, &options.variants(), &rounds, !options.no_read_back)?;
    report::memory_after_load(&mut out, stage.gateway.process.memory()?)?;

    let Stage { gateway, store, vendor_address, vendor: _vendor, .. } = stage;
    drop(gateway);
    let new = (0..options.starts).map(|number| folder.path().join(format!("start-{number}")));
    report::starts(&mut out, "new stores", &starts::run(new, vendor_address)?)?;
    let standing = repeat_n(store, options.starts);
    report::starts(&mut out, "the store of the load", &starts::run(standing, vendor_address)?)?;
    Ok(())
}

/// Builds a runtime with one thread, so that the client and the vendor use as little of the machine as
/// possible.
fn one_thread() -> std::io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}
