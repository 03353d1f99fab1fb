//! The filters and the order of lists of records.

use jiff::Timestamp;
use switchboard_core::{
    error::{Error, Kind, Result, Violation},
    model::{Described, Direction, Language},
    rule::Fidelity,
};
use switchboard_engine::{Filter, Fleet, PlacementFilter, Search, SearchKey, SearchOrder, SyncState, words};
use utoipa::{
    IntoParams,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};

use super::Exposed;
use crate::edge::query::{Parameters, Query, name_of};

/// The maximum number of labels in one query.
const MAX_LABELS: usize = 16;
/// The maximum number of words in one query.
const MAX_WORDS: usize = 16;

/// The filters of a list of records.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RecordFilters {
    /// Lists only records that run at this vendor. A name that is neither configured nor the vendor of such a record is
    /// refused.
    #[param(required = false, value_type = String)]
    vendor: Option<String>,
    /// Lists only the record with this external reference.
    #[param(required = false, value_type = String)]
    external_ref: Option<String>,
    /// Lists only records with this label, written `NAME=VALUE`. Repeat the parameter to require several labels, at
    /// most 16. The gateway ignores an empty value.
    #[param(required = false, inline, max_items = 16, value_type = Vec<LabelText>, style = Form, explode, example = json!(["team=sales"]))]
    label: Vec<String>,
    /// Lists only records that match all of these words, at most 16. A word matches if a word in the name,
    /// `external_ref` or a label's value begins with it. Words consist of letters and digits; case is ignored.
    #[param(required = false, value_type = String, example = "recep")]
    q: Option<String>,
    /// Lists only records with this sync state.
    #[param(required = false, inline, value_type = SyncState)]
    sync: Option<SyncState>,
    /// Lists only records whose translation report has this fidelity.
    #[param(required = false, inline, value_type = Fidelity)]
    fidelity: Option<Fidelity>,
    /// Lists only records that run at a vendor other than the one to which their route leads now. `routes_checked_at`
    /// in the answer is the time of the check, or null if the gateway has not checked all routes yet.
    #[param(required = false, inline, value_type = PlacementFilter)]
    placement: Option<PlacementFilter>,
    /// Lists only records whose `updated_at` is later than this time (RFC 3339).
    #[param(required = false, value_type = String, format = DateTime, example = "2026-11-29T18:00:00Z")]
    updated_after: Option<Timestamp>,
}

/// The order of a list of records.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RecordOrder {
    /// The order of the list; `created_at` by default.
    #[param(required = false, inline, value_type = Sort)]
    sort: Sort,
}

/// The filters of a list whose records have a language and a call direction.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CallFilters {
    /// Lists only records with this language (BCP 47). `de` also selects `de-AT`.
    #[param(required = false, value_type = String, example = "de")]
    language: Option<Language>,
    /// Lists only records with this direction of calls.
    #[param(required = false, inline, value_type = Direction)]
    direction: Option<Direction>,
}

/// The order of a list of records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, Described)]
pub enum Sort {
    /// The time of the creation, the oldest record first.
    #[default]
    #[serde(rename = "created_at")]
    Created,
    /// The time of the creation, the newest record first.
    #[serde(rename = "-created_at")]
    NewestCreated,
    /// `updated_at`, the earliest first.
    #[serde(rename = "updated_at")]
    Updated,
    /// `updated_at`, the latest first.
    #[serde(rename = "-updated_at")]
    LatestUpdated,
    /// The name from A to Z, regardless of case.
    #[serde(rename = "name")]
    Name,
    /// The name from Z to A, regardless of case.
    #[serde(rename = "-name")]
    NameDescending,
}

impl Sort {
    fn order(self) -> SearchOrder {
        let (key, descending) = match self {
            Self::Created => (SearchKey::Id, false),
            Self::NewestCreated => (SearchKey::Id, true),
            Self::Updated => (SearchKey::UpdatedAt, false),
            Self::LatestUpdated => (SearchKey::UpdatedAt, true),
            Self::Name => (SearchKey::Name, false),
            Self::NameDescending => (SearchKey::Name, true),
        };
        SearchOrder { key, descending }
    }
}

/// The schema of a label in a query: `NAME=VALUE`, or an empty string.
struct LabelText;

impl utoipa::PartialSchema for LabelText {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^$|=")).into()
    }
}

impl utoipa::ToSchema for LabelText {}

