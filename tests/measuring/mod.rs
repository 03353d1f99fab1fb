//! The shared parts of the benchmarks of the real binary: the agent, the processes around it, and the machine.

pub mod agent;
pub mod connection;
pub mod gateway;
pub mod machine;
pub mod process;
pub mod statistics;
pub mod template;
