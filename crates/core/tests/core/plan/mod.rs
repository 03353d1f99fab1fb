//! The laws of plans, at a made-up vendor that merges or replaces.

mod assumed;
mod cleared;
mod conditions;
mod drift;
mod extension;
mod laws;
mod lists;
mod not_persisted;
mod parts;
mod places;
mod recovery;
mod refused;
mod steps;
mod toy;
mod uncertain;
mod written;
