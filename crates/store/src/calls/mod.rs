//! Phone calls in the store: their rows, the mutations of a commit, the caps on dials, lists, and the contract
//! [`CallStore`].

mod caps;
mod mutation;
mod row;
mod search;
mod store;

pub use caps::{CallCap, CallCaps, CapUsage};
pub use mutation::CallMutation;
pub use row::{CallCount, CallProgress, CallRow, DiallingCall, ExpiredCall, FoundCall};
pub use search::{CallPosition, CallSearch};
pub use store::CallStore;
