//! `switchboard agents list` and `switchboard trunks list`.

use std::{marker::PhantomData, process::ExitCode};

use clap::Args;
use serde_json::Value;

use super::Kind;
use crate::{
    client::{Ask, Connection},
    fleet::{Label, label},
    render::{Listed, OutputFormat},
};

/// The selection of records, and the form of their list.
#[derive(Debug, Args)]
#[command(about = format!("Lists {}s, oldest first", K::NAME))]
pub struct List<K: Kind> {
    /// Lists only those that run at this vendor.
    #[arg(long, value_name = "VENDOR")]
    vendor: Option<String>,
    /// Lists only those with this label. If given several times, all of the labels are required.
    #[arg(long = "label", value_name = "NAME=VALUE", value_parser = label)]
    labels: Vec<Label>,
    /// Lists only those that run at another vendor than the one to which their route leads now.
    #[arg(long)]
    stale: bool,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
    #[arg(skip)]
    kind: PhantomData<K>,
}

impl<K: Kind> List<K> {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.list().await)
    }

    async fn list(self) -> anyhow::Result<ExitCode> {
        let mut ask = Ask::get([K::COLLECTION]);
        if let Some(vendor) = self.vendor {
            ask = ask.query("vendor", vendor);
        }
        if self.stale {
            ask = ask.query("placement", "stale");
        }
        let mut data = self.connection.open()?.list(ask).await?;
        data.retain(|record| self.labels.iter().all(|label| has(record, label)));
        self.form.print_result(&Listed { data, columns: K::COLUMNS, things: K::COLLECTION })?;
        Ok(ExitCode::SUCCESS)
    }
}

fn has(record: &Value, (name, value): &Label) -> bool {
    record["labels"].get(name).and_then(Value::as_str) == Some(value)
}
