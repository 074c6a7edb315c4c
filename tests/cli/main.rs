//! Drives the built binary over trees made for the purpose.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod agreement;
mod baseline;
mod baseline_edits;
mod common;
mod config;
mod encoding;
mod exit_codes;
mod facts;
mod flows;
mod gitignore;
mod init;
mod manual;
mod mend;
mod paths;
mod read_back;
mod repository;
mod secrets;
mod suppressions;
mod trust;
mod unreadable;
