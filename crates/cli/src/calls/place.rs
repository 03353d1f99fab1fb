//! `switchboard call`.

use std::process::ExitCode;

use clap::Args;
use serde_json::{Map, Value, json};
use switchboard_core::model::Agent;

use super::{
    follow::follow,
    plan::Plan,
    shown::{Shown, exit_code},
};
use crate::{
    client::{Ask, Connection},
    records::{IdempotencyKey, Selector},
    render::OutputFormat,
};

/// Places a call from an agent to a phone number, at most once for each idempotency key.
///
/// Exits with 0 if the call was answered and has ended, or if a dry run succeeds. Exits with 2 if the call has not
/// ended, was not answered, or may not have been placed. Exits with 1 after any error: the gateway refused the call,
/// did not answer, or could not be read while the call was followed. If the error leaves open whether the call was
/// placed, repeat the command with the same `--key` to learn the outcome without placing a second call.
///
/// Example: switchboard call --agent reminder --to +4930123456 --var name=Ann --follow
#[derive(Debug, Args)]
pub struct Place {
    /// The agent, by its id (agt_…) or its external_ref.
    #[arg(long, value_name = "AGENT")]
    agent: String,
    /// The phone number to call (E.164), such as +4930123456.
    #[arg(long, value_name = "NUMBER")]
    to: String,
    /// The phone number from which the call is placed: an alias of the configuration, or the vendor's id of a number. By
    /// default, the agent's phone_number_id.
    #[arg(long, value_name = "NUMBER", conflicts_with = "trunk")]
    from: Option<String>,
    /// The trunk through which the call is placed (trk_…).
    #[arg(long, value_name = "ID")]
    trunk: Option<String>,
    /// The value of a placeholder in the prompt and messages of the agent. Can be repeated.
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable)]
    variables: Vec<(String, String)>,
    /// Your own unique key for the call.
    #[arg(long, value_name = "REFERENCE")]
    external_ref: Option<String>,
    /// Permits the call even if the vendor has an earlier revision of the agent.
    #[arg(long)]
    allow_stale: bool,
    /// Refuses the call if the vendor would lose or change any of the requested values.
    #[arg(long)]
    strict: bool,
    /// Follows the call until it ends.
    #[arg(long, conflicts_with = "dry_run")]
    follow: bool,
    /// Shows the request to the vendor and the verdict of each guard, and places no call.
    #[arg(long, conflicts_with = "idempotency_key")]
    dry_run: bool,
    #[command(flatten)]
    key: IdempotencyKey,
    #[command(flatten)]
    connection: Connection,
    #[command(flatten)]
    form: OutputFormat,
}

impl Place {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let form = self.form;
        form.finish(self.place().await)
    }

    async fn place(self) -> anyhow::Result<ExitCode> {
        let client = self.connection.open()?;
        let agent = Selector::<Agent>::named(self.agent.clone()).id(&client).await?;
        let body = self.body(agent);
        if self.dry_run {
            let plan = client.send(&Ask::plan(["calls", "plan"], body).strictly(self.strict)).await?.body;
            self.form.print_result(&Plan(plan))?;
            return Ok(ExitCode::SUCCESS);
        }
        let key = self.key.chosen();
        self.form.note(&format!("idempotency key: {key}"));
        let ask = Ask::post(["calls"], body).strictly(self.strict).once(&key);
        let mut call = client.send(&ask).await?.body;
        if self.follow {
            call = follow(&client, call, self.form).await?;
        }
        let code = exit_code(&call);
        self.form.print_result(&Shown(call))?;
        Ok(code)
    }

    fn body(&self, agent: String) -> Value {
        let mut body = json!({ "agent_id": agent, "to": { "phone_number": self.to } });
        if let Some(from) = &self.from {
            body["from"] = json!({ "phone_number_id": from });
        }
        if let Some(trunk) = &self.trunk {
            body["trunk_id"] = json!(trunk);
        }
        if !self.variables.is_empty() {
            let variables = self.variables.iter().cloned().map(|(name, value)| (name, value.into()));
            body["variables"] = Value::Object(variables.collect::<Map<_, _>>());
        }
        if let Some(reference) = &self.external_ref {
            body["external_ref"] = json!(reference);
        }
        if self.allow_stale {
            body["allow_stale"] = json!(true);
        }
        body
    }
}

fn variable(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("write the variable as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}
