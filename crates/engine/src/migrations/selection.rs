//! The selection of agents to move, and their destination.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Map, Value};
use switchboard_core::{
    error::{Error, Kind, Result, Violation, unknown_name},
    model::{Agent, Described, Direction, Language, schema::escape},
};
use switchboard_store::Search;
use utoipa::ToSchema;

use crate::{
    planning::{has, speaks, takes},
    records::{Item, members},
    vendors::Fleet,
};

/// The maximum number of ids in a selection.
const MAX_IDS: usize = 10_000;

/// The selection of the agents to move, and their destination. If both `ids` and `filter` are omitted, all agents are
/// selected.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MigrationRequest)]
pub struct Selection {
    /// The configured vendor to which all selected agents move. If omitted, each agent moves to the vendor of its route.
    #[schema(min_length = 1, max_length = 255, examples("autocalls"))]
    pub to: Option<String>,
    /// The ids of the selected agents. Not allowed together with `filter`.
    #[schema(value_type = Option<BTreeSet<String>>, min_items = 1, max_items = 10000)]
    #[serde(default, skip_serializing_if = "Option::is_none", serialize_with = "sorted")]
    pub ids: Option<Vec<String>>,
    /// The filter that selects the agents. Not allowed together with `ids`.
    #[serde(default)]
    #[schema(value_type = Option<Filter>)]
    pub filter: Filter,
}

/// The conditions for the selection of agents. An agent must meet every condition that is given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = MigrationFilter)]
pub struct Filter {
    /// The vendor that runs the agent. A name that is neither configured nor the vendor of an agent is refused.
    #[schema(min_length = 1, max_length = 255)]
    pub vendor: Option<String>,
    /// The labels that the agent must have, with these values.
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    pub labels: BTreeMap<String, String>,
    /// The agent's language (BCP 47). `de` also selects `de-AT`.
    #[schema(min_length = 1, max_length = 255, pattern = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$")]
    pub language: Option<String>,
    /// The direction of the agent's calls.
    #[schema(value_type = Option<Direction>, inline)]
    pub direction: Option<String>,
    /// The relation of the agent's placement to its route.
    #[schema(rename = "placement", value_type = Option<PlacementFilter>, inline)]
    pub stale: bool,
}

/// The relation of a record's placement to its route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Described)]
pub enum PlacementFilter {
    /// The record's route leads to a vendor other than the present one.
    Stale,
}

impl PlacementFilter {
    /// Finds the filter by its name in the API.
    pub fn named(name: &str) -> Option<Self> {
        (name == Self::Stale.name()).then_some(Self::Stale)
    }

    /// Returns the filter's name in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stale => "stale",
        }
    }
}

impl Selection {
    /// Selects every misplaced agent.
    pub fn misplaced() -> Self {
        Self { filter: Filter { stale: true, ..Filter::default() }, ..Self::default() }
    }

    /// Reads the body `{"to": …, "ids": […]}` or `{"to": …, "filter": {…}}`.
    ///
    /// # Errors
    /// All violations in the body.
    pub fn read(document: &Value) -> Result<Self> {
        let members = members(document)?;
        let mut reader = Reader::default();
        reader.refuse_unknown(members, "", &["to", "ids", "filter"]);
        let to = reader.string(members, "", "to");
        let ids = member(members, "ids").map(|value| reader.ids(value));
        let filter = member(members, "filter").map(|value| reader.filter(value)).unwrap_or_default();
        if ids.is_some() && member(members, "filter").is_some() {
            reader.refuse("/filter", "Give ids or a filter, not both.");
        }
        match reader.violations.is_empty() {
            true => Ok(Self { to, ids, filter }),
            false => Err(Error::invalid(reader.violations)),
        }
    }

    /// Checks the names of the vendors.
    ///
    /// # Errors
    /// `vendor_unknown` for a destination that is not configured, and for a vendor in the filter that is neither
    /// configured nor the vendor of an agent; the errors of the store.
    pub(super) async fn check_vendors(&self, fleet: &Fleet) -> Result<()> {
        let to = self.to.as_ref().filter(|to| fleet.vendor(to).is_err());
        let mut unknown: Vec<_> = to.map(|to| ("/to", fleet.unknown(to))).into_iter().collect();
        if let Some(vendor) = &self.filter.vendor {
            let detail = fleet.unknown_to_filter::<Agent>(vendor).await?;
            unknown.extend(detail.map(|detail| ("/filter/vendor", detail)));
        }
        let violation = |(at, detail)| Violation::at(at, Kind::VendorUnknown, detail);
        let violations: Vec<_> = unknown.into_iter().map(violation).collect();
        if violations.is_empty() { Ok(()) } else { Err(Error::invalid(violations)) }
    }
}

