//! The `switchboard` binary.

use std::{
    io::{Write, stderr},
    process::ExitCode,
};

use clap::Parser;
use switchboard_cli::Printable;
use switchboard_gateway::cli::{Cli, is_closed_pipe};

/// The global allocator. With glibc's allocator, a request takes 1.28 times as much processor time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(instead) => {
            let _ = instead.print();
            // clap would exit with 2, but the commands use 2 to report changes, differences or losses.
            return if instead.use_stderr() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        }
    };
    cli.run().unwrap_or_else(|error| {
        if is_closed_pipe(&error) {
            return ExitCode::SUCCESS;
        }
        // A failed write to standard error cannot be reported anywhere.
        let _ = writeln!(Printable(stderr()), "switchboard: {error:#}");
        ExitCode::FAILURE
    })
}
