//! Types of leaves with a specific meaning, such as durations and phone numbers, and the characters of names.

mod choice;
mod duration;
mod language_name;
mod name;
mod text;

pub use choice::{Direction, Endpointing, Engine, Gender, Speaker, VoicemailAction};
pub use duration::{Millis, Quantity, Seconds};
pub use name::check_name;
pub use text::{EventName, Language, PhoneNumber, Timezone, WebUrl};
