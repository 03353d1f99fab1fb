//! Starts of the gateway: the duration of a start, and the idle memory.

use std::{net::SocketAddr, path::PathBuf, thread::sleep, time::Duration};

use anyhow::Context as _;

use crate::{
    measuring::{gateway::Gateway, process::Memory},
    vendor,
};

/// The pause between the gateway's first answer and the measurement of its memory.
const PAUSE: Duration = Duration::from_secs(1);
/// The default value in the configuration.
const IN_FLIGHT: usize = 512;

pub struct Starts {
    /// The durations from the start to the first answer, in order.
    pub took: Vec<Duration>,
    /// The idle memory of the last gateway.
    pub idle: Memory,
}

/// Starts the gateway with the store in each of these folders, one after the other.
///
/// # Errors
/// Fails if the gateway does not start or if there is no folder.
pub fn run(folders: impl Iterator<Item = PathBuf>, vendor: SocketAddr) -> anyhow::Result<Starts> {
    let tables = vendor::tables(vendor, 1, true);
    let mut took = Vec::new();
    let mut last = None;
    for folder in folders {
        // The previous process must end first, because only one process may open a store.
        drop(last.take());
        let gateway = Gateway::start(&folder, IN_FLIGHT, &tables)?;
        took.push(gateway.took);
        last = Some(gateway);
    }
    sleep(PAUSE);
    let idle = last.context("it was never started")?.process.memory()?;
    Ok(Starts { took, idle })
}
