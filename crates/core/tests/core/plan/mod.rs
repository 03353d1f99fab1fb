//! The laws of plans, at a made-up vendor that merges or replaces.

mod assumed;
mod cleared;
mod conditions;
mod drift;
mod extension;
mod laws;
mod lists;
mod lost;
mod parts;
mod refused;
mod restated;
mod toy;
mod unkept;
mod written;
