//! `switchboard calls list`.

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::{
    client::{Ask, Connection},
    render::{Listed, OutputFormat},
};

/// The columns of the printed table, each with its heading and the JSON pointer of its value.
const COLUMNS: &[(&str, &str)] = &[
    ("ID", "/id"),
    ("STATUS", "/status"),
    ("REASON", "/ended_reason"),
    ("DIRECTION", "/direction"),
    ("PEER", "/peer"),
    ("VENDOR", "/vendor"),
    ("AGENT", "/agent_id"),
    ("SECONDS", "/duration_s"),
    ("CREATED", "/created_at"),
];

/// Lists calls, newest first.
#[derive(Debug, Args)]
pub struct List {
    /// Lists only calls of the agent with this id.
    #[arg(long, value_name = "ID")]
    agent_id: Option<String>,
    /// Lists only calls at this vendor.
    #[arg(long, value_name = "VENDOR")]
    vendor: Option<String>,
    /// Lists only calls with this status.
    #[arg(long, value_enum)]
    status: Option<Status>,
    /// Lists only calls with this direction.
    #[arg(long, value_enum)]
    direction: Option<Direction>,
    /// Lists only calls with this origin.
    #[arg(long, value_enum)]
    origin: Option<Origin>,
    /// Lists only calls whose other party has this phone number (E.164).
    #[arg(long, value_name = "NUMBER")]
    to: Option<String>,
    /// Lists only the call with this external reference.
    #[arg(long, value_name = "REFERENCE")]
    external_ref: Option<String>,
    /// Lists only calls that were created after this time (RFC 3339), such as 2026-11-29T18:00:00Z.
    #[arg(long, value_name = "TIME")]
    created_after: Option<String>,
    /// Lists only calls that were created before this time (RFC 3339).
    #[arg(long, value_name = "TIME")]
    created_before: Option<String>,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
}

/// The status of a call.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Status {
    /// The gateway is asking the vendor to place the call.
    Placing,
    /// The request was sent, and it is not known whether the vendor has the call.
    Unknown,
    /// The vendor has the call and has not dialled yet.
    Queued,
    /// The phone of the other party rings.
    Ringing,
    /// The call is connected.
    InProgress,
    /// The call is over.
    Ended,
}

/// The direction of a call.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Direction {
    /// The other party called.
    Inbound,
    /// The agent called.
    Outbound,
}

/// The origin of a call.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Origin {
    /// The gateway placed the call.
    Api,
    /// The call came in, or it was placed at the vendor without the gateway.
    Vendor,
}

impl List {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.list().await)
    }

    async fn list(self) -> anyhow::Result<ExitCode> {
        let filters = [
            ("agent_id", self.agent_id),
            ("vendor", self.vendor),
            ("status", self.status.and_then(name)),
            ("direction", self.direction.and_then(name)),
            ("origin", self.origin.and_then(name)),
            ("to", self.to),
            ("external_ref", self.external_ref),
            ("created_after", self.created_after),
            ("created_before", self.created_before),
        ];
        let given = filters.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let ask = given.fold(Ask::get(["calls"]), |ask, (name, value)| ask.query(name, value));
        let data = self.connection.open()?.list(ask).await?;
        self.form.print_result(&Listed { data, columns: COLUMNS, things: "calls" })?;
        Ok(ExitCode::SUCCESS)
    }
}

fn name(value: impl ValueEnum) -> Option<String> {
    value.to_possible_value().map(|value| value.get_name().to_owned())
}
