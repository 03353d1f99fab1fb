//! The names that an adapter is written with: `use switchboard_core::prelude::*;`.

pub use crate::{
    error::{Error, InputLocation, Kind, Outcome, Result, VendorFailure, Violation},
    facts::{Catalogue, CatalogueEntry, Facts},
    model::*,
    plan::{Desired, PartState, Parts, StepAction, Steps, Translator, VendorStep},
    rule::{
        Cardinality, Codec, Domain, Encoded, ExtensionRules, Number, Part, Refusal, Rule, RuleSet, Rules,
        Textual, Translation, Unit, across, at, at_each, catalogue_id, document_path, fixed, flag,
        integer_id, joined, language_by_id, language_by_name, languages, list, map, minutes, number, object,
        one_of, presence, scalar, seconds, single, structured, text, unsupported, words, yes_no,
    },
    vendor::*,
};
