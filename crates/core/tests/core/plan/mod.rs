//! The laws of plans, tested with a fictional vendor that merges or replaces.

mod assumed;
mod bound;
mod checked;
mod claims;
mod cleared;
mod conditions;
mod drift;
mod each;
mod existence;
mod extension;
mod facets;
mod laws;
mod lists;
mod nested;
mod not_persisted;
mod parts;
mod places;
mod reach;
mod recovery;
mod refused;
mod steps;
mod toy;
mod uncertain;
mod written;
