//! What a piece of work cost.

use std::{
    fs,
    time::{Duration, Instant},
};

use crate::{
    api::{Api, Requests},
    stage::Stage,
};

/// What a piece of work cost.
#[derive(Debug, Clone)]
pub struct Cost {
    pub wall: Duration,
    /// Processor seconds of the gateway.
    pub gateway_cpu_s: f64,
    /// The same of the simulated vendors.
    pub vendors_cpu_s: f64,
    /// Resident memory of the gateway in bytes: at the beginning, the most, and at the end.
    pub memory: [u64; 3],
    pub requests: Requests,
}

/// Does a piece of work, and sees what it cost.
///
/// # Errors
/// Those of the work, and of asking the system.
pub async fn measure<T>(
    stage: &Stage,
    work: impl Future<Output = anyhow::Result<T>>,
) -> anyhow::Result<(T, Cost)> {
    Api::of_vendors(stage).await?.requests().await?;
    let (gateway, simulated) = (&stage.gateway.process, &stage.vendors);
    // The most memory counts from here.
    fs::write(format!("/proc/{}/clear_refs", gateway.id()), "5")?;
    let (cpu, vendors_cpu, before) = (gateway.cpu_s()?, simulated.cpu_s()?, gateway.memory()?);
    let begun = Instant::now();
    let done = work.await?;
    let wall = begun.elapsed();
    let after = gateway.memory()?;
    let (gateway_cpu_s, vendors_cpu_s) = (gateway.cpu_s()? - cpu, simulated.cpu_s()? - vendors_cpu);
    let memory = [before.resident, after.peak, after.resident];
    // On a connection of its own: one that says nothing for as long as the work takes is closed.
    let requests = Api::of_vendors(stage).await?.requests().await?;
    Ok((done, Cost { wall, gateway_cpu_s, vendors_cpu_s, memory, requests }))
}
