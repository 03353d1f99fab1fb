//! Effects of a write on the existence of each part, and on the links by which parts store the ids of other
//! parts.

use serde_json::Value;

use super::steps::{Ids, Link, Parts, VendorStep, key_of};
use crate::rule::{Cardinality, Encoder, Mode, Part, document_path};

/// The effect of a write on a part, or on one item of a part that is a list.
pub(super) struct PartChange {
    /// The part.
    pub part: &'static Part,
    /// The key of the item, if the part is a list.
    pub item: Option<String>,
    /// The effect of the write on the existence of the object.
    pub fate: Fate,
    /// True if the object exists, but its id may be missing from the part that links to it.
    pub unlinked: bool,
    /// True if the write changes the object's body. In this case, a kept object is updated.
    pub altered: bool,
}

/// The effect of a write on the existence of a part.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// The write creates the object.
    Made,
    /// The object exists before and after the write.
    Kept,
    /// The write deletes the object.
    Removed,
    /// The part exists neither before nor after the write.
    Absent,
}

impl PartChange {
    /// Builds the change of a part, or one change for each item of a list of parts. `has` is true if the vendor has the
    /// part before the write. For an item, `parts` decides instead.
    ///
    /// An existing part that the record does not need is removed only if the write changes the part. A creation counts
    /// as changing every part, so it removes a part that an earlier attempt created and that the record no longer
    /// needs. Likewise, an item that the desired list lacks is removed only if the write changes the list.
    ///
    /// If an earlier write may already have bound an object, the object is bound again if this write changes the part.
    /// If the vendor does not have a desired binding, the write makes it, even if it changes no field of the part.
    ///
    /// An object is linked again if an `unfinished` write may have created it without storing its id in the part that
    /// links to it. An item is also linked again if the observed record lacks it.
    pub fn of_part(
        part: &'static Part,
        has: bool,
        parts: &Parts,
        unfinished: bool,
        out: &Encoder<'_>,
    ) -> Vec<Self> {
        let touched = out.is_creating() || out.touched.contains(&part.name);
        let change = |item, has, wanted, altered, is_shown: bool| {
            let fate = match (has, wanted) {
                (false, true) => Fate::Made,
                (true, false) if touched => Fate::Removed,
                (true, _) => Fate::Kept,
                (false, false) => Fate::Absent,
            };
            let unlinked = (unfinished || !is_shown) && fate == Fate::Kept && !out.is_creating();
            Self { part, item, fate, unlinked, altered: touched && altered }
        };
        let Cardinality::Each(key) = part.cardinality else {
            let wanted = part.cardinality == Cardinality::One || out.standing.contains(&part.name);
            return vec![change(None, has, wanted, true, true)];
        };
        let list = |document: &Value| document_path::get(document, &part.pointer()).cloned();
        let (written, observed) = (list(&out.body), out.observed.and_then(list));
        let mut changes = Vec::new();
        for item in written.iter().filter_map(Value::as_array).flatten() {
            let Some(name) = item[key].as_str() else { continue };
            let seen = || observed.as_ref().and_then(Value::as_array).into_iter().flatten();
            let stays = seen().any(|seen| seen == item);
            // The vendor's record shows only the items whose ids are in the link.
            let is_shown = out.observed.is_none() || seen().any(|seen| seen[key] == name);
            let has = parts.get(&key_of(part.name, Some(name))).is_some();
            changes.push(change(Some(name.to_owned()), has, true, !stays, is_shown));
        }
        for (name, _) in parts.items(part.name) {
            if !changes.iter().any(|change| change.item.as_deref() == Some(name)) {
                changes.push(change(Some(name.to_owned()), true, false, false, true));
            }
        }
        changes
    }

    /// Returns the key of the object among the parts of the record.
    pub fn key(&self) -> String {
        key_of(self.part.name, self.item.as_deref())
    }

    /// Returns the path, in another part, at which the write sets or clears the id of this part. Returns `None` if the
    /// write does neither, or if no part stores the id.
    pub fn written_link(&self) -> Option<&'static str> {
        self.part.linked_at.filter(|_| self.unlinked || matches!(self.fate, Fate::Made | Fate::Removed))
    }
}

/// Returns the objects to which the link to a part refers after the write, by key.
fn ids(part: &Part, changes: &[PartChange]) -> Ids {
    let there = |change: &&PartChange| matches!(change.fate, Fate::Made | Fate::Kept);
    match part.is_list() {
        true => Ids::Each(objects_of(part, changes).filter(there).map(PartChange::key).collect()),
        false => Ids::One(part.name.to_owned()),
    }
}

fn objects_of<'c>(part: &'c Part, changes: &'c [PartChange]) -> impl Iterator<Item = &'c PartChange> {
    changes.iter().filter(move |change| change.part == part)
}

/// Writes the links into the document: the known ids, or null for a part that is removed or not created yet. For a part
/// that is a list, the link is the list of the known ids. A link that the write does not change is written only into a
/// body that must contain all values.
pub(super) fn write(layout: &[&'static Part], changes: &[PartChange], parts: &Parts, out: &mut Encoder<'_>) {
    for part in layout {
        let Some(path) = part.linked_at else { continue };
        let is = |fate| objects_of(part, changes).any(|change| change.fate == fate);
        if objects_of(part, changes).any(|change| change.written_link().is_some()) {
            let single = !part.is_list() && (is(Fate::Made) || is(Fate::Removed));
            let known = if single { Value::Null } else { ids(part, changes).known(parts) };
            document_path::put(&mut out.body, path, known);
            out.touch(out.layout.part(path).name);
        } else if is(Fate::Kept)
            && out.mode(path) != Mode::Merge
            // An unchanged list of ids keeps the vendor's order.
            && !(part.is_list() && document_path::get(&out.body, path).is_some())
        {
            document_path::put(&mut out.body, path, ids(part, changes).known(parts));
        }
    }
}

/// Adds each link to the steps whose bodies must contain the id of an object that an earlier step creates.
pub(super) fn note(
    layout: &[&'static Part],
    steps: &mut [VendorStep],
    changes: &[PartChange],
    out: &Encoder<'_>,
) {
    for part in layout {
        let Some(path) = part.linked_at else { continue };
        if objects_of(part, changes).any(|change| change.fate == Fate::Made) {
            let owner = out.layout.part(path);
            let link = Link { path: owner.within(path), to: ids(part, changes) };
            let holds = |step: &&mut VendorStep| step.part == owner.name && step.body().is_some();
            steps.iter_mut().filter(holds).for_each(|step| step.links.push(link.clone()));
        }
    }
}
