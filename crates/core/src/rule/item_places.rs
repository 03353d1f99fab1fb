//! The paths in list items at which a write sets or removes values.

/// The paths in list items at which a write sets or removes values.
#[derive(Default)]
pub(crate) struct ItemPlaces {
    pub filled: Vec<&'static str>,
    pub emptied: Vec<&'static str>,
}
