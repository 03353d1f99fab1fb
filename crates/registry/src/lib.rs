//! THE list of adapters: whoever adds one adds a line here.

use switchboard_core::Factory;

/// Every adapter that is built in.
pub const ADAPTERS: [Factory; 3] = [
    switchboard_adapter_qcall::FACTORY,
    switchboard_adapter_autocalls::FACTORY,
    switchboard_adapter_opencx::FACTORY,
];
