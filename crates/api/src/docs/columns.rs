//! The columns of the tables: the vendors of the gateway or, if it has none, one vendor for each API that it supports.

use serde_json::json;
use switchboard_core::vendor::Factory;
use switchboard_engine::{
    capability::{Column, Matrix, built_in},
    vendors::Fleet,
};
use switchboard_registry::ADAPTERS;

use super::{model::Record, moving::Party};

/// The text between the names of vendors that share a column. Names have no comma.
const SEPARATOR: &str = ", ";

/// The columns of the tables of one gateway.
pub struct Columns {
    /// The capabilities, with the names of the gateway's vendors. Vendors with the same adapter, generation and
    /// capabilities share a column.
    pub matrix: Matrix,
    /// The label of each column's API in the OpenAPI document.
    labels: Vec<String>,
    /// The names of the gateway's vendors.
    pub vendors: Vec<String>,
}

impl Columns {
    /// Collects the columns of the configured vendors or, if there are none, of the vendor APIs that the gateway
    /// supports.
    pub fn new(fleet: &Fleet) -> Self {
        let mut columns: Vec<Column> = Vec::new();
        for vendor in fleet.vendors() {
            let column = Column::new(vendor.name(), vendor.adapter());
            match columns.iter_mut().find(|known| are_equal(known, &column)) {
                Some(known) => known.vendor = [&*known.vendor, &*column.vendor].join(SEPARATOR),
                None => columns.push(column),
            }
        }
        let vendors = fleet.vendors().map(|vendor| vendor.name().to_owned()).collect();
        let matrix = if columns.is_empty() { built_in(&ADAPTERS) } else { Matrix(columns) };
        let labels = matrix.0.iter().map(label).collect();
        Self { matrix, labels, vendors }
    }

    /// Lists the vendors in the tables, each with its column. Vendors that share a column are listed separately.
    pub fn parties(&self) -> impl Iterator<Item = Party<'_>> {
        self.matrix
            .0
            .iter()
            .flat_map(|column| column.vendor.split(SEPARATOR).map(|name| Party { name, column }))
    }

    /// Lists the columns of the vendors that support a kind of record, each with the label of its API in the OpenAPI
    /// document.
    pub fn of_record(&self, record: Record) -> impl Iterator<Item = (&Column, &str)> {
        let columns = self.matrix.0.iter().zip(self.labels.iter().map(String::as_str));
        columns.filter(move |(column, _)| match record {
            Record::Agent => true,
            Record::Trunk => column.trunks.is_some(),
            Record::Call => column.calls.is_some(),
        })
    }
}

fn are_equal(one: &Column, other: &Column) -> bool {
    let told = |column: &Column| {
        json!([column.adapter, column.generation, column.agents, column.trunks, column.calls])
    };
    told(one) == told(other)
}

fn label(column: &Column) -> String {
    let samples = ADAPTERS.iter().flat_map(Factory::samples);
    let same = samples.into_iter().find(|sample| {
        let about = sample.adapter.descriptor();
        (about.adapter, about.generation) == (column.adapter, column.generation)
    });
    same.map(|sample| sample.label).unwrap_or_default()
}
