//! Capabilities as Markdown tables, for READMEs and terminals.

use switchboard_core::rule::{Capability, Support};

use super::{Change, Column, Difference, Matrix, limits, support};

/// Renders one table for agents and one for trunks, with a row for each field and a column for each vendor.
pub fn matrix(matrix: &Matrix) -> String {
    let names: Vec<_> = matrix.0.iter().map(|column| column.vendor.as_str()).collect();
    let agents = matrix.agent_fields().into_iter();
    let agents = agents.map(|field| row(field, matrix.0.iter().map(|column| cell(column.agent(field)))));
    let trunks = matrix.trunk_fields().into_iter();
    let trunks = trunks.map(|field| row(field, matrix.0.iter().map(|column| cell(column.trunk(field)))));
    let heading = table_heading("field", &names);
    format!(
        "## Agents\n\n{heading}{}\n## Trunks\n\n{heading}{}",
        agents.collect::<String>(),
        trunks.collect::<String>()
    )
}

/// Renders the capabilities of one vendor, with the vendor's field names. The trunk table is omitted if the vendor has no
/// trunks.
pub fn column(column: &Column) -> String {
    let heading = table_heading("field", &["", "at the vendor", "values", "remarks"]);
    let table = |rows: &[Capability]| heading.clone() + &rows.iter().map(detailed).collect::<String>();
    let agents = format!("Agents\n\n{}", table(&column.agents));
    match &column.trunks {
        Some(trunks) => format!("{agents}\nTrunks\n\n{}", table(trunks)),
        None => agents,
    }
}

/// Renders the differences between two vendors as a table. Equal fields are counted below the table and not listed.
pub fn difference(from: &str, to: &str, rows: &[Difference]) -> String {
    let heading = table_heading("field", &["", from, to, "because"]);
    let shown = rows.iter().filter(|row| row.change != Change::Equal);
    let shown: String = shown
        .map(|row| {
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
            self::row(
                &row.field,
                [change.to_owned(), cell(row.from.as_ref()), cell(row.to.as_ref()), because],
            )
        })
        .collect();
    let equal = rows.iter().filter(|row| row.change == Change::Equal).count();
    format!("{heading}{shown}\n{equal} fields are equal.\n")
}

fn table_heading(first: &str, others: &[&str]) -> String {
    let rule: String = others.iter().map(|_| " --- |").collect();
    format!("| {first} | {} |\n| --- |{rule}\n", others.join(" | "))
}

fn row(field: &str, cells: impl IntoIterator<Item = String>) -> String {
    let cells: Vec<_> = cells.into_iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| `{}` | {} |\n", name(field), cells.join(" | "))
}

fn cell(row: Option<&Capability>) -> String {
    let Some(row) = row else { return "–".to_owned() };
    if row.support == Support::Unsupported {
        return "–".to_owned();
    }
    let limits = limits(row);
    if limits.is_empty() { support(row).to_owned() } else { format!("{}: {limits}", support(row)) }
}

fn detailed(capability: &Capability) -> String {
    let fields: Vec<_> = capability.vendor_fields.iter().map(|field| format!("`{}`", name(field))).collect();
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
