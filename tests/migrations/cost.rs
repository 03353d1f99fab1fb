//! The cost of a measured task.

use std::{
    fs,
    time::{Duration, Instant},
};

use crate::{
    api::{Api, Requests},
    stage::Stage,
};

/// The cost of a measured task.
#[derive(Debug, Clone)]
pub struct Cost {
    pub wall: Duration,
    /// The processor time of the gateway, in seconds.
    pub gateway_cpu_s: f64,
    /// The processor time of the simulated vendors, in seconds.
    pub vendors_cpu_s: f64,
    /// The resident memory of the gateway, in bytes: at the start, at the peak, and at the end.
    pub memory: [u64; 3],
    pub requests: Requests,
}

/// Runs a task and measures its cost.
///
/// # Errors
/// Fails if the task fails or the system does not report the figures.
pub async fn measure<T>(
    stage: &Stage,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<(T, Cost)> {
    Api::of_vendors(stage).await?.requests().await?;
    let (gateway, simulated) = (&stage.gateway.process, &stage.vendors);
    // This resets the peak memory, so that it is measured from here on.
    fs::write(format!("/proc/{}/clear_refs", gateway.id()), "5")?;
    let (cpu, vendors_cpu, before) = (gateway.cpu_s()?, simulated.cpu_s()?, gateway.memory()?);
    let begun = Instant::now();
    let done = work.await?;
    let wall = begun.elapsed();
    let after = gateway.memory()?;
    let (gateway_cpu_s, vendors_cpu_s) = (gateway.cpu_s()? - cpu, simulated.cpu_s()? - vendors_cpu);
    let memory = [before.resident, after.peak, after.resident];
    // This needs a new connection: a connection that was idle during the whole task has been closed.
    let requests = Api::of_vendors(stage).await?.requests().await?;
    Ok((done, Cost { wall, gateway_cpu_s, vendors_cpu_s, memory, requests }))
}
