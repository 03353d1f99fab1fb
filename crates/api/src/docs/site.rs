//! The pages of one gateway, each rendered on its first request.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use maud::Markup;
use switchboard_engine::Engine;

use super::{
    DOCUMENT, Documentation, TrialKey,
    assets::{SCRIPT, STYLE},
    columns::Columns,
    document::Document,
    fields, guide,
    moving::{self, Pair},
    navigation::Here,
    operations, overview,
    pages::Page,
    problems, schemas, search,
    shell::Shell,
    translations,
};
use crate::edge::content::Content;

/// The pages of one gateway.
pub struct Site {
    engine: Arc<Engine>,
    served: Documentation,
    columns: OnceLock<Columns>,
    index: OnceLock<Content>,
    pages: HashMap<String, OnceLock<Content>>,
    /// The pages about moves between two vendors, by address.
    moves: OnceLock<HashMap<String, OnceLock<Content>>>,
}

impl Site {
    /// Prepares the pages of a gateway with the vendors of this engine. Renders none.
    pub fn new(engine: Arc<Engine>, served: Documentation) -> Self {
        let pages = Page::all().into_iter().map(|page| (page.address(), OnceLock::new())).collect();
        Self {
            engine,
            served,
            columns: OnceLock::new(),
            index: OnceLock::new(),
            pages,
            moves: OnceLock::new(),
        }
    }

    /// Returns the page at a path below `/docs`.
    pub fn at(&self, path: &str) -> Option<&Content> {
        match Page::at(path) {
            Some(page) => Some(page).filter(|page| !page.explains_a_problem()).map(|page| self.page(page)),
            None => self.move_at(path),
        }
    }

    /// Returns a page. Renders the page on the first call.
    pub fn page(&self, page: Page) -> &Content {
        // `Page::all` lists every page, so each page has an entry and `NONE` is never used.
        static NONE: OnceLock<Content> = OnceLock::new();
        self.pages
            .get(&page.address())
            .unwrap_or(&NONE)
            .get_or_init(|| self.rendered(&page.title(), page.into(), &self.content(page)))
    }

    /// Returns the page about moves between two vendors that has this path.
    fn move_at(&self, path: &str) -> Option<&Content> {
        let pairs = || Pair::all(self.columns());
        let moves =
            self.moves.get_or_init(|| pairs().map(|pair| (pair.address(), OnceLock::new())).collect());
        let (place, pair) = (moves.get(path)?, pairs().find(|pair| pair.address() == path)?);
        let here = Here::Below(Page::Moving);
        Some(place.get_or_init(|| self.rendered(&pair.title(), here, &moving::page(pair))))
    }

    fn rendered(&self, title: &str, here: Here, content: &Markup) -> Content {
        let page = Shell { site: self, title, here }.around(content);
        Content::new("text/html; charset=utf-8", &page)
    }

    /// Returns the file with this name that pages load. Returns `None` if there is no such file, or if only the pages
    /// at `/docs` load the file and the gateway does not serve these pages.
    pub fn asset(&self, file: &str) -> Option<&Content> {
        match file {
            "page.css" => Some(&STYLE),
            "page.js" if self.is_full() => Some(&SCRIPT),
            "search.json" if self.is_full() => Some(self.index()),
            _ => None,
        }
    }

    /// Returns the search index.
    pub fn index(&self) -> &Content {
        self.index.get_or_init(|| Content::new("application/json", &search::index(self).to_string()))
    }

    /// Returns true if the gateway serves the pages at `/docs`.
    pub fn is_full(&self) -> bool {
        matches!(self.served, Documentation::Full(_))
    }

    /// Returns the API key that the form for trying an operation uses.
    pub fn key(&self) -> TrialKey {
        match self.served {
            Documentation::Full(key) => key,
            Documentation::Problems => TrialKey::Entered,
        }
    }

    /// Returns the columns of the tables.
    pub fn columns(&self) -> &Columns {
        self.columns.get_or_init(|| Columns::new(self.engine.fleet()))
    }

    fn content(&self, page: Page) -> Markup {
        match page {
            Page::Overview => overview::page(self),
            Page::Guide(guide) => guide::page(guide),
            Page::Operation(id) => operations::page(self, id),
            Page::Fields(record) => fields::page(self, record),
            Page::Example(record) => translations::page(self, record),
            Page::Moving => moving::index(self),
            Page::Schemas => schemas::list(Document(&DOCUMENT)),
            Page::Schema(name) => schemas::page(Document(&DOCUMENT), name),
            Page::Problems => problems::all(),
            Page::Problem(kind) => problems::one(kind),
        }
    }
}
