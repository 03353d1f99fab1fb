//! The `switchboard` binary.

use std::{
    io::{Write, stderr},
    process::ExitCode,
};

use clap::Parser;
use switchboard_gateway::cli::Cli;

/// The allocator. With glibc's, a request costs 1.28 times the processor time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(instead) => {
            let _ = instead.print();
            // clap would exit with 2, but commands use 2 to report that they found changes or differences.
            return if instead.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        }
    };
    cli.run().unwrap_or_else(|error| {
        // A failed write to standard error cannot be reported anywhere.
        let _ = writeln!(stderr(), "switchboard: {error:#}");
        ExitCode::FAILURE
    })
}
