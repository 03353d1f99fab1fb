//! Rules that are moved to another request. For example, a vendor may also accept settings of an agent in a request to
//! dial.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use crate::{
    model::Leaf,
    rule::{Choices, Clearing, Extent, FieldCondition, Listed, Mapping, Ranges, Rule, Switch},
};

/// The places at which a vendor accepts the settings of an agent in another request.
///
/// Each entry pairs a path of the agent's document with the path of the same value in the other request. A path below
/// the first path of an entry moves below the second. The first entry that fits applies. An empty path fits every path.
#[derive(Debug, Clone, Copy)]
pub struct Moves {
    places: &'static [(&'static str, &'static str)],
    /// The reason that is reported for a field without a place in the other request.
    otherwise: &'static str,
}

impl<T: Leaf> Rule<T> {
    /// Returns the rule of the same field for another request, whose values replace the agent's. The codec, the
    /// vendor's list and the conditions remain.
    ///
    /// Such a request is sent once: nothing is read back, required or cleared. A condition on another vendor field
    /// applies only if the request contains that field; otherwise, the agent's value decides, and it is not known. A
    /// field becomes unsupported if the agent cannot set it, if it is stored in several vendor fields, or if it has no
    /// place in `moves`. A field that describes the vendor's fixed behaviour accepts only the value that describes it. A
    /// codec that reads other fields of the body must not be moved.
    pub fn moved(self, moves: Moves) -> Self {
        match self {
            Self::Mapped(mapping) => match mapping.moved(moves) {
                Some(mapping) => Self::Mapped(Box::new(mapping)),
                None => Self::Unsupported { why: moves.otherwise },
            },
            Self::Unsupported { why } => Self::Unsupported { why },
            Self::Fixed { sent, why, .. } => Self::Fixed { sent, why, is_strict: true },
        }
    }
}

impl<T> Mapping<T> {
    fn moved(self, moves: Moves) -> Option<Self> {
        let path = moves.apply(self.path).filter(|_| !self.path.is_empty())?;
        let all = |paths: Vec<&'static str>| -> Option<Vec<_>> {
            paths.into_iter().map(|path| moves.apply(path)).collect()
        };
        let condition =
            |when: FieldCondition| moves.apply(when.path).map(|path| FieldCondition { path, ..when });
        let switch = match self.switch {
            Some(switch) => {
                let Switch { paths, off } = *switch;
                Some(Box::new(Switch { paths: all(paths)?, off }))
            }
            None => None,
        };
        let only_when = self.only_when.and_then(|only_when| {
            let (when, why) = *only_when;
            Some(Box::new((condition(when)?, why)))
        });
        let also_sets = match self.also_sets {
            Some(path) => Some(moves.apply(path)?),
            None => None,
        };
        Some(Self {
            path,
            fields: all(self.fields)?,
            copies: all(self.copies)?,
            codec: self.codec,
            created_as: None,
            read: None,
            write_only: true,
            may_be_omitted: false,
            switch,
            clearing: Clearing::Natural,
            creation_only: None,
            only_when,
            may_be_idle: self.may_be_idle,
            needs: None,
            without_need: None,
            ranges: self
                .ranges
                .and_then(|ranges| moves.apply(ranges.path).map(|path| Box::new(Ranges { path, ..*ranges }))),
            choices: self.choices.and_then(|choices| {
                moves.apply(choices.path).map(|path| Box::new(Choices { path, ..*choices }))
            }),
            sent_with: None,
            also_sets,
            brings: None,
            always: false,
            resets_others: false,
            required: false,
            required_when: None,
            replaced_by: None,
            default: self.default,
            default_when: None,
            states_default: false,
            lookup: None,
            listed: self.listed.map(|listed| Box::new(listed.moved(condition))),
            shared: self.shared,
            called: self.called,
            note: self.note,
            overrides: true,
            bound: None,
            empty_is_a_value: self.empty_is_a_value,
        })
    }
}

impl Listed {
    fn moved(self, condition: impl FnOnce(FieldCondition) -> Option<FieldCondition>) -> Self {
        let extent = match self.extent {
            Extent::CompleteWhen(when, why) => match condition(when) {
                Some(when) => Extent::CompleteWhen(when, why),
                // It is not known whether the list is complete, so a value that the list lacks is unverified.
                None => Extent::Unread(why),
            },
            extent => extent,
        };
        Self { extent, ..self }
    }
}

impl Moves {
    /// Builds the places. Each entry pairs a path of the agent's document with the path in the other request.
    pub const fn new(places: &'static [(&'static str, &'static str)]) -> Self {
        Self { places, otherwise: "The vendor has no place for this field in the request." }
    }

    /// States that the other request has a place for no setting. `why` is the reason.
    pub const fn nowhere(why: &'static str) -> Self {
        Self { places: &[], otherwise: why }
    }

    /// Returns the path in the other request, or `None` if the path has no place there.
    fn apply(self, path: &str) -> Option<&'static str> {
        self.places.iter().find_map(|(from, to)| {
            let rest = path.strip_prefix(from)?;
            (rest.is_empty() || rest.starts_with('/')).then(|| interned(format!("{to}{rest}")))
        })
    }
}

/// Returns a path that lives as long as the process. Rules need such paths, and are built again whenever the
/// configuration changes. Each path is kept only once, so the memory use is limited by the number of paths in the code.
fn interned(path: String) -> &'static str {
    static PATHS: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut paths = PATHS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = paths.get(path.as_str()) {
        return known;
    }
    let path: &'static str = path.leak();
    paths.insert(path);
    path
}
