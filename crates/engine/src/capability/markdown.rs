//! Capabilities as Markdown tables, for READMEs and documents.

use super::{
    Column, Matrix,
    table::{self, Table},
};

/// Renders one table for agents, one for trunks and one for calls, with a row for each field and a column for each vendor.
pub fn matrix(matrix: &Matrix) -> String {
    render(&table::matrix(matrix), "## ")
}

/// Renders the capabilities of one vendor, with the vendor's field names. Omits the table of trunks if the vendor has
/// none, and the table of calls if the gateway cannot place calls there.
pub fn column(column: &Column) -> String {
    render(&table::column(column), "")
}

/// Renders a table of the losses in moves, by old and new vendor.
pub fn moves(matrix: &Matrix) -> String {
    render(&[table::moves(matrix)], "")
}

/// Renders tables one after the other. `level` precedes each title: `## ` makes it a heading of the second level.
pub fn render(tables: &[Table], level: &str) -> String {
    let tables: Vec<_> = tables.iter().map(|table| one(table, level)).collect();
    tables.join("\n")
}

fn one(table: &Table, level: &str) -> String {
    let title = table.title.map(|title| format!("{level}{title}\n\n")).unwrap_or_default();
    let rule: String = table.heading.iter().map(|_| " --- |").collect();
    let rows: String = table.rows.iter().map(|cells| row(cells)).collect();
    let remark = table.remark.as_ref().map(|remark| format!("\n{remark}\n")).unwrap_or_default();
    format!("{title}{}|{rule}\n{rows}{remark}", row(&table.heading))
}

fn row(cells: &[String]) -> String {
    let cells: Vec<_> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}
