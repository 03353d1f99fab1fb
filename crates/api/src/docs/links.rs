//! The pages to which the inline code and the links of a guide lead.

use std::{collections::HashSet, sync::LazyLock};

use switchboard_core::error::Kind;
use switchboard_engine::capability::built_in;
use switchboard_registry::ADAPTERS;

use super::{
    DOCUMENT,
    document::Document,
    fields::row_anchor,
    guides::GUIDES,
    model::{Record, dotted},
    pages::Page,
};

/// The fields of agents that the tables of every gateway have: all fields except extensions.
static FIELDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let matrix = built_in(&ADAPTERS);
    let fields = matrix.agent_fields().into_iter().filter(|field| !field.starts_with("/extensions/"));
    fields.map(dotted).collect()
});

/// Returns the address of the page that explains a piece of inline code: an operation such as `POST /v1/agents`, a
/// problem such as `loss_not_accepted`, or a nested field of agents, such as `voice.speed`. Returns `None` for any
/// other code.
pub fn of_code(code: &str) -> Option<String> {
    if let Some((method, path)) = code.split_once(' ') {
        let path = path.split('?').next().unwrap_or(path);
        let mut operations = Document(&DOCUMENT).operations();
        let operation = operations.find(|it| it.path == path && it.method.eq_ignore_ascii_case(method))?;
        return Some(Page::Operation(operation.id()).address());
    }
    if let Some(kind) = Kind::named(code) {
        return Some(Page::Problem(kind).address());
    }
    let is_field = code.contains('.') && FIELDS.contains(code);
    is_field.then(|| format!("{}#{}", Page::Fields(Record::Agent).address(), row_anchor(Record::Agent, code)))
}

/// The repository files whose tables a gateway serves as pages, each with its page.
const TABLES: [(&str, Page); 2] =
    [("../openapi/capabilities.md", Page::Fields(Record::Agent)), ("../openapi/moving.md", Page::Moving)];

/// Returns the address to which a link in a guide leads. A link to the file of a guide, or to a file with tables, leads
/// to the page with the same content. A link that begins with `#` or `/` is unchanged. Returns `None` for any other
/// link, such as one to a file that the gateway does not serve.
pub fn of_file(link: &str) -> Option<String> {
    if link.starts_with(['#', '/']) {
        return Some(link.to_owned());
    }
    let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
    if let Some((_, page)) = TABLES.iter().find(|(table, _)| *table == file) {
        return Some(page.address());
    }
    let guide = GUIDES.iter().find(|guide| guide.file == file)?;
    let anchor = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
    Some(Page::Guide(guide).address() + &anchor)
}