impl Parameters for RecordFilters {
    fn read(query: &mut Query) -> Self {
        let mut label = query.texts("label", MAX_LABELS);
        // Drop empty values, because some clients write an empty list as `label=`.
        label.retain(|label| !label.is_empty());
        if label.iter().any(|label| !label.contains('=')) {
            query.refuse("label", "Give a label as NAME=VALUE, such as team=sales.");
        }
        let q = query.read("q", |text| match words(text).count() {
            1..=MAX_WORDS => Ok(text.to_owned()),
            0 => Err("Give at least one word of letters or digits.".to_owned()),
            _ => Err(format!("Give at most {MAX_WORDS} words.")),
        });
        Self {
            vendor: query.text("vendor"),
            external_ref: query.text("external_ref"),
            label,
            q,
            sync: query.choice("sync"),
            fidelity: query.choice("fidelity"),
            placement: query.read("placement", |text| {
                PlacementFilter::named(text).ok_or("Give stale, or omit this parameter.")
            }),
            updated_after: query.read("updated_after", |text| {
                text.parse::<Timestamp>()
                    .map_err(|_| "Give a time with an offset, such as 2026-11-29T18:00:00Z.")
            }),
        }
    }
}

impl Parameters for RecordOrder {
    fn read(query: &mut Query) -> Self {
        Self { sort: query.choice("sort").unwrap_or_default() }
    }
}

impl Parameters for CallFilters {
    fn read(query: &mut Query) -> Self {
        let language =
            query.read("language", |text| Language::new(text).map_err(|why| format!("language {why}.")));
        Self { language, direction: query.choice("direction") }
    }
}

/// The filters and the order of a list of records.
pub struct Listing {
    filters: RecordFilters,
    calls: Option<CallFilters>,
    sort: Sort,
}

impl Listing {
    /// Reads the parameters of a list of records.
    pub fn read<R: Exposed>(query: &mut Query) -> Self {
        Self {
            filters: RecordFilters::read(query),
            calls: R::TAKES_CALLS.then(|| CallFilters::read(query)),
            sort: RecordOrder::read(query).sort,
        }
    }

    /// Checks the name of the vendor.
    ///
    /// # Errors
    /// `parameter_invalid` if no such vendor is configured and no record of the kind `R` runs there; the errors of the
    /// store.
    pub async fn check_vendor<R: Exposed>(&self, fleet: &Fleet) -> Result<()> {
        let Some(vendor) = &self.filters.vendor else { return Ok(()) };
        match fleet.unknown_to_filter::<R>(vendor).await? {
            None => Ok(()),
            Some(detail) => {
                Err(Error::invalid(vec![Violation::parameter("vendor", Kind::ParameterInvalid, detail)]))
            }
        }
    }

    /// Returns true if the filters select only misplaced records.
    pub fn is_stale(&self) -> bool {
        self.filters.placement == Some(PlacementFilter::Stale)
    }

    /// Returns the filter of a list that needs no search index, because it has the default order and filters at most by
    /// vendor and external reference. Returns `None` for any other list.
    pub fn plain(&self) -> Option<Filter> {
        let RecordFilters { vendor, external_ref, .. } = &self.filters;
        let plain = Filter { vendor: vendor.clone(), external_ref: external_ref.clone() };
        let search = Search {
            vendor: plain.vendor.clone(),
            external_ref: plain.external_ref.clone(),
            ..Search::default()
        };
        (self.search() == search).then_some(plain)
    }

    /// Returns the query over the search index.
    pub fn search(&self) -> Search {
        let RecordFilters { vendor, external_ref, label, q, sync, fidelity, placement, updated_after } =
            &self.filters;
        let (language, direction) =
            self.calls.as_ref().map_or((None, None), |calls| (calls.language.as_ref(), calls.direction));
        let (mut labels, mut words) =
            (label.clone(), q.iter().flat_map(|text| words(text)).collect::<Vec<_>>());
        for terms in [&mut labels, &mut words] {
            terms.sort_unstable();
            terms.dedup();
        }
        Search {
            vendor: vendor.clone(),
            external_ref: external_ref.clone(),
            language: language.map(|language| language.as_str().to_ascii_lowercase()),
            direction: direction.map(name_of),
            sync: sync.map(name_of),
            fidelity: fidelity.map(name_of),
            stale: placement.is_some(),
            labels,
            words,
            updated_after: *updated_after,
            order: self.sort.order(),
        }
    }

    /// Lists the filters and the order, each with its name and value. A cursor is valid only for a list with the same
    /// filters and order.
    pub fn scope(&self) -> Vec<(&'static str, String)> {
        let Search { vendor, external_ref, language, direction, sync, fidelity, labels, words, .. } =
            self.search();
        let mut scope = vec![
            ("vendor", vendor.unwrap_or_default()),
            ("external_ref", external_ref.unwrap_or_default()),
            ("placement", self.filters.placement.map_or("", PlacementFilter::name).to_owned()),
        ];
        let updated_after = self.filters.updated_after.map(|time| time.to_string());
        let sort = Some(self.sort).filter(|sort| *sort != Sort::default()).map(name_of);
        let optional = [
            ("language", language),
            ("direction", direction),
            ("sync", sync),
            ("fidelity", fidelity),
            ("updated_after", updated_after),
            ("sort", sort),
        ];
        scope.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value?))));
        scope.extend(labels.into_iter().map(|label| ("label", label)));
        scope.extend(words.into_iter().map(|word| ("q", word)));
        scope
    }
}
