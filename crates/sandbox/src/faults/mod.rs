//! Faults ordered for a vendor's next requests.

mod fault;

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::Vendor;
pub(crate) use fault::{Fault, When};

/// The maximum number of orders that can be pending.
const CAPACITY: usize = 1_000;

/// A fault and the requests that it strikes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FaultOrder {
    pub vendor: Vendor,
    /// The contract's `operationId`. If omitted, the fault strikes every request to the vendor.
    #[serde(default)]
    pub operation: Option<String>,
    /// The number of requests that the fault will still strike. If omitted, the fault strikes one request.
    #[serde(default = "once")]
    pub times: u32,
    pub fault: Fault,
}

const fn once() -> u32 {
    1
}

/// The pending orders, oldest first. At most one fault strikes a request: the fault of the oldest matching
/// order.
#[derive(Default)]
pub(crate) struct Faults {
    pending: VecDeque<FaultOrder>,
}

impl Faults {
    /// Adds an order.
    ///
    /// # Errors
    ///
    /// A message that names the invalid member, or states that too many orders are pending.
    pub(crate) fn order(&mut self, order: FaultOrder) -> Result<(), String> {
        order.fault.check()?;
        if order.times == 0 {
            return Err("times is at least 1".to_owned());
        }
        if self.pending.len() >= CAPACITY {
            return Err(format!("at most {CAPACITY} orders can be pending"));
        }
        self.pending.push_back(order);
        Ok(())
    }

    /// Returns the fault of the oldest order that matches a request, and decrements the order's number of remaining
    /// requests. Returns `None` if no order matches. `is_refused` is true if the vendor refuses the request; a kill at
    /// a point that such a request does not reach is then skipped.
    pub(crate) fn strike(
        &mut self,
        vendor: Vendor,
        operation: Option<&str>,
        is_refused: bool,
    ) -> Option<Fault> {
        let position = self.pending.iter().position(|order| {
            order.vendor == vendor
                && (order.operation.is_none() || order.operation.as_deref() == operation)
                && !(is_refused && order.fault.is_beyond_refusal())
        })?;
        let order = self.pending.get_mut(position)?;
        let fault = order.fault.clone();
        order.times = order.times.saturating_sub(1);
        if order.times == 0 {
            self.pending.remove(position);
        }
        Some(fault)
    }

    pub(crate) fn pending(&self) -> Vec<FaultOrder> {
        self.pending.iter().cloned().collect()
    }

    pub(crate) fn clear(&mut self) {
        self.pending.clear();
    }
}
