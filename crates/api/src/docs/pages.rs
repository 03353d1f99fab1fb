//! The list of all pages that every gateway has, with their addresses and titles. The module `moving` has the pages
//! about moves between two vendors.

use std::{collections::HashMap, sync::LazyLock};

use switchboard_core::error::Kind;

use super::{
    DOCUMENT,
    document::{Document, text},
    guides::{GUIDES, Guide},
    model::Record,
};
use crate::edge::problem::spec;

/// A page of the documentation that every gateway has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Page {
    /// The first page.
    Overview,
    /// A guide.
    Guide(&'static Guide),
    /// The operation with this id.
    Operation(&'static str),
    /// The fields of a kind of record, with a column for each vendor.
    Fields(Record),
    /// The example of a kind of record at each vendor.
    Example(Record),
    /// The table of all moves between two vendors.
    Moving,
    /// The list of schemas.
    Schemas,
    /// The schema with this name.
    Schema(&'static str),
    /// The list of problems.
    Problems,
    /// The explanation of a problem.
    Problem(Kind),
}

/// All pages by address.
static PAGES: LazyLock<HashMap<String, Page>> =
    LazyLock::new(|| Page::all().into_iter().map(|page| (page.address(), page)).collect());

impl Page {
    /// Returns the page at this path, if there is one.
    pub fn at(path: &str) -> Option<Self> {
        PAGES.get(path).copied()
    }

    /// Lists all pages.
    pub fn all() -> Vec<Self> {
        let document = Document(&DOCUMENT);
        let guides = GUIDES.iter().map(Self::Guide);
        let operations = document.operations().map(|operation| Self::Operation(operation.id()));
        let records =
            Record::ALL.map(Self::Fields).into_iter().chain(Record::WITH_EXAMPLES.map(Self::Example));
        let schemas = document.schemas().map(|(name, _)| Self::Schema(name));
        let problems = Kind::ALL.into_iter().map(Self::Problem);
        let pages = [Self::Overview].into_iter().chain(guides).chain(operations).chain(records);
        pages
            .chain([Self::Moving, Self::Schemas])
            .chain(schemas)
            .chain([Self::Problems])
            .chain(problems)
            .collect()
    }

    /// Returns the path of the page.
    pub fn address(self) -> String {
        match self {
            Self::Overview => "/docs".to_owned(),
            Self::Guide(guide) => format!("/docs/guides/{}", guide.name),
            Self::Operation(id) => format!("/docs/operations/{id}"),
            Self::Fields(record) => format!("/docs/fields/{}", record.name()),
            Self::Example(record) => format!("/docs/examples/{}", record.name()),
            Self::Moving => "/docs/moving".to_owned(),
            Self::Schemas => "/docs/schemas".to_owned(),
            Self::Schema(name) => format!("/docs/schemas/{name}"),
            Self::Problems => "/problems".to_owned(),
            Self::Problem(kind) => format!("/problems/{kind}"),
        }
    }

    /// Returns the title of the page.
    pub fn title(self) -> String {
        match self {
            Self::Overview => "Overview".to_owned(),
            Self::Guide(guide) => guide.title().to_owned(),
            Self::Operation(id) => {
                let operation = Document(&DOCUMENT).operation(id);
                operation.map(|operation| text(operation.said, "summary")).unwrap_or_default().to_owned()
            }
            Self::Fields(record) => format!("Fields of the {}", record.name()),
            Self::Example(record) => format!("Example {} at each vendor", record.name()),
            Self::Moving => "Moving between vendors".to_owned(),
            Self::Schemas => "Schemas".to_owned(),
            Self::Schema(name) => name.to_owned(),
            Self::Problems => "Problems".to_owned(),
            Self::Problem(kind) => spec(kind).title.to_owned(),
        }
    }

    /// Returns true if the page explains problems. Such pages are served at the API's own addresses, not below `/docs`.
    pub fn explains_a_problem(self) -> bool {
        matches!(self, Self::Problems | Self::Problem(_))
    }
}
