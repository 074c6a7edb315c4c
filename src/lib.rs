//! congruent reads a repository once, turns every file into typed facts with exact positions, and runs checks over
//! those facts, so that a project's contract, docs, SDKs, CLIs, scripts and pages agree with each other and leak nothing.
//!
//! # Architecture
//!
//! ```text
//! source -> document -> facts -> hits -> findings -> report
//! ```
//!
//! | floor | module | what it is |
//! |---|---|---|
//! | 1 | [`model`] | spans, texts, documents, facts, hits, findings: plain data |
//! | 2 | [`source`] | where bytes come from |
//! | 2 | [`parse`] | text to facts, one file per format; never fails |
//! | 2 | [`report`] | one pure emitter per output format: a report to bytes |
//! | 3 | [`check`] | facts and parameters to hits; pure |
//! | 4 | [`rule`] | the rules, which are data under `rules/` |
//! | 5 | [`config`] | `congruent.toml`, raw and spanned, then validated |
//! | 6 | [`triage`] | hits to findings: positions, masked excerpts, fingerprints, suppressions |
//! | 7 | [`run`] | gates, schedule, stable order |
//! | 8 | [`cli`] | one file per subcommand |
//!
//! A module imports only from floors below its own; `tests/architecture.rs` reads the imports and fails on a violation.

pub mod check;
pub mod cli;
pub mod config;
pub mod model;
pub mod parse;
pub mod report;
pub mod rule;
pub mod run;
pub mod source;
pub mod triage;
