//! The cases about calls: the rules of a dial, the dial itself, and the exchanges that read and end calls.

mod bench;
mod cases;
mod conversation;
mod field;
mod seen;

pub use bench::CallBench;
pub use cases::trials;
pub use conversation::about_calls;
