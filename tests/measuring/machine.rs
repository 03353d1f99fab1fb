//! The conditions on which all measurements depend.

use std::{fs, io::Write, path::Path, thread::available_parallelism};

use anyhow::Context as _;

/// Writes a description of the machine, the build and the location of the store.
///
/// # Errors
/// Fails if the system does not report the conditions.
pub fn print(out: &mut impl Write, folder: &Path) -> anyhow::Result<()> {
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let load = fs::read_to_string("/proc/loadavg")?;
    let cpus = fs::read_to_string("/proc/cpuinfo")?;
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    writeln!(out, "machine      {} cores, {}", available_parallelism()?, model.map_or("", |(_, name)| name))?;
    writeln!(out, "kernel       {}, load before {}", kernel.trim(), load.trim())?;
    writeln!(out, "store        SQLite on {}", file_system(folder)?)?;
    let checks = if cfg!(debug_assertions) { "debug assertions: not what is released" } else { "optimised" };
    let version = env!("CARGO_PKG_VERSION");
    writeln!(
        out,
        "build        {version}, {checks}; every server: mimalloc, tokio's multi-threaded runtime"
    )?;
    Ok(())
}

/// Returns the file system type of a folder.
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
