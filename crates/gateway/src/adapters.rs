//! THE list of adapters: whoever adds one adds a line here.

use switchboard_core::Factory;

/// Every adapter that is built in.
pub const ADAPTERS: [Factory; 1] = [switchboard_adapter_opencx::FACTORY];
