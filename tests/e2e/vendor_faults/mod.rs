//! What goes wrong at a vendor is told as what it means for the vendor's record, and changes nothing here.

mod creating;
mod down;
mod fault;
mod qcall;
mod reading;
mod rejected;
mod removed;
mod updating;
