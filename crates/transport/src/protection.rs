//! What stands between the requests of one vendor's conversations and the vendor.

use std::{sync::Arc, time::Duration};

use switchboard_core::{Error, Kind, Result};
use tokio::{
    select,
    sync::Semaphore,
    time::{Instant, timeout_at},
};
use tower::{
    ServiceExt,
    retry::budget::{Budget, TpsBudget},
};

use crate::{
    Health, Settings,
    client::Pipeline,
    failure::Failure,
    gate::{Gate, Permit},
    pace::Pace,
};

/// For how long a request counts when it is asked whether one may be repeated.
const BUDGET_WINDOW: Duration = Duration::from_secs(10);
/// How many repetitions per second there may be however few requests there are.
const BUDGET_FLOOR: u32 = 1;
/// How many repetitions there may be for each request beside these.
const BUDGET_SHARE: f32 = 0.2;

/// What stands between the requests of one vendor's conversations and the vendor.
pub(crate) struct Protection {
    gate: Gate,
    slots: Arc<Semaphore>,
    concurrency: usize,
    pace: Option<Pace>,
    budget: TpsBudget,
}

impl Protection {
    /// The protection of the vendor that the configuration calls `name`.
    ///
    /// # Errors
    /// `internal` where the settings' rate is none.
    pub fn new(name: Arc<str>, settings: Settings) -> Result<Self> {
        let pace = settings.rate.map(|rate| {
            let fault = || Error::new(Kind::Internal, format!("{rate} requests per second is not a rate."));
            Pace::new(rate, settings.burst).ok_or_else(fault)
        });
        let concurrency = settings.concurrency.max(1);
        Ok(Self {
            gate: Gate::new(name, settings),
            slots: Arc::new(Semaphore::new(concurrency)),
            concurrency,
            pace: pace.transpose()?,
            budget: TpsBudget::new(BUDGET_WINDOW, BUDGET_FLOOR, BUDGET_SHARE),
        })
    }

    /// The places in flight.
    pub fn slots(&self) -> Arc<Semaphore> {
        self.slots.clone()
    }

    /// Waits until a request may be sent, and has a place in flight. `number` is that of the attempt, from 1 on.
    ///
    /// # Errors
    /// Why it will not be sent, as soon as that is known. Nothing has left.
    pub async fn acquire(
        &self,
        pipeline: &mut Pipeline,
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

    /// Whether a request may be repeated after this wait. Whoever may has used a part of the budget for it.
    pub fn may_repeat_after(&self, wait: Duration) -> bool {
        self.gate.ready_in().is_none_or(|ready| ready <= wait) && self.budget.withdraw()
    }

    /// How long until a request may be sent; `None` where it may be at once.
    pub fn ready_in(&self) -> Option<Duration> {
        self.gate.ready_in()
    }

    /// How the vendor fares.
    pub fn health(&self) -> Health {
        self.gate.health(self.concurrency - self.slots.available_permits())
    }
}
