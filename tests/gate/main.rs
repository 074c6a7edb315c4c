//! The checks over what git keeps, and as git's hooks: with real repositories, clones and pushes.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod cache;
mod common;
mod install;
mod pre_commit;
mod pre_push;
mod repositories;
mod revision;
mod runners;
mod since;
mod staged;