impl Filter {
    /// Returns true if an agent matches the filter. Ignores `stale`, which depends on the agent's route.
    pub fn matches(&self, item: &Item<Agent>) -> bool {
        let Self { vendor, labels, language, direction, stale: _ } = self;
        let record = &item.body.desired.record;
        vendor.as_ref().is_none_or(|vendor| *vendor == item.placement.vendor)
            && has(&item.body.envelope.labels, labels)
            && language.as_ref().is_none_or(|tag| speaks(record, tag))
            && direction.as_ref().is_none_or(|word| takes(record, word))
    }

    /// Converts the filter to a query for the search index.
    pub fn search(&self) -> Search {
        let Self { vendor, labels, language, direction, stale } = self;
        Search {
            vendor: vendor.clone(),
            labels: labels.iter().map(|(name, value)| format!("{name}={value}")).collect(),
            language: language.as_ref().map(|tag| tag.to_ascii_lowercase()),
            direction: direction.clone(),
            stale: *stale,
            ..Search::default()
        }
    }
}

#[derive(Default)]
struct Reader {
    violations: Vec<Violation>,
}

impl Reader {
    fn refuse(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        self.violations.push(Violation::at(pointer, Kind::ValidationFailed, detail));
    }

    fn refuse_unknown(&mut self, members: &Map<String, Value>, above: &str, known: &[&'static str]) {
        for name in members.keys().filter(|name| !known.contains(&name.as_str())) {
            let detail = unknown_name("field", name, known.iter().copied());
            let pointer = format!("{above}/{}", escape(name));
            self.violations.push(Violation::at(pointer, Kind::UnknownField, detail));
        }
    }

    fn string(&mut self, members: &Map<String, Value>, above: &str, name: &str) -> Option<String> {
        let value = member(members, name)?;
        let text = value.as_str().filter(|text| (1..=255).contains(&text.chars().count()));
        if text.is_none() {
            let pointer = format!("{above}/{name}");
            self.refuse(&pointer, format!("{pointer} must be a string of 1 to 255 characters."));
        }
        text.map(ToOwned::to_owned)
    }

    fn ids(&mut self, value: &Value) -> Vec<String> {
        let ids = value.as_array().filter(|ids| (1..=MAX_IDS).contains(&ids.len()));
        let Some(ids) = ids else {
            self.refuse("/ids", format!("/ids must be a list of 1 to {MAX_IDS} ids of agents."));
            return Vec::new();
        };
        let (mut known, mut read) = (BTreeSet::new(), Vec::new());
        for (place, id) in ids.iter().enumerate() {
            let pointer = format!("/ids/{place}");
            match id.as_str() {
                Some(id) if known.insert(id) => read.push(id.to_owned()),
                Some(_) => self.refuse(&pointer, format!("{pointer} is a duplicate of an earlier id.")),
                None => self.refuse(&pointer, format!("{pointer} must be the id of an agent.")),
            }
        }
        read
    }

    fn filter(&mut self, value: &Value) -> Filter {
        let Some(members) = value.as_object() else {
            self.refuse("/filter", "/filter must be an object.");
            return Filter::default();
        };
        self.refuse_unknown(members, "/filter", &["vendor", "labels", "language", "direction", "placement"]);
        let direction = self.string(members, "/filter", "direction");
        if direction.as_deref().is_some_and(|word| !["inbound", "outbound"].contains(&word)) {
            self.refuse("/filter/direction", "/filter/direction must be \"inbound\" or \"outbound\".");
        }
        let placement = self.string(members, "/filter", "placement");
        if placement.as_deref().is_some_and(|name| PlacementFilter::named(name).is_none()) {
            self.refuse("/filter/placement", "/filter/placement can only be \"stale\".");
        }
        let language = self.string(members, "/filter", "language");
        if let Some(why) = language.as_deref().and_then(|tag| Language::new(tag).err()) {
            self.refuse("/filter/language", format!("/filter/language {why}."));
        }
        let labels = member(members, "labels").map(|labels| self.labels(labels)).unwrap_or_default();
        Filter {
            vendor: self.string(members, "/filter", "vendor"),
            labels,
            language,
            direction,
            stale: placement.is_some(),
        }
    }

    fn labels(&mut self, value: &Value) -> BTreeMap<String, String> {
        match serde_json::from_value(value.clone()) {
            Ok(labels) => labels,
            Err(_) => {
                self.refuse("/filter/labels", "/filter/labels must be an object whose values are strings.");
                BTreeMap::new()
            }
        }
    }
}

/// Serializes the ids in sorted order, so that their order in the request does not affect the plan id.
fn sorted<S: Serializer>(ids: &Option<Vec<String>>, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    ids.as_ref().map(|ids| ids.iter().collect::<BTreeSet<_>>()).serialize(serializer)
}

/// Returns a member, or `None` if the member is omitted or null.
fn member<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    members.get(name).filter(|value| !value.is_null())
}
