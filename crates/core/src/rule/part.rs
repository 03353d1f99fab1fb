//! The objects that a vendor stores of one record, and the extent that an update of each replaces.

/// A stored object at the vendor that holds a portion of a record.
///
/// A vendor that keeps a record in one object has one part without a name, the root. A vendor with several has the
/// part's name as the first segment of every path: `/llm/general_prompt`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// First segment of its paths: `llm`. Empty for the root.
    pub name: &'static str,
    /// The extent that one update of this object replaces.
    pub replaces: Unit,
    /// The path in another part that stores this part's id: `/agent/response_engine/llm_id`.
    pub linked_at: Option<&'static str>,
    /// The number of these objects per record.
    pub cardinality: Cardinality,
    /// True if changes of it, and of the parts that it links to, take effect only after it is
    /// published.
    pub published: bool,
    /// True if the vendor returns a secret of it once, in the answer to its creation. A part whose
    /// creation was lost is created again.
    pub reveals_secret: bool,
}

/// The smallest portion of an object that an update replaces whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// The value of one field: the vendor keeps whatever an update leaves out.
    Leaf,
    /// A top-level member: the vendor keeps members that an update leaves out, and wipes what is left out inside one.
    Member,
    /// The object: the vendor wipes whatever an update leaves out.
    Document,
}

/// Number of objects of a part that belong to one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cardinality {
    /// One, as long as the record is there.
    One,
    /// One while a field of it has a value, else none.
    Optional,
}

impl Part {
    /// The one object of a vendor that keeps whatever an update leaves out.
    pub const MERGED: &'static [Self] = &[Self::root(Unit::Leaf)];

    /// The one object of a vendor that wipes whatever an update leaves out.
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
        }
    }

    /// Sets the path at which another part stores the id.
    pub const fn linked_at(self, path: &'static str) -> Self {
        Self { linked_at: Some(path), ..self }
    }

    /// Makes the part optional: there only while a field of it has a value.
    pub const fn optional(self) -> Self {
        Self { cardinality: Cardinality::Optional, ..self }
    }

    /// States that changes take effect only after the part is published.
    pub const fn published(self) -> Self {
        Self { published: true, ..self }
    }

    /// States that the vendor returns a secret of the part once.
    pub const fn reveals_secret(self) -> Self {
        Self { reveals_secret: true, ..self }
    }

    /// Returns the part whose id is that of the record: the first of `parts` that no other part
    /// stores the id of.
    pub fn main(parts: &'static [Self]) -> &'static Self {
        Layout(parts).main()
    }

    /// Returns the place of the part in the document of the record: `/llm`, or nothing for the
    /// root.
    pub fn pointer(&self) -> String {
        if self.name.is_empty() { String::new() } else { format!("/{}", self.name) }
    }

    /// Returns a path of this part without the part's name.
    pub fn within<'p>(&self, path: &'p str) -> &'p str {
        path.get(self.prefix()..).unwrap_or(path)
    }

    fn prefix(&self) -> usize {
        if self.name.is_empty() { 0 } else { self.name.len() + 1 }
    }

    /// Returns the portion around a path that an update replaces whole; `None` if that is the value
    /// itself.
    fn unit(&self, path: &'static str) -> Option<&'static str> {
        let wide = match self.replaces {
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

/// All parts of a kind of record at one vendor.
#[derive(Clone, Copy)]
pub(crate) struct Layout(pub &'static [Part]);

static ROOT: Part = Part::root(Unit::Leaf);

impl Layout {
    /// Returns the part that a path leads into.
    pub fn part(self, path: &str) -> &'static Part {
        let name = path.split('/').nth(1).unwrap_or_default();
        match self.0 {
            [only] => only,
            several => several.iter().find(|part| part.name == name).unwrap_or_else(|| self.main()),
        }
    }

    /// Returns the part whose id is that of the record: the first one that no other part stores the
    /// id of.
    pub fn main(self) -> &'static Part {
        self.0.iter().find(|part| part.linked_at.is_none()).unwrap_or(&ROOT)
    }

    /// Returns the portion around a path that an update replaces whole; `None` if that is the value
    /// itself.
    pub fn unit(self, path: &'static str) -> Option<&'static str> {
        self.part(path).unit(path)
    }

    /// Returns the member of a part that a path leads into, with the part.
    pub fn member(self, path: &str) -> &str {
        let prefix = self.part(path).prefix();
        let below = path.get(prefix + 1..).unwrap_or_default();
        below.find('/').and_then(|end| path.get(..prefix + 1 + end)).unwrap_or(path)
    }

    /// Lists the parts so that each comes before the one that stores its id.
    pub fn ordered(self) -> Vec<&'static Part> {
        let mut parts: Vec<_> = self.0.iter().collect();
        parts.sort_by_key(|part| std::cmp::Reverse(self.depth(part)));
        parts
    }

    fn depth(self, part: &Part) -> usize {
        let owners = std::iter::successors(Some(part), |part| part.linked_at.map(|path| self.part(path)));
        owners.take(self.0.len()).count()
    }
}
