//! The `switchboard` binary.

use std::{
    io::{Write, stderr},
    process::ExitCode,
};

use clap::Parser;
use switchboard_gateway::cli::Cli;

/// A request costs 1.28 times the processor time with glibc's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(instead) => {
            let _ = instead.print();
            // 2, which clap would end with, is what commands that found something to do end with.
            return if instead.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        }
    };
    cli.run().unwrap_or_else(|error| {
        // Standard error is the last resort; where it is closed there is nobody to tell.
        let _ = writeln!(stderr(), "switchboard: {error:#}");
        ExitCode::FAILURE
    })
}
