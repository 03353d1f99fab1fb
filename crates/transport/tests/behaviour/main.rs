//! The transport's behaviour towards vendors that respond, misbehave or disappear, tested over loopback
//! sockets.

#![cfg(test)]

mod account;
mod vendor;

mod breaking;
mod bytes;
mod conversing;
mod effects;
mod failing;
mod granted;
mod pacing;
mod pausing;
mod reading;
mod recent;
mod repeating;
mod sending;
mod spans;
mod streaming;
mod trace;
