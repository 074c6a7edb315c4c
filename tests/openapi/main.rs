//! API descriptions, through the public interface: what is read of each version, where it stands, and how files are put together.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod broken;
mod common;
mod groups;
mod references;
mod versions;
