//! Effects of a write on the existence of each part, and on the ids that parts store of each other.

use serde_json::Value;

use super::steps::{Link, Parts, VendorStep};
use crate::rule::{Cardinality, Encoder, Mode, Part, document_path};

/// A part, and the effect of a write on its existence.
pub(super) struct PartChange {
    /// The part.
    pub part: &'static Part,
    /// The effect of the write on the part.
    pub fate: Fate,
    /// True if another part may not store the id yet, although the part is there.
    pub unlinked: bool,
}

/// Effect of a write on the existence of a part.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// The write makes the part.
    Made,
    /// The write leaves the part in place.
    Kept,
    /// The write removes the part.
    Removed,
    /// The part is not there before or after.
    Absent,
}

impl PartChange {
    /// Makes the change of a part that the vendor `has` or has not. An existing part is removed
    /// only if this write takes its last value, or if an earlier attempt of the same creation made
    /// it in vain. An `unfinished` write may have left the part without the link of another part.
    pub fn new(part: &'static Part, has: bool, unfinished: bool, out: &Encoder<'_>) -> Self {
        let wanted = part.cardinality == Cardinality::One || out.standing.contains(&part.name);
        let fate = match (has, wanted) {
            (false, true) => Fate::Made,
            (true, false) if out.is_creating() || out.touched.contains(&part.name) => Fate::Removed,
            (true, _) => Fate::Kept,
            (false, false) => Fate::Absent,
        };
        Self { part, fate, unlinked: unfinished && fate == Fate::Kept && !out.is_creating() }
    }

    /// Returns the place in another part that stores the id, if that changes.
    pub fn written_link(&self) -> Option<&'static str> {
        self.part.linked_at.filter(|_| self.unlinked || matches!(self.fate, Fate::Made | Fate::Removed))
    }
}

/// Writes the links into the document: the ids that are known, and null for a part that is removed
/// or still to be created.
pub(super) fn write(changes: &[PartChange], parts: &Parts, out: &mut Encoder<'_>) {
    for change in changes {
        let Some(path) = change.part.linked_at else { continue };
        if change.written_link().is_some() {
            let known = parts.get(change.part.name).filter(|_| change.unlinked);
            let id = known.map_or(Value::Null, |state| state.id.as_str().into());
            document_path::put(&mut out.body, path, id);
            out.touch(out.layout.part(path).name);
        } else if change.fate == Fate::Kept
            && out.mode(path) != Mode::Merge
            && let Some(state) = parts.get(change.part.name)
        {
            document_path::put(&mut out.body, path, state.id.as_str().into());
        }
    }
}

/// Notes in each step the ids that its body is to hold and that earlier steps bring.
pub(super) fn note(steps: &mut [VendorStep], changes: &[PartChange], out: &Encoder<'_>) {
    for change in changes.iter().filter(|change| change.fate == Fate::Made) {
        let Some(path) = change.part.linked_at else { continue };
        let owner = out.layout.part(path);
        let link = Link { path: owner.within(path), part: change.part.name };
        let holds = |step: &&mut VendorStep| step.part == owner.name && step.body().is_some();
        steps.iter_mut().filter(holds).for_each(|step| step.links.push(link.clone()));
    }
}
