//! The structure that `src/lib.rs` promises: imports point to floors below only, and files stay small.

#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The floor of each module, read from the table in the crate's documentation.
fn floors() -> BTreeMap<String, u32> {
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs");
    let rows = lib.lines().filter_map(|line| line.strip_prefix("//! | ")).filter_map(|row| {
        let mut cells = row.split(" | ");
        let floor = cells.next()?.trim().parse().ok()?;
        Some((cells.next()?.trim_matches(['[', ']', '`', ' ']).to_owned(), floor))
    });
    rows.collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &str) -> Vec<PathBuf> {
    let files =
        walkdir::WalkDir::new(root().join(folder)).sort_by_file_name().into_iter().map(|entry| entry.expect("readable").into_path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// The top-level modules that a source file names after `crate::`.
fn imports(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let mut depth = 1;
            let mut word = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    break;
                }
                if depth == 1 && (c.is_alphanumeric() || c == '_') {
                    word.push(c);
                } else if !word.is_empty() {
                    out.push(std::mem::take(&mut word));
                }
            }
            out.push(word);
        } else {
            out.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    out
}

#[test]
fn every_module_stands_on_a_floor() {
    let floors = floors();
    let lib = fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs");
    let modules: Vec<&str> = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(modules.len() >= 10, "found only {modules:?}");
    for module in modules {
        assert!(floors.contains_key(module), "`{module}` is not in the table of src/lib.rs");
    }
}

#[test]
fn imports_point_down() {
    let floors = floors();
    let mut wrong = Vec::new();
    for path in sources("src") {
        let relative = path.strip_prefix(root().join("src")).expect("below src").to_path_buf();
        let module = relative.iter().next().and_then(|part| part.to_str()).expect("UTF-8").trim_end_matches(".rs").to_owned();
        let Some(own) = floors.get(&module) else { continue };
        let text = fs::read_to_string(&path).expect("readable");
        let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).flat_map(|line| [line, "\n"]).collect();
        for import in imports(&code) {
            if import != module && floors.get(&import).is_some_and(|floor| floor >= own) {
                wrong.push(format!("{} imports `{import}`", relative.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "imports that do not point down:\n{}", wrong.join("\n"));
}

#[test]
fn files_stay_small() {
    let long: Vec<String> = ["src", "tests", "rules"]
        .iter()
        .flat_map(|folder| sources(folder))
        .filter_map(|path| {
            let lines = fs::read_to_string(&path).expect("readable").lines().count();
            (lines > 420).then(|| format!("{}: {lines} lines", path.strip_prefix(root()).unwrap_or(&path).display()))
        })
        .collect();
    assert!(long.is_empty(), "split these by job:\n{}", long.join("\n"));
}

#[test]
fn the_binary_is_thin() {
    let main = fs::read_to_string(root().join("src/main.rs")).expect("src/main.rs");
    assert!(main.lines().count() < 40);
}
