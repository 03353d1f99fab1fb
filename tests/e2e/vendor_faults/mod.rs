//! A vendor's failure is reported by its effect on the record: a write is refused and changes no record, or it is
//! accepted and continues.

mod creating;
mod down;
mod fault;
mod qcall;
mod reading;
mod rejected;
mod removed;
mod updating;
