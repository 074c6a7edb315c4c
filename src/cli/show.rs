//! `check --show-files` and `--show-config`.

use rayon::ThreadPool;
use rayon::prelude::*;
use toml_edit::{DocumentMut, Item, Table, value};

use super::exit::{Failure, Outcome};
use super::output::{stderr, stdout};
use super::project::Project;
use crate::check::Check;
use crate::model::{Gap, Severity, Skipped, printable};
use crate::rule::Rule;
use crate::source::{Entry, Source, decode};
use crate::triage::{Enabled, Masker};

/// Prints the files that would be read, and to standard error why others would not.
pub(super) fn files(source: &dyn Source, threads: &ThreadPool) -> Result<Outcome, Failure> {
    let (paths, skipped) = threads.install(|| {
        let listing = source.list();
        let text = |entry: Entry| {
            let bytes = source.read(&entry)?;
            decode(&bytes).map_err(|reason| Skipped::policy(&entry.path, reason))?;
            Ok(entry.path)
        };
        let read = listing.entries.into_par_iter().map(text);
        let (paths, mut skipped): (Vec<_>, Vec<_>) = read.partition_map(|file| match file {
            Ok(path) => rayon::iter::Either::Left(path),
            Err(skipped) => rayon::iter::Either::Right(skipped),
        });
        skipped.extend(listing.skipped);
        skipped.sort();
        (paths, skipped)
    });
    stdout(paths.iter().map(|path| format!("{}\n", printable(path))).collect::<String>().as_bytes())?;
    for left_out in &skipped {
        stderr(&format!("left out: {}: {}", printable(&left_out.path), printable(&left_out.reason)));
    }
    let is_complete = !paths.is_empty() && skipped.iter().all(|skipped| skipped.gap == Gap::Policy);
    Ok(if is_complete { Outcome::Clean } else { Outcome::Incomplete })
}

/// The project's configuration with the level of every rule, as a `congruent.toml` without secrets.
pub(super) fn config(project: &Project, rules: &[Rule], enabled: &[Enabled], masker: &Masker) -> String {
    let (name, text) = match &project.config_file {
        Some((path, text)) => (path.display().to_string(), text.as_str()),
        None => ("none".to_owned(), ""),
    };
    // The text has been parsed before, so this can't fail; were it to, the levels alone would be shown.
    let mut document = text.trim_start_matches('\u{feff}').parse::<DocumentMut>().unwrap_or_default();
    let mut levels = Table::new();
    for rule in rules {
        // Those that only an audit runs have their level too.
        let level = match rule.check {
            Check::Audit(_) => project.config.levels.of(rule),
            _ => enabled.iter().find(|enabled| enabled.rule.id == rule.id).map(|enabled| enabled.severity),
        };
        let level = level.map_or("off", Severity::name);
        levels.insert(&rule.id, value(level));
    }
    document.insert("rules", Item::Table(levels));
    let text = format!("# root: {}\n# configuration: {}\n{document}", printable(&project.shown_root), printable(&name));
    masker.mask(&text).into_owned()
}
