//! What goes wrong at a vendor is told as what it means for the vendor's record: a write is refused and changes nothing, or it
//! is kept and goes on.

mod creating;
mod down;
mod fault;
mod qcall;
mod reading;
mod rejected;
mod removed;
mod updating;
