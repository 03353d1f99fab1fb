//! The vendor's answers, and the codecs for values that the vendor spells differently from the model.

mod answers;
mod observed;
mod persona;
mod settings;
mod values;

pub use answers::{
    ErrorBody, deleted, knowledge_bases, persona, personas, phone_number, phone_numbers, voices,
};
pub use observed::{call, calls, dial, placed};
pub use persona::{Change, Persona, has_settings};
pub use settings::{VOICEMAIL, interruptibility, keywords, pronunciations};
pub use values::{background, language};
