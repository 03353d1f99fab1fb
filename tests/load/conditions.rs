//! The conditions under which the benchmark runs.

use std::{io::Write, path::Path};

use crate::{measuring::machine, options::Options, stage::Stage, variant::Server};

/// Writes the conditions of this run and, for profiling, the process ids.
///
/// # Errors
/// Fails if the system does not report the conditions.
pub fn print(out: &mut impl Write, options: &Options, stage: &Stage, folder: &Path) -> anyhow::Result<()> {
    machine::print(out, folder)?;
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
