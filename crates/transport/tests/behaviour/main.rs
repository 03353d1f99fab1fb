//! What the transport does with vendors that behave, misbehave and vanish, over loopback sockets.

#![cfg(test)]

mod account;
mod vendor;

mod conversing;
mod failing;
mod reading;
mod repeating;
mod sending;
mod telling;
