//! The cost of a request to Switchboard, beside that of the least server that could do its work.
//!
//! `cargo bench -p switchboard-e2e --bench load` measures, in one run on loopback and in rotating order:
//!
//! | variant | work for each request |
//! |---|---|
//! | `pass-through` | a bare axum and reqwest server: reads an agent into a struct, renames its fields, sends it to the vendor, and all of it back |
//! | `commit` | the work of `pass-through`, and one durable SQLite commit of the document before it answers |
//! | `patch-field`, `patch-whole` | Switchboard's `PATCH /v1/agents/{id}` of one field, and of the whole agent that the pass-through receives |
//! | `plan-field`, `plan-whole` | the same patches as dry runs |
//! | `get` | Switchboard's `GET /v1/agents/{id}` |
//!
//! Every variant that writes changes a value each time; every PATCH has an idempotency key of its own. The vendor is
//! instant, and it and each server is a process of its own, with the allocator and the runtime of the real binary.
//! The measure is the processor time of the one server under test; requests and latencies are those of a machine that
//! the client and the vendor share, so compare them within one run only.
//!
//! Then the benchmark starts the gateway repeatedly, up to the first answer of `/readyz`, and reads its memory.
//!
//! # Options
//! After `--`: `--quick` for 20 seconds in all; `--rounds`, `--seconds` (of one window), `--connections`, `--starts`;
//! `--only VARIANT`, repeatable; `--no-read-back` for writes that are one exchange with the vendor, as the
//! pass-through's are.
//!
//! The bench profile links in a fraction of the release profile's time. With the release settings,
//! `CARGO_PROFILE_BENCH_LTO=fat CARGO_PROFILE_BENCH_CODEGEN_UNITS=1`, a request costs about the same, and the memory
//! at rest is 2 MB less.
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
//! The cost of waking threads is spread over a whole profile; `strace` counts it, as calls of `futex` for each
//! `writev`.

mod bare;
mod bodies;
mod conditions;
mod driving;
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

/// The allocator of the binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    match &options.role {
        Some(Role::Vendor { listen }) => one_thread()?.block_on(vendor::serve(*listen)),
        Some(Role::Bare { listen, vendor, store }) => {
            // The runtime of the binary.
            Runtime::new()?.block_on(bare::serve(*listen, *vendor, store.as_deref()))
        }
        None => one_thread()?.block_on(measure(&options)),
    }
}

async fn measure(options: &Options) -> anyhow::Result<()> {
    // The folder is below the target folder because a commit must reach a real disk, and a temporary folder may be in
    // memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut out = stdout();
    let stage = Stage::set(folder.path(), options.connections, !options.no_read_back).await?;
    conditions::print(&mut out, options, &stage, folder.path())?;
    let rounds = rounds::run(&stage, options).await?;
    report::table(&mut out, &options.variants(), &rounds)?;
    report::memory(&mut out, "after the load", stage.gateway.process.memory()?)?;

    let Stage { gateway, store, vendor_address, vendor: _vendor, .. } = stage;
    drop(gateway);
    let new = (0..options.starts).map(|number| folder.path().join(format!("start-{number}")));
    report::starts(&mut out, "new stores", &starts::run(new, vendor_address)?)?;
    let standing = repeat_n(store, options.starts);
    report::starts(&mut out, "the store of the load", &starts::run(standing, vendor_address)?)?;
    Ok(())
}

/// Builds a runtime of one thread, so that the client and the vendor use as little of the machine as possible.
fn one_thread() -> std::io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}
