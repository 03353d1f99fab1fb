//! The change that a write makes to one field.

/// The change that a write makes to one field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change<T> {
    /// The field is unchanged, with or without a value.
    Keep(Option<T>),
    /// The field is cleared.
    Clear,
    /// The field is set to this value.
    Set(T),
}

impl<'a, T: PartialEq> Change<&'a T> {
    /// Returns the change from one state of a field to the next.
    pub fn between(before: Option<&'a T>, desired: Option<&'a T>) -> Self {
        match (before, desired) {
            (before, Some(desired)) if before != Some(desired) => Self::Set(desired),
            (Some(_), None) => Self::Clear,
            (_, desired) => Self::Keep(desired),
        }
    }

    /// Returns the value of the field after the change.
    pub fn applied(&self) -> Option<&'a T> {
        match self {
            Self::Keep(value) => *value,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }
}
