//! The normalized model, the rules engine and the contracts of Switchboard.
//!
//! Pure: no runtime, no HTTP, no SQL. Three ideas carry everything: a [`Change`] is what is asked of one field,
//! a [`Rule`] is how one field crosses to a vendor and back, an [`Exchange`] is one vendor conversation as a value.

mod account;
mod error;
mod exchange;

pub use account::Account;
pub use error::{Error, Kind, Outcome, Place, Result, VendorFailure, Violation};
pub use exchange::{Body, Exchange, Method, Reader, Reply, Request};
