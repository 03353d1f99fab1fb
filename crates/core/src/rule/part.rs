//! The objects in which a vendor stores one record, and the portion of each that an update replaces.

/// The member that identifies an item of a bound part.
pub(crate) const BOUND_ID: &str = "id";

/// An object in which the vendor stores a portion of a record.
///
/// If a vendor keeps a record in one object, this object is the only part, has no name, and is called the root. If a
/// vendor uses several objects, every path starts with the name of its part, such as `/llm/general_prompt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The first segment of the part's paths, such as `llm`; empty for the root.
    pub name: &'static str,
    /// The portion of the object that one update replaces.
    pub replaces: Unit,
    /// The path in another part at which the vendor stores this part's id, such as `/agent/response_engine/llm_id`, or
    /// the list of ids if the part is a list.
    pub linked_at: Option<&'static str>,
    /// The form of the part: one object, an optional object, or a list of objects.
    pub cardinality: Cardinality,
    /// True if changes to the part, and to the parts that it links to, take effect only after the part is
    /// published.
    pub published: bool,
    /// True if the vendor returns a secret of the part only once, in the answer to its creation. After a lost
    /// creation, such a part is created again.
    pub reveals_secret: bool,
    /// True if the objects of the part are bound to the record, which does not own them. See [`Part::bound`].
    pub is_bound: bool,
}

/// The smallest portion of an object that an update replaces whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// The value of one field, or the outermost list that contains it. The vendor keeps all fields that an update
    /// omits.
    Leaf,
    /// A top-level member. The vendor keeps members that an update omits, and removes fields that are omitted
    /// inside a member.
    Member,
    /// The whole object. The vendor removes all fields that an update omits.
    Document,
}

/// The form of a part: one object, an optional object, or a list of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cardinality {
    /// One object, as long as the record exists.
    One,
    /// One object while a field of the part has a value, otherwise none.
    Optional,
    /// One object for each item of the list at the part's path. The string names the member that identifies an item
    /// within the record.
    Each(&'static str),
}

impl Part {
    /// The layout for a vendor that stores one object per record and keeps all fields that an update omits.
    pub const MERGED: &'static [Self] = &[Self::root(Unit::Leaf)];

    /// The layout for a vendor that stores one object per record and removes all fields that an update omits.
    pub const REPLACED: &'static [Self] = &[Self::root(Unit::Document)];

    /// Builds the only part of a vendor that keeps a record in one object.
    pub const fn root(replaces: Unit) -> Self {
        Self::named("", replaces)
    }

    /// Builds one of several parts.
    pub const fn named(name: &'static str, replaces: Unit) -> Self {
        Self {
            name,
            replaces,
            linked_at: None,
            cardinality: Cardinality::One,
            published: false,
            reveals_secret: false,
            is_bound: false,
        }
    }

    /// Sets the path at which another part stores the id of this part.
    pub const fn linked_at(self, path: &'static str) -> Self {
        Self { linked_at: Some(path), ..self }
    }

    /// Makes the part optional: it exists only while one of its fields has a value.
    pub const fn optional(self) -> Self {
        Self { cardinality: Cardinality::Optional, ..self }
    }

    /// Makes the part a list. Each item is an object of its own, identified within the record by its member
    /// `key`. The record owns all items. [`Self::linked_at`] is the path of the list of their ids. An update
    /// sends an item whole.
    pub const fn each(self, key: &'static str) -> Self {
        Self { cardinality: Cardinality::Each(key), ..self }
    }

    /// States that changes take effect only after the part is published.
    pub const fn published(self) -> Self {
        Self { published: true, ..self }
    }

    /// States that the vendor returns a secret of the part only once, in the answer to its creation.
    pub const fn reveals_secret(self) -> Self {
        Self { reveals_secret: true, ..self }
    }

