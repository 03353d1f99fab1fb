//! The pages to which a piece of inline code leads: an operation, a problem, a field or a schema.

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

/// The fields of agents that every vendor's table has, such as `voice.speed`.
static FIELDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let matrix = built_in(&ADAPTERS);
    let fields = matrix.agent_fields().into_iter().filter(|field| !field.starts_with("/extensions/"));
    fields.map(dotted).collect()
});

/// Returns the address of the page that explains a piece of inline code, such as `POST /v1/agents`, `loss_not_accepted` or
/// `voice.speed`.
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

/// Returns the address of a link of a guide: a guide for a file of the repository that is one. Returns `None` for a link to
/// another file of the repository, which a gateway does not serve.
pub fn of_file(link: &str) -> Option<String> {
    if link.starts_with(['#', '/']) {
        return Some(link.to_owned());
    }
    let (file, anchor) = link.split_once('#').map_or((link, None), |(file, anchor)| (file, Some(anchor)));
    let guide = GUIDES.iter().find(|guide| guide.file == file)?;
    let anchor = anchor.map(|anchor| format!("#{anchor}")).unwrap_or_default();
    Some(Page::Guide(guide).address() + &anchor)
}
