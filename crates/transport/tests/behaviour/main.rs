//! The transport's behaviour towards vendors that respond, misbehave and vanish, over loopback sockets.

#![cfg(test)]

mod account;
mod vendor;

mod breaking;
mod conversing;
mod failing;
mod pacing;
mod pausing;
mod reading;
mod repeating;
mod sending;
mod spans;
