//! The protection of a vendor: circuit, concurrency limit, rate limit and retry budget.

use std::{sync::Arc, time::Duration};

use switchboard_core::error::{Error, Kind, Result};
use tokio::{
    select,
    sync::Semaphore,
    time::{Instant, timeout_at},
};
use tower::{
    Service, ServiceExt,
    retry::budget::{Budget, TpsBudget},
};

use crate::{
    Health, Settings,
    failure::Failure,
    gate::{Gate, Permit},
    metrics::{record_refused_retry, show_vendor},
    pace::Pace,
    wire::Wire,
};

/// Time for which a request counts towards the retry budget.
const BUDGET_WINDOW: Duration = Duration::from_secs(10);
/// Number of retries per second that the budget always permits.
const BUDGET_FLOOR: u32 = 1;
/// Number of further retries that each request adds to the budget.
const BUDGET_SHARE: f32 = 0.2;

/// The circuit and limits in front of one vendor.
pub(crate) struct Protection {
    gate: Gate,
    slots: Arc<Semaphore>,
    concurrency: usize,
    pace: Option<Pace>,
    budget: TpsBudget,
    name: Arc<str>,
}

impl Protection {
    /// Creates the protection of the configured vendor `name`.
    ///
    /// # Errors
    /// `internal` if the settings' rate is invalid.
    pub fn new(name: Arc<str>, settings: Settings) -> Result<Self> {
        let pace = settings.rate.map(|rate| {
            let fault =
                || Error::new(Kind::Internal, format!("{rate} requests per second is not a valid rate."));
            Pace::new(rate, settings.burst).ok_or_else(fault)
        });
        show_vendor(&name);
        let concurrency = settings.concurrency.max(1);
        Ok(Self {
            gate: Gate::new(name.clone(), settings),
            slots: Arc::new(Semaphore::new(concurrency)),
            concurrency,
            pace: pace.transpose()?,
            budget: TpsBudget::new(BUDGET_WINDOW, BUDGET_FLOOR, BUDGET_SHARE),
            name,
        })
    }

    /// Returns the semaphore that limits the requests in flight.
    pub fn slots(&self) -> Arc<Semaphore> {
        self.slots.clone()
    }

    /// Waits until an attempt may be sent and has a slot. `number` is the number of the attempt, counted from 1. A
    /// first attempt that may be sent adds to the retry budget.
    ///
    /// # Errors
    /// The reason why the request cannot be sent. The error is returned as soon as the reason is known. Nothing was
    /// sent.
    pub async fn acquire<S: Service<Wire, Error = Failure>>(
        &self,
        pipeline: &mut S,
        number: u32,
        deadline: Instant,
    ) -> Result<Permit<'_>, Failure> {
        let line = async {
            pipeline.ready().await?;
            loop {
                self.gate.wait_out_throttle().await;
                if let Some(pace) = &self.pace {
                    pace.acquire(deadline).await?;
                }
                if let Some(pass) = self.gate.enter()? {
                    return Ok(pass);
                }
            }
        };
        let pass = select! {
            biased;
            refusal = self.gate.refusal(deadline) => Err(refusal),
            pass = timeout_at(deadline, line) => pass.unwrap_or(Err(Failure::DeadlinePassed)),
        }?;
        if number == 1 {
            self.budget.deposit();
        }
        Ok(pass)
    }

    /// Returns true if a request may be repeated after this wait, and deducts the retry from the budget. Returns false
    /// if the circuit permits no request by then, or if the budget is used up. Only a refusal by the budget is counted
    /// in the metrics.
    pub fn may_repeat_after(&self, wait: Duration) -> bool {
        if self.gate.ready_in().is_some_and(|ready| ready > wait) {
            return false;
        }
        let permitted = self.budget.withdraw();
        if !permitted {
            record_refused_retry(&self.name);
        }
        permitted
    }

    /// Returns the time until a request may be sent, or `None` if it may be sent immediately. While a probe is running,
    /// the time is an estimate.
    pub fn ready_in(&self) -> Option<Duration> {
        self.gate.ready_in()
    }

    /// Returns the vendor's health.
    pub fn health(&self) -> Health {
        self.gate.health(self.concurrency - self.slots.available_permits())
    }
}
