//! Capabilities as tables, which are rendered as Markdown or for a terminal.

use switchboard_core::rule::{Capability, Support};

use super::{Change, Column, Difference, Effect, Matrix, MoveOutline, limits, support};

/// A table of capabilities. Names in `backticks` are code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The title. `None` for a table of differences or moves.
    pub title: Option<&'static str>,
    /// The headings of the columns.
    pub heading: Vec<String>,
    /// The rows, with as many cells as there are headings. The first cell names the row.
    pub rows: Vec<Vec<String>>,
    /// A remark below the table.
    pub remark: Option<String>,
}

/// Builds one table for agents, one for trunks and one for calls, with a row for each field and a column for each vendor.
pub fn matrix(matrix: &Matrix) -> Vec<Table> {
    let vendors = matrix.0.iter().map(|column| column.vendor.clone());
    let heading: Vec<_> = std::iter::once("field".to_owned()).chain(vendors).collect();
    let table = |title, fields: Vec<&str>, find: fn(&Column, &str) -> Option<Capability>| {
        let rows = fields.into_iter();
        let rows =
            rows.map(|field| row(field, matrix.0.iter().map(|column| cell(find(column, field).as_ref()))));
        Table { title: Some(title), heading: heading.clone(), rows: rows.collect(), remark: None }
    };
    vec![
        table("Agents", matrix.agent_fields(), |column, field| column.agent(field).cloned()),
        table("Trunks", matrix.trunk_fields(), |column, field| column.trunk(field).cloned()),
        table("Calls", matrix.call_fields(), |column, field| column.call(field).cloned()),
    ]
}

/// Builds the tables of one vendor, with the vendor's field names. Omits the table of trunks if the vendor has none,
/// and the table of calls if the gateway cannot place calls there.
pub fn column(column: &Column) -> Vec<Table> {
    let table = |title, rows: &[Capability]| Table {
        title: Some(title),
        heading: ["field", "", "at the vendor", "values", "remarks"].map(ToOwned::to_owned).to_vec(),
        rows: rows.iter().map(detailed).collect(),
        remark: None,
    };
    let trunks = column.trunks.as_deref().map(|trunks| table("Trunks", trunks));
    let calls = column.calls.as_deref().map(|calls| table("Calls", calls));
    std::iter::once(table("Agents", &column.agents)).chain(trunks).chain(calls).collect()
}

/// Builds the table of the differences between two vendors. Equal fields are counted in the remark and not listed.
pub fn difference(from: &str, to: &str, rows: &[Difference]) -> Table {
    let shown = rows.iter().filter(|row| row.change != Change::Equal);
    let shown = shown.map(|row| {
        let change = match row.change {
            Change::Lost => "lost",
            Change::Narrowed => "narrowed",
            Change::Gained => "gained",
            Change::Equal => "equal",
        };
        let because = match row.change {
            Change::Lost => row.to.as_ref().and_then(|to| to.why.clone()).unwrap_or_default(),
            _ => row.narrower.join(", "),
        };
        self::row(&row.field, [change.to_owned(), cell(row.from.as_ref()), cell(row.to.as_ref()), because])
    });
    let equal = rows.iter().filter(|row| row.change == Change::Equal).count();
    Table {
        title: None,
        heading: ["field", "", from, to, "because"].map(ToOwned::to_owned).to_vec(),
        rows: shown.collect(),
        remark: Some(format!("{equal} fields are equal.")),
    }
}

/// Builds the table of losses in moves, with a row for each old vendor and a column for each new vendor. Each cell
/// contains two counts: the fields whose loss is refused, and the other losses.
pub fn moves(matrix: &Matrix) -> Table {
    let heading = matrix.0.iter().map(|to| format!("to {}", to.vendor));
    let losses = |from: &Column, to: &Column| {
        if from.vendor == to.vendor {
            return "–".to_owned();
        }
        let outline = MoveOutline::new(from, to);
        format!("{} + {}", outline.count(Effect::Refused), outline.other_losses())
    };
    let rows = matrix.0.iter().map(|from| {
        let cells = matrix.0.iter().map(|to| losses(from, to));
        std::iter::once(format!("from {}", from.vendor)).chain(cells).collect()
    });
    Table {
        title: None,
        heading: std::iter::once(String::new()).chain(heading).collect(),
        rows: rows.collect(),
        remark: None,
    }
}

fn row(field: &str, cells: impl IntoIterator<Item = String>) -> Vec<String> {
    std::iter::once(format!("`{}`", name(field))).chain(cells).collect()
}

fn cell(row: Option<&Capability>) -> String {
    let Some(row) = row else { return "–".to_owned() };
    if row.support == Support::Unsupported && row.with_calls.is_none() {
        return "–".to_owned();
    }
    let limits = limits(row);
    if limits.is_empty() { support(row).to_owned() } else { format!("{}: {limits}", support(row)) }
}

fn detailed(capability: &Capability) -> Vec<String> {
    let in_calls = capability.with_calls.iter().flat_map(|place| &place.vendor_fields);
    let fields = capability.vendor_fields.iter().chain(in_calls);
    let fields: Vec<_> = fields.map(|field| format!("`{}`", name(field))).collect();
    let created =
        capability.created_as.map(|field| format!(" (`{}` at creation)", name(field))).unwrap_or_default();
    let conversion = capability.conversion.iter().map(String::as_str);
    let values: Vec<_> = [limits(capability)]
        .iter()
        .map(String::as_str)
        .filter(|text| !text.is_empty())
        .chain(conversion)
        .map(ToOwned::to_owned)
        .collect();
    let default = capability.default.as_ref().map(|default| format!("Assumed if not given: `{default}`."));
    let write_only = (!capability.readable && !capability.vendor_fields.is_empty())
        .then(|| "Cannot be read back.".to_owned());
    let remarks: Vec<_> = [capability.why.clone(), default, write_only].into_iter().flatten().collect();
    row(
        &capability.field,
        [support(capability).to_owned(), fields.join(", ") + &created, values.join("; "), remarks.join(" ")],
    )
}

/// Formats a JSON pointer as a dotted path, such as `voice.speed`.
fn name(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}
