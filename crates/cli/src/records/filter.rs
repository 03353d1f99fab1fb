//! The selection and order of the records in a list.

use std::fmt::Debug;

use clap::Args;

use crate::{
    client::Ask,
    fleet::{Label, label},
};

/// The filters that only one kind of record has.
pub trait OwnFilter: Args + Debug + Send + 'static {
    /// Returns the query parameters, each with its value if the option is given.
    fn parameters(self) -> Vec<(&'static str, Option<String>)>;
}

/// The filters and the order that every kind of record has. The gateway checks the values.
#[derive(Debug, Args)]
pub struct Filter {
    /// Lists only records that run at this vendor.
    #[arg(long, value_name = "VENDOR")]
    vendor: Option<String>,
    /// Lists only records with this label. If given several times, a record must have all of the labels.
    #[arg(long = "label", value_name = "NAME=VALUE", value_parser = label)]
    labels: Vec<Label>,
    /// Lists only records that match all of these words. A word matches if a word in the name, the external reference
    /// or a label's value begins with it.
    #[arg(long, value_name = "WORDS")]
    query: Option<String>,
    /// Lists only records with this sync state, such as `drifted`.
    #[arg(long, value_name = "STATE")]
    sync: Option<String>,
    /// Lists only records whose translation report has this fidelity, such as `exact`.
    #[arg(long, value_name = "FIDELITY")]
    fidelity: Option<String>,
    /// Lists only records that run at a vendor other than the one their route leads to now.
    #[arg(long)]
    stale: bool,
    /// Lists only records whose `updated_at` is later than this time, such as `2026-01-31T12:00:00Z`.
    #[arg(long, value_name = "TIME")]
    updated_after: Option<String>,
    /// The order: `created_at`, `updated_at` or `name`. A leading `-` reverses the order.
    #[arg(long, value_name = "ORDER", default_value = "created_at", allow_hyphen_values = true)]
    sort: String,
}

impl Filter {
    /// Adds the query parameters to a request for a list.
    pub fn add_to(self, mut ask: Ask) -> Ask {
        for (name, value) in self.labels {
            ask = ask.query("label", format!("{name}={value}"));
        }
        let parameters = [
            ("vendor", self.vendor),
            ("q", self.query),
            ("sync", self.sync),
            ("fidelity", self.fidelity),
            ("placement", self.stale.then(|| "stale".to_owned())),
            ("updated_after", self.updated_after),
            ("sort", Some(self.sort)),
        ];
        with_given(ask, parameters)
    }
}

/// The filters that only agents have.
#[derive(Debug, Args)]
pub struct AgentFilter {
    /// Lists only agents with this language. A language without a region, such as `de`, also selects `de-AT`.
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// Lists only agents with this call direction: `inbound` or `outbound`.
    #[arg(long, value_name = "DIRECTION")]
    direction: Option<String>,
}

impl OwnFilter for AgentFilter {
    fn parameters(self) -> Vec<(&'static str, Option<String>)> {
        vec![("language", self.language), ("direction", self.direction)]
    }
}

/// The filters that only trunks have: none.
#[derive(Debug, Args)]
pub struct TrunkFilter {}

impl OwnFilter for TrunkFilter {
    fn parameters(self) -> Vec<(&'static str, Option<String>)> {
        Vec::new()
    }
}

/// Adds the query parameters whose options are given.
pub fn with_given(ask: Ask, parameters: impl IntoIterator<Item = (&'static str, Option<String>)>) -> Ask {
    let given = parameters.into_iter().filter_map(|(name, value)| Some((name, value?)));
    given.fold(ask, |ask, (name, value)| ask.query(name, value))
}
