//! The configured vendors: what each can do, what it holds, and when it may leave.

mod alias;
mod fleet;
mod inventory;
mod retirement;
mod shared_listing;
mod target;
pub mod timing;
mod vendor;

pub use fleet::Fleet;
pub use inventory::{VendorRecord, inventory};
pub use retirement::Retirement;
pub use shared_listing::Records;
pub use target::Target;
pub use vendor::{CatalogueSnapshot, Vendor, is_transient, vet};
