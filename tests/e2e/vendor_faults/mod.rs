//! The answers to a failure of a vendor depend on its effect on the record. Either the write is refused and
//! changes no record, or it is accepted and continues.

mod creating;
mod down;
mod fault;
mod ids;
mod qcall;
mod reading;
mod rejected;
mod removed;
mod side_objects;
mod updating;
