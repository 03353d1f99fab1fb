//! The configured vendors: their catalogues, their records, and their removal from the configuration.

mod alias;
mod calls;
mod fleet;
mod handovers;
mod inventory;
mod known_names;
mod observe;
mod perform;
mod refusals;
mod resolve;
mod retirement;
mod shared_listing;
mod target;
pub mod timing;
mod vendor;

pub use calls::DialRight;
pub use fleet::Fleet;
pub use inventory::{VendorRecord, inventory, visible_id};
pub use perform::is_lost_record;
pub use refusals::Refusals;
pub use retirement::Retirement;
pub use shared_listing::Records;
pub use target::Target;
pub use vendor::{CatalogueSnapshot, Vendor, is_transient, vet};
