//! The names that adapters import: `use switchboard_core::prelude::*;`.

pub use crate::{
    call::*,
    error::{Error, InputLocation, Kind, Outcome, Result, VendorFailure, Violation},
    facts::{CatalogueEntry, CatalogueKind, Facts, ListedBy},
    model::*,
    plan::{Desired, PartState, Parts, StepAction, Steps, Translator, VendorStep},
    rule::{
        Cardinality, Codec, Domain, Encoded, ExtensionRules, ListPortion, Loss, Moves, NewMembers, Number,
        Part, Refusal, RequestLimits, Rule, RuleSet, Rules, Textual, Translation, Unit, ValuePortion,
        Verdict, VoicemailForm, VoicemailReaction, across, at, at_each, besides, bound, catalogue_id,
        document_path, event_names, existence, facet, first_item, fit_tools, fixed, flag, graded,
        growing_map, hang_up_instructions, has_item, integer_id, joined, language_by_id, language_by_name,
        languages, list, map, members, minutes, number, object, one_of, other_items, other_than, presence,
        presence_as, reserved_value, scalar, seconds, single, starting_with, structured, text,
        transfer_number, unless_null, unsupported, words, yes_no,
    },
    vendor::*,
};
