//! What the numbers depend on.

use std::{fs, io::Write, path::Path, thread::available_parallelism};

use anyhow::Context as _;

use crate::{options::Options, stage::Stage, variant::Server};

/// Writes the conditions of this run, and the processes for whoever wants to look into one.
///
/// # Errors
/// If the system does not tell them.
pub fn print(out: &mut impl Write, options: &Options, stage: &Stage, folder: &Path) -> anyhow::Result<()> {
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let load = fs::read_to_string("/proc/loadavg")?;
    let cpus = fs::read_to_string("/proc/cpuinfo")?;
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    writeln!(out, "machine      {} cores, {}", available_parallelism()?, model.map_or("", |(_, name)| name))?;
    writeln!(out, "kernel       {}, load before {}", kernel.trim(), load.trim())?;
    writeln!(out, "store        SQLite on {}", file_system(folder)?)?;
    let checks = if cfg!(debug_assertions) { "debug assertions: not what is released" } else { "optimised" };
    writeln!(out, "build        {checks}; every server: mimalloc, tokio's multi-threaded runtime")?;
    writeln!(
        out,
        "load         {} rounds of {:?}, {} connections",
        options.rounds(),
        options.window(),
        options.connections
    )?;
    let (whole, field) = (stage.bodies.whole.with(0).len(), stage.bodies.field.with(0).len());
    writeln!(
        out,
        "read back    {}",
        if options.no_read_back { "no" } else { "after each write, from the vendor's list" }
    )?;
    writeln!(out, "bodies       agent {whole} bytes, patch of a field {field} bytes")?;
    writeln!(
        out,
        "processes    gateway {}, pass-through {}, commit {}, vendor {}",
        stage.process(Server::Gateway).id(),
        stage.process(Server::PassThrough).id(),
        stage.process(Server::Commit).id(),
        stage.vendor.id()
    )?;
    Ok(out.flush()?)
}

/// The kind of file system that a folder is on.
fn file_system(folder: &Path) -> anyhow::Result<String> {
    let mounts = fs::read_to_string("/proc/mounts")?;
    let fields = mounts.lines().filter_map(|line| {
        let mut fields = line.split(' ').skip(1);
        Some((fields.next()?, fields.next()?))
    });
    let around = fields.filter(|(point, _)| folder.starts_with(point));
    let (_, kind) = around.max_by_key(|(point, _)| point.len()).context("no file system")?;
    Ok(kind.to_owned())
}
