//! The rules over their own examples, and the gates that spare files the parsing.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod examples;
mod gate;
mod hostile;
mod mutations;
mod release;
mod tree;
