//! The embedded files.

include!(concat!(env!("OUT_DIR"), "/rules.rs"));

/// The folders of data that is not rules.
const DATA: [&str; 5] = ["credentials/", "masking/", "requests/", "roles/", "secrets/"];

/// The files that hold a rule each: their path, what they say, and their examples, as JSON.
pub(super) fn rules() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    FILES.iter().copied().filter(|(path, ..)| !is_data(path))
}

/// The files that say what parsers look for: their path and what they say, as JSON.
pub(super) fn vocabulary() -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES.iter().filter(|(path, ..)| is_data(path)).map(|(path, text, _)| (*path, *text))
}

fn is_data(path: &str) -> bool {
    DATA.iter().any(|folder| path.starts_with(folder))
}
