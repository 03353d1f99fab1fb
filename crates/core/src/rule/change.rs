//! The request for one field.

/// Request of a write for one field.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change<T> {
    /// The field stays as it is, with or without a value.
    Keep(Option<T>),
    /// The field loses its value.
    Clear,
    /// The field gets this value.
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

    /// Returns the field after the change.
    pub fn applied(&self) -> Option<&'a T> {
        match self {
            Self::Keep(value) => *value,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }
}