    /// Builds a part for objects that the record does not own, such as phone numbers. The objects exist without the
    /// record. Each of them stores the id of one record's main part, and is thereby bound to that record. The part is a
    /// list with the item `{"id": …}` for each bound object. The id is the vendor's id of the object.
    ///
    /// [`StepAction::Create`](crate::plan::StepAction::Create) and
    /// [`StepAction::Update`](crate::plan::StepAction::Update) bind an object, and
    /// [`StepAction::Delete`](crate::plan::StepAction::Delete) unbinds it. The exchanges of these steps read the object
    /// first. Binding fails with [`Error::in_use`](crate::error::Error::in_use) if the object is bound to another
    /// record, and unbinding leaves such an object as it is. All these steps can be repeated.
    ///
    /// A vendor with a root part may have such parts beside it. The path `/phone_number` then belongs to the part with
    /// that name, and every other path belongs to the root.
    pub const fn bound(name: &'static str) -> Self {
        Self { is_bound: true, ..Self::named(name, Unit::Leaf).each(BOUND_ID) }
    }

    /// Returns the main part: the first of `parts` that the record owns and whose id no other part stores. Its id is the
    /// remote id of the record.
    pub fn main(parts: &'static [Self]) -> &'static Self {
        Layout(parts).main()
    }

    /// Returns the JSON pointer of the part in the record's document, such as `/llm`, or an empty string for the
    /// root.
    pub fn pointer(&self) -> String {
        if self.name.is_empty() { String::new() } else { format!("/{}", self.name) }
    }

    /// Returns a path of this part without the part's name.
    pub fn within<'p>(&self, path: &'p str) -> &'p str {
        path.get(self.prefix()..).unwrap_or(path)
    }

    fn contains(&self, path: &str) -> bool {
        let [b'/', path @ ..] = path.as_bytes() else { return false };
        matches!(path.strip_prefix(self.name.as_bytes()), Some([] | [b'/', ..]))
    }

    /// Returns true if the part is a list of objects.
    pub fn is_list(&self) -> bool {
        matches!(self.cardinality, Cardinality::Each(_))
    }

    fn prefix(&self) -> usize {
        if self.name.is_empty() { 0 } else { self.name.len() + 1 }
    }

    /// Returns the path of the unit that an update replaces together with the value at `path`; `None` if an
    /// update replaces only that value.
    fn unit(&self, path: &'static str) -> Option<&'static str> {
        let wide = match self.replaces {
            _ if self.is_bound => None,
            _ if self.is_list() => Some(self.prefix()),
            Unit::Document => Some(self.prefix()),
            Unit::Member => {
                let below = self.within(path).get(1..)?;
                below.find('/').map(|end| self.prefix() + 1 + end)
            }
            Unit::Leaf => path.find("/["),
        };
        wide.and_then(|end| path.get(..end))
    }
}

/// Returns true if a list of part names contains a name. Compares addresses first, because a name is usually the same
/// constant, and a plan calls this function several times for every field.
pub(crate) fn contains_name(names: &[&'static str], name: &'static str) -> bool {
    names.iter().any(|known| std::ptr::eq(*known, name) || *known == name)
}

/// All parts of a kind of record at one vendor.
#[derive(Clone, Copy)]
pub(crate) struct Layout(pub &'static [Part]);

static ROOT: Part = Part::root(Unit::Leaf);

impl Layout {
    /// Returns the part that contains a path, or the main part if the path names no part.
    pub fn part(self, path: &str) -> &'static Part {
        match self.0 {
            [only] => only,
            several => several.iter().find(|part| part.contains(path)).unwrap_or_else(|| self.main()),
        }
    }

    /// Returns the main part: the first part that the record owns and whose id no other part stores. Its id is the
    /// remote id of the record.
    pub fn main(self) -> &'static Part {
        self.0.iter().find(|part| part.linked_at.is_none() && !part.is_bound).unwrap_or(&ROOT)
    }

    /// Returns the path of the unit that an update replaces together with the value at `path`; `None` if an
    /// update replaces only that value.
    pub fn unit(self, path: &'static str) -> Option<&'static str> {
        self.part(path).unit(path)
    }

    /// Returns the parts in the order of the links: each part precedes the part that stores its id, and bound parts come
    /// last.
    pub fn ordered(self) -> Vec<&'static Part> {
        let mut parts: Vec<_> = self.0.iter().collect();
        parts.sort_by_key(|part| (part.is_bound, std::cmp::Reverse(self.depth(part))));
        parts
    }

    fn depth(self, part: &Part) -> usize {
        let owners = std::iter::successors(Some(part), |part| part.linked_at.map(|path| self.part(path)));
        owners.take(self.0.len()).count()
    }
}
