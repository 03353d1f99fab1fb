//! The vendor's answers, and the codecs for values that the vendor spells differently from the model.

mod answers;
mod persona;
mod values;

pub use answers::{ErrorBody, deleted, persona, personas, voices};
pub use persona::{Change, Persona, has_settings};
pub use values::{background, language};
