//! The kinds of records that have commands.

use std::fmt::Debug;

use switchboard_core::model::{Agent, Root, Trunk};

use super::filter::{AgentFilter, OwnFilter, TrunkFilter};

/// A kind of record that has commands.
pub trait Kind: Root + Debug + Send + Sync + 'static {
    /// The list filters that only this kind has.
    type Filter: OwnFilter;

    /// The name of the collection in paths of the API, such as `agents`.
    const COLLECTION: &'static str;

    /// The placeholder for a record in the help, such as `AGENT`.
    const PLACEHOLDER: &'static str;

    /// The columns of a list, each with its heading and the JSON pointer of its value.
    const COLUMNS: &'static [(&'static str, &'static str)];
}

impl Kind for Agent {
    type Filter = AgentFilter;

    const COLLECTION: &'static str = "agents";
    const PLACEHOLDER: &'static str = "AGENT";
    const COLUMNS: &'static [(&'static str, &'static str)] = &[
        ("ID", "/id"),
        ("EXTERNAL_REF", "/external_ref"),
        ("NAME", "/name"),
        ("LANGUAGE", "/language"),
        ("DIRECTION", "/direction"),
        ("VENDOR", "/placement/vendor"),
        ("SYNC", "/sync/state"),
        ("FIDELITY", "/translation/fidelity"),
    ];
}

impl Kind for Trunk {
    type Filter = TrunkFilter;

    const COLLECTION: &'static str = "trunks";
    const PLACEHOLDER: &'static str = "TRUNK";
    const COLUMNS: &'static [(&'static str, &'static str)] = &[
        ("ID", "/id"),
        ("EXTERNAL_REF", "/external_ref"),
        ("NAME", "/name"),
        ("PHONE_NUMBER", "/phone_number"),
        ("CARRIER", "/carrier/type"),
        ("VENDOR", "/placement/vendor"),
        ("SYNC", "/sync/state"),
        ("FIDELITY", "/translation/fidelity"),
    ];
}
