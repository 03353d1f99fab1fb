//! The service of one caller while other clients overload the gateway.
//!
//! `cargo bench -p switchboard-e2e --bench overload` first measures a caller alone: 8 connections that read and change
//! agents of a vendor that answers immediately. Then it keeps that caller busy while the following clients connect from
//! other addresses of the loopback network. The `crowd` alone has ten times as many connections as the caller.
//!
//! | client | behaviour |
//! |---|---|
//! | `crowd` | 80 connections with another key, which send the same requests as the caller |
//! | `hanging` | 64 writers with that key at a vendor that never answers; each hangs up after 50 milliseconds |
//! | `impatient` | 32 writers with that key at the same vendor, with `Prefer: wait=0` |
//! | `idle` | 2,000 connections that send nothing, or only the beginning of HTTP/2 |
//! | `deaf` | 64 connections that request the OpenAPI document again and again, and never read |
//! | `slow` | 64 requests whose body never comes |
//! | `flood` | 16 HTTP/2 connections without a key, each with 100 open streams |
//!
//! Every second, the benchmark asks `/livez` and reads the memory of the gateway. It prints the caller's answers by
//! status, its rate alone and under load, the latency of `/livez`, and the peak of memory. All clients share the
//! machine with the gateway; the processor time of the gateway shows how much of the machine the clients left to it.
//!
//! # Options
//! After `--`: `--minutes` (10 by default), `--alone-seconds`.

mod caller;
mod clients;
mod hanging;
#[expect(dead_code, reason = "the other benchmarks use more of it")]
#[path = "../measuring/mod.rs"]
mod measuring;
mod options;
mod report;
mod stage;
#[path = "../load/vendor.rs"]
mod vendor;
mod watch;

use std::{
    io::stdout,
    time::{Duration, Instant},
};

use clap::Parser;
use tokio::runtime::Builder;

use options::{Options, Role};
use stage::Stage;

/// The allocator of the real binary.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        match &options.role {
            Some(Role::Vendor { listen }) => vendor::serve(*listen).await,
            Some(Role::Hanging { listen }) => hanging::serve(*listen).await,
            Some(Role::Clients { api, writes_at, paths }) => clients::run(*api, writes_at, paths).await,
            None => measure(&options).await,
        }
    })
}

async fn measure(options: &Options) -> anyhow::Result<()> {
    // Commits must reach a real disk; a temporary folder may be in memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    let mut out = stdout();
    measuring::machine::print(&mut out, folder.path())?;
    let stage = Stage::set(folder.path()).await?;
    let alone = Duration::from_secs_f64(options.alone_seconds);
    let quiet = caller::drive(&stage, Instant::now() + alone).await?;
    report::caller(&mut out, "alone", &quiet, alone)?;

    let clients = stage.start_clients(folder.path())?;
    let whole = Duration::from_secs_f64(options.minutes * 60.0);
    let end = Instant::now() + whole;
    let cpu_before = stage.gateway.process.cpu_s()?;
    let (busy, seen) = tokio::try_join!(caller::drive(&stage, end), watch::until(&stage, end))?;
    let cpu = stage.gateway.process.cpu_s()? - cpu_before;
    report::caller(&mut out, "overload", &busy, whole)?;
    report::goodput(&mut out, (&quiet, alone), (&busy, whole), cpu)?;
    report::watched(&mut out, &seen, stage.gateway.process.memory()?)?;
    drop(clients);
    Ok(())
}
