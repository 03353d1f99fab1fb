//! Types of leaves with a specific meaning, such as durations and phone numbers.

mod choice;
mod duration;
mod text;

pub use choice::{Direction, Endpointing, Engine, Gender, Speaker};
pub use duration::{Millis, Quantity, Seconds};
pub use text::{Language, PhoneNumber, Timezone, WebUrl};
